// Notices that the other side is gone although the transport says nothing.

export interface KeepaliveOptions {
  /** A ping goes out when nothing arrived for this long. */
  intervalMs: number
  /** The connection is dead after so many pings without any frame: (count + 1) * intervalMs after the last sign of life. */
  count: number
}

/** Any frame counts as a sign of life, not only a pong. */
export class Keepalive {
  readonly #timer: NodeJS.Timeout
  #heard = true
  #unanswered = 0

  constructor({ intervalMs, count }: KeepaliveOptions, { ping, onDead }: { ping: () => void; onDead: () => void }) {
    this.#timer = setInterval(() => {
      if (this.#heard) { this.#heard = false; this.#unanswered = 0; return }
      if (this.#unanswered >= count) { this.stop(); onDead(); return }
      this.#unanswered++
      ping()
    }, intervalMs)
    this.#timer.unref()
  }

  heard(): void { this.#heard = true }
  stop(): void { clearInterval(this.#timer) }
}
