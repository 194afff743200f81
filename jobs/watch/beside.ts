import type { PowerState } from '../../server/model/vm.ts'
import type { Grip } from './observe.ts'

/** A host that this worker holds: what it writes of the host is written under the grip, and calls ask `isCurrent` first. */
export interface HeldHost { grip: Grip; isCurrent(): boolean }

/** What goes on beside the watch of a host for as long as this worker holds it. Nothing here may throw or wait. */
export interface Beside {
  /** Everything on the host has just been listed. `isBack`: it is new here, or could not be heard for a while. */
  listed?(isBack: boolean): void
  power?(domainUuid: string, power: PowerState): void
  /** A port of the host's switch has come, gone or changed. */
  ports?(): void
  stop(): Promise<void>
}

export type StartBeside = (host: HeldHost) => Beside
