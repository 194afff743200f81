import type { PoolRef } from '../../model/pool.ts'
import type { Em } from '../orm.ts'

/** A column of a query over `pool`: what hosts are told of it, as a PoolRef. Without a source there is no such key. */
export const poolRef = `jsonb_strip_nulls(jsonb_build_object('name', coalesce(pool.name_on_hosts, pool.name), 'path', pool.path, 'source', pool.source))`

/** Pools that hosts are to have: not those that are only being made, could not be made or are being deleted. */
export const isStanding = `pool.phase = 'ready'`

/** Pools in which new disks and images may be put. */
export const takesNew = `(pool.phase = 'ready' and pool.maintenance_at is null and pool.retired_at is null)`

export interface StandingPool { id: string; name: string; ref: PoolRef; secretSealed: Uint8Array | null; wasMarked: boolean }

/** The pools that a host is to have, by the books. */
export async function standingPools(em: Em, hostId: string): Promise<StandingPool[]> {
  return em.execute(`
    select pool.id, pool.name, ${poolRef} as ref, pool.secret_sealed as "secretSealed", pool.marked_at is not null as "wasMarked"
    from pool join host on host.area_id = pool.area_id where host.id = ? and ${isStanding} order by pool.id`, [hostId])
}
