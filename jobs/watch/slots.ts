/** A turn that was asked for. */
export interface Turn {
  readonly isMine: boolean
  /** Gives it back, or the place in the line; to be called once it is over, and harmless afterwards. */
  end(): void
}

interface Asked { isMine: boolean; onTurn: () => void }

/** Lets so many at once do something; the others wait for their turn. */
export class Slots {
  #free: number
  readonly #waiting = new Set<Asked>()

  constructor(count = 8) { this.#free = count }

  async take<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const turn = this.ask(resolve)
    if (!turn.isMine) await promise
    try { return await work() } finally { turn.end() }
  }

  /** For those who have other things to do until it is their turn, of which `onTurn` tells; not when it is theirs at once. */
  ask(onTurn: () => void): Turn {
    const asked: Asked = { isMine: this.#free > 0, onTurn }
    if (asked.isMine) this.#free--
    else this.#waiting.add(asked)
    return {
      get isMine() { return asked.isMine },
      end: () => {
        this.#waiting.delete(asked)
        if (asked.isMine) this.#next()
        asked.isMine = false
      },
    }
  }

  #next(): void {
    const [next] = this.#waiting
    if (!next) { this.#free++; return }
    this.#waiting.delete(next)
    next.isMine = true
    next.onTurn()
  }
}
