import { authorize, may, maySee, requireActor } from '../auth/authorize.ts'
import type { Audit } from '../db/entities/audit.ts'
import { auditCount, auditPage } from '../db/queries/audit.ts'
import type { AuditFilter, AuditSight } from '../db/queries/audit.ts'
import type { PageRequest } from '../model/page.ts'
import { auditPermission } from '../model/permissions.ts'
import type { Reader } from './reader.ts'

/**
 * What the reader may know: superusers all of it, others what was done in the workspaces whose members they administer,
 * and whatever they did themselves. A workspace that is asked for by name must be one of these: NOT_FOUND, FORBIDDEN.
 */
function sightOf({ actor }: Reader, { workspaceId }: AuditFilter): AuditSight {
  const { id, isToken, superuser, memberships } = workspaceId === undefined ? requireActor(actor) : authorize(actor, auditPermission, workspaceId, 'workspace', 'workspaceId')
  if (superuser) return 'all'
  const visible = [...memberships.keys()]
  // What a user did elsewhere is beyond the scopes of a token.
  return { userId: isToken ? undefined : id, visible, audited: visible.filter((workspace) => may(actor, auditPermission, workspace)) }
}

export async function listAudit(reader: Reader, filter: AuditFilter, page: PageRequest): Promise<Audit[]> {
  return (await auditPage(reader.em, sightOf(reader, filter), filter, page)).map((row) => shownTo(reader, row))
}

export async function countAudit(reader: Reader, filter: AuditFilter): Promise<number> {
  return auditCount(reader.em, sightOf(reader, filter), filter)
}

/** Whoever was refused because a thing is not theirs to see does not learn from the audit that it is there. */
function shownTo({ actor }: Reader, row: Audit): Audit {
  const knows = maySee(actor, row.workspaceId ?? null) || row.errorCode == null
  return knows ? row : { ...row, workspaceId: null, objectType: null, objectId: null, objectName: null }
}
