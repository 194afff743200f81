import type { PowerState } from '../../model/vm.ts'
import { domainState, shutoffReason } from '../../wire/libvirt/constants.ts'

/** Libvirt's state and reason as Kloudak's one word. */
export function powerOf(state: number, reason: number): PowerState {
  switch (state) {
    // SHUTDOWN is a guest on its way down: its processors still run.
    case domainState.RUNNING: case domainState.BLOCKED: case domainState.SHUTDOWN: return 'running'
    case domainState.PAUSED: case domainState.PMSUSPENDED: return 'paused'
    case domainState.SHUTOFF: return reason === shutoffReason.CRASHED ? 'crashed' : 'stopped'
    case domainState.CRASHED: return 'crashed'
    default: return 'unknown'
  }
}

/** Whether there is a QEMU process. */
export function isActive(state: number): boolean {
  return state !== domainState.SHUTOFF && state !== domainState.NOSTATE
}
