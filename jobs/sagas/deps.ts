import type { OnStuck } from '../contract/host-drain.ts'
import type { Em } from '../../server/db/orm.ts'
import type { SealedPlace } from '../../server/db/seal.ts'
import type { FabricDriver } from '../../server/fabric/driver.ts'
import type { CallControl, HypervisorDriver } from '../../server/hypervisor/driver.ts'
import type { MachineDriver } from '../../server/machine/driver.ts'
import type { Fencing } from '../fencing/fencing.ts'

/** The task of a saga that has others do the work. */
export interface Parent { taskId: string; workspaceId: string }

/**
 * Begins the ordinary work on up to so many things of the parent's workspace that nobody works on yet, in the transaction
 * given. Each becomes a task of its own, of the user who asked for the parent.
 */
export type BeginChildren = (em: Em, parent: Parent, limit: number) => Promise<void>

/** What a workspace's deletion has deleted before it goes, in this order. */
export type ChildKind = 'vm' | 'network'

/** What a look at a host that is being emptied tells. `stuck`: what cannot be moved now, and why. */
export interface DrainLook { moved: number; left: number; underWay: number; stuck: readonly { name: string; reason: string }[] }

export interface DrainRequest { taskId: string; hostId: string; atOnce: number; onStuck: OnStuck }

export interface DrainWork {
  /** Begins moves until so many are under way, in the transaction given. `left` 0: nothing of the host's VMs keeps it from maintenance. */
  goOn(em: Em, request: DrainRequest): Promise<DrainLook>
  /** Asks the moves that it began to stop; returns how many are still under way. */
  stop(em: Em, taskId: string): Promise<number>
}

/** How a saga reaches a host, by drivers whose calls stop when the saga's lease does, and how it has other work begun. */
export interface Deps {
  hosts: {
    hypervisor(hostId: string, control: CallControl): Promise<HypervisorDriver>
    fabric(hostId: string, control: CallControl): Promise<FabricDriver>
    /** Also of a host that is frozen: for its review alone. */
    underReview(hostId: string, control: CallControl): Promise<{ hypervisor: HypervisorDriver; fabric: FabricDriver }>
    /** Its own shell: for enrolment and preparation. */
    machine(hostId: string, control: CallControl): Promise<MachineDriver>
  }
  /** Opens what the books keep sealed (decision 21). */
  unseal(place: SealedPlace, sealed: Uint8Array): Buffer
  children: Record<ChildKind, BeginChildren> & { drain: DrainWork }
  /** Work that follows from a lost host, each begun in the transaction given. */
  recoveries: {
    /** Begins the recovery of one more VM of the host; false when none is left to begin. */
    next(em: Em, hostId: string): Promise<boolean>
    /** Begins those of VMs that were given to the host and not started there. */
    unstarted(em: Em, hostId: string): Promise<void>
  }
  /** Switches hosts off from outside. */
  fencing: Fencing
}
