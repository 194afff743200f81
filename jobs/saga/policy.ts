import { NotYet } from '../../server/model/errors.ts'
import type { ErrorCode, KloudakError } from '../../server/model/errors.ts'
import type { RetryPolicy } from './step.ts'
import type { Timing } from './timing.ts'

/** Codes that another try may mend by itself. NO_CAPACITY, INVALID_INPUT and the like stay what they are. */
const passing: readonly ErrorCode[] = ['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'RATE_LIMITED', 'INTERNAL']

/** `wait`: as `retry`, but what was tried does not count. */
export type Verdict = { next: 'retry' | 'wait'; waitMs: number } | { next: 'undo' } | { next: 'stuck'; waitMs: number }

export interface Failure {
  error: KloudakError
  /** How many times the step, or its undo, has been begun. */
  attempt: number
  retry: RetryPolicy | undefined
}

/** After a step before the pivot failed for sure, or an idempotent one perhaps. */
export function afterFailedStep({ error, attempt, retry }: Failure, timing: Timing): Verdict {
  if (error instanceof NotYet) return { next: 'wait', waitMs: error.retryAfterMs ?? timing.retryWaitMs }
  const attempts = retry?.attempts ?? timing.retries + 1
  const isPassing = passing.includes(error.code) || retry?.codes?.includes(error.code)
  if (!isPassing || attempt >= attempts) return { next: 'undo' }
  return { next: 'retry', waitMs: Math.max(retry?.waitMs ?? timing.retryWaitMs, error.retryAfterMs ?? 0) }
}

/** Where there is no other way than on: an undo, or a step after the pivot. Any error is tried again; after a while people are told. */
export function afterFailedObligation({ error, attempt, retry }: Failure, timing: Timing): Verdict {
  if (error instanceof NotYet) return { next: 'wait', waitMs: error.retryAfterMs ?? timing.retryWaitMs }
  if (attempt >= Math.max(timing.stuckAfter, retry?.attempts ?? 0)) return { next: 'stuck', waitMs: timing.stuckRetryMs }
  const waitMs = (retry?.waitMs ?? timing.retryWaitMs) * 2 ** Math.min(attempt - 1, 20)
  return { next: 'retry', waitMs: Math.max(Math.min(waitMs, timing.backoffCapMs), error.retryAfterMs ?? 0) }
}
