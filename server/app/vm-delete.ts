import { sql } from 'kysely'
import { vmDelete } from '../../jobs/contract/vm.ts'
import type { Sender } from '../db/boss.ts'
import { kyselyOf } from '../db/kysely.ts'
import { usageOfVm } from '../db/queries/quota.ts'
import type { Em } from '../db/orm.ts'
import { formatBytes } from '../model/units.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { planQuotaFreed } from './quota.ts'
import { cancelOpenTasks } from './task-control.ts'
import { lockVm } from './vm-lock.ts'

export interface DeleteVmInput extends Asked { vmId: string }

/**
 * Deletes the VM with its disks: from now on nothing else may be done to it, and work on it that can still be cancelled
 * is, so that its deletion does not wait for a long copy. Addresses and capacity are free when the task is done.
 */
export async function deleteVm(context: AppContext, input: DeleteVmInput): Promise<Done> {
  const { vmId } = input
  return act(context, { method: 'deleteVm', input, objectId: vmId }, async (act) => {
    const vm = await lockVm(act, vmId, 'delete')
    if (act.wantsPlan) {
      await planLosses(act, vm)
      await planQuotaFreed(act, vm.workspace, await usageOfVm(act.em, vmId))
    }
    await giveUpVm(act.em, context.sender, vmId)
    return act.startTask({ contract: vmDelete, input: { vmId }, workspaceId: vm.workspace, object: { type: 'vm', id: vmId, name: vm.name } })
  })
}

/** Lets nothing more begin on a VM that goes, and ends what can still be ended. The caller holds its row. */
export async function giveUpVm(em: Em, sender: Sender, vmId: string): Promise<void> {
  await kyselyOf(em).updateTable('vm').set({ phase: 'deleting', desiredPower: 'stopped' }).where('id', '=', vmId).execute()
  await cancelOpenTasks(em, sender, vmId)
}

/** Where the disks lie is told to operators alone. */
async function planLosses({ em, actor, plan }: Act, { id, name, observedPower }: Awaited<ReturnType<typeof lockVm>>): Promise<void> {
  if (observedPower === 'running' || observedPower === 'paused') plan.loss(`The VM ${name}, which is ${observedPower}, is stopped.`)
  const { rows: disks } = await sql<{ volume: string; bytes: string; pool: string; wipe: boolean }>`
    select disk.volume, disk.size_bytes as bytes, pool.name as pool, pool.wipe_on_delete as wipe from disk join pool on pool.id = disk.pool_id where disk.vm_id = ${id} order by disk.position`.execute(kyselyOf(em))
  for (const { bytes, pool, wipe } of disks) plan.loss(`Its disk of ${formatBytes(Number(bytes))}${actor.superuser ? ` in the pool ${pool}` : ''} is ${wipe ? 'wiped and ' : ''}deleted.`)
  const { rows: addresses } = await sql<{ ip: string }>`select host(ip) as ip from address where vm_id = ${id} and released_at is null order by ip`.execute(kyselyOf(em))
  if (addresses.length > 0) plan.loss(`It gives back ${addresses.map(({ ip }) => ip).join(', ')}.`)
}
