import type { HostCandidate } from './candidate.ts'
import type { MachineNeed } from './machine.ts'

export const affinityPolicies = ['affinity', 'anti-affinity'] as const
export type AffinityPolicy = (typeof affinityPolicies)[number]
export const affinityStrengths = ['hard', 'soft'] as const
export type AffinityStrength = (typeof affinityStrengths)[number]

/** A group that the VM is in: together on one host, or each on its own. A hard one is kept or the VM is refused; a soft one is a wish. */
export interface GroupRule {
  policy: AffinityPolicy
  strength: AffinityStrength
  /** Where the other members are, or are promised to be. */
  hostIds: ReadonlySet<string>
}

/** What is asked of a host. What is left out is not asked for. */
export interface PlacementRequest {
  vcpus: number
  memoryBytes: number
  /** Only hosts of these areas; undefined for any. */
  areaIds?: ReadonlySet<string> | undefined
  /** The one host that it shall go to. */
  only?: string | undefined
  /** Hosts that it must not go to: the one that it leaves. */
  exclude?: ReadonlySet<string> | undefined
  /** Of each of these lists the host must be able to use one pool: a new VM has one list to choose from, one that moves a list for each disk. */
  pools?: readonly (readonly { id: string; areaId: string }[])[] | undefined
  machine?: MachineNeed | undefined
  requiredLabels?: readonly string[] | undefined
  avoidedLabels?: readonly string[] | undefined
  groups?: readonly GroupRule[] | undefined
}

/** In the order in which they are looked for: what an operator or the hardware says first, then what the VM asks for, then room. */
export const refusalReasons = ['area', 'excluded', 'state', 'duty', 'frozen', 'unknown', 'machine', 'pool', 'labels', 'affinity', 'anti-affinity', 'memory', 'vcpus'] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Why a host does not take the VM, and what it could still give. `detail` names what is lacking where the reason alone does not. */
export interface Refusal { hostId: string; reason: RefusalReason; detail?: string | undefined; freeVcpus: number; freeMemoryBytes: number }

export const canUse = (host: Pick<HostCandidate, 'areaId' | 'closedPoolIds'>, pool: { id: string; areaId: string }): boolean => pool.areaId === host.areaId && !host.closedPoolIds.includes(pool.id)
