import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { groupRules } from '../db/queries/affinity.ts'
import type { AreaToSearch } from '../db/queries/find-host.ts'
import { KloudakError } from '../model/errors.ts'
import type { GroupRule } from '../model/placement/request.ts'
import { formatBytes } from '../model/units.ts'
import type { CreateVmInput, VmDraft } from './vm-draft.ts'
import { lockOwnGroups } from './vm-groups.ts'
import { readOrigin, readContent } from './vm-origin.ts'
import type { VmOrigin } from './vm-origin.ts'
import { requireWorkspace } from './workspace-lock.ts'

export interface GroundSubnet { id: string; cidr: string; gateway: string | null; rangeFirst: string; rangeLast: string }
export interface GroundNetwork { id: string; areaId: string; subnets: GroundSubnet[] }

/** What a new VM stands on, as the database has it now. */
export interface Ground {
  origin: VmOrigin
  imageVersionId: string
  vcpus: number
  memoryBytes: number
  diskBytes: number
  /** Where it may live. */
  areas: AreaToSearch[]
  networks: ReadonlyMap<string, GroundNetwork>
  /** What it asks of its host. */
  requiredLabels: string[]
  avoidedLabels: string[]
  groups: GroupRule[]
  macPrefix: string
}

/** Reads and checks all that the input names. NOT_FOUND, INVALID_INPUT or WRONG_STATE with the field at fault. */
export async function readGround(em: Em, input: CreateVmInput, draft: VmDraft): Promise<Ground> {
  const origin = await readOrigin(em, draft.source, input.workspaceId)
  await requireWorkspace(em, input.workspaceId)
  const networks = await readNetworks(em, input.workspaceId, draft)
  const areas = await areasFor(em, input.areaId ?? undefined, draft, networks)
  const { versionId, virtualSizeBytes } = await readContent(em, origin, areas.map(({ id }) => id))
  const diskBytes = input.diskBytes ?? Math.max(origin.diskBytes, virtualSizeBytes)
  if (diskBytes < virtualSizeBytes) throw new KloudakError('INVALID_INPUT', 'The disk is smaller than the image.', { field: 'diskBytes', remedy: `Ask for at least ${formatBytes(virtualSizeBytes)}.` })
  return {
    origin,
    imageVersionId: versionId,
    vcpus: input.vcpus ?? origin.vcpus,
    memoryBytes: input.memoryBytes ?? origin.memoryBytes,
    diskBytes,
    areas,
    networks,
    requiredLabels: [...new Set([...origin.requiredLabels, ...draft.requiredLabels])],
    avoidedLabels: [...new Set([...origin.avoidedLabels, ...draft.avoidedLabels])],
    groups: await readGroups(em, input.workspaceId, draft.affinityGroupIds),
    macPrefix: origin.macPrefix,
  }
}

/** Behind their locks, and so behind those of the networks: of two new VMs of one group the second sees where the first is. */
async function readGroups(em: Em, workspaceId: string, ids: readonly string[]): Promise<GroupRule[]> {
  await lockOwnGroups(em, workspaceId, ids)
  return groupRules(em, ids)
}

/** The lock holds the networks: one whose deletion has begun is seen as such, and one that we use cannot begin it. */
export async function readNetworks(em: Em, workspaceId: string, { interfaces }: Pick<VmDraft, 'interfaces'>): Promise<Map<string, GroundNetwork>> {
  if (interfaces.length === 0) return new Map()
  const ids = `{${interfaces.map(({ networkId }) => networkId).join(',')}}`
  const { rows } = await sql<{ id: string; areaId: string; phase: string }>`
    select id, area_id as "areaId", phase from network where id = any(${ids}::uuid[]) and (workspace_id = ${workspaceId} or workspace_id is null) order by id for key share`.execute(kyselyOf(em))
  const subnets = await sql<GroundSubnet & { networkId: string }>`
    select id, network_id as "networkId", cidr::text, host(gateway) as gateway, host(range_first) as "rangeFirst", host(range_last) as "rangeLast"
    from subnet where network_id = any(${ids}::uuid[]) order by id`.execute(kyselyOf(em))
  const found = new Map(rows.map((row) => [row.id, row]))
  for (const [index, { networkId }] of interfaces.entries()) {
    const field = `interfaces.${index}.networkId`
    const network = found.get(networkId)
    if (!network) throw notFound('network', field)
    if (network.phase !== 'ready') throw new KloudakError('WRONG_STATE', `The network is ${network.phase === 'creating' ? 'still being created' : network.phase === 'deleting' ? 'being deleted' : 'not usable: its creation failed'}.`, { field, remedy: network.phase === 'creating' ? 'Wait until it is ready.' : 'Choose another network.' })
  }
  return new Map(rows.map(({ id, areaId }) => [id, { id, areaId, subnets: subnets.rows.filter(({ networkId }) => networkId === id) }]))
}

export const areaRetired = (field: string) => new KloudakError('WRONG_STATE', 'This area takes nothing new any more.', { field, remedy: 'Choose another area.' })

async function areasFor(em: Em, areaId: string | undefined, { interfaces }: VmDraft, networks: ReadonlyMap<string, GroundNetwork>): Promise<AreaToSearch[]> {
  const wanted = areaId ?? (interfaces[0] && networks.get(interfaces[0].networkId)!.areaId)
  const stray = interfaces.findIndex(({ networkId }) => networks.get(networkId)!.areaId !== wanted)
  if (stray >= 0) throw new KloudakError('INVALID_INPUT', 'This network belongs to another area than the VM.', { field: `interfaces.${stray}.networkId`, remedy: 'Choose networks of one area.' })
  const { rows } = await sql<{ id: string; retired: boolean; policy: string; machineType: string | null; cpuModel: string | null }>`
    select id, retired_at is not null as retired, placement_policy as policy, machine_type as "machineType", cpu_model as "cpuModel" from area where ${wanted ?? null}::uuid is null or id = ${wanted ?? null}::uuid`.execute(kyselyOf(em))
  const offered = rows.filter(({ retired }) => !retired)
  if (offered.length > 0) return offered.map(({ id, policy, machineType, cpuModel }) => ({ id, policy, machine: { machineType: machineType ?? undefined, cpuModel: cpuModel ?? undefined } }))
  if (wanted === undefined) throw new KloudakError('NO_CAPACITY', 'There is no area yet.', { remedy: 'Ask an operator for one.' })
  if (rows.length === 0) throw notFound('area', 'areaId')
  throw areaRetired(areaId === undefined ? 'interfaces.0.networkId' : 'areaId')
}
