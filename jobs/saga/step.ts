import type { Em } from '../../server/db/orm.ts'
import type { ErrorCode } from '../../server/model/errors.ts'

/** What a step logs with: every line carries saga, task, step and the request's id. Pino's loggers fit. */
export interface SagaLog {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  child(fields: object): SagaLog
}

/** Binds a call on a host to the saga's lease; has the shape of the drivers' CallControl. */
export interface SagaControl {
  /** Throws LeaseLost when the work may no longer act on a host. */
  beforeCall: () => void
  timeoutMs: number
  /** Aborted on cancel, and when the lease is lost or the worker stops. */
  signal: AbortSignal
}

export interface StepContext<Input, Deps> {
  input: Input
  deps: Deps
  sagaId: string
  taskId: string
  /** How many times this step was begun, 1 at first. */
  attempt: number
  control: SagaControl
  log: SagaLog
  /** What an earlier step returned; throws when it has not run, which is a mistake in the saga. */
  output: <Output>(step: Step<Input, Deps, Output>) => Output
  /** What an earlier step returned, if it got that far: for undos. */
  outputIfDone: <Output>(step: Step<Input, Deps, Output>) => Output | undefined
  /** Between 0 and 1, of this step. Written at most twice a second. */
  progress: (fraction: number) => void
  /** A fresh entity manager, for reading. */
  em: () => Em
  /**
   * One transaction on the books that only commits while this worker still holds the saga: a worker that was stopped
   * and went on gets LeaseLost instead. Keep it short, and call no host inside.
   */
  write: <T>(work: (em: Em) => Promise<T>) => Promise<T>
}

/**
 * How often a step may be tried and how long to wait between; what is not given comes from the worker's configuration.
 */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  attempts?: number
  waitMs?: number
  /** Codes that are worth another try beside the engine's own (see policy.ts). */
  codes?: readonly ErrorCode[]
}

/** What reading the host back says of an act whose outcome is unknown. */
export type ReadBack<Output> = { happened: true; output: Output } | { happened: false } | 'cannot-tell'

interface Common<Input, Deps, Output> {
  retry?: RetryPolicy
  /**
   * How long each call on a host within this step waits for its answer, when the worker's own time does not fit.
   */
  callTimeoutMs?: number
  /**
   * Takes back what `do` did, wholly or half: it also runs after a `do` that failed or was cut off, so absence is a
   * success. `own` is the step's output when it is known. Long copies are stopped here after a cancel.
   */
  undo?: (context: StepContext<Input, Deps>, own: Output | undefined) => Promise<void>
}

/**
 * - `idempotent`: may be repeated freely.
 * - `atMostOnce`: one acting call, and no call after it; an unknown outcome is read back, and reported when that cannot tell. Never repeated blindly.
 * - `pivot`: no way back from here. It and all that follows only go forward, repeated until they succeed.
 * - `undoOnly`: does nothing on the way there; its undo cleans up what the verb or a later step leaves half done.
 */
export type StepBody<Input, Deps, Output> =
  | (Common<Input, Deps, Output> & { kind: 'idempotent'; do: (context: StepContext<Input, Deps>) => Promise<Output> })
  | (Common<Input, Deps, Output> & { kind: 'atMostOnce'; do: (context: StepContext<Input, Deps>) => Promise<Output>; readBack?: (context: StepContext<Input, Deps>) => Promise<ReadBack<Output>> })
  | (Omit<Common<Input, Deps, Output>, 'undo'> & { kind: 'pivot'; do: (context: StepContext<Input, Deps>) => Promise<Output>; undo?: never })
  | (Pick<Common<Input, Deps, Output>, 'retry' | 'callTimeoutMs'> & { kind: 'undoOnly'; undo: (context: StepContext<Input, Deps>) => Promise<void>; do?: never })

export interface Step<Input, Deps, Output> {
  name: string
  body: StepBody<Input, Deps, Output>
}

// A step's output stands in parameters of its own functions, so steps of different outputs have no common type but this.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyStep<Input, Deps> = Step<Input, Deps, any>

/** The saga belongs to somebody else by now, or this worker is stopping: let go at once, clean up nothing. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}
