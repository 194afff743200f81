import { vmUpdate } from '../../jobs/contract/vm.ts'
import { kyselyOf } from '../db/kysely.ts'
import { KloudakError } from '../model/errors.ts'
import { checkRecoveryPriority } from '../model/fence.ts'
import { checkDescription, checkName } from '../model/names.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { violatedUnique } from './retry.ts'
import { changeGroups } from './vm-groups.ts'
import { lockVm } from './vm-lock.ts'

export interface UpdateVmInput extends Asked { vmId: string; name?: string | null | undefined; description?: string | null | undefined; affinityGroupIds?: readonly string[] | null | undefined; recoveryPriority?: number | null | undefined }

/**
 * Changes name, description, recovery priority and affinity groups; what is left out stays. A task carries name and description to the host.
 * CONFLICT when the name is taken, or the VM is not where a hard group would have it.
 */
export async function updateVm(context: AppContext, input: UpdateVmInput): Promise<Done> {
  const { vmId, name, description, affinityGroupIds, recoveryPriority } = input
  return act(context, { method: 'updateVm', input, objectId: vmId }, async (act) => {
    const vm = await lockVm(act, vmId, 'update')
    const change = { ...(name == null ? {} : { name: checkName(name) }), ...(description == null ? {} : { description: checkDescription(description) }) }
    if (recoveryPriority != null) await kyselyOf(act.em).updateTable('vm').set({ recoveryPriority: checkRecoveryPriority(recoveryPriority) }).where('id', '=', vmId).execute()
    if (affinityGroupIds != null && await changeGroups(act.em, vm, affinityGroupIds)) act.plan.step('It belongs to other affinity groups.')
    if (Object.keys(change).length === 0) return { taskId: null }
    try {
      await kyselyOf(act.em).updateTable('vm').set(change).where('id', '=', vmId).execute()
    } catch (error) {
      if (violatedUnique(error) === 'vm_name') throw new KloudakError('CONFLICT', 'The workspace has a VM of this name.', { field: 'name', remedy: 'Choose another name.', cause: error })
      throw error
    }
    return act.startTask({ contract: vmUpdate, input: { vmId }, workspaceId: vm.workspace, object: { type: 'vm', id: vmId, name: change.name ?? vm.name } })
  })
}
