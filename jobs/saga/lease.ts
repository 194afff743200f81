import { LeaseLost } from './step.ts'

/** One reading of both clocks, taken before a statement is sent: the database's lease then ends no earlier than ours. */
export interface Moment { monotonicMs: number; wallMs: number }
export const moment = (): Moment => ({ monotonicMs: performance.now(), wallMs: Date.now() })

/**
 * Whether fewer milliseconds have passed since then by the monotonic clock, which no one can set back, and also by the wall
 * clock, because the monotonic one stands still while a machine is suspended.
 */
export function isWithin(leaseMs: number, from: Moment): boolean {
  const now = moment()
  return now.monotonicMs - from.monotonicMs < leaseMs && now.wallMs - from.wallMs < leaseMs
}

/** This worker's own view of a saga's lease. */
export class Lease {
  readonly sagaId: string
  readonly epoch: number
  readonly #leaseMs: number
  readonly #gone = new AbortController()
  #from: Moment
  /** Set by a renewal that saw the user's wish. */
  cancelRequested = false
  isGivenUp = false
  /** Resolves when the lease is gone. */
  readonly whenGone: Promise<undefined>
  #onCancel: (() => void) | undefined

  constructor(sagaId: string, epoch: number, leaseMs: number, from: Moment) {
    this.sagaId = sagaId
    this.epoch = epoch
    this.#leaseMs = leaseMs
    this.#from = from
    this.whenGone = new Promise((resolve) => { this.#gone.signal.addEventListener('abort', () => { resolve(undefined) }, { once: true }) })
  }

  extend(from: Moment): void {
    this.#from = from
  }

  get isValid(): boolean {
    return !this.#gone.signal.aborted && isWithin(this.#leaseMs, this.#from)
  }

  /** Fires once, when the lease is lost or given up. */
  get gone(): AbortSignal {
    return this.#gone.signal
  }

  assertValid(): void {
    if (!this.isValid) throw new LeaseLost(`the lease on saga ${this.sagaId} (epoch ${this.epoch}) has ended`)
  }

  lose(why: string): void {
    if (!this.#gone.signal.aborted) this.#gone.abort(new LeaseLost(`saga ${this.sagaId} (epoch ${this.epoch}): ${why}`))
  }

  /** The worker stops and lets go by itself: the rows are still ours to hand back. */
  giveUp(): void {
    this.isGivenUp = true
    this.lose('the worker stops')
  }

  /** `action` runs once when a cancel is seen, at once when it has been already. */
  whenCancelled(action: () => void): void {
    this.#onCancel = action
    if (this.cancelRequested) action()
  }

  cancel(): void {
    if (this.cancelRequested) return
    this.cancelRequested = true
    this.#onCancel?.()
  }
}
