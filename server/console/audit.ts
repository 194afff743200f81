import type { Em } from '../db/orm.ts'
import type { Vm } from '../db/entities/vm.ts'
import { writeAudit } from '../db/queries/audit.ts'
import type { ConsoleKind, SpentGrant } from '../db/queries/console-ticket.ts'
import { consoleClosings } from '../model/console.ts'
import type { ConsoleClosing } from '../model/console.ts'
import type { ErrorCode } from '../model/errors.ts'

/** Who comes with a ticket, as far as the request tells. */
export interface ConsoleCaller { requestId: string; clientAddress: string }

const codes: Record<ConsoleClosing, ErrorCode> = {
  ticketSpent: 'UNAUTHENTICATED', forbidden: 'FORBIDDEN', gone: 'NOT_FOUND', ended: 'WRONG_STATE', tooMany: 'RATE_LIMITED', unavailable: 'UNAVAILABLE',
}

interface About { grant: SpentGrant | undefined; kind: ConsoleKind | undefined; vm: Pick<Vm, 'id' | 'name' | 'workspace'> | undefined }

/**
 * The row of one opening in the audit. `openConsole` has one of its own: a ticket is a right to come, this is the
 * coming. A ticket that is good no more names the VM, but nobody: who holds it is not proven.
 */
export function consoleAudit(em: Em, { requestId, clientAddress }: ConsoleCaller) {
  let known: About = { grant: undefined, kind: undefined, vm: undefined }
  const write = (why?: ConsoleClosing) => {
    const { grant, kind, vm } = known
    return writeAudit(em, {
      user: grant ? { id: grant.userId, username: grant.username, sessionId: grant.sessionId } : null, clientAddress, requestId, method: 'console',
      workspaceId: vm?.workspace ?? null, object: vm ? { type: 'vm', id: vm.id, name: vm.name } : null,
      input: kind ? { kind: kind.toUpperCase() } : {}, error: why && { code: codes[why], message: consoleClosings[why].reason },
    })
  }
  return { about: (about: About) => { known = about }, allowed: () => write(), refused: write }
}
