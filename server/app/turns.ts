/** Lets a number of works run at once in this process; all others wait for their turn, in the order in which they came. */
export class Turns {
  readonly #atOnce: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atOnce: number) { this.#atOnce = atOnce }

  async take<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#running < this.#atOnce) this.#running++
    else await new Promise<void>((resolve) => { this.#waiting.push(resolve) })
    try {
      return await work()
    } finally {
      // Handed on, so that nobody who comes just now goes before.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
