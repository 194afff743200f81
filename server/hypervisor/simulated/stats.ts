import type { TrafficCounters } from '../../model/counters.ts'
import type { HostFigures } from '../../model/host-figures.ts'
import { GiB } from '../../model/units.ts'
import type { HostCounters, StatsDriver, VmCounters } from '../stats.ts'
import type { SimulatedHost, SimulatedVm } from './host.ts'
import type { Request } from './line.ts'

/** Since when the machine's counters count: another moment after each boot. */
const begun = new WeakMap<SimulatedVm, { boots: number; sinceMs: number }>()

export function statsOf(host: SimulatedHost, request: Request): StatsDriver {
  return {
    counters: () => request('counters', (): HostCounters => {
      const nowMs = performance.now()
      const vms = [...host.vms.values()].filter(({ power }) => power === 'running').map((vm) => countersOf(vm, nowMs))
      const { memoryBytes, freeMemoryBytes } = host.facts()
      const busyMs = vms.reduce((sum, { cpuMs }) => sum + (cpuMs ?? 0), 0)
      // A host does something itself too. Its counters fall when a guest stops, as those do that begin anew.
      return { cpu: { busyMs: nowMs * 0.3 + busyMs, ioWaitMs: nowMs * 0.05 }, memory: { totalBytes: memoryBytes, freeBytes: freeMemoryBytes }, vms }
    }),
  }
}

/** What has gone through each card of the guests. */
export function trafficOf(vms: Iterable<SimulatedVm>): TrafficCounters[] {
  const nowMs = performance.now()
  return [...vms].filter(({ power }) => power === 'running').flatMap((vm) => countersOf(vm, nowMs).interfaces ?? [])
}

/** The load is what the guests do, and a little that the host does itself. Each host's disks are as full as its name says, and breathe. */
export function figuresOf({ name, vms }: SimulatedHost): HostFigures {
  const nowMs = performance.now()
  const running = [...vms.values()].filter(({ power }) => power === 'running')
  const loadOver = (minutes: number) => {
    const spanMs = minutes * 60_000
    return running.reduce((sum, { spec }) => sum + spec.vcpus * (workDone(nowMs, phaseOf(spec)) - workDone(nowMs - spanMs, phaseOf(spec))) / spanMs, 0.3)
  }
  const own = Array.from(name).reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 1_000, 7) / 1_000
  const disk = (mountPoint: string, sizeBytes: number, share: number) => ({ mountPoint, sizeBytes, usedBytes: Math.round(sizeBytes * (share + 0.01 * Math.sin(nowMs / 600_000 + own * 6))) })
  return {
    load: { load1: loadOver(1), load5: loadOver(5), load15: loadOver(15) },
    fileSystems: [disk('/', 64 * GiB, 0.2 + 0.3 * own), disk('/var', 200 * GiB, 0.3 + 0.65 * own), disk('/boot', GiB, 0.25)],
  }
}

const phaseOf = ({ domainUuid }: SimulatedVm['spec']) => Number.parseInt(domainUuid.slice(-6), 16) / 0xff_ffff

/** Each guest is busy in waves of its own, between idle and all of its processors; everything else goes with that. */
function countersOf(vm: SimulatedVm, nowMs: number): VmCounters {
  const known = begun.get(vm)
  const { sinceMs } = known?.boots === vm.boots ? known : { sinceMs: nowMs }
  if (known?.boots !== vm.boots) begun.set(vm, { boots: vm.boots, sinceMs })
  const { spec } = vm
  const phase = phaseOf(spec)
  const share = workDone(nowMs, phase) - workDone(sinceMs, phase)
  const busyMs = share * spec.vcpus
  const used = 0.35 + 0.2 * phase + 0.1 * Math.sin(nowMs / 60_000 + phase * 6)
  return {
    domainUuid: spec.domainUuid,
    life: vm.boots,
    cpuMs: busyMs,
    memory: { residentBytes: Math.round(spec.memoryBytes * Math.min(0.95, used + 0.2)), usedBytes: Math.round(spec.memoryBytes * used) },
    disks: spec.disks.map((_, index) => ({ target: `vd${String.fromCharCode(97 + index)}`, reads: Math.round(busyMs * 0.02), readBytes: Math.round(busyMs * 400), writes: Math.round(busyMs * 0.05), writtenBytes: Math.round(busyMs * 900) })),
    interfaces: [...vm.cards.keys()].map((mac) => ({ device: mac, receivedBytes: Math.round(busyMs * 700), receivedPackets: Math.round(busyMs), sentBytes: Math.round(busyMs * 300), sentPackets: Math.round(busyMs * 0.8) })),
  }
}

/** Milliseconds of one processor until then: the integral of a wave of ten minutes around a third. */
function workDone(ms: number, phase: number): number {
  const period = 600_000 / (2 * Math.PI)
  return (0.05 + 0.5 * phase) * ms + 0.2 * phase * period * Math.sin(ms / period + phase * 6)
}
