import type { ExecutionResult } from 'graphql'
import { booksInNumbers, eventLagSeconds } from '../db/queries/metrics.ts'
import type { BooksInNumbers } from '../db/queries/metrics.ts'
import type { Db } from '../db/orm.ts'
import type { EventHub } from '../events/hub.ts'
import { Counter, gauge, Histogram, Registry } from '../metrics/registry.ts'
import type { Family } from '../metrics/registry.ts'
import { processMetrics } from '../metrics/process.ts'
import { freshForMs } from '../model/stats.ts'
import type { StatsSettings } from '../model/stats.ts'

export interface HttpMetrics {
  registry: Registry
  operation: (kind: 'query' | 'mutation' | 'subscription', seconds: number, errors: ExecutionResult['errors']) => void
  response: (status: number) => void
}

interface Parts { db: Db; hub: EventHub; settings: StatsSettings; sockets: () => number; statsFollowers: () => number }

const hostStates = ['enrolling', 'up', 'suspect', 'down', 'fenced']

/** What a server tells of itself and of the books. The books' numbers are the same in each server: take the largest. */
export function makeHttpMetrics({ db, hub, settings, sockets, statsFollowers }: Parts): HttpMetrics {
  const operations = new Histogram('kloudak_graphql_operation_duration_seconds', 'How long operations took, without the way to the client; of subscriptions, each event.', [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5])
  const errors = new Counter('kloudak_graphql_errors_total', 'Errors that operations ended with, beside those that are part of a mutation\'s result.', true)
  const responses = new Counter('kloudak_http_responses_total', 'Answers to requests over HTTP.', true)
  const connections = (): Family[] => [
    gauge('kloudak_client_sockets', 'Sockets and event streams of signed-in clients that are open.', sockets()),
    gauge('kloudak_subscriptions', 'Subscriptions that are open.', [{ labels: { of: 'events' }, value: hub.subscribers }, { labels: { of: 'statistics' }, value: statsFollowers() }]),
  ]
  // Asked for by several at once, the database answers once.
  let asking: Promise<Family[]> | undefined
  const ask = async (): Promise<Family[]> => {
    const em = db.em.fork()
    return [...booksFamilies(await booksInNumbers(em, freshForMs(settings))), gauge('kloudak_event_lag_seconds', 'How long the oldest event has waited that this process has not told yet.', await eventLagSeconds(em, hub.position))]
  }
  const books = () => asking ??= ask().finally(() => { asking = undefined })
  return {
    registry: new Registry(processMetrics(), operations.read, errors.read, responses.read, connections, books),
    operation(kind, seconds, failed) {
      operations.observe(seconds, { kind })
      for (const { extensions } of failed ?? []) errors.add({ code: typeof extensions.code === 'string' ? extensions.code : 'INVALID_INPUT' })
    },
    response: (status) => { responses.add({ code: String(status) }) },
  }
}

function booksFamilies({ hosts, vms, pools, tasks, queue, samples, loads, fileSystems }: BooksInNumbers): Family[] {
  const known = new Set(hosts.map(({ state }) => state))
  const absent = hostStates.filter((state) => !known.has(state)).map((state) => ({ state, duty: 'service', count: 0 }))
  const ofPools = (pick: (pool: BooksInNumbers['pools'][number]) => number | null) => pools.flatMap((pool) => { const value = pick(pool); return value === null ? [] : [{ labels: { pool: pool.pool, area: pool.area }, value }] })
  const ofLoads = (key: 'load1' | 'load5' | 'load15') => loads.map(({ host, [key]: value }) => ({ labels: { host }, value }))
  const ofFileSystems = (key: 'sizeBytes' | 'usedBytes') => fileSystems.map(({ host, mountPoint, [key]: value }) => ({ labels: { host, mount_point: mountPoint }, value }))
  return [
    gauge('kloudak_hosts', 'Hosts by what they are and what is wanted of them.', [...hosts, ...absent].map(({ state, duty, count }) => ({ labels: { state, duty }, value: count }))),
    gauge('kloudak_vms', 'VMs by phase and power.', vms.map(({ phase, power, count }) => ({ labels: { phase, power }, value: count }))),
    gauge('kloudak_pool_capacity_bytes', 'Size of a pool.', ofPools(({ capacityBytes }) => capacityBytes)),
    gauge('kloudak_pool_available_bytes', 'What is free in a pool.', ofPools(({ availableBytes }) => availableBytes)),
    gauge('kloudak_tasks_open', 'Tasks that have not ended, by kind and state.', tasks.map(({ kind, state, count }) => ({ labels: { kind, state }, value: count }))),
    gauge('kloudak_queue_depth', 'Work that waits for a worker.', queue.due),
    gauge('kloudak_queue_oldest_age_seconds', 'How long the oldest work has waited for a worker.', queue.oldestSeconds),
    gauge('kloudak_stats_sample_age_seconds', 'Age of the newest sample of the host that has waited longest for another, of those that are up.', samples.oldestSeconds),
    gauge('kloudak_stats_hosts_without_samples', 'Hosts that are up and have no sample of now.', samples.without),
    gauge('kloudak_host_load1', 'Load average of a host over the last minute.', ofLoads('load1')),
    gauge('kloudak_host_load5', 'Load average of a host over the last five minutes.', ofLoads('load5')),
    gauge('kloudak_host_load15', 'Load average of a host over the last fifteen minutes.', ofLoads('load15')),
    gauge('kloudak_host_file_system_size_bytes', 'Size of a local file system of a host.', ofFileSystems('sizeBytes')),
    gauge('kloudak_host_file_system_used_bytes', 'What is in use of a local file system of a host.', ofFileSystems('usedBytes')),
  ]
}
