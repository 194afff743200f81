// Time as the connections of this room see it: monotonic, in milliseconds, and replaceable in tests.

export interface Clock {
  /** Monotonic milliseconds from an arbitrary start. */
  now(): number
  /** Runs `action` once after `delayMs`; the returned function calls it off. */
  schedule(delayMs: number, action: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(delayMs, action) {
    const timer = setTimeout(action, delayMs)
    return () => { clearTimeout(timer) }
  },
}
