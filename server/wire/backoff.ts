// Decorrelated jitter: each delay is drawn between the base and three times the one before, under a cap.
// A thousand clients that lost one host at the same moment do not come back at the same moment.

export interface BackoffOptions {
  baseMs: number
  capMs: number
  /** Uniform in [0, 1). */
  random?: () => number
}

export class Backoff {
  readonly #baseMs: number
  readonly #capMs: number
  readonly #random: () => number
  #previousMs: number

  constructor({ baseMs, capMs, random = Math.random }: BackoffOptions) {
    this.#baseMs = baseMs
    this.#capMs = Math.max(baseMs, capMs)
    this.#random = random
    this.#previousMs = baseMs
  }

  /** The delay before the next attempt, in milliseconds. */
  next(): number {
    const upper = this.#previousMs * 3
    this.#previousMs = Math.min(this.#capMs, this.#baseMs + this.#random() * (upper - this.#baseMs))
    return this.#previousMs
  }

  /** To be called once a connection has proved stable, not as soon as it is made: a flapping host must be left in peace. */
  reset(): void {
    this.#previousMs = this.#baseMs
  }
}
