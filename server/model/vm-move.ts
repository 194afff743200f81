import type { HostStatus } from './host.ts'
import type { VmCondition } from './vm.ts'

export interface MoveCondition extends VmCondition {
  hostName: string
  hostState: HostStatus
  isHostFrozen: boolean
  /** A task that moves it is open. */
  isMoving: boolean
}

const answering: readonly HostStatus[] = ['up', 'draining', 'maintenance']

/** Why the books do not let the VM be moved now; undefined when they do. Shared by the API and the dashboard. */
export function hindranceOf({ phase, observedPower, isMoving, hostState, hostName, isHostFrozen }: MoveCondition): { message: string; remedy: string } | undefined {
  if (phase !== 'ready') return { message: phase === 'failed' ? 'The creation of this VM failed.' : phase === 'deleting' ? 'The VM is being deleted.' : 'The VM is still being created.', remedy: phase === 'failed' ? 'Delete it.' : 'Wait until that is done.' }
  if (isMoving) return { message: 'The VM is being migrated already.', remedy: 'Wait until that task has ended, or cancel it.' }
  if (!answering.includes(hostState)) return { message: `Host ${hostName}, which the VM is on, does not answer.`, remedy: 'Wait until the host is back.' }
  if (isHostFrozen) return { message: `Host ${hostName}, which the VM is on, waits for a review.`, remedy: 'Review the host first.' }
  if (observedPower === 'crashed') return { message: 'The VM has crashed, and its machine stands still.', remedy: 'Reset or stop it first.' }
  if (observedPower === 'unknown') return { message: 'The host has not reported the state of this VM yet.', remedy: 'Try again in a moment.' }
  return undefined
}
