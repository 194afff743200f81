import type { TrafficCounters } from '../../model/counters.ts'
import type { HostFigures } from '../../model/host-figures.ts'
import { GiB } from '../../model/units.ts'
import { Bell } from '../bell.ts'
import type { FabricEvent, FabricFacts, ObservedPort } from '../driver.ts'

/**
 * How a simulated host is reached: a simulated hypervisor fits, so that both of a host's drivers share one connection,
 * one count of requests and one plan of faults.
 */
export interface SimulatedReach {
  readonly name: string
  readonly reachable: boolean
  readonly options?: { latencyMs?: number | ((request: string) => number) }
  readonly faults?: { take(request: string): { kind: 'unsent' | 'refused' | 'lost-before' | 'lost-after'; error?: Error } | undefined }
  /** One connection breaks and is made anew at once. */
  dropConnections(): void
  /** Tells `lost` and `reset` of the connection, among other things. */
  listen?(listener: (event: { kind: string }) => void): () => void
}

export interface SimulatedSwitchOptions {
  name: string
  facts?: Partial<FabricFacts>
  /** Time between a change and its event, milliseconds. */
  eventDelayMs?: number
}

/** Of a host that has nothing but the switch. */
const idle: HostFigures = { load: { load1: 0.05, load5: 0.03, load15: 0.01 }, fileSystems: [{ mountPoint: '/', sizeBytes: 64 * GiB, usedBytes: 12 * GiB }] }

/** The port of a guest, as the hypervisor plugs it in. */
export interface SimulatedPlug { portId: string; mac: string; bridge: string; vlan: number | undefined; domainUuid: string }

/**
 * The switch of a host, in memory. The object is the switch itself, not a connection to it. `plug` and `unplug` are
 * what a simulated hypervisor calls; `disturb` is what happens on the host without Kloudak's doing.
 */
export class SimulatedSwitch {
  readonly name: string
  readonly ports = new Map<string, ObservedPort>()
  /** Of Open vSwitch, with what leads out of them. */
  bridges: FabricFacts['bridges'] = [{ name: 'private-br', datapathType: 'system', uplinks: ['eth2'] }, { name: 'public-br', datapathType: 'system', uplinks: ['eth1'] }]
  /** Whether it tells of its host; undefined until somebody has said so. */
  tellsFigures: boolean | undefined
  readonly #options: SimulatedSwitchOptions
  readonly #listeners = new Set<(event: FabricEvent) => void>()
  readonly #bell = new Bell()
  #reachable = true
  #reach: SimulatedReach
  #traffic: () => readonly TrafficCounters[] = () => []
  #figures: () => HostFigures = () => idle

  constructor(options: SimulatedSwitchOptions) {
    this.name = options.name
    this.#options = options
    this.#reach = this.#standalone()
  }

  get reach(): SimulatedReach { return this.#reach }

  /**
   * Puts this switch on the same host as a simulated hypervisor: it is lost and comes back with it. `traffic` is that of
   * each guest's card, `figures` are the host's own.
   */
  standOn(host: SimulatedReach, { traffic = () => [], figures = () => idle }: { traffic?: () => readonly TrafficCounters[]; figures?: () => HostFigures } = {}): void {
    this.#reach = host
    this.#traffic = traffic
    this.#figures = figures
    host.listen?.(({ kind }) => { if (kind === 'lost' || kind === 'reset') this.#connectionChanged(kind === 'reset') })
  }

  /** What its host's guests have sent and received, all of it through the uplinks. */
  traffic(): TrafficCounters {
    const parts = this.#traffic()
    const sum = (key: keyof TrafficCounters) => parts.reduce((total, part) => total + part[key], 0)
    return { receivedBytes: sum('receivedBytes'), receivedPackets: sum('receivedPackets'), sentBytes: sum('sentBytes'), sentPackets: sum('sentPackets') }
  }

  figures(): HostFigures | 'undecided' {
    if (this.tellsFigures === undefined) return 'undecided'
    return this.tellsFigures ? this.#figures() : { load: null, fileSystems: null }
  }

  facts(): FabricFacts {
    return { version: '3.1.0', bridges: this.bridges, ...this.#options.facts }
  }

  plug({ portId, mac, bridge, vlan, domainUuid }: SimulatedPlug): void {
    this.set({ portId, mac, bridge, vlan, domainUuid })
  }

  unplug(portId: string): void {
    if (!this.ports.delete(portId)) return
    this.#emit({ kind: 'port-removed', portId })
  }

  /** Someone on the host changes a port by hand. */
  disturb(portId: string, change: Partial<Pick<ObservedPort, 'vlan' | 'bridge'>>): void {
    const port = this.ports.get(portId)
    if (port) this.set({ ...port, ...change })
  }

  set(port: ObservedPort): void {
    this.ports.set(port.portId, port)
    this.#emit({ kind: 'port', port: { ...port } })
  }

  /** The first event that a listener hears is `reset`. The function returned takes it away. */
  listen(listener: (event: FabricEvent) => void): () => void {
    const own = (event: FabricEvent) => { listener(event) }
    this.#listeners.add(own)
    this.#later(() => { if (this.#listeners.has(own)) own({ kind: 'reset' }) })
    return () => { this.#listeners.delete(own) }
  }

  /** The management network of a switch that stands alone; the switch itself does not notice. */
  setReachable(reachable: boolean): void {
    if (reachable === this.#reachable) return
    this.#reachable = reachable
    this.#connectionChanged(reachable)
  }

  #connectionChanged(reachable: boolean): void {
    this.#emit(reachable ? { kind: 'reset' } : { kind: 'lost', error: new Error(`the connection to ${this.name} was lost`) })
  }

  /** Resolves at the next change of a port; the function ends the wait. */
  nextChange(): { changed: Promise<void>; stop: () => void } { return this.#bell.next() }

  #emit(event: FabricEvent): void {
    this.#bell.ring()
    this.#later(() => {
      // What a host cannot tell while out of reach is made good by the `reset` after it is back.
      if (this.#reach.reachable || event.kind === 'lost') for (const listener of this.#listeners) listener(event)
    })
  }

  #later(deliver: () => void): void {
    const delayMs = this.#options.eventDelayMs ?? 0
    if (delayMs > 0) setTimeout(deliver, delayMs)
    else queueMicrotask(deliver)
  }

  #standalone(): SimulatedReach {
    const isReachable = () => this.#reachable
    return { name: this.name, get reachable() { return isReachable() }, dropConnections: () => { this.setReachable(false); this.setReachable(true) } }
  }
}
