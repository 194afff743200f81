import type { CallControl } from '../../model/call-control.ts'
import type { DiscoveredNic } from '../../model/host-discovery.ts'
import { KloudakError } from '../../model/errors.ts'
import { silentReport } from '../driver.ts'
import type { MachineDriver, MachineHost, MachineReport, PrepareOrder } from '../driver.ts'

/** The way to the simulated host, shared with its hypervisor: one count of requests, one plan of faults. */
export type SimulatedWay = (control: CallControl) => <T>(name: string, effect: () => T) => Promise<T>

export interface SimulatedBridge { name: string; datapathType: string; uplinks: string[]; mark?: string }

export interface SimulatedMachineOptions {
  way: SimulatedWay
  /** Of the host's switch, which shows what is made here. */
  bridges: SimulatedBridge[]
  clock?: () => number
}

const card = (index: number, addresses: string[]): DiscoveredNic => ({ name: `eth${index}`, mac: `02:00:00:00:00:0${index}`, mtu: 1500, speedMbps: 10_000, carrier: true, physical: true, master: null, uppers: [], addresses, management: index === 0 })

/** What an operating system adds to a simulated host. The object is the machine itself, not a connection to it. */
export class SimulatedMachine {
  /** Folders that are not there; all others are. */
  readonly missing = new Set<string>()
  nics = [card(0, ['10.0.0.2/24']), card(1, []), card(2, []), card(3, [])]
  /** Whether our key may only forward. */
  isRestricted = false
  readonly #options: SimulatedMachineOptions

  constructor(options: SimulatedMachineOptions) { this.#options = options }

  get bridges(): SimulatedBridge[] { return this.#options.bridges }
  get way(): SimulatedWay { return this.#options.way }

  /** All that preparation may change, to be compared byte for byte. */
  inventory(): string {
    return JSON.stringify([[...this.missing].sort(), [...this.bridges].sort((a, b) => (a.name < b.name ? -1 : 1)), this.isRestricted])
  }

  report(folders: readonly string[]): MachineReport {
    if (this.isRestricted) return silentReport('refused')
    return {
      shell: 'answered', os: { name: 'Simulated Linux', version: '1' }, kernel: 'Linux 6.1', cpu: { model: 'Simulated CPU', flags: ['lm', 'svm'], sockets: 2, cores: 16, threads: 32 },
      numa: [{ node: 0, cpus: '0-15', memoryBytes: 128 * 1024 ** 3 }, { node: 1, cpus: '16-31', memoryBytes: 128 * 1024 ** 3 }], nics: this.nics.map((nic) => ({ ...nic })), bonds: [], bridges: [],
      mounts: [{ path: '/', source: '/dev/vda', type: 'ext4' }], folders: folders.map((path) => ({ path, exists: !this.missing.has(path) })),
      packages: [{ name: 'openvswitch-switch', version: '3.1.0' }], commands: ['ip', 'ovs-vsctl'], openVswitchVersion: '3.1.0', kernelDatapath: true, startsGuestsAtBoot: false, timeMs: this.#options.clock?.() ?? Date.now(),
    }
  }

  prepare({ mark, bridges, folders }: PrepareOrder): void {
    for (const { name, uplink, datapath } of bridges) {
      if (!this.nics.some((nic) => nic.name === uplink)) throw new KloudakError('WRONG_STATE', `The host has no network card ${uplink}.`, { remedy: 'Name another one.' })
      const known = this.bridges.find((bridge) => bridge.name === name)
      if (known?.uplinks.includes(uplink)) continue
      if (this.bridges.some((bridge) => bridge.uplinks.includes(uplink))) throw new KloudakError('WRONG_STATE', `The host has the card ${uplink} in another bridge.`, { remedy: 'Name another one.' })
      if (known) throw new KloudakError('WRONG_STATE', `The bridge ${name} has another uplink.`)
      this.bridges.push({ name, datapathType: datapath, uplinks: [uplink], mark })
    }
    for (const folder of folders) this.missing.delete(folder)
  }

  unprepare({ mark, bridges, folders }: PrepareOrder): void {
    for (const { name } of bridges) {
      const at = this.bridges.findIndex((bridge) => bridge.name === name && bridge.mark === mark)
      if (at >= 0) this.bridges.splice(at, 1)
    }
    for (const folder of folders) this.missing.add(folder)
  }
}

export function openSimulatedMachine(machine: SimulatedMachine): MachineHost {
  return { bind: (control) => bind(machine, control) }
}

function bind(machine: SimulatedMachine, control: CallControl): MachineDriver {
  const request = machine.way(control)
  return {
    offeredKey: () => request('offeredKey', () => ({ line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', fingerprint: 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU' })),
    admits: () => request('admits', () => true),
    discover: (folders) => request('discover', () => machine.report(folders)),
    prepare: (order) => request('prepare', () => { machine.prepare(order) }),
    unprepare: (order) => request('unprepare', () => { machine.unprepare(order) }),
    restrictKey: () => request('restrictKey', () => { machine.isRestricted = true }),
  }
}
