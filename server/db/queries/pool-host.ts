import type { Em } from '../orm.ts'

export interface PoolHostNote { poolId: string; hostId: string; state: 'ready' | 'failed'; message?: string; remedy?: string }

/**
 * Two parts of one statement, after `with held as (...)`, which has one row when it may be written: `news` changes the pool's
 * version, so that those who look at it hear of them, and `noted` writes how the host has it: news at once, what is as it was
 * every five minutes.
 */
export function poolHostNote({ poolId, hostId, state, message, remedy }: PoolHostNote): { parts: string; values: unknown[] } {
  return {
    parts: `
      news as (
        update pool set observed_at = now() from held where pool.id = ? and not exists (select from pool_host where pool_id = pool.id and host_id = ? and state = ? and message is not distinct from ?) returning pool.id
      ), noted as (
        insert into pool_host (pool_id, host_id, state, message, remedy, checked_at) select pool.id, host.id, ?, ?, ?, now() from pool, host, held where pool.id = ? and host.id = ?
        on conflict (pool_id, host_id) do update set state = excluded.state, message = excluded.message, remedy = excluded.remedy, checked_at = excluded.checked_at
        where (pool_host.state, pool_host.message) is distinct from (excluded.state, excluded.message) or pool_host.checked_at < now() - interval '5 minutes' returning pool_id
      )`,
    values: [poolId, hostId, state, message ?? null, state, message ?? null, remedy ?? null, poolId, hostId],
  }
}

/** Notes how a host has a pool. */
export async function notePoolHost(em: Em, note: PoolHostNote): Promise<void> {
  const { parts, values } = poolHostNote(note)
  await em.execute(`with held as (select 1 as one), ${parts} select 1 from noted`, values)
}
