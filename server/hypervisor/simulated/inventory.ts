import type { SimulatedHost } from './host.ts'
import { isActive } from './host.ts'

/**
 * Everything that stands on the host, as JSON with a fixed order of keys and rows, to be compared byte for byte before
 * and after a piece of work. What comes back to its old value leaves no trace in it.
 */
export function inventory(host: SimulatedHost): string {
  const pools = [...host.pools].map(([name, pool]) => ({ name, ...pool, volumes: [...host.folder(pool.path).volumes.values()].sort(by('name')) })).sort(by('name'))
  const vms = [...host.vms.values()].map(({ spec, power, startedPaused, flattening, disconnected, migration }) => ({ domainUuid: spec.domainUuid, power, startedPaused, ...(migration && { migration: migration.standing }), flattening: [...flattening.keys()].sort((a, b) => a - b), disconnected: [...disconnected].sort(), spec })).sort(by('domainUuid'))
  const ports = [...host.vms.values()].filter(isActive).flatMap(({ spec, cards }) => [...cards.values()].map(({ port, isConnected }) => ({ ...port, isConnected, domainUuid: spec.domainUuid }))).sort(by('portId'))
  return JSON.stringify({ pools, vms, ports }, ordered, 2)
}

function by<K extends string>(key: K): (a: Record<K, string>, b: Record<K, string>) => number {
  return (a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0)
}

function ordered(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
