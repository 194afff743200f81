import type { Duplex } from 'node:stream'
import { plainError } from '../../model/host-error.ts'
import { locksItsWriters } from '../../model/pool.ts'
import type { HostEvent, HostFacts, InterfaceSpec, VmSpec } from '../driver.ts'
import type { MigrationNumbers } from '../migration.ts'
import { FaultPlan } from './faults.ts'
import { SimulatedGuests } from './guests.ts'
import type { SimulatedFolder, SimulatedPool } from './storage.ts'
import { SimulatedStorage } from './storage.ts'

export interface SimulatedVm {
  spec: VmSpec
  power: 'running' | 'paused' | 'stopped' | 'crashed'
  startedPaused: boolean
  guestShutDown: boolean
  /** How it ended last; undefined when it never ran, or the host lost its power since. */
  ending: string | undefined
  /** Starts, reboots and resets so far: an act that must happen at most once shows here when it happened twice. */
  boots: number
  /** Bytes copied by the flatten job of each disk that has one. */
  flattening: Map<number, number>
  /** The network cards of the running machine by MAC; empty while it does not run. */
  cards: Map<string, { port: InterfaceSpec; isConnected: boolean }>
  /** MACs of the definition's cards without a cable. */
  disconnected: Set<string>
  /** Passwords that the guest's users have, as their hashes. */
  passwords: Map<string, string>
  /** Its part in a migration, while there is one; see MigrationStanding. `resumes`: what it goes on as. */
  migration?: { standing: 'leaving' | 'arriving' | 'between'; resumes: 'running' | 'paused' } | undefined
  /** Of the migration that brought it here. */
  numbers?: MigrationNumbers | undefined
  /** Who reads the serial port and the screen; they end when the guest stops. */
  serial: Duplex | undefined
  screens: Set<Duplex>
}

/** Told of every port that a simulated guest plugs into a bridge or leaves, so that a simulated fabric can show it. */
export interface SimulatedPlugs {
  plug(port: InterfaceSpec & { domainUuid: string }): void
  unplug(portId: string): void
}

export interface SimulatedHostOptions {
  name: string
  storage?: SimulatedStorage
  /** One plan for several hosts counts the requests of all of them as one. */
  faults?: FaultPlan
  plugs?: SimulatedPlugs
  facts?: Partial<HostFacts>
  /** How long the host takes to carry out a request, milliseconds. A function makes it depend on the request's name. */
  latencyMs?: number | ((request: string) => number)
  /** Time between a change and its event, milliseconds. */
  eventDelayMs?: number
  /** How much of a disk a copy moves between two looks at its progress. */
  flattenStepBytes?: number
  /** How long the memory of a guest is on its way to another host, milliseconds; 0 unless told. */
  migrationMs?: number
  /** Whether the guest obeys the power button. */
  guestObeys?: (domainUuid: string) => boolean
  /** Whether the guest lets go of a network card when it is asked to. */
  guestLetsGo?: (domainUuid: string) => boolean
  /** Whether an agent answers in the guest. */
  guestHasAgent?: (domainUuid: string) => boolean
}

const GiB = 1024 ** 3

/**
 * A hypervisor in memory. The object is the host itself, not a connection to it: drivers come and go (a worker that
 * crashed and its successor), the host stays. The methods here are what happens on the host without Kloudak's doing.
 */
export class SimulatedHost {
  readonly name: string
  readonly storage: SimulatedStorage
  readonly faults: FaultPlan
  readonly pools = new Map<string, SimulatedPool>()
  /** Path -> what the host says when it is to start a pool there. */
  readonly mountFailures = new Map<string, string>()
  /** Addresses to which it has no way. */
  readonly unreached = new Set<string>()
  readonly vms = new Map<string, SimulatedVm>()
  /** What the guests say of themselves. */
  readonly guests = new SimulatedGuests()
  readonly options: SimulatedHostOptions
  /** Folders of its own, where it should have shared ones. */
  readonly #apart = new Map<string, SimulatedFolder>()
  readonly #listeners = new Set<(event: HostEvent) => void>()
  readonly #facts: HostFacts
  #reachable = true
  #hasPower = true

