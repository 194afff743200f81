import { sql } from 'kysely'
import { freeOn } from '../../model/placement/candidate.ts'
import type { HostCandidate } from '../../model/placement/candidate.ts'
import type { MachineNeed } from '../../model/placement/machine.ts'
import { NoHost } from '../../model/placement/no-host.ts'
import { place } from '../../model/placement/place.ts'
import type { Placement } from '../../model/placement/place.ts'
import type { PlacementRequest } from '../../model/placement/request.ts'
import type { Em } from '../orm.ts'
import { placeBy, policyOf } from '../own-policies.ts'
import { asCandidate, candidateColumns, firstCandidates, hostCandidates } from './host-candidates.ts'
import type { CandidateRow } from './host-candidates.ts'
import { uuidArray } from './page.ts'

/** An area to look in: its policy, and the machine that a VM would have there. */
export interface AreaToSearch { id: string; policy: string; machine: MachineNeed }

// How many hosts are read at first, and then: most requests are content with the first. When none of these fits, all are read.
const pages = [16, 512]
// How many of the best hosts are tried for one that nobody else is placing on at this moment.
const choices = 16

/**
 * The hosts that fit, the best first by the policies of their areas: all of an area with few hosts, the first of one with
 * many. Of several areas that with the emptiest host comes first. No lock: prove it with `takeHost`.
 * @throws NoHost when none fits, with the reason of each
 */
export async function bestHosts(em: Em, areas: readonly AreaToSearch[], request: PlacementRequest): Promise<HostCandidate[]> {
  const found: HostCandidate[][] = []
  for (const area of areas) found.push(await bestOfArea(em, area, { ...request, machine: area.machine }))
  const ranked = found.filter(({ length }) => length > 0).sort((a, b) => emptiest(b) - emptiest(a)).flat()
  if (ranked.length > 0) return ranked
  // Only now all are asked for their reasons. One that has room just now had none a moment ago.
  const all = await lookAtAll(em, areas, request)
  if (all.ranked.length > 0) return all.ranked
  throw new NoHost(request, all.refusals)
}

const emptiest = (hosts: readonly HostCandidate[]) => Math.max(...hosts.map((host) => freeOn(host).memoryBytes / host.memoryBytes!))

async function bestOfArea(em: Em, area: AreaToSearch, request: PlacementRequest): Promise<HostCandidate[]> {
  const { order } = policyOf(area.policy)
  if (order === 'all') return placeBy(area.policy, request, await hostCandidates(em, [area.id])).ranked
  for (const limit of pages) {
    const candidates = await firstCandidates(em, area.id, { order, request, limit })
    const { ranked } = placeBy(area.policy, request, candidates)
    if (ranked.length > 0 || candidates.length < limit) return ranked
  }
  return []
}

export interface LockedHost extends HostCandidate { facts: unknown }

/**
 * Takes the first of these hosts that nobody else is placing on, locks it until the transaction ends, and proves under the
 * lock that it still fits. Undefined when it does not any more: look again.
 */
export async function takeHost(em: Em, ranked: readonly HostCandidate[], areas: readonly AreaToSearch[], request: PlacementRequest): Promise<LockedHost | undefined> {
  const host = await lockedHost(em, await lockOneHost(em, ranked.slice(0, choices).map(({ id }) => id)))
  const { machine } = areas.find(({ id }) => id === host.areaId)!
  return place({ ...request, machine }, [host]).ranked.length > 0 ? host : undefined
}

async function lockOneHost(em: Em, ids: readonly string[]): Promise<string> {
  const { rows: [free] } = await sql<{ id: string }>`
    select id from host where id = any(${uuidArray(ids)}::uuid[]) order by array_position(${uuidArray(ids)}::uuid[], id) limit 1 for no key update skip locked`.execute(em.getKysely())
  if (free) return free.id
  // All are busy: in line for the best.
  await sql`select id from host where id = ${ids[0]} for no key update`.execute(em.getKysely())
  return ids[0]!
}

/** The host as it is now, under the lock that the caller holds. What it has promised is summed up from the rows, and the table that finds hosts set right by them. */
async function lockedHost(em: Em, hostId: string): Promise<LockedHost> {
  const { rows: [row] } = await sql<CandidateRow & { facts: unknown; isTrue: boolean }>`
    select ${candidateColumns}, host.facts, promised.vcpus as "promisedVcpus", promised.memory_bytes as "promisedMemoryBytes", (room.promised_vcpus, room.promised_memory_bytes) = (promised.vcpus, promised.memory_bytes) as "isTrue"
    from host join area on area.id = host.area_id join host_room room on room.host_id = host.id
    cross join (select coalesce(sum(vcpus), 0) as vcpus, coalesce(sum(memory_bytes), 0) as memory_bytes from reservation where host_id = ${hostId}) promised
    where host.id = ${hostId}`.execute(em.getKysely())
  const { facts, isTrue, ...candidate } = row!
  if (!isTrue) await settleRoom(em, hostId)
  return { ...asCandidate(candidate), facts }
}

/** Sets what the table that finds hosts says of this one right by the rows. Its lock keeps a release that is under way from being counted twice or not at all. */
async function settleRoom(em: Em, hostId: string): Promise<void> {
  await sql`select 1 from host_room where host_id = ${hostId} for update`.execute(em.getKysely())
  await sql`
    update host_room set promised_vcpus = promised.vcpus, promised_memory_bytes = promised.memory_bytes
    from (select coalesce(sum(vcpus), 0) as vcpus, coalesce(sum(memory_bytes), 0) as memory_bytes from reservation where host_id = ${hostId}) promised where host_room.host_id = ${hostId}`.execute(em.getKysely())
}

/** All hosts of these areas, those that fit ranked as `bestHosts` would, and why the others do not. Nothing is locked or taken. */
export async function lookAtAll(em: Em, areas: readonly AreaToSearch[], request: PlacementRequest): Promise<Placement> {
  const found: Placement[] = []
  for (const area of areas) found.push(placeBy(area.policy, { ...request, machine: area.machine }, await hostCandidates(em, [area.id])))
  return { ranked: found.map(({ ranked }) => ranked).filter(({ length }) => length > 0).sort((a, b) => emptiest(b) - emptiest(a)).flat(), refusals: found.flatMap(({ refusals }) => refusals) }
}

/** The areas that take VMs, or the one. */
export async function areasToSearch(em: Em, areaId: string | null): Promise<AreaToSearch[]> {
  const { rows } = await sql<{ id: string; policy: string; machineType: string | null; cpuModel: string | null }>`
    select id, placement_policy as policy, machine_type as "machineType", cpu_model as "cpuModel" from area where retired_at is null and (${areaId}::uuid is null or id = ${areaId}::uuid) order by id`.execute(em.getKysely())
  return rows.map(({ machineType, cpuModel, ...area }) => ({ ...area, machine: { machineType: machineType ?? undefined, cpuModel: cpuModel ?? undefined } }))
}
