import { vmDelete } from '../../jobs/contract/vm.ts'
import { requireActor } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { AppContext, Done } from './context.ts'
import { once } from './idempotency.ts'
import { startTask } from './task.ts'
import { cancelOpenTasks } from './task-control.ts'
import { lockVm } from './vm-lock.ts'

export interface DeleteVmInput { vmId: string; idempotencyKey?: string | null | undefined }

/**
 * Deletes the VM with its disks: from now on nothing else may be done to it, and work on it that can still be cancelled
 * is, so that its deletion does not wait for a long copy. Addresses and capacity are free when the task is done.
 */
export async function deleteVm(context: AppContext, { vmId, idempotencyKey }: DeleteVmInput): Promise<Done> {
  const { id: userId } = requireActor(context.actor)
  return once(context, { method: 'deleteVm', key: idempotencyKey, input: { vmId }, objectId: vmId }, async (em) => {
    const vm = await lockVm(em, context.actor, vmId, 'delete')
    await kyselyOf(em).updateTable('vm').set({ phase: 'deleting', desiredPower: 'stopped' }).where('id', '=', vmId).execute()
    await cancelOpenTasks(em, context.sender, vmId)
    return startTask(em, context.sender, {
      contract: vmDelete, input: { vmId }, workspaceId: vm.workspace, userId, method: 'deleteVm', object: { type: 'vm', id: vmId, name: vm.name },
      publicInput: { vmId }, requestId: context.requestId,
    })
  })
}
