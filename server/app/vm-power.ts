import { vmPower } from '../../jobs/contract/vm.ts'
import type { VmPowerAction } from '../../jobs/contract/vm.ts'
import { requireActor } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { DesiredPower } from '../model/vm.ts'
import type { AppContext, Done } from './context.ts'
import { once } from './idempotency.ts'
import { startTask } from './task.ts'
import { lockVm } from './vm-lock.ts'

/** What each act wants the VM to be in the end. */
const desired: Record<VmPowerAction, DesiredPower> = { start: 'running', shutdown: 'stopped', stop: 'stopped', reboot: 'running', reset: 'running', suspend: 'paused', resume: 'running' }

export interface VmPowerInput { vmId: string; idempotencyKey?: string | null | undefined }

/**
 * Asks for a change of power: what is desired changes now, the host follows in a task. What is observed is the host's to
 * say. WRONG_STATE with the sentence of the table of states when the VM's state does not allow it.
 */
export async function changePower(context: AppContext, action: VmPowerAction, { vmId, idempotencyKey }: VmPowerInput): Promise<Done> {
  const { id: userId } = requireActor(context.actor)
  const method = `${action}Vm`
  return once(context, { method, key: idempotencyKey, input: { vmId }, objectId: vmId }, async (em) => {
    const vm = await lockVm(em, context.actor, vmId, action)
    await kyselyOf(em).updateTable('vm').set({ desiredPower: desired[action] }).where('id', '=', vmId).execute()
    return startTask(em, context.sender, {
      contract: vmPower, input: { vmId, action }, workspaceId: vm.workspace, userId, method, object: { type: 'vm', id: vmId, name: vm.name },
      publicInput: { vmId }, requestId: context.requestId,
    })
  })
}
