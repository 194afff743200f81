/**
 * Where a VM is, as its host sees it.
 * - `absent`: the host does not know it. `stopped`: it is defined, and has no machine.
 * - `here`: its machine is this host's own; it runs, or was suspended by somebody.
 * - `leaving`: its machine is this host's own, and its memory is being sent away.
 * - `arriving`: a machine waits here for a memory that somebody is sending or has sent; its processors have never run.
 * - `between`: its machine stands still because of a migration that nobody leads any more. On the source the guest may go
 *   on here, if it is proven that it runs nowhere else.
 */
export type MigrationStanding = 'absent' | 'stopped' | 'here' | 'leaving' | 'arriving' | 'between'

/** Memory on its way; `totalBytes` grows while the guest writes. */
export interface MigrationProgress { sentBytes: number; totalBytes: number }

/** What a migration that has ended took: the whole of it, the time in which the guest stood still, and what was sent. */
export interface MigrationNumbers { durationMs: number; downtimeMs: number; bytes: number }

/** How a VM comes to a host: opaque but for whose it is; one driver writes it and one of the same kind reads it. */
export interface MigrationLetter { domainUuid: string; description: string; cookie: Uint8Array }

export interface DepartureOptions {
  /** Where the destination shall plug the network cards: its bridges may have other names. */
  ports: readonly { portId: string; bridge: string; vlan: number | undefined }[]
  /**
   * The caller has proven that both hosts see the same files, which the host itself cannot know of a plain folder. Disks
   * go past the host's page cache (`cache=none`), without which even that would not be safe.
   */
  isSharingProven: boolean
}

/**
 * A VM on its way out. It holds a connection of its own: when that goes before `confirm`, the host takes the guest back by
 * itself as long as not all memory is sent, and afterwards leaves it standing still (`between`).
 */
export interface Departure {
  readonly letter: MigrationLetter
  /**
   * Sends the memory and returns when all of it is there: the guest stands still then. A cancel of the control stops it, as
   * CANCELLED; losing the right to act, or the connection, gives it up.
   */
  send(to: { uri: string; cookie: Uint8Array }): Promise<Uint8Array>
  /** The end: the machine here is taken away, its definition stays; or the guest goes on here. */
  confirm(cookie: Uint8Array, arrived: boolean): Promise<void>
  close(): Promise<void>
}

/** A VM on its way in. When its connection goes before `finish`, the host removes the machine that waits. */
export interface Arrival {
  /** Where the memory is to be sent to. */
  readonly uri: string
  readonly cookie: Uint8Array
  /** Resolves when the connection is gone, by whomever. A host that lost its power breaks no stream: the source would send for long. */
  readonly gone: Promise<unknown>
  /** Lets the guest run here, suspended if it was, and keeps its definition; or removes what waited. */
  finish(cookie: Uint8Array, arrived: boolean): Promise<Uint8Array>
  close(): Promise<void>
}

/** What a host can do for a VM that moves. Errors as in driver.ts. */
export interface MigrationAbility {
  migrationStanding(domainUuid: string): Promise<MigrationStanding>
  /** Begins; the guest runs on. WRONG_STATE with the host's own reason when the VM cannot be migrated. */
  departVm(domainUuid: string, options: DepartureOptions): Promise<Departure>
  /** Makes the machine that waits, its ports plugged. `address`: where this host takes memory. */
  receiveVm(letter: MigrationLetter, options: { address: string }): Promise<Arrival>
  /**
   * Whether this host could reach an address at which another one takes memory; undefined when that cannot be told. Nothing is
   * sent, and no port is touched that a migration could use. Takes 3 seconds at most.
   */
  hasWayTo(address: string): Promise<boolean | undefined>
  /** Undefined when no memory is on its way. */
  migrationProgress(domainUuid: string): Promise<MigrationProgress | undefined>
  /** Of the migration that brought the VM here; undefined when the host no longer knows. */
  migrationNumbers(domainUuid: string): Promise<MigrationNumbers | undefined>
  /** Stops sending; the guest goes on here. Nothing being sent is a success. */
  cancelMigration(domainUuid: string): Promise<void>
  /** How long the guest may stand still at the end. */
  allowDowntime(domainUuid: string, downtimeMs: number): Promise<void>
  /** Why the host cannot run machines with this processor; undefined when it can. */
  missingForMachine(machine: { domainType: 'kvm' | 'qemu'; emulator: string; architecture: string; machineType: string; cpuModel: string }): Promise<string | undefined>
}
