import { formatBytes, MiB } from '../units.ts'
import { refusalReasons } from './request.ts'
import type { PlacementRequest, Refusal, RefusalReason } from './request.ts'

const because: Record<RefusalReason, string> = {
  area: 'in another area',
  excluded: 'left out by the request',
  state: 'not up',
  duty: 'in maintenance',
  frozen: "waiting for an operator's review",
  unknown: 'not yet known',
  machine: 'of another kind than the VM needs',
  pool: 'cut off from the storage',
  labels: 'without the labels asked for',
  affinity: "not where the VM's group is",
  'anti-affinity': "taken by another VM of the group",
  memory: 'short of memory',
  vcpus: 'short of processors',
}

/** Hosts that were refused for one reason. */
export interface RefusalGroup { reason: RefusalReason; refusals: Refusal[] }

/** By reason, in the order in which they are looked for, and in each the hosts nearest to fitting first. Hosts that were not asked for are left out. */
export function groupRefusals(request: PlacementRequest, refusals: readonly Refusal[]): RefusalGroup[] {
  const groups = Map.groupBy(refusals, ({ reason }) => reason)
  return refusalReasons.flatMap((reason) => {
    const found = reason === 'area' || reason === 'excluded' ? undefined : groups.get(reason)
    return found ? [{ reason, refusals: found.toSorted((a, b) => missing(request, a) - missing(request, b)) }] : []
  })
}

export const countText = (count: number, reason: RefusalReason): string => `${count} ${count === 1 ? 'is' : 'are'} ${because[reason]}`

/** The largest size that one of the hosts has room for which lack nothing but room; undefined when none has any. */
export function largestFit(request: PlacementRequest, refusals: readonly Refusal[]): { vcpus: number; memoryBytes: number } | undefined {
  const short = refusals.filter(({ reason }) => reason === 'memory' || reason === 'vcpus')
  const best = short.toSorted((a, b) => missing(request, a) - missing(request, b))[0]
  if (!best || best.freeVcpus < 1 || best.freeMemoryBytes < MiB) return undefined
  return { vcpus: best.freeVcpus, memoryBytes: Math.floor(best.freeMemoryBytes / MiB) * MiB }
}

/** The refusals as a sentence that names no host, and what would fit instead, as another. */
export function explainRefusals(request: PlacementRequest, refusals: readonly Refusal[]): { message: string; remedy: string } {
  const groups = groupRefusals(request, refusals)
  if (groups.length === 0) return request.exclude || request.only !== undefined ? { message: 'There is no other host.', remedy: 'Ask an operator for a host.' } : { message: 'There is no host in the area.', remedy: 'Choose another area, or ask an operator for a host.' }
  const parts = groups.map(({ reason, refusals: { length } }) => countText(length, reason))
  return { message: `No host has room for ${request.vcpus} vCPUs and ${formatBytes(request.memoryBytes)}: of the hosts, ${parts.join(', ')}.`, remedy: remedyFor(request, refusals, groups) }
}

function remedyFor(request: PlacementRequest, refusals: readonly Refusal[], groups: readonly RefusalGroup[]): string {
  const fit = largestFit(request, refusals)
  if (fit) return `A VM with at most ${fit.vcpus} vCPUs and ${formatBytes(fit.memoryBytes)} would fit.`
  const hasRoom = (reason: RefusalReason) => groups.some((group) => group.reason === reason)
  if (hasRoom('affinity') || hasRoom('anti-affinity')) return 'Leave the group out, or make it a soft one; or ask an operator for another host.'
  if (hasRoom('labels')) return 'Choose what needs no such labels, or ask an operator for a host that has them.'
  return 'Delete VMs that are not needed, or ask an operator for another host.'
}

/** How far the host is from fitting, as a share of what was asked: the larger one of memory and processors. */
const missing = (request: PlacementRequest, { freeVcpus, freeMemoryBytes }: Refusal) => Math.max(1 - freeMemoryBytes / request.memoryBytes, 1 - freeVcpus / request.vcpus)
