/**
 * What binds a call on a host to the work that makes it (decision 7). A driver calls `beforeCall` right before each
 * request leaves, so that a worker that lost its lease cannot act, and gives up waiting for the answer after `timeoutMs`.
 */
export interface CallControl {
  /** Throws when the work may no longer act on the host. */
  beforeCall(): void
  timeoutMs: number
  signal?: AbortSignal
}
