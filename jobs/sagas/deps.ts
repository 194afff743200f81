import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { CallControl, HypervisorDriver } from '../../server/hypervisor/driver.ts'

/** How a saga reaches a host: drivers whose calls stop when the saga's lease does. */
export interface Deps {
  hosts: {
    hypervisor(hostId: string, control: CallControl): Promise<HypervisorDriver>
    fabric(hostId: string, control: CallControl): Promise<FabricDriver>
  }
}
