import { monitorEventLoopDelay } from 'node:perf_hooks'
import { gauge } from './registry.ts'
import type { Family, Source } from './registry.ts'

/** What this process takes, under the names that all clients of Prometheus use. */
export function processMetrics(): Source {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const startedSeconds = Date.now() / 1_000 - process.uptime()
  return (): Family[] => {
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed } = process.memoryUsage()
    const lag = delay.count === 0 ? 0 : delay.percentile(99) / 1e9
    delay.reset()
    return [
      { name: 'process_cpu_seconds_total', help: 'Processor time that the process has used.', type: 'counter', samples: [{ value: (user + system) / 1e6 }] },
      gauge('process_resident_memory_bytes', 'Memory that the process takes.', rss),
      gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', startedSeconds),
      gauge('nodejs_heap_size_used_bytes', 'Memory that its objects take.', heapUsed),
      gauge('nodejs_eventloop_lag_p99_seconds', 'How late timers came since the last time this was asked for, 99th percentile.', lag),
    ]
  }
}
