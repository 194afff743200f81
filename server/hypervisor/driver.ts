import type { Duplex } from 'node:stream'
import type { CallControl } from '../model/call-control.ts'
import type { PowerState } from '../model/vm.ts'
import type { CutOff } from './cut-off.ts'
import type { GuestNetworkDriver } from './guest-network.ts'
import type { MigrationAbility } from './migration.ts'
import type { PoolDriver, PoolFacts, PoolRef } from './pools.ts'
import type { StatsDriver } from './stats.ts'

export type { CallControl, PoolFacts, PoolRef }

/** What a host is and can do, as it says itself; `domainType` is proven by a probe guest, not taken from a file's presence. */
export interface HostFacts {
  hostname: string
  hostUuid: string
  libvirtVersion: string
  qemuVersion: string
  domainType: 'kvm' | 'qemu'
  architecture: string
  emulator: string
  /** Versioned machine type, for example `pc-q35-7.2`: chosen once for each VM and stored with it. */
  machineType: string
  cpuModel: string
  cpus: number
  memoryBytes: number
  freeMemoryBytes: number
}

export interface VolumeFacts { name: string; path: string; capacityBytes: number; allocationBytes: number; backingPath: string | undefined }

export interface DiskSpec { pool: PoolRef; volume: string; format: 'qcow2' | 'raw' }

export interface InterfaceSpec {
  /** The `iface-id` of the Open vSwitch port: the row id of the VM's interface. */
  portId: string
  mac: string
  bridge: string
  vlan: number | undefined
}

/** A network card as the host has it. */
export interface ObservedInterface {
  portId: string
  mac: string
  /** Whether the guest sees a cable in it. */
  isConnected: boolean
  /** Whether the definition has it, so that it is there after the next start too. */
  isDefined: boolean
}

/** All that a domain is made from. Values are facts of the VM's birth (decision 15), never defaults of the driver. */
export interface VmSpec {
  domainUuid: string
  /** For people who read `virsh list --title`: the VM's name, hostile text included. */
  title: string
  description: string
  /** Written into the domain's metadata: whose domain it is (decision 10). */
  owner: { installationId: string; generation: number; vmId: string }
  domainType: 'kvm' | 'qemu'
  emulator: string
  architecture: string
  machineType: string
  cpuModel: string
  vcpus: number
  memoryBytes: number
  disks: DiskSpec[]
  seed: DiskSpec | undefined
  interfaces: InterfaceSpec[]
}

export interface ObservedVm {
  domainUuid: string
  power: PowerState
  /** The owner in the domain's metadata; undefined for a domain that is not Kloudak's. */
  owner: VmSpec['owner'] | undefined
  /** True while QEMU runs but the guest's processors have never been let go (started paused by us). */
  startedPaused: boolean
  /** Of one that is stopped: whether the host remembers that the guest shut itself down. It forgets with its own restart. */
  guestShutDown: boolean
}

/** `name`: what the host calls it, which for another's VM is all that people know of it. */
export interface ListedVm extends ObservedVm { name: string }

/** How the guests begin that are started only to prove that KVM works. */
export const probePrefix = 'kloudak-probe-'

/** `reset`: the connection was lost and is back; the listener must list again, for events may have been missed. */
export type HostEvent =
  | { kind: 'power'; domainUuid: string; power: PowerState; reason: 'guest-shutdown' | 'stopped' | 'crashed' | 'migrated' | 'started' | 'suspended' | 'resumed' | 'failed' | 'other' }
  | { kind: 'removed'; domainUuid: string }
  | { kind: 'reset' }
  | { kind: 'lost'; error: Error }

export interface FlattenProgress { done: boolean; copiedBytes: number; totalBytes: number }

/** A host that can be reached. It outlives the pieces of work, each of which gets a driver bound to its own control. */
export interface HypervisorHost {
  bind(control: CallControl): HypervisorDriver
  /** Lets go of the connections; what runs on the host goes on. */
  close(): Promise<void>
}

/**
 * What a host can do with VMs and storage. Every method may be repeated: creating what exists as asked and removing
 * what is absent succeed. The exception is `reset`, `reboot` and `shutdown`, which act each time they are called.
 * Errors: KloudakError with OUTCOME_UNKNOWN when the connection was lost, or the deadline passed, after the request
 * left; UNAVAILABLE when the request surely never left; CANCELLED when the signal fired before it left; NOT_FOUND for a
 * VM, pool or volume that must be there; WRONG_STATE when the VM's power forbids the act; CONFLICT when something else
 * stands under that name; NO_CAPACITY when the host says it is full; INTERNAL with the host's own error as cause.
 */
export interface HypervisorDriver extends PoolDriver, CutOff, MigrationAbility, StatsDriver, GuestNetworkDriver {
  facts(): Promise<HostFacts>