  constructor(options: SimulatedHostOptions) {
    this.name = options.name
    this.options = options
    this.storage = options.storage ?? new SimulatedStorage()
    this.faults = options.faults ?? new FaultPlan()
    this.#facts = {
      hostname: options.name, hostUuid: simulatedUuid(options.name), libvirtVersion: '9.0.0', qemuVersion: '7.2.0', domainType: 'kvm',
      architecture: 'x86_64', emulator: '/usr/bin/qemu-system-x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64',
      cpus: 32, memoryBytes: 256 * GiB, freeMemoryBytes: 256 * GiB, ...options.facts,
    }
  }

  get reachable(): boolean { return this.#reachable }
  get hasPower(): boolean { return this.#hasPower }

  facts(): HostFacts {
    return { ...this.#facts, freeMemoryBytes: this.#facts.memoryBytes - this.usedMemoryBytes() }
  }

  /** What stands under a path on this host. */
  folder(path: string): SimulatedFolder {
    return this.#apart.get(path) ?? this.storage.folder(path)
  }

  /** The file system is not mounted on this host, or another one is: what it has at this path is an empty folder of its own. */
  standApart(path: string): void {
    this.#apart.set(path, new SimulatedStorage().folder(path))
  }

  /** The mount is mended. */
  standTogether(path: string): void {
    this.#apart.delete(path)
  }

  usedMemoryBytes(): number {
    let used = 0
    for (const vm of this.vms.values()) if (isActive(vm)) used += vm.spec.memoryBytes
    return used
  }

  /** Adds a listener; the first event it hears is `reset`. The function returned takes it away. */
  listen(listener: (event: HostEvent) => void): () => void {
    const own = (event: HostEvent) => { listener(event) }
    this.#listeners.add(own)
    this.#later(() => { if (this.#listeners.has(own)) own({ kind: 'reset' }) })
    return () => { this.#listeners.delete(own) }
  }

  emit(event: HostEvent): void {
    this.#later(() => {
      // A host that cannot be reached cannot tell; what was missed is made good by the `reset` after it is back.
      if (this.#reachable || event.kind === 'lost') for (const listener of this.#listeners) listener(event)
    })
  }

  /** The management network: false loses every connection at once, true brings them back. Guests do not notice. */
  setReachable(reachable: boolean): void {
    if (reachable === this.#reachable) return
    this.#reachable = reachable
    if (reachable) this.#hasPower = true
    this.emit(reachable ? { kind: 'reset' } : { kind: 'lost', error: new Error(`the connection to ${this.name} was lost`) })
  }

  /** One connection breaks and is made anew at once. */
  dropConnections(): void {
    this.setReachable(false)
    this.setReachable(true)
  }

  /** Ends the guest's processors for the reason given. */
  halt(vm: SimulatedVm, power: 'stopped' | 'crashed', reason: 'guest-shutdown' | 'stopped' | 'crashed' | 'migrated'): void {
    if (!isActive(vm)) return
    vm.power = power
    vm.migration = undefined
    vm.startedPaused = false
    vm.guestShutDown = reason === 'guest-shutdown'
    vm.ending = reason
    vm.flattening.clear()
    vm.serial?.push(null)
    vm.serial = undefined
    for (const screen of vm.screens) screen.push(null)
    vm.screens.clear()
    this.letGoOfDisks(vm)
    for (const { port } of vm.cards.values()) this.options.plugs?.unplug(port.portId)
    vm.cards.clear()
    this.emit({ kind: 'power', domainUuid: vm.spec.domainUuid, power, reason })
  }

  letGoOfDisks({ spec: { disks } }: SimulatedVm): void {
    for (const disk of disks) {
      const { folder, path } = this.storage.locate(disk)
      if (folder.writers.get(path) === this.name) folder.writers.delete(path)
    }
  }

  /** As QEMU's image lock, where the storage has one: INTERNAL when another guest has one of the disks. */
  takeDisks({ spec: { disks } }: SimulatedVm): void {
    const places = disks.map((disk) => ({ ...this.storage.locate(disk), locks: locksItsWriters(disk.pool.source?.kind ?? 'dir') }))
    for (const { folder, path, locks } of places) {
      const writer = folder.writers.get(path)
      if (writer !== undefined && locks) throw plainError('INTERNAL', 'The host could not start the VM.', { cause: new Error(`${path}: a guest on ${writer} has the write lock`) })
    }
    for (const { folder, path } of places) folder.writers.set(path, this.name)
  }

  /** What a guest does by itself: `poweroff` in a shell, or a QEMU that dies. */
  guestStops(domainUuid: string, how: 'guest-shutdown' | 'crashed'): void {
    const vm = this.vms.get(domainUuid)
    if (vm) this.halt(vm, how === 'crashed' ? 'crashed' : 'stopped', how)
  }

  /** The plug is pulled: guests are gone and nothing answers until `setReachable(true)`, which is also the way to power it on. */
  losePower(): void {
    this.setReachable(false)
    this.#hasPower = false
    for (const vm of this.vms.values()) { this.halt(vm, 'stopped', 'stopped'); Object.assign(vm, { power: 'stopped', guestShutDown: false, ending: undefined }) }
  }

  #later(deliver: () => void): void {
    const delayMs = this.options.eventDelayMs ?? 0
    if (delayMs > 0) setTimeout(deliver, delayMs)
    else queueMicrotask(deliver)
  }
}

/** A domain with a QEMU process: it holds memory, disks and ports. */
export function isActive(vm: SimulatedVm): boolean {
  return vm.power === 'running' || vm.power === 'paused'
}

/** The same name gives the same UUID, so that a simulated world is the same in each run (FNV-1a, four times over). */
export function simulatedUuid(name: string): string {
  let hex = ''
  for (let part = 0; part < 4; part++) {
    let hash = 0x811c9dc5 ^ part
    for (const char of name) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0
    hex += hash.toString(16).padStart(8, '0')
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
