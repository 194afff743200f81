import { KloudakError } from '../model/errors.ts'

/**
 * Runs at most `running` at once and lets at most `waiting` wait; more are refused with UNAVAILABLE. For work that
 * takes so much memory that a flood of it would end the process.
 */
export class Bounded {
  readonly #running: number
  readonly #waiting: number
  #active = 0
  readonly #queue: (() => void)[] = []

  constructor(running: number, waiting: number) {
    this.#running = running
    this.#waiting = waiting
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#active >= this.#running) {
      if (this.#queue.length >= this.#waiting) throw new KloudakError('UNAVAILABLE', 'Too many people are signing in.', { remedy: 'Try again in a few seconds.', retryAfterMs: 2_000 })
      // The one that ends hands its place over, so the count stays.
      await new Promise<void>((resolve) => { this.#queue.push(resolve) })
    } else this.#active++
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next) next()
      else this.#active--
    }
  }
}
