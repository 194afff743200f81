import type { FabricHost } from '../../server/fabric/driver.ts'
import { openSimulatedFabric } from '../../server/fabric/simulated/driver.ts'
import { SimulatedSwitch } from '../../server/fabric/simulated/switch.ts'
import type { HypervisorHost } from '../../server/hypervisor/driver.ts'
import type { Remembered } from '../../server/hypervisor/simulated/adopt.ts'
import { adopt } from '../../server/hypervisor/simulated/adopt.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import type { SimulatedHostOptions } from '../../server/hypervisor/simulated/host.ts'
import { SimulatedHost } from '../../server/hypervisor/simulated/host.ts'
import { bringToLife, calm, faultBy, latencyOf } from '../../server/hypervisor/simulated/life.ts'
import type { Behaviour } from '../../server/hypervisor/simulated/life.ts'
import { lineTo } from '../../server/hypervisor/simulated/line.ts'
import { figuresOf, trafficOf } from '../../server/hypervisor/simulated/stats.ts'
import { SimulatedStorage } from '../../server/hypervisor/simulated/storage.ts'
import { SimulatedMachine } from '../../server/machine/simulated/machine.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { HostAddress, HostLink } from './link.ts'

export interface SimulatedPlace { host: SimulatedHost; fabric: SimulatedSwitch; machine: SimulatedMachine }

export interface SimulatedWorldOptions extends Omit<SimulatedHostOptions, 'name' | 'storage' | 'plugs'> {
  /** What stands on a host that nobody has asked for yet; without it hosts begin empty. */
  remember?: (host: HostAddress) => Promise<Remembered>
  behaviour?: Behaviour
  /** Told of each guest that changes by `behaviour`, when it does. */
  onChange?: (domainUuid: string) => void
}

/**
 * The hosts of kind `simulated`, one storage for each area. It lives in this process: every worker process has a world
 * of its own, and a world ends with its process. So simulated hosts are for one worker; for tests, the demo and benches.
 */
export class SimulatedWorld {
  readonly #places = new Map<string, SimulatedPlace>()
  readonly #storages = new Map<string, SimulatedStorage>()
  readonly #options: SimulatedWorldOptions
  /** Of each host that is being filled or was, when that is done. */
  readonly #filled = new Map<string, Promise<void>>()
  /** Those that stand as remembered: life happens on them, and their requests take their time. */
  readonly #lively = new Set<SimulatedHost>()
  #livelyList: readonly SimulatedHost[] = []
  readonly #end: () => void

  constructor(options: SimulatedWorldOptions = {}) {
    this.#options = options
    this.#end = bringToLife(() => this.#livelyList, options.behaviour ?? calm, options.onChange)
  }

  /** The host of this row, made when it is first asked for. */
  place({ id, areaId, name }: Pick<HostAddress, 'id' | 'areaId' | 'name'>): SimulatedPlace {
    const known = this.#places.get(id)
    if (known) return known
    const { remember, behaviour, onChange: _told, ...options } = this.#options
    const storage = this.#storages.get(areaId) ?? new SimulatedStorage()
    this.#storages.set(areaId, storage)
    const fabric = new SimulatedSwitch({ name, eventDelayMs: options.eventDelayMs })
    const isLively = () => this.#lively.has(host)
    const host: SimulatedHost = new SimulatedHost({ ...options, ...(behaviour && { latencyMs: () => isLively() ? latencyOf(behaviour) : 0 }), name, storage, plugs: fabric })
    if (behaviour) host.faults.byChance = () => isLively() ? faultBy(behaviour) : undefined
    fabric.standOn(host, { traffic: () => trafficOf(host.vms.values()), figures: () => figuresOf(host) })
    const machine = new SimulatedMachine({ way: (control) => lineTo(host, control), bridges: fabric.bridges })
    const place = { host, fabric, machine }
    this.#places.set(id, place)
    if (!remember) this.#enliven(host)
    return place
  }

  hasPower(host: Pick<HostAddress, 'id' | 'areaId' | 'name'>): boolean { return this.place(host).host.hasPower }
  /** Takes the host's power away. */
  cut(host: Pick<HostAddress, 'id' | 'areaId' | 'name'>): void { this.place(host).host.losePower() }
  /** Nothing happens on the hosts any more. */
  close(): void { this.#end() }

  linkTo(address: HostAddress): HostLink {
    const place = this.place(address)
    const { host, fabric } = place
    const link = { hypervisor: openSimulatedHost(host), fabric: openSimulatedFabric(fabric) }
    const close = async () => { await Promise.all([link.hypervisor.close(), link.fabric.close()]) }
    if (!this.#options.remember) return { ...link, close }
    const filled = () => this.#fill(address, place)
    const hypervisor: HypervisorHost = { bind: (control) => after(filled, link.hypervisor.bind(control)), close: () => link.hypervisor.close() }
    const fabricHost: FabricHost = { bind: (control) => after(filled, link.fabric.bind(control)), close: () => link.fabric.close() }
    return { hypervisor, fabric: fabricHost, close }
  }

  #enliven(host: SimulatedHost): void {
    this.#lively.add(host)
    this.#livelyList = [...this.#lively]
  }

  #fill(address: HostAddress, { host, fabric }: SimulatedPlace): Promise<void> {
    const known = this.#filled.get(address.id)
    if (known) return known
    const filling = (async () => {
      const remembered = await this.#options.remember!(address).catch((error: unknown) => {
        this.#filled.delete(address.id)
        throw new KloudakError('UNAVAILABLE', `What stands on the simulated host ${address.name} could not be read.`, { cause: error })
      })
      await adopt(host, remembered)
      // Asked for in an earlier life: the setting of a real switch stays on its host.
      fabric.tellsFigures = true
      this.#enliven(host)
    })()
    this.#filled.set(address.id, filling)
    return filling
  }
}

/** A driver each of whose calls waits for `ready` first. */
function after<Driver extends object>(ready: () => Promise<void>, driver: Driver): Driver {
  return new Proxy(driver, {
    get(target, name) {
      const act: unknown = Reflect.get(target, name)
      return typeof act === 'function' ? async (...given: unknown[]) => { await ready(); return Reflect.apply(act, target, given) as unknown } : act
    },
  })
}
