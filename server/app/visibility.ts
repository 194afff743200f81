import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import type { OfferTable } from '../db/queries/offer.ts'
import { KloudakError } from '../model/errors.ts'

/** Who may use something: all workspaces, or those that are named. What is left out stays, or is public when it is new. */
export interface VisibilityInput { isPublic?: boolean | null | undefined; workspaceIds?: readonly string[] | null | undefined }

interface Visibility { isPublic: boolean; workspaceIds: readonly string[] }

const most = 100

/** Undefined when nothing is said of it. */
export function planVisibility({ isPublic, workspaceIds }: VisibilityInput): Visibility | undefined {
  if (workspaceIds == null) return isPublic == null ? undefined : { isPublic, workspaceIds: [] }
  if (isPublic === true) throw new KloudakError('INVALID_INPUT', 'What is public is not for some workspaces only.', { field: 'workspaceIds', remedy: 'Leave out isPublic, or the workspaces.' })
  if (workspaceIds.length > most) throw new KloudakError('INVALID_INPUT', `At most ${most} workspaces can be named.`, { field: 'workspaceIds', remedy: 'Make it public.' })
  return { isPublic: false, workspaceIds }
}

/** Replaces who may use the row. NOT_FOUND for a workspace that is not there. */
export async function writeVisibility(em: Em, table: OfferTable, id: string, { isPublic, workspaceIds }: Visibility): Promise<void> {
  const db = kyselyOf(em)
  const ids = `{${workspaceIds.join(',')}}`
  const { rows } = await sql<{ id: string }>`select id from workspace where id = any(${ids}::uuid[]) order by id for key share`.execute(db)
  const missing = workspaceIds.findIndex((wanted) => !rows.some((row) => row.id === wanted))
  if (missing >= 0) throw notFound('workspace', `workspaceIds.${missing}`)
  const [offered, key] = [sql.table(`${table}_workspace`), sql.ref(`${table}_id`)]
  // The row itself is touched too: its version tells that something has changed.
  await sql`update ${sql.table(table)} set is_public = ${isPublic}, updated_at = clock_timestamp() where id = ${id}`.execute(db)
  await sql`delete from ${offered} where ${key} = ${id} and workspace_id <> all(${ids}::uuid[])`.execute(db)
  await sql`insert into ${offered} (${key}, workspace_id) select ${id}::uuid, unnest(${ids}::uuid[]) on conflict do nothing`.execute(db)
}
