import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { hostMetrics, isPeak, poolMetrics, sourceOf, stepMsOf, vmMetrics } from '../../model/stats.ts'
import type { Keep, Rollup } from '../../model/stats.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { uuidArray } from './page.ts'
import { columnOf, epoch, milliseconds, statsTable } from './stats-columns.ts'

export type RollupSubject = 'host' | 'pool'

export interface RollupOptions {
  keep: Keep
  /** How long after its end a bucket may still get samples: they are written at the database's own time, so this is a transaction's. */
  lateMs: number
  /** Hosts or pools in one transaction, and buckets. */
  objects: number
  buckets: number
}

/** The mean over time of what is known, or the largest. */
function rolled(metric: string, of: string, seconds: string): RawBuilder<unknown> {
  const [value, weight] = [sql.ref(of), sql.ref(seconds)]
  if (isPeak(metric)) return sql`max(${value})`
  return sql`sum(${value}::float8 * ${weight}) / nullif(sum(${weight}::float8) filter (where ${value} is not null), 0)`
}

const list = (parts: readonly RawBuilder<unknown>[]) => sql.join(parts, sql`, `)
const refs = (names: readonly string[]) => list(names.map((name) => sql.ref(name)))

/**
 * Rolls one stretch of a resolution up from the finer one: some buckets of some hosts (or pools), in the transaction of
 * `em`. False when nothing is due, or another worker is at it. However often a stretch is begun, its rows are the same.
 */
export async function rollUp(em: Em, subject: RollupSubject, resolution: Rollup, { keep, lateMs, objects, buckets }: RollupOptions): Promise<boolean> {
  const db = kyselyOf(em).withoutPlugins()
  const step = milliseconds(stepMsOf[resolution])
  const source = sourceOf[resolution]
  // Begins where the finer rows begin, less a bucket for those that are being made.
  await sql`
    insert into stats_rollup (subject, resolution, done_until)
    select ${subject}, ${resolution}, date_bin(${step}, coalesce((select min(at) from ${statsTable(subject, source)}), now()), ${epoch}) - ${step}
    where not exists (select from stats_rollup where subject = ${subject} and resolution = ${resolution}) on conflict do nothing`.execute(db)
  // After a long rest it goes on where the finer rows begin by now. It never overtakes another worker that still makes them.
  const { rows: [due] } = await sql<Stretch & { after: string | null }>`
    with held as (
      select done_until, after_id, greatest(done_until, date_bin(${step}, now() - ${milliseconds(keep[source])}, ${epoch})) as first,
        date_bin(${step}, least(now() - ${milliseconds(lateMs)}, (select done_until from stats_rollup where subject = ${subject} and resolution = ${source})), ${epoch}) as last
      from stats_rollup where subject = ${subject} and resolution = ${resolution} for update skip locked
    )
    select first::text as from, least(first + ${buckets}::integer * ${step}, last)::text as until, case when first = done_until then after_id end as after from held where first < last`.execute(db)
  if (!due) return false
  const { rows } = await sql<{ id: string }>`select id from ${sql.table(subject)} where ${due.after}::uuid is null or id > ${due.after}::uuid order by id limit ${objects}`.execute(db)
  const ids = rows.map(({ id }) => id)
  if (ids.length > 0) await (subject === 'host' ? rollUpHosts : rollUpPools)(em, resolution, ids, due)
  const isStretchDone = ids.length < objects
  // The whole stretch with all its objects, or the next of them in the same stretch.
  await sql`
    update stats_rollup set done_until = ${isStretchDone ? due.until : due.from}::timestamptz, after_id = ${isStretchDone ? null : ids.at(-1)}::uuid
    where subject = ${subject} and resolution = ${resolution}`.execute(db)
  return true
}

/** Moments as the database writes them. */
interface Stretch { from: string; until: string }

