import type { Caller } from '../auth/actor.ts'
import type { Em } from '../db/orm.ts'
import { writeAudit } from '../db/queries/audit.ts'
import { asKloudakError } from '../model/errors.ts'
import type { KloudakError } from '../model/errors.ts'
import { withoutSecrets } from '../model/secrets.ts'
import type { Plan } from './plan.ts'

/** What the audit tells of one mutation, filled in as it becomes known. */
export interface Note {
  /** The mutation, for example 'createVm'. */
  method: string
  /** What was asked for, with its secrets removed. */
  input: Record<string, unknown>
  workspaceId: string | null
  object: { type: string; id: string; name: string } | null
  dryRun: boolean
  /** What a dry run found. */
  plan: Plan | null
  /** Its row has been written: it stands if the transaction of the work does. */
  isRecorded: boolean
}

export type Noted = Caller & { note: Note }

/** A fresh note for one mutation. */
export function noteOf(method: string, input: object): Note {
  return { method, input: withoutSecrets(input) as Record<string, unknown>, workspaceId: null, object: null, dryRun: false, plan: null, isRecorded: false }
}

/** Records that the mutation was allowed, in the transaction of its work: both stand or neither does. */
export async function auditAllowed(em: Em, context: Noted, taskId: string | null = null): Promise<void> {
  await insert(em, context, taskId, undefined)
  context.note.isRecorded = true
}

/** Records that the mutation was refused, in a transaction of its own: the work's is rolled back. */
export async function auditRefused(em: Em, context: Noted, error: unknown): Promise<void> {
  await insert(em, context, null, asKloudakError(error))
}

async function insert(em: Em, { actor, requestId, clientAddress, note }: Noted, taskId: string | null, error: KloudakError | undefined): Promise<void> {
  const { method, input, workspaceId, object, dryRun } = note
  const user = actor ? { id: actor.id, username: actor.username, sessionId: actor.sessionId } : null
  await writeAudit(em, { user, clientAddress, requestId, method, workspaceId, object, input, dryRun, taskId, error })
}
