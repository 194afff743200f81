import type { HostDuty, HostState } from './host.ts'
import { formatBytes, MiB } from './units.ts'

/** A host as placement sees it: what it has, what it has promised, and how far its area lets promises go beyond it. */
export interface HostCandidate {
  id: string
  areaId: string
  state: HostState
  duty: HostDuty
  /** Waits for an operator's review: nothing on it may be changed. */
  isFrozen: boolean
  /** Null until the host has reported. */
  cpus: number | null
  memoryBytes: number | null
  reservedMemoryBytes: number
  promisedVcpus: number
  promisedMemoryBytes: number
  vcpuOvercommit: number
  memoryOvercommit: number
}

export interface PlacementRequest {
  vcpus: number
  memoryBytes: number
  /** Only hosts of these areas; undefined for any. */
  areaIds?: ReadonlySet<string> | undefined
}

export type RefusalReason = 'area' | 'state' | 'duty' | 'frozen' | 'unknown' | 'memory' | 'vcpus'

/** Why a host does not take the VM, and what it could still give. */
export interface Refusal { hostId: string; reason: RefusalReason; freeVcpus: number; freeMemoryBytes: number }

export interface Placement {
  /** Hosts that fit, the best first: the one that keeps the largest share of its memory free. */
  ranked: HostCandidate[]
  refusals: Refusal[]
}

/** What a host may still promise; below zero when its area's ratios were lowered after the fact. */
export function freeOn(host: HostCandidate): { vcpus: number; memoryBytes: number } {
  return {
    vcpus: Math.floor((host.cpus ?? 0) * host.vcpuOvercommit) - host.promisedVcpus,
    memoryBytes: Math.floor(((host.memoryBytes ?? 0) - host.reservedMemoryBytes) * host.memoryOvercommit) - host.promisedMemoryBytes,
  }
}

function refusalOf(request: PlacementRequest, host: HostCandidate, free: { vcpus: number; memoryBytes: number }): RefusalReason | undefined {
  if (request.areaIds && !request.areaIds.has(host.areaId)) return 'area'
  if (host.state !== 'up') return 'state'
  if (host.duty !== 'service') return 'duty'
  if (host.isFrozen) return 'frozen'
  if (host.cpus === null || host.memoryBytes === null) return 'unknown'
  // A guest with more processors than the machine has only slows itself down, whatever the ratio says.
  if (request.memoryBytes > free.memoryBytes) return 'memory'
  if (request.vcpus > free.vcpus || request.vcpus > host.cpus) return 'vcpus'
  return undefined
}

/** Filters, then weights (spread): each host either stands in `ranked` or has its refusal. Ties go by id, so that the answer is stable. */
export function place(request: PlacementRequest, hosts: readonly HostCandidate[]): Placement {
  const fitting: { host: HostCandidate; score: number }[] = []
  const refusals: Refusal[] = []
  for (const host of hosts) {
    const free = freeOn(host)
    const reason = refusalOf(request, host, free)
    if (reason) refusals.push({ hostId: host.id, reason, freeVcpus: Math.min(free.vcpus, host.cpus ?? 0), freeMemoryBytes: free.memoryBytes })
    else fitting.push({ host, score: (free.memoryBytes - request.memoryBytes) / host.memoryBytes! })
  }
  fitting.sort((a, b) => b.score - a.score || (a.host.id < b.host.id ? -1 : 1))
  return { ranked: fitting.map(({ host }) => host), refusals }
}

const because: Record<RefusalReason, string> = {
  area: 'in another area',
  state: 'not up',
  duty: 'in maintenance',
  frozen: "waiting for an operator's review",
  unknown: 'not yet known',
  memory: 'short of memory',
  vcpus: 'short of processors',
}

/** The refusals as a sentence that names no host, and what would fit instead, as another. */
export function explainRefusals(request: PlacementRequest, refusals: readonly Refusal[]): { message: string; remedy: string } {
  const counts = Map.groupBy(refusals.filter(({ reason }) => reason !== 'area'), ({ reason }) => reason)
  if (counts.size === 0) return { message: 'There is no host in the area.', remedy: 'Choose another area, or ask an operator for a host.' }
  const parts = Array.from(counts, ([reason, list]) => `${list.length} ${list.length === 1 ? 'is' : 'are'} ${because[reason]}`)
  const short = refusals.filter(({ reason }) => reason === 'memory' || reason === 'vcpus')
  const best = short.toSorted((a, b) => missing(request, a) - missing(request, b))[0]
  const fits = best && best.freeVcpus >= 1 && best.freeMemoryBytes >= MiB
  return {
    message: `No host has room for ${request.vcpus} vCPUs and ${formatBytes(request.memoryBytes)}: of the hosts, ${parts.join(', ')}.`,
    remedy: fits ? `A VM with at most ${best.freeVcpus} vCPUs and ${formatBytes(Math.floor(best.freeMemoryBytes / MiB) * MiB)} would fit.` : 'Delete VMs that are not needed, or ask an operator for another host.',
  }
}

/** How far the host is from fitting, as a share of what was asked: the larger one of memory and processors. */
const missing = (request: PlacementRequest, { freeVcpus, freeMemoryBytes }: Refusal) => Math.max(1 - freeMemoryBytes / request.memoryBytes, 1 - freeVcpus / request.vcpus)
