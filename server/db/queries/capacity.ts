import { sql } from 'kysely'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { uuidArray } from './page.ts'
import { takesNew } from './pool-ref.ts'

export interface PoolCandidate { id: string; areaId: string; replicaId: string; capacityBytes: number | null; promisedBytes: number; overcommit: number }

/** The pools of these areas that hold the image, with what they have promised; all of it is read again under `lockPool`. */
export async function poolCandidates(em: Em, areaIds: readonly string[], imageVersionId: string): Promise<PoolCandidate[]> {
  const { rows } = await sql<{ id: string; areaId: string; replicaId: string; capacityBytes: string | null; promisedBytes: string; overcommit: number }>`
    select pool.id, pool.area_id as "areaId", image_replica.id as "replicaId", pool.capacity_bytes as "capacityBytes", pool.disk_overcommit as "overcommit",
      (select coalesce(sum(disk_bytes), 0) from reservation where pool_id = pool.id) as "promisedBytes"
    from pool join image_replica on image_replica.pool_id = pool.id and image_replica.image_version_id = ${imageVersionId} and image_replica.state = 'ready'
    where pool.area_id = any(${uuidArray(areaIds)}::uuid[]) and ${sql.raw(takesNew)}`.execute(kyselyOf(em))
  return rows.map((row) => ({ ...row, capacityBytes: row.capacityBytes === null ? null : Number(row.capacityBytes), promisedBytes: Number(row.promisedBytes) }))
}

/** Waits for the pool's turn: until the transaction ends nobody else promises anything of it. Then says what it may still promise. */
export async function lockPool(em: Em, poolId: string): Promise<number> {
  await sql`select id from pool where id = ${poolId} for no key update`.execute(kyselyOf(em))
  // A statement of its own: its snapshot is taken after the lock, so it sees what the one before us promised.
  const { rows: [row] } = await sql<{ free: string }>`
    select case when ${sql.raw(takesNew)} then floor(coalesce(capacity_bytes, 0) * disk_overcommit) - (select coalesce(sum(disk_bytes), 0) from reservation where pool_id = pool.id) else -1 end as free
    from pool where id = ${poolId}`.execute(kyselyOf(em))
  return Number(row!.free)
}

/** The pools of these areas in which a disk of this size could be put now. */
export async function poolsWithRoom(em: Em, areaIds: readonly string[], diskBytes: number): Promise<{ id: string; areaId: string }[]> {
  const { rows } = await sql<{ id: string; areaId: string }>`
    select id, area_id as "areaId" from pool where area_id = any(${uuidArray(areaIds)}::uuid[]) and ${sql.raw(takesNew)}
      and floor(coalesce(capacity_bytes, 0) * disk_overcommit) - (select coalesce(sum(disk_bytes), 0) from reservation where pool_id = pool.id) >= ${diskBytes}`.execute(kyselyOf(em))
  return rows
}
