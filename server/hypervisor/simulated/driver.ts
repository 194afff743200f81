import type { CallControl, HypervisorDriver, HypervisorHost } from '../driver.ts'
import { consolesOf } from './consoles.ts'
import { cutOffOf } from './cut-off.ts'
import { flattenOf } from './flatten.ts'
import type { SimulatedHost } from './host.ts'
import { guestNetworkOf } from './guest-network.ts'
import { interfacesOf } from './interfaces.ts'
import { lineTo } from './line.ts'
import { machinesOf } from './machines.ts'
import { migrationOf } from './migration.ts'
import { poolsOf } from './pools.ts'
import { statsOf } from './stats.ts'
import { volumesOf } from './volumes.ts'

/**
 * A connection to a simulated host. Any number of them may be open to one host: what they do is seen by all, as with
 * two workers. Closing takes its listeners away.
 */
export function openSimulatedHost(host: SimulatedHost): HypervisorHost {
  const stops = new Set<() => void>()
  return {
    bind: (control) => bind(host, control, stops),
    async close() {
      for (const stop of stops) stop()
      stops.clear()
    },
  }
}

function bind(host: SimulatedHost, control: CallControl, stops: Set<() => void>): HypervisorDriver {
  const request = lineTo(host, control)
  return {
    facts: () => request('facts', () => host.facts()),
    ...poolsOf(host, request),
    ...volumesOf(host, request, control),
    ...machinesOf(host, request),
    ...cutOffOf(host, request),
    ...interfacesOf(host, request),
    ...guestNetworkOf(host, request),
    ...flattenOf(host, request),
    ...consolesOf(host, request),
    ...migrationOf(host, request, control),
    ...statsOf(host, request),
    watch: (listener) => request('watch', () => {
      const stop = host.listen(listener)
      stops.add(stop)
      return async () => { stop(); stops.delete(stop) }
    }),
  }
}
