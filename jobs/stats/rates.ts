// From two looks at counters to what went on between them.
import type { HostCounters, VmCounters } from '../../server/hypervisor/stats.ts'
import type { DiskCounters, TrafficCounters } from '../../server/model/counters.ts'
import type { FileSystem, HostFigures } from '../../server/model/host-figures.ts'
import type { HostMetric, Values, VmMetric } from '../../server/model/stats.ts'

/** All that was seen of a host in one look. `atMs` is of a clock that only goes forward. */
export interface Look { atMs: number; host: HostCounters; uplinks: TrafficCounters | null; figures: HostFigures | null }

export interface Rates { seconds: number; values: Values<HostMetric>; vms: { domainUuid: string; values: Values<VmMetric> }[]; fileSystems: FileSystem[] | null }

/** How fast a counter grew; null when either look lacks it, or when it began anew in between. */
function rate(before: number | null | undefined, after: number | null | undefined, seconds: number): number | null {
  if (before == null || after == null || after < before) return null
  return (after - before) / seconds
}

type Traffic = 'receivedBytesPerSecond' | 'sentBytesPerSecond' | 'receivedPacketsPerSecond' | 'sentPacketsPerSecond'
type Disks = 'diskReadsPerSecond' | 'diskWritesPerSecond' | 'diskReadBytesPerSecond' | 'diskWriteBytesPerSecond'

function trafficRates(before: TrafficCounters | null, after: TrafficCounters | null, seconds: number): Values<Traffic> {
  const of = (key: keyof TrafficCounters) => rate(before?.[key], after?.[key], seconds)
  return { receivedBytesPerSecond: of('receivedBytes'), sentBytesPerSecond: of('sentBytes'), receivedPacketsPerSecond: of('receivedPackets'), sentPacketsPerSecond: of('sentPackets') }
}

function diskRates(before: DiskCounters | null, after: DiskCounters | null, seconds: number): Values<Disks> {
  const of = (key: keyof DiskCounters) => rate(before?.[key], after?.[key], seconds)
  return { diskReadsPerSecond: of('reads'), diskWritesPerSecond: of('writes'), diskReadBytesPerSecond: of('readBytes'), diskWriteBytesPerSecond: of('writtenBytes') }
}

/** The sum of those that both looks have under one name: what was added or taken away in between has no rate yet. */
function inBoth<Key extends string, Item extends Record<Key, number>>(before: readonly Item[] | null, after: readonly Item[] | null, nameOf: (item: Item) => string, keys: readonly Key[]): [Record<Key, number>, Record<Key, number>] | [null, null] {
  if (!before || !after) return [null, null]
  const known = new Map(before.map((item) => [nameOf(item), item]))
  const pairs = after.flatMap((item) => { const earlier = known.get(nameOf(item)); return earlier ? [[earlier, item] as const] : [] })
  const sum = (side: 0 | 1) => Object.fromEntries(keys.map((key) => [key, pairs.reduce((total, pair) => total + pair[side][key], 0)])) as Record<Key, number>
  return [sum(0), sum(1)]
}

const diskKeys = ['reads', 'readBytes', 'writes', 'writtenBytes'] as const
const trafficKeys = ['receivedBytes', 'receivedPackets', 'sentBytes', 'sentPackets'] as const

function vmRates(before: VmCounters, after: VmCounters, seconds: number): Values<VmMetric> {
  const busyCpus = rate(before.cpuMs, after.cpuMs, seconds * 1_000)
  const disks = inBoth(before.disks, after.disks, ({ target }) => target, diskKeys)
  const cards = inBoth(before.interfaces, after.interfaces, ({ device }) => device, trafficKeys)
  return {
    busyCpus, peakCpus: busyCpus, memoryUsedBytes: after.memory.usedBytes, residentBytes: after.memory.residentBytes,
    ...diskRates(disks[0], disks[1], seconds), ...trafficRates(cards[0], cards[1], seconds),
  }
}

/** A host's disks are those of its VMs: what else it reads and writes, libvirt does not tell. */
function sumOf(vms: readonly { values: Values<VmMetric> }[], metric: Disks): number | null {
  const known = vms.map(({ values }) => values[metric]).filter((value) => value !== null)
  return known.length === 0 && vms.length > 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** What went on between two looks; VMs that were started in between come with the next one. */
export function ratesBetween(before: Look, after: Look): Rates {
  const seconds = (after.atMs - before.atMs) / 1_000
  const known = new Map(before.host.vms.map((vm) => [vm.domainUuid, vm]))
  const vms = after.host.vms.flatMap((vm) => {
    const earlier = known.get(vm.domainUuid)
    return earlier?.life === vm.life ? [{ domainUuid: vm.domainUuid, values: vmRates(earlier, vm, seconds) }] : []
  })
  const busyCpus = rate(before.host.cpu?.busyMs, after.host.cpu?.busyMs, seconds * 1_000)
  const { memory } = after.host
  const { load = null, fileSystems = null } = after.figures ?? {}
  const values: Values<HostMetric> = {
    busyCpus, peakCpus: busyCpus, ioWaitCpus: rate(before.host.cpu?.ioWaitMs, after.host.cpu?.ioWaitMs, seconds * 1_000),
    load1: load?.load1 ?? null, load5: load?.load5 ?? null, load15: load?.load15 ?? null,
    memoryUsedBytes: memory && memory.totalBytes - memory.freeBytes,
    diskReadsPerSecond: sumOf(vms, 'diskReadsPerSecond'), diskWritesPerSecond: sumOf(vms, 'diskWritesPerSecond'),
    diskReadBytesPerSecond: sumOf(vms, 'diskReadBytesPerSecond'), diskWriteBytesPerSecond: sumOf(vms, 'diskWriteBytesPerSecond'),
    ...trafficRates(before.uplinks, after.uplinks, seconds),
  }
  return { seconds, values, vms, fileSystems }
}
