import { Counter, gauge, Histogram, Registry } from '../server/metrics/registry.ts'
import { processMetrics } from '../server/metrics/process.ts'

export interface WorkerMetrics {
  registry: Registry
  look: (outcome: 'taken' | 'failed', ms: number) => void
  written: (hosts: number, ms: number) => void
  taskEnded: (kind: string, outcome: string) => void
}

/** What a worker tells of itself; what stands in the books, servers tell. */
export function makeWorkerMetrics(parts: { hosts: () => number; links: () => number; tasks: () => number }): WorkerMetrics {
  const looks = new Histogram('kloudak_stats_look_duration_seconds', 'How long it took to read the counters of one host.', [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5])
  const failed = new Counter('kloudak_stats_failed_looks_total', 'Hosts whose counters could not be read when they were due.')
  const samples = new Counter('kloudak_stats_samples_total', 'Samples of hosts that were written.')
  const writes = new Histogram('kloudak_stats_write_duration_seconds', 'How long it took to write the samples of many hosts.', [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5])
  const ended = new Counter('kloudak_tasks_ended_total', 'Tasks that this worker brought to their end, by kind and outcome.', true)
  const now = () => [
    gauge('kloudak_worker_hosts', 'Hosts that this worker holds.', parts.hosts()),
    gauge('kloudak_worker_host_links', 'Ways to hosts that this worker keeps open.', parts.links()),
    gauge('kloudak_worker_tasks', 'Tasks that this worker carries out now.', parts.tasks()),
  ]
  return {
    registry: new Registry(processMetrics(), now, looks.read, failed.read, samples.read, writes.read, ended.read),
    look(outcome, ms) {
      if (outcome === 'failed') failed.add()
      else looks.observe(ms / 1_000)
    },
    written(hosts, ms) {
      samples.add({}, hosts)
      writes.observe(ms / 1_000)
    },
    taskEnded: (kind, outcome) => { ended.add({ kind, outcome }) },
  }
}
