import type { KloudakError } from '../../model/errors.ts'

/**
 * What goes wrong with one request. `unsent`: it surely never left. `refused`: the host answers with an error.
 * `lost-before` and `lost-after`: the connection breaks, before or after the host did as told; the caller cannot tell which.
 */
export type FaultKind = 'unsent' | 'refused' | 'lost-before' | 'lost-after'

export interface Fault {
  /** The how manyth request from now on (1 is the next one), counted over those that `request` names. */
  nth: number
  kind: FaultKind
  /** Only requests of this name count, for example `createVolume`; without it all of them do. */
  request?: string
  /** What a refusing host says; INTERNAL when not given. */
  error?: KloudakError
}

/**
 * The faults that wait for their request. A verb of the driver may be several requests (stop, then undefine): each is
 * counted by itself, so a harness that fails request 1, 2, 3... up to `seen` has been at every boundary on the host.
 */
export class FaultPlan {
  /** Requests that have been made of this host, failed ones included. */
  seen = 0
  /** Asked for a fault where none was injected. */
  byChance: (() => FaultKind | undefined) | undefined
  /** Their names, in order, since the last `record()`. */
  #names: string[] | undefined
  #waiting: { fault: Fault; left: number }[] = []

  inject(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.nth })
  }

  clear(): void {
    this.#waiting = []
  }

  /** Begins a list of the names of all requests to come, and returns it. */
  record(): readonly string[] {
    return this.#names = []
  }

  /** Counts a request that is about to be made and gives the fault that meets it. */
  take(request: string): Fault | undefined {
    this.seen++
    this.#names?.push(request)
    let met: Fault | undefined
    for (const waiting of this.#waiting) {
      if (waiting.fault.request !== undefined && waiting.fault.request !== request) continue
      if (--waiting.left === 0) met ??= waiting.fault
    }
    this.#waiting = this.#waiting.filter(({ left }) => left > 0)
    const kind = met === undefined ? this.byChance?.() : undefined
    return kind === undefined ? met : { nth: 1, kind }
  }
}
