import { sql } from 'kysely'
import { vmPower } from '../../jobs/contract/vm.ts'
import type { VmPowerAction } from '../../jobs/contract/vm.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
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
    if (action === 'start') await refuseInMaintenance(act.em, vmId)
    if (action === 'stop' || action === 'reset') act.plan.loss(`What the guest ${vm.name} has not written to its disk is lost.`)
    await kyselyOf(act.em).updateTable('vm').set({ desiredPower: desired[action] }).where('id', '=', vmId).execute()
    return act.startTask({ contract: vmPower, input: { vmId, action }, workspaceId: vm.workspace, object: { type: 'vm', id: vmId, name: vm.name } })
  })
}

/** What an operator works on may go off at any moment. Who may not see hosts is not told which it is. */
async function refuseInMaintenance(em: Em, vmId: string): Promise<void> {
  const { rows } = await sql`select 1 from vm join host on host.id = vm.host_id where vm.id = ${vmId} and host.duty = 'maintenance'`.execute(kyselyOf(em))
  if (rows.length > 0) throw new KloudakError('WRONG_STATE', 'The host that the VM is on is in maintenance.', { field: 'vmId', remedy: 'Start the VM when that is over, or have an operator move it to another host.' })
}
