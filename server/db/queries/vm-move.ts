import { sql } from 'kysely'
import { KloudakError } from '../../model/errors.ts'
import { newId } from '../../model/id.ts'
import type { MachineNeed } from '../../model/placement/machine.ts'
import type { PlacementRequest } from '../../model/placement/request.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { groupRules, groupsOfVm, lockGroups } from './affinity.ts'
import { bestHosts, takeHost } from './find-host.ts'

export interface MoveRequest {
  vmId: string
  /** Hosts that it must not go to; the one that it is on is always among them. */
  exclude?: readonly string[]
  /** The one host that it shall go to; undefined for the best. */
  to?: string | undefined
}

const tries = 5

interface MovingVm { areaId: string; policy: string; hostId: string; vcpus: number; memoryBytes: string; machine: MachineNeed; requiredLabels: string[]; avoidedLabels: string[]; pools: { id: string; areaId: string }[]; promised: string | null }

/**
 * Promises the VM its size on another host of its area, beside what its own host has promised it, and returns that host.
 * Repeating it finds the promise that stands. Call it in a transaction: VM, groups and host are locked until its end.
 * @throws KloudakError NOT_FOUND for a VM that is gone; NO_CAPACITY (NoHost) when no other host has room
 */
export async function promiseElsewhere(em: Em, { vmId, exclude = [], to }: MoveRequest): Promise<string> {
  const vm = await lockMoving(em, vmId)
  if (vm.promised !== null) return vm.promised
  const groupIds = await groupsOfVm(em, vmId)
  await lockGroups(em, groupIds)
  const request: PlacementRequest = {
    vcpus: vm.vcpus, memoryBytes: Number(vm.memoryBytes), exclude: new Set([...exclude, vm.hostId]), only: to,
    pools: vm.pools.map((pool) => [pool]), requiredLabels: vm.requiredLabels, avoidedLabels: vm.avoidedLabels,
    groups: await groupRules(em, groupIds, { besides: vmId, forMove: true }),
  }
  const areas = [{ id: vm.areaId, policy: vm.policy, machine: vm.machine }]
  for (let left = tries; left > 0; left--) {
    const host = await takeHost(em, await bestHosts(em, areas, request), areas, request)
    if (!host) continue
    await sql`
      insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason)
      values (${newId()}, ${vmId}, ${host.id}, ${request.vcpus}, ${request.memoryBytes}, 'move')`.execute(kyselyOf(em))
    return host.id
  }
  throw new KloudakError('UNAVAILABLE', 'Other VMs took the room of every host that had some.', { retryAfterMs: 1_000 })
}

async function lockMoving(em: Em, vmId: string): Promise<MovingVm> {
  await sql`select id from vm where id = ${vmId} for no key update`.execute(kyselyOf(em))
  // A statement of its own: what the one before us promised is not in the snapshot of the lock.
  const { rows: [vm] } = await sql<MovingVm>`
    select vm.area_id as "areaId", area.placement_policy as policy, vm.host_id as "hostId", vm.vcpus, vm.memory_bytes as "memoryBytes", vm.machine, vm.required_labels as "requiredLabels", vm.avoided_labels as "avoidedLabels",
      (select coalesce(json_agg(json_build_object('id', pool.id, 'areaId', pool.area_id)), '[]') from disk join pool on pool.id = disk.pool_id where disk.vm_id = vm.id) as pools,
      (select host_id from reservation where vm_id = vm.id and reason = 'move') as promised
    from vm join area on area.id = vm.area_id where vm.id = ${vmId}`.execute(kyselyOf(em))
  if (!vm) throw new KloudakError('NOT_FOUND', 'The VM is gone from the books.')
  return vm
}

/** The VM is on the host that promised it room: what its old host promised it is free. Repeating it changes nothing. */
export async function settleMove(em: Em, { vmId, hostId }: { vmId: string; hostId: string }): Promise<void> {
  await sql`update vm set host_id = ${hostId} where id = ${vmId} and host_id <> ${hostId}`.execute(kyselyOf(em))
  await sql`delete from reservation where vm_id = ${vmId} and host_id is not null and host_id <> ${hostId}`.execute(kyselyOf(em))
  await sql`update reservation set reason = 'vm' where vm_id = ${vmId} and host_id = ${hostId}`.execute(kyselyOf(em))
}

/** The VM stays where it is: the room that was promised it elsewhere is free. Absence is success. */
export async function giveUpMove(em: Em, vmId: string): Promise<void> {
  await sql`delete from reservation where vm_id = ${vmId} and reason = 'move'`.execute(kyselyOf(em))
}
