import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { HostCandidate } from '../../model/placement/candidate.ts'
import type { HostMachine } from '../../model/placement/machine.ts'
import type { HostOrder } from '../../model/placement/policy.ts'
import type { PlacementRequest } from '../../model/placement/request.ts'
import type { Em } from '../orm.ts'
import { uuidArray } from './page.ts'

type Numeric = 'memoryBytes' | 'reservedMemoryBytes' | 'promisedVcpus' | 'promisedMemoryBytes' | 'turn'
export type CandidateRow = Omit<HostCandidate, Numeric | 'machine'> & Record<Numeric, string | null> & { machine: [HostMachine['domainType'] | null, string, string, string]; cpuModels: string[] | null }

export function asCandidate({ machine: [domainType, architecture, machineType, cpuModel], cpuModels, ...row }: CandidateRow): HostCandidate {
  return {
    ...row,
    memoryBytes: row.memoryBytes === null ? null : Number(row.memoryBytes),
    reservedMemoryBytes: Number(row.reservedMemoryBytes),
    promisedVcpus: Number(row.promisedVcpus),
    promisedMemoryBytes: Number(row.promisedMemoryBytes),
    turn: Number(row.turn),
    machine: domainType === null ? null : { domainType, architecture, machineType, cpuModel, cpuModels: cpuModels ?? undefined },
  }
}

/** What a candidate consists of, but for what it has promised; to be selected from `host`, its `area` and its `room`. */
export const candidateColumns = sql`
  host.id, host.area_id as "areaId", host.state, host.duty, host.frozen_at is not null as "isFrozen", host.cpus, host.memory_bytes as "memoryBytes",
  host.reserved_vcpus as "reservedVcpus", host.reserved_memory_bytes as "reservedMemoryBytes", area.vcpu_overcommit as "vcpuOvercommit", area.memory_overcommit as "memoryOvercommit",
  host.labels, array[host.facts ->> 'domainType', host.facts ->> 'architecture', host.facts ->> 'machineType', host.facts ->> 'cpuModel'] as machine, host.facts -> 'cpuModels' as "cpuModels",
  array(select pool_id::text from pool_host where pool_host.host_id = host.id and pool_host.state = 'failed') as "closedPoolIds", room.turn`

const looked = sql`select ${candidateColumns}, room.promised_vcpus as "promisedVcpus", room.promised_memory_bytes as "promisedMemoryBytes" from host_room room join host on host.id = room.host_id join area on area.id = host.area_id`

/** All hosts of these areas with what they have promised (decision 25), retired ones left out. No lock: a look. */
export async function hostCandidates(em: Em, areaIds: readonly string[]): Promise<HostCandidate[]> {
  const { rows } = await sql<CandidateRow>`${looked} where room.area_id = any(${uuidArray(areaIds)}::uuid[]) and host.state <> 'retired'`.execute(em.getKysely())
  return rows.map(asCandidate)
}

/** Each has its index in `host_room`. */
const ways: Record<Exclude<HostOrder, 'all' | 'any'>, RawBuilder<unknown>> = {
  'roomiest-share': sql`order by free_share desc`,
  roomiest: sql`order by free_memory_bytes desc`,
  tightest: sql`order by free_memory_bytes`,
  'longest-waiting': sql`order by turn`,
}

/**
 * The first hosts of an area that have room, in a policy's order; not all that are filtered out are left out here. Those of the
 * VM's soft groups that belong together come along, wherever they stand in that order. No lock: a look.
 */
export async function firstCandidates(em: Em, areaId: string, { order, request, limit }: { order: Exclude<HostOrder, 'all'>; request: PlacementRequest; limit: number }): Promise<HostCandidate[]> {
  const open = sql`area_id = ${areaId} and is_open and free_memory_bytes >= ${request.memoryBytes} and free_vcpus >= ${request.vcpus} and one_vcpus >= ${request.vcpus}${narrowed(request)}`
  const chosen = order === 'any' ? anywhere(open, limit) : sql`(select host_id from host_room where ${open} ${ways[order]} limit ${limit})`
  const together = request.groups?.flatMap(({ policy, hostIds }) => (policy === 'affinity' ? [...hostIds] : [])) ?? []
  const besides = together.length === 0 ? sql`` : sql` union (select host_id from host_room where host_id = any(${uuidArray(together)}::uuid[]) and ${open})`
  const { rows } = await sql<CandidateRow>`${looked} where room.host_id in (${chosen}${besides})`.execute(em.getKysely())
  return rows.map(asCandidate)
}

/** From a throw of the dice on, and from its lowest face when there are not enough. */
function anywhere(open: RawBuilder<unknown>, limit: number): RawBuilder<unknown> {
  const thrown = Math.random()
  return sql`(select host_id from (
    (select host_id, 0 as turn from host_room where ${open} and dice >= ${thrown} order by dice limit ${limit}) union all
    (select host_id, 1 as turn from host_room where ${open} and dice < ${thrown} order by dice limit ${limit}) order by turn limit ${limit}) around)`
}

/** The filters that the database can ask as well; only there so that fewer hosts have to be read. */
function narrowed({ only, requiredLabels = [], avoidedLabels = [], exclude, groups = [] }: PlacementRequest): RawBuilder<unknown> {
  const hard = groups.filter(({ strength, hostIds }) => strength === 'hard' && hostIds.size > 0)
  const apart = [...exclude ?? [], ...hard.flatMap(({ policy, hostIds }) => (policy === 'anti-affinity' ? [...hostIds] : []))]
  return sql.join([
    ...only === undefined ? [] : [sql` and host_id = ${only}`],
    ...requiredLabels.length === 0 ? [] : [sql` and labels @> ${requiredLabels as string[]}::text[]`],
    ...avoidedLabels.length === 0 ? [] : [sql` and not labels && ${avoidedLabels as string[]}::text[]`],
    ...apart.length === 0 ? [] : [sql` and host_id <> all(${uuidArray(apart)}::uuid[])`],
    ...hard.filter(({ policy }) => policy === 'affinity').map(({ hostIds }) => sql` and host_id = any(${uuidArray([...hostIds])}::uuid[])`),
    sql``,
  ], sql``)
}
