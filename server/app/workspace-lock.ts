import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import type { Workspace } from '../db/entities/people.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'

type Row = Pick<Workspace, 'id' | 'name' | 'phase' | 'version'>
type Strength = 'key share' | 'no key update' | 'update'

async function lock(em: Em, id: string, strength: Strength): Promise<Row> {
  const row = await kyselyOf(em).selectFrom('workspace').select(['id', 'name', 'phase', 'version']).where('id', '=', id).modifyEnd(sql`for ${sql.raw(strength)}`).executeTakeFirst()
  if (!row) throw notFound('workspace', 'workspaceId')
  return row
}

/** WRONG_STATE when it is being deleted. */
export function requireStanding<Found extends Pick<Workspace, 'phase'>>(workspace: Found): Found {
  if (workspace.phase === 'deleting') throw new KloudakError('WRONG_STATE', 'The workspace is being deleted.', { field: 'workspaceId' })
  return workspace
}

/**
 * For whatever makes something in a workspace: it stays, and its deletion does not begin, until the transaction ends.
 * NOT_FOUND when it is gone (a superuser may name any), WRONG_STATE when it is being deleted.
 */
export async function requireWorkspace(em: Em, workspaceId: string): Promise<void> { requireStanding(await lock(em, workspaceId, 'key share')) }

/** For a change of the workspace or its members: one at a time, while others go on making things in it. Also one that is being deleted. */
export const lockWorkspace = (em: Em, workspaceId: string): Promise<Row> => lock(em, workspaceId, 'no key update')

/** For its deletion: waits for all who make something in it; those who come later see that it goes. */
export const closeWorkspace = async (em: Em, workspaceId: string): Promise<Row> => requireStanding(await lock(em, workspaceId, 'update'))
