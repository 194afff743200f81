import { authorize, notFound } from '../auth/authorize.ts'
import { issueConsoleTicket, openConsoleTickets, ticketLifeMs } from '../db/queries/console-ticket.ts'
import type { ConsoleKind } from '../db/queries/console-ticket.ts'
import { vmsByIds } from '../db/queries/vm.ts'
import { KloudakError } from '../model/errors.ts'
import { vmCan } from '../model/vm.ts'
import type { Noted } from './audit.ts'
import type { Reader } from './reader.ts'

const ticketsAtOnce = 16

/**
 * A one-time ticket for a VM's console, good for half a minute; the right to it is proven again when it is spent.
 * NOT_FOUND, FORBIDDEN without vm:console, WRONG_STATE when the VM does not run, RATE_LIMITED for too many unspent tickets.
 */
export async function openConsole(context: Reader & Noted, { vmId, kind }: { vmId: string; kind: ConsoleKind }): Promise<{ ticket: string; expiresAt: Date }> {
  const { actor, em, note } = context
  const [vm] = await vmsByIds(em, [vmId])
  if (!vm) throw notFound('VM', 'vmId')
  note.workspaceId = vm.workspace
  note.object = { type: 'vm', id: vm.id, name: vm.name }
  const { id: userId, sessionId } = authorize(actor, 'vm:console', vm.workspace, 'VM', 'vmId')
  const allowed = vmCan('openConsole', vm)
  if (allowed !== true) throw new KloudakError('WRONG_STATE', allowed, { field: 'vmId' })
  if (await openConsoleTickets(em, userId) >= ticketsAtOnce) throw new KloudakError('RATE_LIMITED', `You have asked for ${ticketsAtOnce} consoles that you have not opened.`, { retryAfterMs: ticketLifeMs })
  return issueConsoleTicket(em, 'browser', { vmId, userId, sessionId, kind })
}
