import { sql } from 'kysely'
import type { DrillArea, DrillVm } from '../../model/placement/drill.ts'
import type { HostLoss } from '../../model/placement/loss.ts'
import type { AffinityPolicy, AffinityStrength } from '../../model/placement/request.ts'
import type { Em } from '../orm.ts'
import { hostCandidates } from './host-candidates.ts'

/** One look at an area: its hosts, the VMs that hold room on them in the order in which a recovery starts them, and what each host's loss was found to be last. */
export async function readDrillArea(em: Em, areaId: string, policy: string): Promise<DrillArea & { known: Map<string, HostLoss | null> }> {
  const { rows } = await sql<Omit<DrillVm, 'pools'> & { memoryBytes: string; poolIds: string[] }>`
    select vm.id, vm.host_id as "hostId", vm.vcpus, vm.memory_bytes as "memoryBytes", vm.machine, vm.required_labels as "requiredLabels", vm.avoided_labels as "avoidedLabels",
      array(select pool_id::text from disk where disk.vm_id = vm.id) as "poolIds", array(select group_id::text from affinity_member member where member.vm_id = vm.id) as "groupIds",
      exists (select 1 from reservation moving join host_room on host_room.host_id = moving.host_id and host_room.is_open where moving.vm_id = vm.id and moving.reason = 'move') as "isPromised"
    from vm join reservation on reservation.vm_id = vm.id and reservation.host_id = vm.host_id where vm.area_id = ${areaId}
    order by vm.recovery_priority desc, vm.memory_bytes desc, vm.number`.execute(em.getKysely())
  const groups = await sql<{ id: string; policy: AffinityPolicy; strength: AffinityStrength }>`
    select id, policy, strength from affinity_group where id in (select group_id from affinity_member join vm on vm.id = vm_id where vm.area_id = ${areaId})`.execute(em.getKysely())
  const known = await sql<{ id: string; loss: HostLoss | null }>`select id, loss from host where area_id = ${areaId} and state <> 'retired'`.execute(em.getKysely())
  return {
    hosts: await hostCandidates(em, [areaId]),
    vms: rows.map(({ poolIds, memoryBytes, ...vm }) => ({ ...vm, memoryBytes: Number(memoryBytes), pools: poolIds.map((id) => ({ id, areaId })) })),
    groups: new Map(groups.rows.map(({ id, ...rule }) => [id, rule])),
    packs: policy === 'pack',
    known: new Map(known.rows.map(({ id, loss }) => [id, loss])),
  }
}

/**
 * A mark of all that a drill of the area depends on: while it is the same, so is what the drill would find. Most changes of VMs
 * are changes of their power, and the mark costs a small part of reading them all.
 */
export async function drillMark(em: Em, areaId: string): Promise<string> {
  const marks = [
    sql`select host.id, host.state, host.facts, room.is_open, room.labels, room.one_vcpus, room.free_vcpus, room.free_memory_bytes from host join host_room room on room.host_id = host.id where host.area_id = ${areaId}`,
    sql`select pool_host.pool_id, pool_host.host_id, pool_host.state from pool_host join host on host.id = pool_host.host_id where host.area_id = ${areaId}`,
    sql`select id, host_id, vcpus, memory_bytes, machine, required_labels, avoided_labels, recovery_priority from vm where area_id = ${areaId}`,
    sql`select reservation.vm_id, reservation.host_id, reservation.reason from reservation join vm on vm.id = reservation.vm_id where vm.area_id = ${areaId} and reservation.host_id is not null`,
    sql`select member.group_id, member.vm_id, grouped.policy, grouped.strength from affinity_member member join affinity_group grouped on grouped.id = member.group_id join vm on vm.id = member.vm_id where vm.area_id = ${areaId}`,
  ].map((rows) => sql`(select coalesce(sum(hash_record_extended(part, 0)::numeric), 0) from (${rows}) part)`)
  const { rows: [row] } = await sql<{ mark: string }>`select concat_ws(' ', placement_policy, vcpu_overcommit, memory_overcommit, ${sql.join(marks)}) as mark from area where id = ${areaId}`.execute(em.getKysely())
  return row?.mark ?? ''
}

/** Writes what has changed, a host in each transaction: placements wait for such a row's lock no longer than for each other's. */
export async function writeLosses(em: Em, losses: ReadonlyMap<string, HostLoss>): Promise<void> {
  for (const [hostId, loss] of losses) await sql`update host set loss = ${JSON.stringify(loss)}::jsonb where id = ${hostId}`.execute(em.getKysely())
}

/** Of the workers that live the one that has done so for longest: it alone drills. */
export async function isEldest(em: Em, workerId: string): Promise<boolean> {
  const { rows: [eldest] } = await sql<{ id: string }>`select id from worker where seen_at > now() - interval '10 seconds' order by started_at, id limit 1`.execute(em.getKysely())
  return eldest?.id === workerId
}

export interface AreaLosses { areaId: string; hosts: number; survived: number; lostWith: string[] }

/** How each area stands: hosts with VMs that were drilled, and those whose loss not all VMs would survive, a hundred at most by id. */
export async function lossesOfAreas(em: Em, areaIds: readonly string[]): Promise<AreaLosses[]> {
  const { rows } = await sql<{ areaId: string; hosts: string; survived: string; lostWith: string[] }>`
    select area_id as "areaId", count(*) as hosts, count(*) filter (where (loss ->> 'ok')::boolean) as survived,
      (array_agg(id::text order by id) filter (where not (loss ->> 'ok')::boolean))[1:100] as "lostWith"
    from host where area_id = any(${`{${areaIds.join(',')}}`}::uuid[]) and state <> 'retired' and loss is not null group by area_id`.execute(em.getKysely())
  return rows.map(({ areaId, hosts, survived, lostWith }) => ({ areaId, hosts: Number(hosts), survived: Number(survived), lostWith: lostWith ?? [] }))
}

/** The areas that have hosts, with their policies. */
export async function areasToDrill(em: Em): Promise<{ id: string; policy: string }[]> {
  const { rows } = await sql<{ id: string; policy: string }>`select id, placement_policy as policy from area where exists (select 1 from host where area_id = area.id and state <> 'retired') order by id`.execute(em.getKysely())
  return rows
}
