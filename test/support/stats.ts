// Samples as a worker writes them, for tests that need some.
import type { Em } from '../../server/db/orm.ts'
import { makePartitions } from '../../server/db/queries/stats-partitions.ts'
import { notePlaces, writeSamples } from '../../server/db/queries/stats-write.ts'
import type { HostSample } from '../../server/db/queries/stats-write.ts'
import { newId } from '../../server/model/id.ts'
import { defaultKeep, hostMetrics, vmMetrics } from '../../server/model/stats.ts'
import type { Values } from '../../server/model/stats.ts'

/** All metrics, each the number more than the one before it. */
export const valuesFrom = <Metric extends string>(metrics: readonly Metric[], first: number): Values<Metric> => Object.fromEntries(metrics.map((metric, index) => [metric, first + index])) as Values<Metric>

/** A sample of a host and of VMs on it, all ten seconds long: busy processors are 10 of the host, 20 of the first VM, 30 of the next. */
export function sampleOf(hostId: string, vmIds: readonly string[] = [], busyCpus = 10): HostSample {
  return { hostId, epoch: 1, seconds: 10, values: valuesFrom(hostMetrics, busyCpus), vms: vmIds.map((vmId, index) => ({ vmId, seconds: 10, values: valuesFrom(vmMetrics, busyCpus + 10 * (index + 1)) })) }
}

/** Writes samples as a worker that holds the hosts; `inMs` puts them at another moment than now, within the coming half hour. */
export async function writeSample(em: Em, samples: readonly HostSample[], inMs = 0): Promise<void> {
  await em.transactional((inner) => makePartitions(inner, defaultKeep))
  const workerId = newId()
  await em.execute('insert into worker (id) values (?)', [workerId])
  for (const { hostId } of samples) await em.execute("insert into host_lease (host_id, worker_id, expires_at) values (?, ?, 'infinity') on conflict (host_id) do update set worker_id = excluded.worker_id, epoch = 1", [hostId, workerId])
  await writeSamples(em, workerId, samples)
  await notePlaces(em, samples.flatMap(({ vms }) => vms.map(({ vmId }) => vmId)), samples.flatMap(({ hostId, vms }) => vms.map(() => hostId)))
  if (inMs > 0) for (const { hostId } of samples) await em.execute("update host_stats_raw set at = at + ? * interval '1 millisecond' where host_id = ?", [inMs, hostId])
}
