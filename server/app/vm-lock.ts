import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import type { Vm } from '../db/entities/vm.ts'
import { kyselyOf } from '../db/kysely.ts'
import { KloudakError } from '../model/errors.ts'
import { vmActionPermission } from '../model/permissions.ts'
import { vmCan } from '../model/vm.ts'
import type { VmAction } from '../model/vm.ts'
import type { Act } from './act.ts'

/**
 * The VM, locked until the transaction ends, once the actor may do this to it and its state allows it: so that nobody
 * changes the state between the check and the act. NOT_FOUND, FORBIDDEN or WRONG_STATE otherwise, about the input's field
 * that named the VM, or the part of it.
 */
export async function lockVm(act: Act, vmId: string, action: VmAction, { what, field } = { what: 'VM', field: 'vmId' }): Promise<Pick<Vm, 'id' | 'name' | 'workspace' | 'phase' | 'observedPower' | 'version'>> {
  const vm = await kyselyOf(act.em).selectFrom('vm').select(['id', 'name', 'workspace', 'phase', 'observedPower', 'version']).where('id', '=', vmId).modifyEnd(sql`for no key update`).executeTakeFirst()
  if (!vm) throw notFound(what, field)
  act.object = { type: 'vm', id: vm.id, name: vm.name }
  act.authorize(vmActionPermission[action], vm.workspace, what, field)
  act.plan.restsOn(`vm ${vm.id}`, vm.version)
  const allowed = vmCan(action, vm)
  if (allowed !== true) throw new KloudakError('WRONG_STATE', allowed, { field })
  return vm
}
