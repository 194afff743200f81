import { openSimulatedFabric } from '../../server/fabric/simulated/driver.ts'
import { SimulatedSwitch } from '../../server/fabric/simulated/switch.ts'
import { lineTo } from '../../server/hypervisor/simulated/line.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { SimulatedHost } from '../../server/hypervisor/simulated/host.ts'
import type { SimulatedHostOptions } from '../../server/hypervisor/simulated/host.ts'
import { trafficOf } from '../../server/hypervisor/simulated/stats.ts'
import { SimulatedStorage } from '../../server/hypervisor/simulated/storage.ts'
import { SimulatedMachine } from '../../server/machine/simulated/machine.ts'
import type { HostAddress, HostLink } from './link.ts'

export interface SimulatedPlace { host: SimulatedHost; fabric: SimulatedSwitch; machine: SimulatedMachine }

/**
 * The hosts of kind `simulated`, one storage for each area. It lives in this process: every worker process has a world
 * of its own, and a world ends with its process. So simulated hosts are for one worker; for tests, the demo and benches.
 */
export class SimulatedWorld {
  readonly #places = new Map<string, SimulatedPlace>()
  readonly #storages = new Map<string, SimulatedStorage>()
  readonly #options: Omit<SimulatedHostOptions, 'name' | 'storage' | 'plugs'>

  constructor(options: Omit<SimulatedHostOptions, 'name' | 'storage' | 'plugs'> = {}) { this.#options = options }

  /** The host of this row, made when it is first asked for. */
  place({ id, areaId, name }: Pick<HostAddress, 'id' | 'areaId' | 'name'>): SimulatedPlace {
    const known = this.#places.get(id)
    if (known) return known
    const storage = this.#storages.get(areaId) ?? new SimulatedStorage()
    this.#storages.set(areaId, storage)
    const fabric = new SimulatedSwitch({ name, eventDelayMs: this.#options.eventDelayMs })
    const host = new SimulatedHost({ ...this.#options, name, storage, plugs: fabric })
    fabric.standOn(host, () => trafficOf(host.vms.values()))
    const machine = new SimulatedMachine({ way: (control) => lineTo(host, control), bridges: fabric.bridges })
    const place = { host, fabric, machine }
    this.#places.set(id, place)
    return place
  }

  hasPower(host: Pick<HostAddress, 'id' | 'areaId' | 'name'>): boolean { return this.place(host).host.hasPower }
  /** Takes the host's power away. */
  cut(host: Pick<HostAddress, 'id' | 'areaId' | 'name'>): void { this.place(host).host.losePower() }

  linkTo(address: HostAddress): HostLink {
    const { host, fabric } = this.place(address)
    const link = { hypervisor: openSimulatedHost(host), fabric: openSimulatedFabric(fabric) }
    return { ...link, close: async () => { await Promise.all([link.hypervisor.close(), link.fabric.close()]) } }
  }
}