const within = (subject: RollupSubject, ids: readonly string[], { from, until }: Stretch) =>
  sql`source.${sql.ref(`${subject}_id`)} = any(${uuidArray(ids)}::uuid[]) and source.at >= ${from}::timestamptz and source.at < ${until}::timestamptz`

async function rollUpHosts(em: Em, resolution: Rollup, ids: readonly string[], stretch: Stretch): Promise<void> {
  const bucket = sql`date_bin(${milliseconds(stepMsOf[resolution])}, source.at, ${epoch})`
  const source = statsTable('host', sourceOf[resolution])
  const hostColumns = hostMetrics.map(columnOf)
  const vmColumns = vmMetrics.map((metric) => `vm_${columnOf(metric)}`)
  await sql`
    with hosts as (
      select source.host_id, ${bucket} as bucket, sum(source.seconds::float8) as seconds,
        ${list(hostMetrics.map((metric) => sql`${rolled(metric, `source.${columnOf(metric)}`, 'source.seconds')} as ${sql.ref(columnOf(metric))}`))}
      from ${source} source where ${within('host', ids, stretch)} group by 1, 2
    ), vms as (
      select source.host_id, ${bucket} as bucket, each.vm_id, sum(each.seconds::float8) as seconds,
        ${list(vmMetrics.map((metric, index) => sql`${rolled(metric, `each.${vmColumns[index]!}`, 'each.seconds')} as ${sql.ref(vmColumns[index]!)}`))}
      from ${source} source cross join lateral unnest(source.vm_ids, source.vm_seconds, ${list(vmColumns.map((name) => sql`source.${sql.ref(name)}`))}) as each(vm_id, seconds, ${refs(vmColumns)})
      where ${within('host', ids, stretch)} group by 1, 2, 3 order by 1, 2, 3
    ), lists as (
      select host_id, bucket, array_agg(vm_id) as vm_ids, array_agg(seconds::real) as vm_seconds,
        ${list(vmColumns.map((name) => sql`array_agg(${sql.ref(name)}::real) as ${sql.ref(name)}`))}
      from vms group by 1, 2
    )
    insert into ${statsTable('host', resolution)} (host_id, at, seconds, ${refs([...hostColumns, 'vm_ids', 'vm_seconds', ...vmColumns])})
    select hosts.host_id, hosts.bucket, hosts.seconds, ${refs(hostColumns.map((name) => `hosts.${name}`))},
      ${list(['vm_ids', 'vm_seconds', ...vmColumns].map((name) => sql`coalesce(${sql.ref(`lists.${name}`)}, '{}')`))}
    from hosts left join lists on lists.host_id = hosts.host_id and lists.bucket = hosts.bucket
    on conflict do nothing`.execute(kyselyOf(em).withoutPlugins())
}

async function rollUpPools(em: Em, resolution: Rollup, ids: readonly string[], stretch: Stretch): Promise<void> {
  const names = poolMetrics.map(columnOf)
  await sql`
    insert into ${statsTable('pool', resolution)} (pool_id, at, seconds, ${refs(names)})
    select source.pool_id, date_bin(${milliseconds(stepMsOf[resolution])}, source.at, ${epoch}), sum(source.seconds::float8),
      ${list(poolMetrics.map((metric) => rolled(metric, `source.${columnOf(metric)}`, 'source.seconds')))}
    from ${statsTable('pool', sourceOf[resolution])} source where ${within('pool', ids, stretch)} group by 1, 2
    on conflict do nothing`.execute(kyselyOf(em).withoutPlugins())
}

/** One row for each pool and minute, from what the watch has in the books: any number of workers may call it at any time. */
export async function notePools(em: Em): Promise<void> {
  await sql`
    insert into pool_stats_minute (pool_id, at, seconds, capacity_bytes, available_bytes)
    select id, date_bin(interval '1 minute', now(), ${epoch}), 60, capacity_bytes, available_bytes from pool
    where capacity_bytes is not null and observed_at > now() - interval '5 minutes' on conflict do nothing`.execute(kyselyOf(em).withoutPlugins())
}
