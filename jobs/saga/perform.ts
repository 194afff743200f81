import { setTimeout as delay } from 'node:timers/promises'
import { KloudakError, NotYet, asKloudakError } from '../../server/model/errors.ts'
import { plainError } from '../../server/model/host-error.ts'
import { fencedWrite } from './fence.ts'
import type { Boundary, Running } from './running.ts'
import { LeaseLost } from './step.ts'
import type { AnyStep, SagaControl, Step, StepContext } from './step.ts'

/**
 * `isUnknown`: nobody knows whether the step acted. `isFinal`: trying again is not allowed. `isHandedBack`: the step
 * let go because the worker stops; the error is no judgement on it.
 */
export interface Failed { error: KloudakError; isUnknown: boolean; isFinal: boolean; isHandedBack: boolean }
export type Outcome = { output: unknown } | Failed

const failed = (error: KloudakError, { isUnknown = false, isFinal = false } = {}): Failed => ({ error, isUnknown, isFinal, isHandedBack: false })

/** Runs a step's `do`, or reads an at-most-once step back when an earlier try left it unknown. Throws LeaseLost only. */
export async function attemptStep(run: Running, step: AnyStep<unknown, unknown>, attempt: number, isUnknown: boolean): Promise<Outcome> {
  const { body } = step
  if (body.kind === 'undoOnly') return { output: null }
  const abort = new AbortController()
  const context = contextOf(run, step, attempt, abort.signal)
  if (!run.isPastPivot(step)) run.lease.whenCancelled(() => { abort.abort(new KloudakError('CANCELLED', 'The task was cancelled.')) })
  if (body.kind === 'atMostOnce' && isUnknown) {
    const told = await readBack(run, step, context)
    if (told !== 'did not happen') return told
  }
  const at = boundaryOf(run, step, context)
  const outcome = await settle(run, async () => {
    await at('begun')
    const output = plain(await body.do(context))
    await at('acted')
    return output
  })
  if ('output' in outcome || outcome.isHandedBack || body.kind !== 'atMostOnce' || !outcome.isUnknown || run.lease.cancelRequested) return outcome
  const told = await readBack(run, step, context)
  return told === 'did not happen' ? failed(outcome.error) : told
}

export async function undoStep(run: Running, step: AnyStep<unknown, unknown>, own: unknown, attempt: number): Promise<Outcome> {
  const context = contextOf(run, step, attempt, undefined)
  const at = boundaryOf(run, step, context)
  return settle(run, async () => {
    await at('undo-begun')
    await step.body.undo?.(context, own ?? undefined)
    await at('undo-acted')
    return null
  })
}

async function readBack(run: Running, step: AnyStep<unknown, unknown>, context: StepContext<unknown, unknown>): Promise<Outcome | 'did not happen'> {
  const read = step.body.kind === 'atMostOnce' ? step.body.readBack : undefined
  const unknown = (cause?: unknown) => plainError('OUTCOME_UNKNOWN', 'The connection to the host was lost: nobody can tell whether this step was carried out.', { remedy: 'Look at the object, and ask again if it was not.', cause })
  if (!read) return failed(unknown(), { isFinal: true })
  const outcome = await settle(run, () => read(context))
  if ('error' in outcome && outcome.error instanceof NotYet) return { ...outcome, isUnknown: true }
  if (!('output' in outcome)) return outcome.isHandedBack ? outcome : failed(unknown(outcome.error), { isUnknown: true })
  const told = outcome.output as Awaited<ReturnType<typeof read>>
  if (told === 'cannot-tell') return failed(unknown(), { isFinal: true })
  return told.happened ? { output: plain(told.output) } : 'did not happen'
}

/**
 * Waits for a piece of work. When the lease goes first, the work is left to itself: its control lets no further call
 * out. A worker that stops waits a moment for the step to let go, and hands the saga back.
 */
async function settle(run: Running, work: () => Promise<unknown>): Promise<Outcome> {
  const { lease } = run
  const ended = Promise.resolve().then(work).then(
    (output): Outcome => ({ output }),
    (thrown: unknown): Outcome => {
      const isOurs = thrown instanceof KloudakError
      return failed(asKloudakError(thrown), { isUnknown: !isOurs || thrown.code === 'OUTCOME_UNKNOWN' })
    },
  )
  const first = await Promise.race([ended, lease.whenGone])
  if (first && 'output' in first) return first
  if (lease.isGivenUp) {
    const late = first ?? (await Promise.race([ended, delay(run.deps.timing.transitMs, undefined, { ref: false })]))
    if (late) return 'output' in late ? late : { ...late, isHandedBack: true }
  }
  if (!first || !lease.isValid) { lease.lose('it ran out'); throw new LeaseLost(`saga ${lease.sagaId}: the lease ended inside a step`) }
  return first
}

const boundaryOf = (run: Running, step: AnyStep<unknown, unknown>, { attempt, control: { signal } }: StepContext<unknown, unknown>) =>
  async (at: Boundary['at']): Promise<void> => { await run.deps.probe.boundary?.({ at, sagaId: run.held.id, step: step.name, attempt, signal }) }

/** Outputs go through JSON at once, so that a step sees the same whether or not a crash lay between. */
const plain = (output: unknown): unknown => (output === undefined ? null : JSON.parse(JSON.stringify(output)))

function contextOf(run: Running, step: AnyStep<unknown, unknown>, attempt: number, cancel: AbortSignal | undefined): StepContext<unknown, unknown> {
  const { held, lease, registered, deps } = run
  const rowOf = (earlier: Step<unknown, unknown, unknown>) => run.rows.get(registered.saga.steps.indexOf(earlier))
  const control: SagaControl = {
    beforeCall: () => { deps.probe.call?.(held.id, step.name); lease.assertValid() },
    timeoutMs: step.body.callTimeoutMs ?? deps.timing.callTimeoutMs,
    signal: cancel ? AbortSignal.any([cancel, lease.gone]) : lease.gone,
  }
  return {
    input: held.input,
    deps: registered.deps,
    sagaId: held.id,
    taskId: held.taskId,
    attempt,
    control,
    log: deps.log.child({ step: step.name }),
    output<Output>(earlier: Step<unknown, unknown, Output>) {
      const row = rowOf(earlier as Step<unknown, unknown, unknown>)
      if (row?.state !== 'done') throw new Error(`step ${step.name} reads the output of ${earlier.name}, which has not run`)
      return row.output as Output
    },
    outputIfDone<Output>(earlier: Step<unknown, unknown, Output>) {
      return (rowOf(earlier as Step<unknown, unknown, unknown>)?.output ?? undefined) as Output | undefined
    },
    progress: (fraction) => { deps.reportProgress(held.id, run.story.progress(Math.min(1, Math.max(0, fraction)))) },
    em: () => deps.db.em.fork(),
    write: (work) => fencedWrite(deps.db, lease, work),
  }
}
