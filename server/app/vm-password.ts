import { vmPassword } from '../../jobs/contract/vm.ts'
import { checkGuestPassword, checkGuestUsername } from '../model/guest-access.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { hashFor } from './guest-hash.ts'
import { lockVm } from './vm-lock.ts'

export interface SetVmPasswordInput extends Asked { vmId: string; username?: string | null | undefined; password: string }

/**
 * Sets a user's password in a guest that runs, through its agent; root's unless another user is named. Only the hash
 * leaves this function. The task fails with WRONG_STATE when no agent answers.
 */
export async function setVmPassword(context: AppContext, input: SetVmPasswordInput): Promise<Done> {
  const { vmId } = input
  return act(context, { method: 'setVmPassword', input, objectId: vmId }, async (act) => {
    const vm = await lockVm(act, vmId, 'setPassword')
    const username = checkGuestUsername(input.username ?? 'root')
    const passwordHash = hashFor(context, act.actor, checkGuestPassword(input.password))
    return act.startTask({ contract: vmPassword, input: { vmId, username, passwordHash }, workspaceId: vm.workspace, object: { type: 'vm', id: vmId, name: vm.name } })
  })
}
