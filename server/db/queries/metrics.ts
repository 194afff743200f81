import { sql } from 'kysely'
import { figuresFreshForMs } from '../../model/host-figures.ts'
import type { FileSystem, LoadAverages } from '../../model/host-figures.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { milliseconds } from './stats-columns.ts'

/** How much there is of everything in the books, as Prometheus counts it. */
export interface BooksInNumbers {
  hosts: { state: string; duty: string; count: number }[]
  vms: { phase: string; power: string; count: number }[]
  pools: { pool: string; area: string; capacityBytes: number | null; availableBytes: number | null }[]
  /** Tasks that have not ended, by the kind of their work. */
  tasks: { kind: string; state: string; count: number }[]
  /** Work that could be taken now. */
  queue: { due: number; oldestSeconds: number }
  /** Of hosts that are up: how old the oldest of their newest samples is, and how many have none that is young enough. */
  samples: { oldestSeconds: number; without: number }
  /** Of hosts that have told it lately. */
  loads: ({ host: string } & LoadAverages)[]
  fileSystems: ({ host: string } & FileSystem)[]
}

export async function booksInNumbers(em: Em, freshMs: number): Promise<BooksInNumbers> {
  const db = kyselyOf(em).withoutPlugins()
  const { rows: hosts } = await sql<BooksInNumbers['hosts'][number]>`select state, duty, count(*)::integer as count from host group by 1, 2 order by 1, 2`.execute(db)
  const { rows: vms } = await sql<BooksInNumbers['vms'][number]>`select phase, observed_power as power, count(*)::integer as count from vm group by 1, 2 order by 1, 2`.execute(db)
  const { rows: pools } = await sql<BooksInNumbers['pools'][number]>`
    select pool.name as pool, area.name as area, capacity_bytes::float8 as "capacityBytes", available_bytes::float8 as "availableBytes" from pool join area on area.id = pool.area_id order by 2, 1`.execute(db)
  const { rows: tasks } = await sql<BooksInNumbers['tasks'][number]>`
    select name as kind, state, count(*)::integer as count from saga where state in ('queued', 'running', 'undoing', 'stuck') group by 1, 2 order by 1, 2`.execute(db)
  const { rows: [queue] } = await sql<BooksInNumbers['queue']>`
    select count(*)::integer as due, coalesce(extract(epoch from now() - min(run_after)), 0)::float8 as "oldestSeconds"
    from saga where state in ('queued', 'running', 'undoing') and run_after <= now()`.execute(db)
  const { rows: [samples] } = await sql<BooksInNumbers['samples']>`
    select coalesce(max(extract(epoch from now() - newest.at)), 0)::float8 as "oldestSeconds",
      (count(*) filter (where newest.at is null or newest.at < now() - ${milliseconds(freshMs)}))::integer as without
    from host left join lateral (select at from host_stats_raw where host_id = host.id and at > now() - interval '1 hour' order by at desc limit 1) newest on true
    where host.state = 'up'`.execute(db)
  const { rows: loads } = await sql<BooksInNumbers['loads'][number]>`
    select host.name as host, load1, load5, load15
    from host cross join lateral (select load1, load5, load15 from host_stats_raw where host_id = host.id and at > now() - ${milliseconds(freshMs)} order by at desc limit 1) newest
    where load1 is not null and load5 is not null and load15 is not null order by 1`.execute(db)
  const { rows: fileSystems } = await sql<BooksInNumbers['fileSystems'][number]>`
    select host.name as host, one."mountPoint", one."sizeBytes", one."usedBytes"
    from host_file_systems told join host on host.id = told.host_id cross join lateral jsonb_to_recordset(told.file_systems) as one("mountPoint" text, "sizeBytes" float8, "usedBytes" float8)
    where told.seen_at > now() - ${milliseconds(figuresFreshForMs)} order by 1, 2`.execute(db)
  return { hosts, vms, pools, tasks, queue: queue!, samples: samples!, loads, fileSystems }
}

/** How long the oldest event has waited that lies behind a position: 0 when there is none. */
export async function eventLagSeconds(em: Em, { xid, id }: { xid: bigint; id: bigint }): Promise<number> {
  const { rows: [row] } = await sql<{ seconds: number }>`
    select coalesce(extract(epoch from now() - min(at)), 0)::float8 as seconds from event where (xid, id) > (${String(xid)}::xid8, ${String(id)}::bigint)`.execute(kyselyOf(em).withoutPlugins())
  return row!.seconds
}
