import type { Actor } from '../auth/actor.ts'
import { may } from '../auth/authorize.ts'
import type { Vm } from '../db/entities/vm.ts'
import { vmActionPermission } from '../model/permissions.ts'
import { vmCan } from '../model/vm.ts'
import type { VmAction } from '../model/vm.ts'

/** What a button needs to know: whether the actor may do this now and, if not, the sentence that says why. */
export function vmPermits(actor: Actor | undefined, action: VmAction, vm: Pick<Vm, 'workspace' | 'phase' | 'observedPower'>): { allowed: boolean; reason: string | null } {
  const permission = vmActionPermission[action]
  if (!may(actor, permission, vm.workspace)) return { allowed: false, reason: `This needs the permission ${permission} in the workspace.` }
  const allowed = vmCan(action, vm)
  return allowed === true ? { allowed: true, reason: null } : { allowed: false, reason: allowed }
}
