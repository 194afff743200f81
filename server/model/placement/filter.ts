import type { HostCandidate } from './candidate.ts'
import { lackOf } from './machine.ts'
import { canUse } from './request.ts'
import type { PlacementRequest, RefusalReason } from './request.ts'

export interface Objection { reason: RefusalReason; detail?: string | undefined }

/** The first thing that keeps the VM off the host, in the order of `refusalReasons`; undefined when nothing does. */
export function objectionTo(request: PlacementRequest, host: HostCandidate, free: { vcpus: number; memoryBytes: number }): Objection | undefined {
  return refusedByHost(request, host) ?? refusedByRules(request, host) ?? refusedByRoom(request, host, free)
}

function refusedByHost(request: PlacementRequest, host: HostCandidate): Objection | undefined {
  if (request.areaIds && !request.areaIds.has(host.areaId)) return { reason: 'area' }
  if (request.exclude?.has(host.id) || (request.only !== undefined && request.only !== host.id)) return { reason: 'excluded' }
  if (host.state !== 'up') return { reason: 'state', detail: host.state }
  if (host.duty !== 'service') return { reason: 'duty', detail: host.duty }
  if (host.isFrozen) return { reason: 'frozen' }
  if (host.cpus === null || host.memoryBytes === null) return { reason: 'unknown' }
  if (request.machine) {
    if (!host.machine) return { reason: 'unknown' }
    const lack = lackOf(request.machine, host.machine)
    if (lack !== undefined) return { reason: 'machine', detail: lack }
  }
  if (request.pools?.some((choice) => !choice.some((pool) => canUse(host, pool)))) return { reason: 'pool' }
  return undefined
}

function refusedByRules({ requiredLabels, avoidedLabels, groups }: PlacementRequest, host: HostCandidate): Objection | undefined {
  const lacking = requiredLabels?.filter((label) => !host.labels.includes(label)) ?? []
  if (lacking.length > 0) return { reason: 'labels', detail: `lacks ${lacking.join(', ')}` }
  const shunned = avoidedLabels?.filter((label) => host.labels.includes(label)) ?? []
  if (shunned.length > 0) return { reason: 'labels', detail: `has ${shunned.join(', ')}` }
  for (const { policy, strength, hostIds } of groups ?? []) {
    if (strength === 'soft' || hostIds.size === 0) continue
    if ((policy === 'affinity') !== hostIds.has(host.id)) return { reason: policy }
  }
  return undefined
}

function refusedByRoom(request: PlacementRequest, host: HostCandidate, free: { vcpus: number; memoryBytes: number }): Objection | undefined {
  if (request.memoryBytes > free.memoryBytes) return { reason: 'memory' }
  // A guest with more processors than the machine has only slows itself down, whatever the ratio says.
  if (request.vcpus > free.vcpus || request.vcpus > host.cpus! - host.reservedVcpus) return { reason: 'vcpus' }
  return undefined
}

/** How many of the soft groups' wishes the host grants. */
export function wishesGranted({ groups }: PlacementRequest, hostId: string): number {
  let granted = 0
  for (const { policy, strength, hostIds } of groups ?? []) if (strength === 'soft' && hostIds.size > 0 && (policy === 'affinity') === hostIds.has(hostId)) granted++
  return granted
}
