import type { Actors } from '../auth/actors.ts'

export interface Watched {
  sessionId: string
  /** When the token it was opened with ends; later when the client sends a newer one. */
  expiresAt: Date
  /** Bytes that wait for the client. */
  unreadBytes: () => number
  /** Cuts the connection. */
  end: (why: 'expired' | 'revoked' | 'slow') => void
}

/**
 * Cuts connections that outlive their right: once a second, one statement asks about the sessions of all sockets and
 * event streams of this process.
 */
export class SessionWatch {
  readonly #actors: Actors
  readonly #unreadBytes: number
  readonly #onTrouble: (error: unknown) => void
  readonly #watched = new Set<Watched>()
  readonly #timer: NodeJS.Timeout
  #looking = false
  #again = false

  constructor(actors: Actors, unreadBytes: number, onTrouble: (error: unknown) => void) {
    this.#actors = actors
    this.#unreadBytes = unreadBytes
    this.#onTrouble = onTrouble
    this.#timer = setInterval(() => { void this.look() }, 1_000).unref()
  }

  /** Returns how to stop watching. */
  add(watched: Watched): () => void {
    this.#watched.add(watched)
    return () => { this.#watched.delete(watched) }
  }

  /** Sockets and event streams of all sessions. */
  get size(): number { return this.#watched.size }

  countOf(sessionId: string): number {
    let count = 0
    for (const watched of this.#watched) if (watched.sessionId === sessionId) count++
    return count
  }

  /** Looks at all of them now; also called when rights are known to have changed. */
  async look(): Promise<void> {
    if (this.#watched.size === 0) return
    // What changed during a look may not be in its answer.
    if (this.#looking) { this.#again = true; return }
    this.#looking = true
    try {
      const nowMs = Date.now()
      for (const watched of this.#watched) {
        if (watched.expiresAt.getTime() <= nowMs) this.#end(watched, 'expired')
        else if (watched.unreadBytes() > this.#unreadBytes) this.#end(watched, 'slow')
      }
      const asked = [...this.#watched]
      const alive = await this.#actors.alive([...new Set(asked.map(({ sessionId }) => sessionId))])
      for (const watched of asked) if (!alive.has(watched.sessionId)) this.#end(watched, 'revoked')
    } catch (error) {
      // Without the database nothing can be delivered either: the next second decides.
      this.#onTrouble(error)
    } finally {
      this.#looking = false
    }
    if (!this.#again) return
    this.#again = false
    await this.look()
  }

  close(): void { clearInterval(this.#timer) }

  #end(watched: Watched, why: 'expired' | 'revoked' | 'slow'): void {
    if (this.#watched.delete(watched)) watched.end(why)
  }
}
