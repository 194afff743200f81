import { sql } from 'kysely'
import type { ErrorCode } from '../../model/errors.ts'
import { newId } from '../../model/id.ts'
import type { PageRequest } from '../../model/page.ts'
import { Audit } from '../entities/audit.ts'
import { kyselyOf, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, countOf, keyset } from './page.ts'

export interface AuditEntry {
  /** Null when nobody was signed in. */
  user: { id: string; username: string; sessionId: string } | null
  clientAddress: string
  requestId: string
  /** The mutation, for example 'createVm', or 'console' for one that was opened. */
  method: string
  workspaceId: string | null
  object: { type: string; id: string; name: string } | null
  /** With its secrets removed. */
  input: Record<string, unknown>
  dryRun?: boolean
  taskId?: string | null
  /** Why it was refused. */
  error?: { code: ErrorCode; message: string } | undefined
}

/** Adds a row to the audit, in the transaction of `em` if there is one. */
export async function writeAudit(em: Em, { user, clientAddress, requestId, method, workspaceId, object, input, dryRun = false, taskId = null, error }: AuditEntry): Promise<void> {
  await sql`
    insert into audit (id, user_id, username, session_id, client_address, request_id, method, workspace_id, object_type, object_id, object_name, input, dry_run, task_id, error_code, error_message)
    values (${newId()}, ${user?.id ?? null}, ${user?.username ?? null}, ${user?.sessionId ?? null}, ${clientAddress}, ${requestId}, ${method}, ${workspaceId},
      ${object?.type ?? null}, ${object?.id ?? null}, ${object?.name ?? null}, ${JSON.stringify(input)}::jsonb, ${dryRun}, ${taskId}, ${error?.code ?? null}, ${error?.message ?? null})`.execute(kyselyOf(em))
}

/**
 * Whose rows a reader sees: those about the workspaces whose audit is theirs to read, and those of what they did
 * themselves; or all. `visible` are the workspaces whose things they see.
 */
export type AuditSight = 'all' | { audited: readonly string[]; visible: readonly string[]; userId: string | undefined }

export type AuditOutcome = 'allowed' | 'refused'

export interface AuditFilter {
  workspaceId?: string | undefined
  userId?: string | undefined
  objectId?: string | undefined
  methods?: readonly string[] | undefined
  outcome?: AuditOutcome | undefined
  /** At this time or later. */
  since?: Date | undefined
  /** Before this time. */
  until?: Date | undefined
}

function filtered(em: Em, sight: AuditSight, { workspaceId, userId, objectId, methods, outcome, since, until }: AuditFilter) {
  let query = kyselyOf(em).selectFrom('audit')
  if (sight !== 'all' && (workspaceId === undefined || !sight.audited.includes(workspaceId))) {
    const { audited, userId } = sight
    query = query.where((eb) => eb.or([anyOf('audit.workspace_id', audited), ...(userId === undefined ? [] : [eb('audit.userId', '=', userId)])]))
  }
  if (workspaceId !== undefined) query = query.where('audit.workspaceId', '=', workspaceId)
  if (userId !== undefined) query = query.where('audit.userId', '=', userId)
  if (objectId !== undefined) {
    query = query.where('audit.objectId', '=', objectId)
    // A refusal knows its object also when it hides it from who asked: looked for by them, it is not there.
    if (sight !== 'all') query = query.where((eb) => eb.or([anyOf('audit.workspace_id', sight.visible), eb('audit.errorCode', 'is', null)]))
  }
  if (methods !== undefined) query = query.where(sql<boolean>`audit.method = any(${[...methods]}::text[])`)
  if (outcome !== undefined) query = query.where('audit.errorCode', outcome === 'allowed' ? 'is' : 'is not', null)
  if (since !== undefined) query = query.where('audit.at', '>=', since)
  if (until !== undefined) query = query.where('audit.at', '<', until)
  return query
}

/** Newest first. */
export async function auditPage(em: Em, sight: AuditSight, filter: AuditFilter, page: PageRequest): Promise<Audit[]> {
  return rowsOf(em, Audit, keyset(filtered(em, sight, filter), 'audit.id', page, { newestFirst: true }))
}

export const auditCount = (em: Em, sight: AuditSight, filter: AuditFilter): Promise<number> => countOf(filtered(em, sight, filter))
