import { domainStats, statsFlag } from '../../wire/libvirt/flag-constants.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import type { TypedParam } from '../../wire/libvirt/protocol/typed-params.ts'
import type { HostCounters, StatsDriver, VmCounters } from '../stats.ts'
import type { Calls } from './calls.ts'
import { refusedWith } from './errors.ts'

const KiB = 1024
const allCells = -1
const allCpus = -1
const wanted = domainStats.CPU_TOTAL | domainStats.BALLOON | domainStats.INTERFACE | domainStats.BLOCK

interface NodeStats { stats: { field: string; value: bigint }[] }

export function statsOf(calls: Calls): StatsDriver {
  return {
    async counters() {
      // One after the other: over ssh the second of two small answers waits for the acknowledgement of the first.
      const { records } = await calls.stats('ConnectGetAllDomainStats', { domains: [], stats: wanted, flags: statsFlag.RUNNING | statsFlag.NOWAIT })
      const cpu = await ofNode(({ count }) => calls.stats('NodeGetCpuStats', { cpu: allCpus, count }))
      const memory = await ofNode(({ count }) => calls.stats('NodeGetMemoryStats', { cell: allCells, count }))
      return { cpu: cpu && cpuOf(cpu), memory: memory && memoryOf(memory), vms: records.map(({ domain, params }) => readVm(domain, params)) }
    },
  }
}

/** Asks how many there are, then for them. Undefined where the host does not support it. */
async function ofNode(ask: (args: { count: number }) => Promise<NodeStats & { count: number }>): Promise<Map<string, number> | null> {
  try {
    const { count } = await ask({ count: 0 })
    return new Map((await ask({ count })).stats.map(({ field, value }) => [field, Number(value)]))
  } catch (error) {
    if (refusedWith(error, errorCode.NO_SUPPORT, errorCode.RPC)) return null
    throw error
  }
}

/** Nanoseconds, summed up over all processors. */
function cpuOf(stats: Map<string, number>): HostCounters['cpu'] {
  const ms = (field: string) => (stats.get(field) ?? 0) / 1e6
  return { busyMs: ms('kernel') + ms('user') + ms('intr'), ioWaitMs: ms('iowait') }
}

/** Free is what guests could take: the kernel gives its caches back when asked. */
function memoryOf(stats: Map<string, number>): HostCounters['memory'] {
  const bytes = (field: string) => (stats.get(field) ?? 0) * KiB
  return { totalBytes: bytes('total'), freeBytes: bytes('free') + bytes('buffers') + bytes('cached') }
}

/** The parameters of `virConnectGetAllDomainStats`: `block.0.rd.bytes` and the like. */
export function readVm({ uuid, id }: { uuid: string; id: number }, params: readonly TypedParam[]): VmCounters {
  const values = new Map(params.map(({ name, value }) => [name, value]))
  const number = (name: string): number | null => {
    const value = values.get(name)
    return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null
  }
  const bytes = (name: string) => { const value = number(name); return value === null ? null : value * KiB }
  const count = (name: string) => number(name) ?? 0
  /** Of each of a numbered group; null when the group is not there. */
  const each = <T>(group: string, read: (prefix: string) => T): T[] | null => {
    const size = number(`${group}.count`)
    // There are no more than are told of, whatever the number says.
    return size === null ? null : Array.from({ length: Math.min(size, params.length) }, (_, index) => read(`${group}.${index}`))
  }
  const nanoseconds = number('cpu.time')
  const [seen, free] = [bytes('balloon.available'), bytes('balloon.usable') ?? bytes('balloon.unused')]
  return {
    domainUuid: uuid,
    life: id,
    cpuMs: nanoseconds === null ? null : nanoseconds / 1e6,
    memory: { residentBytes: bytes('balloon.rss'), usedBytes: seen === null || free === null ? null : Math.max(0, seen - free) },
    disks: each('block', (at) => ({
      target: String(values.get(`${at}.name`) ?? ''),
      reads: count(`${at}.rd.reqs`), readBytes: count(`${at}.rd.bytes`), writes: count(`${at}.wr.reqs`), writtenBytes: count(`${at}.wr.bytes`),
    })),
    interfaces: each('net', (at) => ({
      device: String(values.get(`${at}.name`) ?? ''),
      receivedBytes: count(`${at}.rx.bytes`), receivedPackets: count(`${at}.rx.pkts`), sentBytes: count(`${at}.tx.bytes`), sentPackets: count(`${at}.tx.pkts`),
    })),
  }
}
