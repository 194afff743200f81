import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { CallControl, HypervisorDriver } from '../../server/hypervisor/driver.ts'

/** How a saga reaches a host: drivers whose calls stop when the saga's lease does. */
export interface Deps {
  hosts: {
    hypervisor(hostId: string, control: CallControl): Promise<HypervisorDriver>
    fabric(hostId: string, control: CallControl): Promise<FabricDriver>
  }
}

/**
 * Deadline of a call that makes QEMU or qemu-img start on a busy host. Giving up early would only repeat the work; but
 * a crash inside such a step is recovered that much later, because the call may still be under way on the host.
 */
export const slowCallMs = 5_000
