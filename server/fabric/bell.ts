/** Wakes all who wait for a switch to change. */
export class Bell {
  readonly #waiting = new Set<() => void>()

  /** Resolves at the next ring; the function ends the wait. */
  next(): { changed: Promise<void>; stop: () => void } {
    let stop = () => {}
    const changed = new Promise<void>((resolve) => {
      const wake = () => { this.#waiting.delete(wake); resolve() }
      this.#waiting.add(wake)
      stop = wake
    })
    return { changed, stop }
  }

  ring(): void { for (const wake of this.#waiting) wake() }
}
