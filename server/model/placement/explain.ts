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

/** Why this host was refused, as a sentence about it for operators. */
export function sayRefusal(request: PlacementRequest, { reason, detail, freeVcpus, freeMemoryBytes }: Refusal): { message: string; remedy: string } {
  const hereIs: Record<RefusalReason, [string, string]> = {
    area: ['It is in another area.', 'Ask for its area.'],
    excluded: ['It was left out by the request.', 'Allow it.'],
    state: [`It is ${detail ?? 'not up'}.`, detail === 'enrolling' ? 'Wait until its enrolment is done.' : 'Bring it back.'],
    duty: [`It is ${detail === 'draining' ? 'being drained' : 'in maintenance'}.`, 'Put it back into service.'],
    frozen: ["It waits for an operator's review.", 'Review it.'],
    unknown: ['It has not said what it has.', 'Wait until it has reported.'],
    machine: [`It ${detail ?? 'is of another kind'}.`, 'Take hosts of one kind into an area, or lower the baseline of the area.'],
    pool: ['It cannot use a pool that the VM needs.', 'Look at the pools of the host.'],
    labels: [`It ${detail ?? 'has other labels'}.`, 'Change the labels of the host.'],
    affinity: ["The VM's group is on another host.", 'Make room where the group is, or make the group a soft one.'],
    'anti-affinity': ['Another VM of the group is on it.', 'Add a host, or make the group a soft one.'],
    memory: [`It has ${formatBytes(Math.max(0, freeMemoryBytes))} of memory left.`, `${formatBytes(request.memoryBytes - freeMemoryBytes)} more would do.`],
    vcpus: [`It has ${Math.max(0, freeVcpus)} processors left for one VM.`, `${request.vcpus - freeVcpus} more would do.`],
  }
  const [message, remedy] = hereIs[reason]
  return { message, remedy }
}

/** How far the host is from fitting, as a share of what was asked: the larger one of memory and processors. */
const missing = (request: PlacementRequest, { freeVcpus, freeMemoryBytes }: Refusal) => Math.max(1 - freeMemoryBytes / request.memoryBytes, 1 - freeVcpus / request.vcpus)
