import type { CallControl } from '../../model/call-control.ts'
import { KloudakError } from '../../model/errors.ts'
import type { FabricDriver, FabricHost, ObservedPort } from '../driver.ts'
import { cancelled, lineTo } from './line.ts'
import type { SimulatedSwitch } from './switch.ts'

/** A connection to a simulated switch. Any number may be open to one switch; closing takes its listeners away. */
export function openSimulatedFabric(fabric: SimulatedSwitch): FabricHost {
  const stops = new Set<() => void>()
  return {
    bind: (control) => bind(fabric, control, stops),
    async close() {
      for (const stop of stops) stop()
      stops.clear()
    },
  }
}

function bind(fabric: SimulatedSwitch, control: CallControl, stops: Set<() => void>): FabricDriver {
  const line = lineTo(fabric, control)
  const copyOf = (portId: string): ObservedPort | undefined => {
    const port = fabric.ports.get(portId)
    return port && { ...port }
  }
  return {
    facts: () => line.read('fabricFacts', () => fabric.facts()),
    listPorts: () => line.read('listPorts', () => Array.from(fabric.ports.values(), (port) => ({ ...port }))),
    findPort: (portId) => line.read('findPort', () => copyOf(portId)),
    async ensureVlan({ portId, bridge, vlan }) {
      const endMs = performance.now() + control.timeoutMs
      for (;;) {
        const port = await line.read('findPort', () => copyOf(portId))
        if (port && port.bridge !== bridge) throw new KloudakError('CONFLICT', `The port ${portId} stands on the bridge ${port.bridge}, not on ${bridge}.`)
        if (port?.vlan === vlan && port) return port
        if (port) await line.write('setVlan', () => { const now = fabric.ports.get(portId); if (now) fabric.set({ ...now, vlan }) })
        else await waitForChange(fabric, control, portId, endMs)
      }
    },
    removePort: async (portId) => {
      if (await line.read('findPort', () => copyOf(portId))) await line.write('removePort', () => { fabric.unplug(portId) })
    },
    counters: () => line.read('fabricCounters', () => ({ uplinks: fabric.traffic(), figures: fabric.figures() })),
    askForFigures: () => line.write('askForFigures', () => { fabric.tellsFigures ??= true }),
    watch: (listener) => line.read('watchPorts', () => {
      const stop = fabric.listen(listener)
      stops.add(stop)
      return async () => { stop(); stops.delete(stop) }
    }),
  }
}

/** Waits for the next change on the switch, unless the port has come meanwhile. */
async function waitForChange(fabric: SimulatedSwitch, control: CallControl, portId: string, endMs: number): Promise<void> {
  const leftMs = endMs - performance.now()
  if (leftMs <= 0) throw new KloudakError('NOT_FOUND', `The port ${portId} did not appear on the host in time.`)
  if (control.signal?.aborted) throw cancelled(control)
  const { changed, stop } = fabric.nextChange()
  // It may have come while the answer that it is absent was on its way.
  if (fabric.ports.has(portId)) stop()
  const timer = setTimeout(stop, leftMs)
  control.signal?.addEventListener('abort', stop, { once: true })
  await changed
  clearTimeout(timer)
  control.signal?.removeEventListener('abort', stop)
}
