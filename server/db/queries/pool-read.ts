import { sql } from 'kysely'
import type { PoolState } from '../../model/pool.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf } from './page.ts'

/** The state as people read it (server/model/pool.ts poolStateOf), for a filter. */
export const stateIs = (state: PoolState) => sql<boolean>`
  case when phase <> 'ready' then phase when maintenance_at is not null then 'maintenance' when retired_at is not null then 'retired' else 'ready' end = ${state}`

/** What pools have promised to disks (decision 25); one that has promised nothing is left out. */
export async function promisedByPools(em: Em, poolIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; bytes: string }>`select pool_id as id, sum(disk_bytes) as bytes from reservation where ${anyOf('pool_id', poolIds)} group by pool_id`.execute(kyselyOf(em))
  return new Map(rows.map(({ id, bytes }) => [id, Number(bytes)]))
}

export interface PoolOnHost { poolId: string; hostId: string; state: 'ready' | 'failed' | 'unknown'; message: string | null; remedy: string | null; checkedAt: Date | null }

/** How every host of a pool's area has it; retired hosts are left out, and those that are only being enrolled. */
export async function hostsOfPools(em: Em, poolIds: readonly string[]): Promise<Map<string, PoolOnHost[]>> {
  const { rows } = await sql<PoolOnHost>`
    select pool.id as "poolId", host.id as "hostId", coalesce(pool_host.state, 'unknown') as state, pool_host.message, pool_host.remedy, pool_host.checked_at as "checkedAt"
    from pool join host on host.area_id = pool.area_id and host.state not in ('enrolling', 'retired') left join pool_host on pool_host.pool_id = pool.id and pool_host.host_id = host.id
    where ${anyOf('pool.id', poolIds)} order by host.name`.execute(kyselyOf(em))
  return Map.groupBy(rows.map((row) => ({ ...row, checkedAt: row.checkedAt && new Date(row.checkedAt) })), ({ poolId }) => poolId)
}
