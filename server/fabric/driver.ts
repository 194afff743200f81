import type { CallControl } from '../model/call-control.ts'
import type { TrafficCounters } from '../model/counters.ts'
import type { HostFigures } from '../model/host-figures.ts'

/** A port of a VM on a bridge of the host, found by its `iface-id`, never by the name of its interface. */
export interface ObservedPort {
  /** `external_ids:iface-id`: the row id of the VM's interface. */
  portId: string
  bridge: string
  /** Access VLAN; undefined when the port is untagged (a trunk: a fault for a port of ours). */
  vlan: number | undefined
  mac: string | undefined
  /** The domain that the host recorded with the port (libvirt's `vm-id`). */
  domainUuid: string | undefined
}

export interface BridgeFacts { name: string; datapathType: string; uplinks: string[] }

export interface FabricFacts { version: string; bridges: BridgeFacts[] }

export interface FabricCounters {
  /** What has come and gone through the uplinks of all bridges, counted since each was made; null when none tells. */
  uplinks: TrafficCounters | null
  /** What the switch tells of its host; `undecided` when nobody has said yet whether it shall. */
  figures: HostFigures | 'undecided'
}

export type FabricEvent = { kind: 'port'; port: ObservedPort } | { kind: 'port-removed'; portId: string } | { kind: 'reset' } | { kind: 'lost'; error: Error }

/** A host's networks, within reach. It outlives the pieces of work, each of which gets a driver bound to its own control. */
export interface FabricHost {
  bind(control: CallControl): FabricDriver
  /** Lets go of the connections; what stands on the host stays. */
  close(): Promise<void>
}

/**
 * What a host can do with networks. The hypervisor makes and removes the ports of the VMs it runs; the fabric proves
 * that each carries the VLAN it must, corrects one that does not, and removes what a crash left behind.
 * Errors as in hypervisor/driver.ts; a read without an answer is UNAVAILABLE. Every method may be repeated.
 */
export interface FabricDriver {
  facts(): Promise<FabricFacts>
  listPorts(): Promise<ObservedPort[]>
  findPort(portId: string): Promise<ObservedPort | undefined>
  /**
   * Waits until the port is there (the host records it a moment after the guest's start) and carries this VLAN; corrects
   * a wrong tag. NOT_FOUND when it does not come in time, CONFLICT when it stands on another bridge.
   */
  ensureVlan(port: { portId: string; bridge: string; vlan: number | undefined }): Promise<ObservedPort>
  /** Removes the port if it is there. Absence is success. */
  removePort(portId: string): Promise<void>
  /** One look at all that the host counts. */
  counters(): Promise<FabricCounters>
  /** Has the switch tell figures of its host from now on, unless somebody has said whether it shall. */
  askForFigures(): Promise<void>
  /** As HypervisorDriver.watch: `reset` first, then changes. */
  watch(listener: (event: FabricEvent) => void): Promise<() => Promise<void>>
}
