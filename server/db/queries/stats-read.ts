import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { hostMetrics, mergePoints, poolMetrics, vmMetrics } from '../../model/stats.ts'
import type { HostMetric, Point, PoolMetric, Resolution, Span, Values, VmMetric } from '../../model/stats.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { uuidArray } from './page.ts'
import { columnOf, milliseconds, statsTable } from './stats-columns.ts'

type Row<Metric extends string> = Values<Metric> & { atMs: number; seconds: number }

/** As milliseconds: the driver gives moments as text. */
const momentOf = (of: string) => sql`(extract(epoch from ${sql.ref(of)}) * 1000)::float8 as "atMs"`

const selected = (metrics: readonly string[], of: (column: string) => RawBuilder<unknown> = (column) => sql.ref(column)) => sql.join(metrics.map((metric) => sql`${of(columnOf(metric))} as ${sql.ref(metric)}`), sql`, `)
/** A VM's element of the arrays of its host's row. */
const ofVm = (column: string) => sql`(source.${sql.ref(`vm_${column}`)})[place.n]`

function pointOf<Metric extends string>({ atMs, seconds, ...values }: Row<Metric>, metrics: readonly Metric[]): Point<Metric> {
  return { at: new Date(atMs), seconds, values: Object.fromEntries(metrics.map((metric) => [metric, (values as unknown as Values<Metric>)[metric]])) as Values<Metric> }
}

async function pointsOf<Metric extends string>(em: Em, subject: 'host' | 'pool', resolution: Resolution, id: string, { from, to }: Span, metrics: readonly Metric[]): Promise<Point<Metric>[]> {
  const { rows } = await sql<Row<Metric>>`
    select ${momentOf('at')}, seconds, ${selected(metrics)} from ${statsTable(subject, resolution)} source
    where ${sql.ref(`${subject}_id`)} = ${id} and at >= ${from} and at < ${to} order by at`.execute(kyselyOf(em).withoutPlugins())
  return rows.map((row) => pointOf(row, metrics))
}

/** What was kept of a host within the span, oldest first. */
export const hostPoints = (em: Em, hostId: string, resolution: Resolution, span: Span): Promise<Point<HostMetric>[]> => pointsOf(em, 'host', resolution, hostId, span, hostMetrics)

/** As hostPoints; of pools there are no raw samples. */
export const poolPoints = (em: Em, poolId: string, resolution: Exclude<Resolution, 'raw'>, span: Span): Promise<Point<PoolMetric>[]> => pointsOf(em, 'pool', resolution, poolId, span, poolMetrics)

/** As hostPoints, on whatever hosts the VM ran. */
export async function vmPoints(em: Em, vmId: string, resolution: Resolution, { from, to }: Span): Promise<Point<VmMetric>[]> {
  // Places are brought up to date once an hour: one that was left within the span was seen at most so long before it.
  const { rows } = await sql<Row<VmMetric>>`
    select ${momentOf('source.at')}, ${ofVm('seconds')} as seconds, ${selected(vmMetrics, ofVm)}
    from ${statsTable('host', resolution)} source cross join lateral (select array_position(source.vm_ids, ${vmId}::uuid) as n) place
    where source.host_id = any(array(select host_id from vm_stats_host where vm_id = ${vmId} and seen_at >= ${from}::timestamptz - interval '2 hours'))
      and source.at >= ${from} and source.at < ${to} and place.n is not null
    order by source.at`.execute(kyselyOf(em).withoutPlugins())
  return mergePoints(rows.map((row) => pointOf(row, vmMetrics)), vmMetrics)
}

/** The newest sample of each of these hosts that is not older than `maxAgeMs`; a host without one is left out. */
export async function newestOfHosts(em: Em, hostIds: readonly string[], maxAgeMs: number): Promise<Map<string, Point<HostMetric>>> {
  const { rows } = await sql<Row<HostMetric> & { id: string }>`
    select wanted.id, ${momentOf('newest.at')}, newest.seconds, ${selected(hostMetrics, (column) => sql.ref(`newest.${column}`))}
    from unnest(${uuidArray(hostIds)}::uuid[]) as wanted(id) cross join lateral (
      select at, seconds, ${sql.join(hostMetrics.map((metric) => sql.ref(columnOf(metric))), sql`, `)} from host_stats_raw
      where host_id = wanted.id and at > now() - ${milliseconds(maxAgeMs)} order by at desc limit 1) newest`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map((row) => [row.id, pointOf<HostMetric>(row, hostMetrics)]))
}

/** The same of VMs, on the host that each is on by the books. */
export async function newestOfVms(em: Em, vmIds: readonly string[], maxAgeMs: number): Promise<Map<string, Point<VmMetric>>> {
  const { rows } = await sql<Row<VmMetric> & { id: string }>`
    select vm.id, ${momentOf('source.at')}, ${ofVm('seconds')} as seconds, ${selected(vmMetrics, ofVm)}
    from vm cross join lateral (
      select * from host_stats_raw where host_id = vm.host_id and at > now() - ${milliseconds(maxAgeMs)} order by at desc limit 1) source
    cross join lateral (select array_position(source.vm_ids, vm.id) as n) place
    where vm.id = any(${uuidArray(vmIds)}::uuid[]) and place.n is not null`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map((row) => [row.id, pointOf<VmMetric>(row, vmMetrics)]))
}

/** The database's clock, which all moments here are of. */
export async function databaseNow(em: Em): Promise<Date> {
  const { rows } = await sql<{ ms: number }>`select (extract(epoch from now()) * 1000)::float8 as ms`.execute(kyselyOf(em).withoutPlugins())
  return new Date(rows[0]!.ms)
}
