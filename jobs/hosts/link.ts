import type { FabricHost } from '../../server/fabric/driver.ts'
import type { HypervisorHost } from '../../server/hypervisor/driver.ts'
import type { HostKind } from '../../server/db/entities/infrastructure.ts'

/** What a host's row says of the way to it. */
export interface HostAddress {
  id: string
  areaId: string
  name: string
  kind: HostKind
  address: string | null
  sshPort: number | null
  sshUser: string | null
  sshHostKey: string | null
  sshKeySealed: Uint8Array | null
}

/** A way to a host that is kept open: what it leads to outlives single pieces of work, each of which binds its own control. */
export interface HostLink {
  hypervisor: HypervisorHost
  fabric: FabricHost
  /** Lets go of the connections; what runs on the host goes on. */
  close(): Promise<void>
}

/** Makes a link; nothing needs to be dialled before its first use. @throws KloudakError when the row lacks what is needed */
export type LinkTo = (host: HostAddress) => HostLink
