/** Does something again and again, with a wait between that can be cut short, until it is stopped. */
export class Rounds {
  readonly #stopped = new AbortController()
  readonly #work: (signal: AbortSignal) => Promise<void>
  readonly #waitMs: () => number
  #wake = () => {}
  #isDue = false
  #running: Promise<void> | undefined

  /** `work` must not reject. */
  constructor(work: (signal: AbortSignal) => Promise<void>, waitMs: () => number) {
    this.#work = work
    this.#waitMs = waitMs
  }

  /** The first round comes after the first wait, or `soon`. */
  start(): this {
    this.#running ??= this.#run()
    return this
  }

  /** The next round begins at once, or as soon as the one that is under way has ended. */
  soon(): void {
    this.#isDue = true
    this.#wake()
  }

  /** The wait is worked out anew. */
  wake(): void { this.#wake() }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      if (!this.#isDue) await this.#sleep(this.#waitMs())
      this.#isDue = false
      if (!signal.aborted) await this.#work(signal)
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => { clearTimeout(timer); resolve() }
    })
  }
}

/** Resolves after the time, or as soon as the signal fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => { clearTimeout(timer); signal.removeEventListener('abort', done); resolve() }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    if (signal.aborted) done()
  })
}
