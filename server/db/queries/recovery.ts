import type { HostState } from '../../model/host.ts'
import type { DesiredPower, VmPhase } from '../../model/vm.ts'
import type { Em } from '../orm.ts'
import { giveUpMove, promiseElsewhere, settleMove } from './vm-move.ts'

/** A VM and its host, as a recovery finds them. */
export interface RecoveryStanding {
  hostId: string
  hostName: string
  hostState: HostState
  phase: VmPhase
  desiredPower: DesiredPower
  /** The open outage of its host that is proven: it may start elsewhere. */
  outageId: string | null
  /** The host that has promised it room, with its state. */
  promised: { hostId: string; state: HostState } | null
  /** Where a migration that has not ended was taking it; `isOff`: that host is proven to be off as well. */
  migratingTo: { hostId: string; state: HostState; isOff: boolean } | null
  /** Its creation is being taken back: it is moved, and nothing is started. */
  isUndone: boolean
  /** Other work on it is in a worker's hands at this moment. */
  isBusy: boolean
}

/** Undefined when the VM is gone from the books. */
export async function recoveryStanding(em: Em, vmId: string, sagaId: string): Promise<RecoveryStanding | undefined> {
  const [row] = await em.execute<RecoveryStanding[]>(`
    select vm.host_id as "hostId", host.name as "hostName", host.state as "hostState", vm.phase, vm.desired_power as "desiredPower",
      (select outage.id from host_outage outage where outage.host_id = vm.host_id and outage.ended_at is null and exists (select from fence where outage_id = outage.id)) as "outageId",
      (select jsonb_build_object('hostId', there.id, 'state', there.state) from reservation join host there on there.id = reservation.host_id where reservation.vm_id = vm.id and reservation.reason = 'move') as promised,
      (select jsonb_build_object('hostId', there.id, 'state', there.state, 'isOff', exists (select from host_outage outage where outage.host_id = there.id and outage.ended_at is null and exists (select from fence where outage_id = outage.id)))
        from object_lock own join saga on saga.id = own.saga_id join host there on there.id = (saga.input ->> 'toHostId')::uuid where own.object_key = 'vm:' || vm.id and saga.name = 'vm-migrate' limit 1) as "migratingTo",
      exists (select from object_lock own join saga on saga.id = own.saga_id join task on task.id = saga.task_id
        where own.object_key = 'vm:' || vm.id and saga.name = 'vm-create' and (saga.state = 'undoing' or task.cancel_requested_at is not null)) as "isUndone",
      exists (select from object_lock own join saga on saga.id = own.saga_id where own.object_key = 'vm:' || vm.id and saga.id <> ? and saga.worker_id is not null and saga.run_after > now()) as "isBusy"
    from vm join host on host.id = vm.host_id where vm.id = ?`, [sagaId, vmId])
  return row
}

/** Whether something of the VM is to run: what is going away, or never came to be, moves in the books alone. */
export const needsRoom = ({ phase, isUndone }: Pick<RecoveryStanding, 'phase' | 'isUndone'>): boolean => phase !== 'deleting' && phase !== 'failed' && !isUndone

/** Room on another host: one that is promised already, if that host still lives. Errors as promiseElsewhere. */
export async function roomElsewhere(em: Em, vmId: string, { promised }: Pick<RecoveryStanding, 'promised'>): Promise<string> {
  if (promised && promised.state !== 'up') await giveUpMove(em, vmId)
  return promiseElsewhere(em, { vmId })
}

/** A host of the VM's area that can be asked to delete its disks; undefined when there is none. */
export async function anyHostFor(em: Em, vmId: string): Promise<string | undefined> {
  const [row] = await em.execute<{ id: string }[]>("select host.id from host join vm on vm.area_id = host.area_id where vm.id = ? and host.state = 'up' and host.frozen_at is null order by host.name limit 1", [vmId])
  return row?.id
}

/**
 * Gives the VM to the other host, if its own host's outage still stands and is proven: in one transaction with that look,
 * and its host's return waits for the end of it. False otherwise; then it stays.
 */
export async function moveFromLost(em: Em, vmId: string, hostId: string): Promise<boolean> {
  const [lost] = await em.execute<{ id: string; hostId: string }[]>(`
    select outage.id, outage.host_id as "hostId" from host_outage outage join vm on vm.host_id = outage.host_id
    where vm.id = ? and outage.ended_at is null and exists (select from fence where outage_id = outage.id) for share of outage`, [vmId])
  if (!lost || lost.hostId === hostId) return false
  await settleMove(em, { vmId, hostId })
  await endOvertaken(em, vmId)
  // What was suspended was so in the memory of the host that is off.
  await em.execute("update vm set observed_power = 'unknown', observed_at = now(), desired_power = case desired_power when 'paused' then 'stopped' else desired_power end where id = ?", [vmId])
  await em.execute('insert into vm_recovery (outage_id, vm_id, to_host_id) values (?, ?, ?) on conflict (outage_id, vm_id) do update set to_host_id = excluded.to_host_id, moved_at = now(), started_at = null', [lost.id, vmId, hostId])
  return true
}

/**
 * A migration from a host that is off has nothing left to do: where the VM is now is known, and both hosts are cleaned when they
 * return. Nor has a repair: what differed is looked for anew where the VM is.
 */
async function endOvertaken(em: Em, vmId: string): Promise<void> {
  const error = { code: 'UNAVAILABLE', message: 'The host that the VM was on failed: it was given to another one.' }
  await em.execute(`
    with ended as (
      update saga set state = 'undone', updated_at = now() where name in ('vm-migrate', 'drift-repair') and worker_id is null and id in (select saga_id from object_lock where object_key = ?) returning id, task_id
    ), freed as (delete from object_lock where saga_id in (select id from ended))
    update task set state = 'failed', cancellable = false, finished_at = now(), error = ?::jsonb from ended where task.id = ended.task_id`, [`vm:${vmId}`, JSON.stringify(error)])
}

/** The VM runs where it was moved to. */
export async function noteStarted(em: Em, vmId: string): Promise<void> {
  await em.execute('update vm_recovery set started_at = now() where vm_id = ? and started_at is null', [vmId])
}

/** Work that waits between two tries may go on now, on VMs of this host. */
export async function wakeWorkOnHost(em: Em, hostId: string): Promise<void> {
  await em.execute(`
    update saga set run_after = now() where worker_id is null and run_after > now() and state in ('running', 'undoing', 'stuck') and id in (
      select saga_id from object_lock join vm on object_key = 'vm:' || vm.id where vm.host_id = ?)`, [hostId])
}

/** As wakeWorkOnHost, of one VM, but for the saga that asks. */
export async function wakeWorkOnVm(em: Em, vmId: string, besides: string): Promise<void> {
  await em.execute(`
    update saga set run_after = now() where worker_id is null and run_after > now() and state in ('running', 'undoing', 'stuck') and id <> ? and id in (select saga_id from object_lock where object_key = ?)`, [besides, `vm:${vmId}`])
}
