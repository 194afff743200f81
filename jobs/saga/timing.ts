/**
 * The engine's times. Crash recovery takes at most `leaseMs + callTimeoutMs` plus one claim: a worker that dies right
 * after a renewal holds its saga for `leaseMs`; a call that it sent at the last moment may be under way for
 * `callTimeoutMs` more (decision 7); then whoever looks takes over, and workers look exactly when the time has come.
 * 1.5 s + 1 s leaves half a second of the promised 3 s. See docs/adr/0003-saga-leases.md.
 */
export interface Timing {
  leaseMs: number
  /** Several tries fit into a lease, so that one slow statement does not lose it. */
  renewMs: number
  /** Deadline of a call on a host, unless the step has its own. Shorter than the lease. */
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
  callTimeoutMs: 1000,
  pollMs: 500,
  retries: 3,
  retryWaitMs: 1000,
  stuckAfter: 6,
  backoffCapMs: 30_000,
  stuckRetryMs: 300_000,
}
