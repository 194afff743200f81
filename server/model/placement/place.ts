import { freeOn } from './candidate.ts'
import type { HostCandidate } from './candidate.ts'
import { objectionTo, wishesGranted } from './filter.ts'
import { defaultPolicy, policies } from './policy.ts'
import type { ScoreHost } from './policy.ts'
import type { PlacementRequest, Refusal } from './request.ts'

export interface Placement {
  /** Hosts that fit, the best first. */
  ranked: HostCandidate[]
  refusals: Refusal[]
}

/**
 * Filters, then weights: each host either stands in `ranked` or has its refusal. Hosts that grant more of the soft groups'
 * wishes come first, then those that the policy scores higher; ties go by id, so that the answer is stable.
 */
export function place(request: PlacementRequest, hosts: readonly HostCandidate[], score: ScoreHost = policies[defaultPolicy].score): Placement {
  const fitting: { host: HostCandidate; granted: number; score: number }[] = []
  const refusals: Refusal[] = []
  for (const host of hosts) {
    const free = freeOn(host)
    const objection = objectionTo(request, host, free)
    if (objection) refusals.push({ hostId: host.id, ...objection, freeVcpus: Math.min(free.vcpus, (host.cpus ?? 0) - host.reservedVcpus), freeMemoryBytes: free.memoryBytes })
    else fitting.push({ host, granted: wishesGranted(request, host.id), score: scored(score, request, host, free) })
  }
  fitting.sort((a, b) => b.granted - a.granted || b.score - a.score || (a.host.id < b.host.id ? -1 : 1))
  return { ranked: fitting.map(({ host }) => host), refusals }
}

/** What a policy that throws or answers with no number is: its owner is told, and another takes its place. */
export class PolicyFailed extends Error {
  override readonly name = 'PolicyFailed'
}

function scored(score: ScoreHost, request: PlacementRequest, host: HostCandidate, free: { vcpus: number; memoryBytes: number }): number {
  let value: unknown
  try {
    value = score({ ...host, cpus: host.cpus!, memoryBytes: host.memoryBytes!, freeVcpus: free.vcpus, freeMemoryBytes: free.memoryBytes }, request)
  } catch (error) {
    throw new PolicyFailed(`It threw: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  if (typeof value !== 'number' || Number.isNaN(value)) throw new PolicyFailed(`It answered ${typeof value === 'number' ? 'NaN' : `a ${value === null ? 'null' : typeof value}`} instead of a number.`)
  return value
}