  listVolumes(pool: PoolRef): Promise<VolumeFacts[]>
  findVolume(pool: PoolRef, name: string): Promise<VolumeFacts | undefined>
  /**
   * A thin volume of `capacityBytes`, qcow2 (raw of Ceph), backed by the volume `backing` when given: a linked clone. CONFLICT
   * when another one has the name. `whole`: of Ceph it is copied at once and stands alone; of files that is done later, by
   * `startFlatten`.
   */
  createVolume(pool: PoolRef, volume: { name: string; capacityBytes: number; backing: { path: string; format: 'qcow2' | 'raw'; whole?: boolean } | undefined }): Promise<VolumeFacts>
  /**
   * Creates the volume and fills it with `sizeBytes` of `data`; what stood under that name before is replaced, and a raw
   * one of the same size overwritten in its place. The control
   * is asked again for each piece of data, and its time bounds the host's silence, not the whole transfer. INVALID_INPUT
   * when the data have another length. However it fails, a part of the data may stand under the name.
   */
  uploadVolume(pool: PoolRef, volume: { name: string; format: 'raw' | 'qcow2'; sizeBytes: number; data: AsyncIterable<Uint8Array> }): Promise<VolumeFacts>
  /** SHA-256 (hex) of the first `sizeBytes` of the volume as stored on the host, read back through the storage stream. */
  checksumVolume(pool: PoolRef, name: string, sizeBytes: number): Promise<string>
  /** The first `sizeBytes` of a volume in pieces, as stored on the host. Of files alone. CONFLICT when it has fewer. */
  streamVolume(pool: PoolRef, name: string, sizeBytes: number): AsyncIterable<Uint8Array>
  /** All that stands in a small raw volume; undefined when it is absent. CONFLICT when it is larger than `mostBytes`. */
  readVolume(pool: PoolRef, name: string, mostBytes: number): Promise<Uint8Array | undefined>
  /** Wipes first when asked (zeroes over the whole allocation). Absence is success. */
  deleteVolume(pool: PoolRef, name: string, options: { wipe: boolean }): Promise<void>

  /** Defines the domain exactly as the spec says; a definition that differs is replaced. */
  defineVm(spec: VmSpec): Promise<void>
  /** The spec's parts as the host has them now, for comparing books and host. */
  findVm(domainUuid: string): Promise<ObservedVm | undefined>
  listVms(): Promise<ListedVm[]>
  /** Lets go a VM that was started paused; a VM suspended for another reason is WRONG_STATE. */
  startVm(domainUuid: string, options: { paused: boolean }): Promise<void>
  shutdownVm(domainUuid: string): Promise<void>
  /** Forced. A VM that is stopped or absent is a success; one that crashed stays `crashed` until it is started. */
  stopVm(domainUuid: string): Promise<void>
  rebootVm(domainUuid: string): Promise<void>
  resetVm(domainUuid: string): Promise<void>
  suspendVm(domainUuid: string): Promise<void>
  resumeVm(domainUuid: string): Promise<void>
  /** Stops it if it runs and removes the definition with its nvram, managed-save and metadata. Not its volumes. */
  removeVm(domainUuid: string): Promise<void>
  /** The VM's network cards: those of the running machine while it runs, else those of its definition. */
  listInterfaces(domainUuid: string): Promise<ObservedInterface[]>
  /**
   * Adds a network card to the definition and, while the VM runs, to the machine: there without a cable, so that no frame
   * passes before `connectInterface`. One acting call at most; what is there already stays as it is.
   */
  attachInterface(domainUuid: string, card: InterfaceSpec): Promise<void>
  /** Puts the cable in, in the definition and in the machine. NOT_FOUND when there is no such card. */
  connectInterface(domainUuid: string, mac: string): Promise<void>
  /**
   * Takes a network card out of the machine, waits until the guest has let go of it, and takes it out of the definition.
   * WRONG_STATE when the guest holds on to it: then it stays in both, unless `forget` is set, which takes it out of the
   * definition all the same. Absence is success.
   */
  detachInterface(domainUuid: string, mac: string, options: { forget: boolean }): Promise<void>
  /**
   * Sets a user's password inside the guest, through its agent; `hash` is in the form of crypt(3), so that neither host nor
   * wire ever has the password. WRONG_STATE when no agent answers, or the guest refuses.
   */
  setGuestPassword(domainUuid: string, username: string, hash: string): Promise<void>
  /** Writes another owner into the domain's metadata, running or not. */
  stampVm(domainUuid: string, owner: VmSpec['owner']): Promise<void>
  /** Shown under `virsh dumpxml`: title and description follow the VM's name without a restart. */
  retitleVm(domainUuid: string, title: string, description: string): Promise<void>

  /** Starts copying the backing file into the disk at `index`, so that it stands alone; a copy that runs already is kept. */
  startFlatten(domainUuid: string, index: number): Promise<void>
  /** `done` once the disk stands alone; WRONG_STATE when it does not and no copy runs (never started, or stopped by the host). */
  flattenProgress(domainUuid: string, index: number): Promise<FlattenProgress>
  /** Stops the copy and returns when it has stopped; the disk stays a valid linked clone. */
  cancelFlatten(domainUuid: string, index: number): Promise<void>

  /** The guest's first serial port, both ways. Ends when the guest stops or another reader takes it over. */
  openSerial(domainUuid: string): Promise<Duplex>
  /** The VNC (RFB) byte stream of the guest's screen; the socket's path is read from the live domain at each opening. */
  openScreen(domainUuid: string): Promise<Duplex>

  /** Registers for the host's events; the first thing delivered is `reset`, so that a listener always lists after it registered. */
  watch(listener: (event: HostEvent) => void): Promise<() => Promise<void>>
}
