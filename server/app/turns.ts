import { KloudakError } from '../model/errors.ts'

/**
 * Lets a number of works run at once in this process; all others wait for their turn, in the order in which they came.
 * Whoever waits longer than a client does is sent away, with UNAVAILABLE: what is done later is done for nobody.
 */
export class Turns {
  readonly #atOnce: number
  readonly #patienceMs: number
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor(atOnce: number, patienceMs = 20_000) {
    this.#atOnce = atOnce
    this.#patienceMs = patienceMs
  }

  async take<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#running < this.#atOnce) this.#running++
    else await this.#turn()
    try {
      return await work()
    } finally {
      // Handed on, so that nobody who comes just now goes before.
      const [next] = this.#waiting
      if (next) next()
      else this.#running--
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => { this.#waiting.delete(go); clearTimeout(timer); resolve() }
      const timer = setTimeout(() => {
        this.#waiting.delete(go)
        reject(new KloudakError('UNAVAILABLE', 'Too many requests for the same thing at once.', { retryAfterMs: 1_000, remedy: 'Try again in a moment.' }))
      }, this.#patienceMs)
      this.#waiting.add(go)
    })
  }
}
