import type { HostEvent } from '../../server/hypervisor/driver.ts'

export type PowerEvent = Extract<HostEvent, { kind: 'power' | 'removed' }>

/** What a host has told and nobody has worked on yet. */
export interface Heard {
  /** Everything must be listed and compared, before `vms`. */
  reset: boolean
  /** Of each VM the last thing told: an older one says nothing any more. */
  vms: Map<string, PowerEvent>
  /** Why the host is not heard now, if it is not. */
  lost: Error | undefined
}

/** Collects a host's events in a bounded way while the last ones are being written. */
export class Inbox {
  #vms = new Map<string, PowerEvent>()
  #reset = false
  #lost: Error | undefined

  hear(event: HostEvent): void {
    switch (event.kind) {
      case 'reset': this.#reset = true; this.#lost = undefined; return
      case 'lost': this.#lost = event.error; this.#reset = false; return
      default: this.#vms.set(event.domainUuid, event)
    }
  }

  /** A look at everything is due, though the host told nothing. False while it is lost: it tells of its return. */
  askForReset(): boolean {
    if (this.#lost) return false
    return this.#reset = true
  }

  get isResetDue(): boolean { return this.#reset }

  /** Without its reset, which stays due. */
  takeEvents(): Heard {
    const heard = { reset: false, vms: this.#vms, lost: this.#lost }
    this.#vms = new Map()
    return heard
  }

  take(): Heard {
    const reset = this.#reset
    this.#reset = false
    return { ...this.takeEvents(), reset }
  }
}
