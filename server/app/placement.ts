import { notFound, requireSuperuser } from '../auth/authorize.ts'
import { knownPolicies } from '../db/own-policies.ts'
import { groupRules } from '../db/queries/affinity.ts'
import { poolsWithRoom } from '../db/queries/capacity.ts'
import { areasToSearch, lookAtAll } from '../db/queries/find-host.ts'
import type { HostCandidate } from '../model/placement/candidate.ts'
import { labelColumns } from '../model/placement/labels.ts'
import type { LabelsInput } from '../model/placement/labels.ts'
import type { PlacementRequest, Refusal } from '../model/placement/request.ts'
import { checkSize } from '../model/machine-size.ts'
import type { Reader } from './reader.ts'
import { checkGroups } from './vm-groups.ts'

export interface KnownPolicy { name: string; description: string; isOwn: boolean }

/** FORBIDDEN for all but superusers. */
export function listPolicies({ actor }: Reader): KnownPolicy[] {
  requireSuperuser(actor)
  return knownPolicies().map(({ name, policy: { description }, isOwn }) => ({ name, description, isOwn }))
}

export interface ExplainPlacementInput extends LabelsInput {
  vcpus: number
  memoryBytes: number
  /** Only hosts that can use a pool with room for such a disk. */
  diskBytes?: number | null | undefined
  /** Without it all areas that take VMs. */
  areaId?: string | null | undefined
  affinityGroupIds?: readonly string[] | null | undefined
}

export interface PlacementExplanation { request: PlacementRequest; ranked: HostCandidate[]; refusals: Refusal[] }

/** What `createVm` would make of such a VM now: which hosts fit, the best first, and why the others do not. Nothing is taken. FORBIDDEN for all but superusers. */
export async function explainPlacement({ em, actor }: Reader, input: ExplainPlacementInput): Promise<PlacementExplanation> {
  requireSuperuser(actor)
  const { vcpus, memoryBytes, diskBytes } = input
  checkSize({ vcpus, memoryBytes, diskBytes })
  const areas = await areasToSearch(em, input.areaId ?? null)
  if (input.areaId != null && areas.length === 0) throw notFound('area', 'areaId')
  const request: PlacementRequest = {
    vcpus, memoryBytes, ...labelColumns(input), groups: await groupRules(em, checkGroups(input.affinityGroupIds ?? [])),
    pools: diskBytes == null ? undefined : [await poolsWithRoom(em, areas.map(({ id }) => id), diskBytes)],
  }
  return { request, ...(await lookAtAll(em, areas, request)) }
}
