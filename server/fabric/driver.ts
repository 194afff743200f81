/** A port of a VM on a bridge of the host, found by its `iface-id`, never by the name of its interface. */
export interface ObservedPort {
  /** `external_ids:iface-id`: the row id of the VM's interface. */
  portId: string
  bridge: string
  /** Access VLAN; undefined when the port is untagged (a trunk: a fault for a port of ours). */
  vlan: number | undefined
  mac: string | undefined
  /** The domain that the port's `vm-uuid` names, when the host recorded it. */
  domainUuid: string | undefined
}

export interface BridgeFacts { name: string; datapathType: string; uplinks: string[] }

export interface FabricFacts { version: string; bridges: BridgeFacts[] }

export type FabricEvent = { kind: 'port'; port: ObservedPort } | { kind: 'port-removed'; portId: string } | { kind: 'reset' } | { kind: 'lost'; error: Error }

/**
 * What a host can do with networks. The hypervisor makes and removes the ports of the VMs it runs; the fabric proves
 * that each carries the VLAN it must, corrects one that does not, and removes what a crash left behind.
 * Errors as in hypervisor/driver.ts. Every method may be repeated.
 */
export interface FabricDriver {
  facts(): Promise<FabricFacts>
  listPorts(): Promise<ObservedPort[]>
  findPort(portId: string): Promise<ObservedPort | undefined>
  /** Waits until the port is there (the host records it a moment after the guest's start) and carries this VLAN; corrects a wrong tag. */
  ensureVlan(port: { portId: string; bridge: string; vlan: number | undefined }): Promise<ObservedPort>
  /** Removes the port if it is there. Absence is success. */
  removePort(portId: string): Promise<void>
  /** As HypervisorDriver.watch: `reset` first, then changes. */
  watch(listener: (event: FabricEvent) => void): Promise<() => Promise<void>>
}
