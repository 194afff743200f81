import type { Em } from '../db/orm.ts'

/**
 * Removes the oldest events, those older than `keepMs`, at most `chunk` of them; returns how many went. Only ever a
 * prefix of the stream goes, and its last position is noted in the same statement: a cursor before it is expired.
 * Short chunks, because a long transaction would hold back every stream (decision 3). Repeat until fewer than `chunk` went.
 */
export async function pruneEvents(em: Em, { keepMs, chunk = 2_000 }: { keepMs: number; chunk?: number }): Promise<number> {
  const [row] = await em.execute<{ gone: number }[]>(`
    with chunk as (
      select xid, id, at < now() - ? * interval '1 millisecond' as old
      from event where xid < pg_snapshot_xmin(pg_current_snapshot()) order by xid, id limit ?
    ), stop as (
      select xid, id from chunk where not old order by xid, id limit 1
    ), gone as (
      delete from event using chunk
      where event.xid = chunk.xid and event.id = chunk.id and not exists (select from stop where (stop.xid, stop.id) <= (chunk.xid, chunk.id))
      returning event.xid, event.id
    ), noted as (
      update installation set pruned_xid = last.xid, pruned_id = last.id
      from (select xid, id from gone order by xid desc, id desc limit 1) last
    )
    select count(*)::integer as gone from gone`, [keepMs, chunk])
  return row?.gone ?? 0
}
