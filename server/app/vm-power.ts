import { vmPower } from '../../jobs/contract/vm.ts'
import type { VmPowerAction } from '../../jobs/contract/vm.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { DesiredPower } from '../model/vm.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { requireDisksInService } from './pool-life.ts'
import { lockVm } from './vm-lock.ts'

/** What each act wants the VM to be in the end. */
const desired: Record<VmPowerAction, DesiredPower> = { start: 'running', shutdown: 'stopped', stop: 'stopped', reboot: 'running', reset: 'running', suspend: 'paused', resume: 'running' }

export interface VmPowerInput extends Asked { vmId: string }

/**
 * Asks for a change of power: what is desired changes now, the host follows in a task. What is observed is the host's to
 * say. WRONG_STATE with the sentence of the table of states when the VM's state does not allow it.
 */
export async function changePower(context: AppContext, action: VmPowerAction, input: VmPowerInput): Promise<Done> {
  const { vmId } = input
  return act(context, { method: `${action}Vm`, input, objectId: vmId }, async (act) => {
    const vm = await lockVm(act, vmId, action)
    if (action === 'start') await requireDisksInService(act.em, vmId, { tellsPool: act.actor.superuser })
    if (action === 'stop' || action === 'reset') act.plan.loss(`What the guest ${vm.name} has not written to its disk is lost.`)
    await kyselyOf(act.em).updateTable('vm').set({ desiredPower: desired[action] }).where('id', '=', vmId).execute()
    return act.startTask({ contract: vmPower, input: { vmId, action }, workspaceId: vm.workspace, object: { type: 'vm', id: vmId, name: vm.name } })
  })
}
