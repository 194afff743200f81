/**
 * The engine's times. Crash recovery takes at most `leaseMs + transitMs` plus one claim: a worker that dies right after
 * a renewal holds its saga for `leaseMs`; a request that it sent at the last moment may take `transitMs` more to reach
 * the host; then whoever looks takes over, and workers look exactly when the time has come. 1.5 s + 1 s leaves half a
 * second of the promised 3 s. Why the answer to a call may be awaited longer: docs/adr/0004-saga-leases.md.
 */
export interface Timing {
  leaseMs: number
  /** Several tries fit into a lease, so that one slow statement does not lose it. */
  renewMs: number
  /** How long a request that has left a worker may be under way before the host has it. A takeover waits that much more. */
  transitMs: number
  /** How long the answer to a call on a host is awaited, unless the step says otherwise. */
  callTimeoutMs: number
  /** How often an idle worker looks even though nobody woke it. */
  pollMs: number
  /** Further tries of a step that failed, and the wait before each. */
  retries: number
  retryWaitMs: number
  /** Tries of an undo, or of a step after the pivot, before people are called. */
  stuckAfter: number
  /** Waits double up to here while only forward, or only back, is left. */
  backoffCapMs: number
  /** A stuck saga is tried once in this time even when nobody pressed the button: most hosts come back by themselves. */
  stuckRetryMs: number
}

export const defaultTiming: Timing = {
  leaseMs: 1500,
  renewMs: 400,
  transitMs: 1000,
  callTimeoutMs: 10_000,
  pollMs: 1000,
  retries: 3,
  retryWaitMs: 1000,
  stuckAfter: 6,
  backoffCapMs: 30_000,
  stuckRetryMs: 300_000,
}
