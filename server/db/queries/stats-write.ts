import { sql } from 'kysely'
import { hostMetrics, vmMetrics } from '../../model/stats.ts'
import type { Values, HostMetric, VmMetric } from '../../model/stats.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { uuidArray } from './page.ts'
import { columnOf } from './stats-columns.ts'

/** What one host and its VMs did since the sample before. `epoch` is that of the lease under which it was looked at. */
export interface HostSample {
  hostId: string
  epoch: number
  seconds: number
  values: Values<HostMetric>
  vms: { vmId: string; seconds: number; values: Values<VmMetric> }[]
}

const hostColumns = hostMetrics.map(columnOf)
const vmColumns = vmMetrics.map((metric) => `vm_${columnOf(metric)}`)
const columns = ['seconds', ...hostColumns, 'vm_ids', 'vm_seconds', ...vmColumns]
const typeOf = (column: string) => (column === 'vm_ids' ? 'uuid[]' : column.startsWith('vm_') ? 'real[]' : 'real')
const told = sql.raw(columns.map((column) => `${column} ${typeOf(column)}`).join(', '))
const names = sql.raw(columns.join(', '))

// What a real can hold: a host that tells of more must not keep the samples of all others from being written with its own.
const most = 3e38

/** Three digits behind the point are more than a chart shows, and keep the statement short. */
const rounded = (value: number | null): number | null => (value === null || !(Math.abs(value) <= most) ? null : Math.round(value * 1_000) / 1_000)

function rowOf({ hostId, epoch, seconds, values, vms }: HostSample): Record<string, unknown> {
  const row: Record<string, unknown> = { host_id: hostId, epoch, seconds: rounded(seconds), vm_ids: vms.map(({ vmId }) => vmId), vm_seconds: vms.map((vm) => rounded(vm.seconds)) }
  for (const [index, metric] of hostMetrics.entries()) row[hostColumns[index]!] = rounded(values[metric])
  for (const [index, metric] of vmMetrics.entries()) row[vmColumns[index]!] = vms.map((vm) => rounded(vm.values[metric]))
  return row
}

/**
 * Writes the samples of many hosts in one statement, each under the grip on its host: those of a lease that is another
 * worker's by now are left out. Returns the hosts that were written. The lease's row is not locked, as it is for what is
 * overwritten: at worst two workers each write a true sample of one moment.
 */
export async function writeSamples(em: Em, workerId: string, samples: readonly HostSample[]): Promise<Set<string>> {
  if (samples.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    insert into host_stats_raw (host_id, at, ${names})
    select told.host_id, now(), ${names}
    from json_to_recordset(${JSON.stringify(samples.map(rowOf))}::json) as told (host_id uuid, epoch bigint, ${told})
    join host_lease held on held.host_id = told.host_id and held.worker_id = ${workerId} and held.epoch = told.epoch
    on conflict do nothing returning host_id as id`.execute(kyselyOf(em).withoutPlugins())
  return new Set(rows.map(({ id }) => id))
}

/** On which hosts VMs were just sampled: pairs in step. */
export async function notePlaces(em: Em, vmIds: readonly string[], hostIds: readonly string[]): Promise<void> {
  if (vmIds.length === 0) return
  await sql`
    insert into vm_stats_host (vm_id, host_id) select vm_id, host_id from unnest(${uuidArray(vmIds)}::uuid[], ${uuidArray(hostIds)}::uuid[]) as seen(vm_id, host_id) order by vm_id, host_id
    on conflict (vm_id, host_id) do update set seen_at = now()`.execute(kyselyOf(em).withoutPlugins())
}

/**
 * The VMs whose domains these hosts report, in the order of the pairs; null for a domain that is none of that host's: of no VM,
 * or of one that is elsewhere by the books. A VM is with two hosts from the promise of its room until a moment after its move,
 * when the last of what it did on the old one may still be on its way.
 */
export async function vmsOfDomains(em: Em, seen: readonly { hostId: string; domainUuid: string }[]): Promise<(string | null)[]> {
  const { rows } = await sql<{ id: string | null }>`
    select vm.id from unnest(${uuidArray(seen.map(({ hostId }) => hostId))}::uuid[], ${uuidArray(seen.map(({ domainUuid }) => domainUuid))}::uuid[]) with ordinality as seen(host_id, domain, n)
    left join vm on vm.domain_uuid = seen.domain and (vm.host_id = seen.host_id
      or exists (select 1 from reservation where reservation.vm_id = vm.id and reservation.host_id = seen.host_id)
      or vm.last_migration ->> 'fromHostId' = seen.host_id::text and (vm.last_migration ->> 'finishedAt')::timestamptz > now() - interval '1 minute')
    order by seen.n`.execute(kyselyOf(em).withoutPlugins())
  return rows.map(({ id }) => id)
}
