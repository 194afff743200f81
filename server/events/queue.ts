import type { ChangeEvent } from './event.ts'

const created = new WeakMap<ChangeEvent, ChangeEvent>()

/** The change of an object whose creation has not been told yet: one and the same for all, so that they share what they read for it. */
function asCreated(event: ChangeEvent): ChangeEvent {
  const made = created.get(event) ?? { ...event, kind: 'created' }
  created.set(event, made)
  return made
}

/**
 * What waits for one subscriber: at most one event for each object, the newest, and a bounded number of objects. When
 * more come, all are dropped and the subscriber is told to read again from its cursor: memory never grows with a
 * client that is slow.
 */
export class EventQueue {
  readonly #limit: number
  readonly #waiting = new Map<string, ChangeEvent>()
  #state: 'open' | 'overflowed' | 'ended' = 'open'
  #failure: Error | undefined
  #wake: (() => void) | undefined

  constructor(limit: number) { this.#limit = limit }

  offer(event: ChangeEvent): void {
    if (this.#state !== 'open') return
    const key = `${event.objectType} ${event.objectId}`
    const older = this.#waiting.get(key)
    // Deleted and set anew, so that it stands at its own place in the order: cursors only ever grow.
    if (older) this.#waiting.delete(key)
    else if (this.#waiting.size >= this.#limit) {
      this.#waiting.clear()
      this.#state = 'overflowed'
      this.#wake?.()
      return
    }
    this.#waiting.set(key, older?.kind === 'created' && event.kind === 'changed' ? asCreated(event) : event)
    this.#wake?.()
  }

  /** The next event, once there is one. 'overflowed' until `reopen`; undefined once ended; rejects once failed. */
  async take(): Promise<ChangeEvent | 'overflowed' | undefined> {
    for (;;) {
      if (this.#failure) throw this.#failure
      if (this.#state === 'ended') return undefined
      if (this.#state === 'overflowed') return 'overflowed'
      for (const [key, event] of this.#waiting) { this.#waiting.delete(key); return event }
      await new Promise<void>((resolve) => { this.#wake = resolve })
      this.#wake = undefined
    }
  }

  /** Empties the queue and takes events again. */
  reopen(): void {
    this.#waiting.clear()
    if (this.#state === 'overflowed') this.#state = 'open'
  }

  end(failure?: Error): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#failure = failure
    this.#waiting.clear()
    this.#wake?.()
  }

  get ended(): boolean { return this.#state === 'ended' }
}
