import { sql } from 'kysely'
import { authorize, notFound, requireActor } from '../auth/authorize.ts'
import type { Actor } from '../auth/actor.ts'
import type { Vm } from '../db/entities/vm.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { vmActionPermission } from '../model/permissions.ts'
import { vmCan } from '../model/vm.ts'
import type { VmAction } from '../model/vm.ts'

/**
 * The VM, locked until the transaction ends, once the actor may do this to it and its state allows it: so that nobody
 * changes the state between the check and the act. NOT_FOUND, FORBIDDEN or WRONG_STATE otherwise.
 */
export async function lockVm(em: Em, actor: Actor | undefined, vmId: string, action: VmAction): Promise<Pick<Vm, 'id' | 'name' | 'workspace' | 'phase' | 'observedPower'>> {
  requireActor(actor)
  const vm = await kyselyOf(em).selectFrom('vm').select(['id', 'name', 'workspace', 'phase', 'observedPower']).where('id', '=', vmId).modifyEnd(sql`for no key update`).executeTakeFirst()
  if (!vm) throw notFound('VM', 'vmId')
  authorize(actor, vmActionPermission[action], vm.workspace, 'VM', 'vmId')
  const allowed = vmCan(action, vm)
  if (allowed !== true) throw new KloudakError('WRONG_STATE', allowed, { field: 'vmId' })
  return vm
}
