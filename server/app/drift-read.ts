import { requireActor, requireSuperuser } from '../auth/authorize.ts'
import { Drift } from '../db/entities/drift.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { openDriftCounts } from '../db/queries/drift.ts'
import { countOf, keyset } from '../db/queries/page.ts'
import type { DriftKind } from '../model/drift.ts'
import type { PageRequest } from '../model/page.ts'
import { isOperator } from './reader.ts'
import type { Reader } from './reader.ts'

export interface DriftFilter {
  hostId?: string | undefined
  areaId?: string | undefined
  kind?: DriftKind | undefined
  /** Only what is not over, or only what is. */
  open?: boolean | undefined
}

function filtered(em: Em, { hostId, areaId, kind, open }: DriftFilter) {
  let query = kyselyOf(em).selectFrom('drift')
  if (hostId !== undefined) query = query.where('host', '=', hostId)
  if (areaId !== undefined) query = query.where('area', '=', areaId)
  if (kind !== undefined) query = query.where('kind', '=', kind)
  if (open !== undefined) query = query.where('resolvedAt', open ? 'is' : 'is not', null)
  return query
}

/** Differences between books and hosts, newest first. FORBIDDEN for all but superusers. */
export async function listDrift({ em, actor }: Reader, filter: DriftFilter, page: PageRequest): Promise<Drift[]> {
  requireSuperuser(actor)
  return rowsOf(em, Drift, keyset(filtered(em, filter), 'id', page, { newestFirst: true }))
}

export async function countDrift({ em, actor }: Reader, filter: DriftFilter): Promise<number> {
  requireSuperuser(actor)
  return countOf(filtered(em, filter))
}

/** Those of the differences that exist, for superusers; for others there are none. */
export async function findDrift({ em, actor }: Reader, ids: readonly string[]): Promise<Drift[]> {
  requireActor(actor)
  return isOperator(actor) ? rowsByIds(em, Drift, 'drift', { by: 'id', ids }) : []
}

/** How many are open and not to be left as they are; for superusers. */
export async function countOpenDrift({ em, actor }: Reader, column: 'host_id' | 'area_id', ids: readonly string[]): Promise<(number | null)[]> {
  if (!isOperator(actor)) return ids.map(() => null)
  const counts = await openDriftCounts(em, column, ids)
  return ids.map((id) => counts.get(id) ?? 0)
}
