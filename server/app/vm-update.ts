import { vmUpdate } from '../../jobs/contract/vm.ts'
import { requireActor } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import { KloudakError } from '../model/errors.ts'
import { checkDescription, checkName } from '../model/names.ts'
import type { AppContext, Done } from './context.ts'
import { once } from './idempotency.ts'
import { violatedUnique } from './retry.ts'
import { startTask } from './task.ts'
import { lockVm } from './vm-lock.ts'

export interface UpdateVmInput { vmId: string; name?: string | null | undefined; description?: string | null | undefined; idempotencyKey?: string | null | undefined }

/** Changes name and description; what is left out stays. A task carries them to the host. CONFLICT when the name is taken. */
export async function updateVm(context: AppContext, { vmId, name, description, idempotencyKey }: UpdateVmInput): Promise<Done> {
  const { id: userId } = requireActor(context.actor)
  const change = { ...(name == null ? {} : { name: checkName(name) }), ...(description == null ? {} : { description: checkDescription(description) }) }
  return once(context, { method: 'updateVm', key: idempotencyKey, input: { vmId, name, description }, objectId: vmId }, async (em) => {
    const vm = await lockVm(em, context.actor, vmId, 'update')
    if (Object.keys(change).length === 0) return { taskId: null }
    try {
      await kyselyOf(em).updateTable('vm').set(change).where('id', '=', vmId).execute()
    } catch (error) {
      if (violatedUnique(error) === 'vm_name') throw new KloudakError('CONFLICT', 'The workspace has a VM of this name.', { field: 'name', remedy: 'Choose another name.', cause: error })
      throw error
    }
    return startTask(em, context.sender, {
      contract: vmUpdate, input: { vmId }, workspaceId: vm.workspace, userId, method: 'updateVm', object: { type: 'vm', id: vmId, name: change.name ?? vm.name },
      publicInput: { vmId, ...change }, requestId: context.requestId,
    })
  })
}
