import type { SagaState, StepState, StoredError, TaskState } from '../../server/db/entities/work.ts'
import type { KloudakError } from '../../server/model/errors.ts'
import { plainError } from '../../server/model/host-error.ts'
import type { Advance, StepChange } from './advance.ts'
import type { Held } from './claim.ts'
import type { Lease } from './lease.ts'
import { afterFailedObligation, afterFailedStep } from './policy.ts'
import type { Verdict } from './policy.ts'
import type { RegisteredSaga } from './registry.ts'
import type { Row, RunDeps, Running } from './running.ts'
import { LeaseLost } from './step.ts'
import type { AnyStep, RetryPolicy } from './step.ts'
import { Story, storedError } from './story.ts'
import { attemptStep, undoStep } from './perform.ts'
import type { Failed, Outcome } from './perform.ts'
import { writeAdvance } from './write.ts'

/** A step that was begun this often without any end takes its worker with it: it is not tried again. */
const mostBreaks = 10
const brokeOff = (): Failed => ({ error: plainError('INTERNAL', `The worker broke off ${mostBreaks} times inside this step.`, { remedy: 'An operator finds the cause in the logs of the workers.' }), isUnknown: false, isFinal: true, isHandedBack: false })

const cancelled = (): StoredError => ({ code: 'CANCELLED', message: 'The task was cancelled.' })

/**
 * Takes one saga as far as it goes: to its end, to a wait, to `stuck`, or until the lease is gone (LeaseLost). Before
 * each act the row says what is about to happen; after it, one statement says both how that went and what comes next.
 */
export class Run implements Running {
  readonly held: Held
  readonly lease: Lease
  readonly registered: RegisteredSaga
  readonly rows = new Map<number, Row>()
  readonly story: Story
  readonly deps: RunDeps
  #pending: StepChange[] = []
  #error: StoredError | undefined

  constructor(held: Held, lease: Lease, registered: RegisteredSaga, deps: RunDeps) {
    this.held = held
    this.lease = lease
    this.registered = registered
    this.deps = deps
    this.story = new Story(held, registered.saga)
    this.#error = held.error ?? undefined
    for (const { position, state, attempt, output } of held.steps) this.rows.set(position, { state, attempt, output })
    if (held.cancelRequested) lease.cancel()
  }

  get #steps() { return this.registered.saga.steps }
  get #pivot() { return this.registered.saga.pivot }

  isPastPivot(step: AnyStep<unknown, unknown>): boolean {
    return this.#steps.indexOf(step) >= this.#pivot
  }

  /** The operator's word goes before the step's; which codes are worth a try is the step's alone. */
  #retryOf({ body: { retry } }: AnyStep<unknown, unknown>): RetryPolicy | undefined {
    return this.deps.retry ? { ...retry, ...this.deps.retry } : retry
  }

  async toItsEnd(): Promise<void> {
    const { state, cursor, attempt } = this.held
    if (state === 'undoing') await this.#backward(cursor, attempt)
    else await this.#forward(cursor, attempt)
  }

  async #forward(from: number, attemptsBefore: number): Promise<void> {
    let attempts = attemptsBefore
    for (let position = from; position < this.#steps.length; position++, attempts = 0) {
      const step = this.#steps[position]!
      if (step.body.kind === 'undoOnly') { this.#note(position, 'done', 0); continue }
      const isPast = position >= this.#pivot
      const wasBegun = this.rows.has(position)
      const isUnknown = this.rows.get(position)?.state === 'doing'
      if (this.lease.cancelRequested && !this.held.pastPivot) return this.#turnBack(position, wasBegun)
      if (this.deps.isStopping()) return this.#handBack('running', position, attempts, 0)
      const attempt = attempts + 1
      this.#note(position, 'doing', attempt)
      const unlessCancelled = position === this.#pivot && !this.held.pastPivot
      const begun = await this.#write({ state: 'running', cursor: position, attempt, pastPivot: isPast, lease: { do: 'hold' }, unlessCancelled })
      if (begun === 'cancelled-first') return this.#turnBack(position, wasBegun)
      if (this.lease.cancelRequested && !isPast) return this.#turnBack(position, true)
      if (isPast) this.held.pastPivot = true
      const outcome = isUnknown && attempts >= mostBreaks ? brokeOff() : await attemptStep(this, step, attempt, isUnknown)
      if ('output' in outcome) { this.#note(position, 'done', attempt, outcome.output); continue }
      if (outcome.isHandedBack) return this.#handBack('running', position, attempts, this.deps.timing.transitMs)
      if (this.lease.cancelRequested && !isPast) return this.#turnBack(position, true)
      const goesOn = await this.#afterFailure(position, attempt, outcome)
      if (goesOn) return this.#backward(position, 0)
      return
    }
    if (this.lease.cancelRequested && !this.held.pastPivot) {
      this.#error = cancelled()
      return this.#backward(this.#steps.length - 1, 0)
    }
    if ((await this.#finish('done', 'done', undefined)) === 'written') return
    this.#error = cancelled()
    await this.#backward(this.#steps.length - 1, 0)
  }

  /** Writes what follows from a failed step; true when undoing begins now. */
  async #afterFailure(position: number, attempt: number, outcome: Extract<Outcome, { isFinal: boolean }>): Promise<boolean> {
    const step = this.#steps[position]!
    const failure = { error: outcome.error, attempt, retry: this.#retryOf(step) }
    const isPast = position >= this.#pivot
    const verdict: Verdict = isPast ? afterFailedObligation(failure, this.deps.timing) : outcome.isFinal ? { next: 'undo' } : afterFailedStep(failure, this.deps.timing)
    this.#logFailure(step, 'do', attempt, outcome.error, verdict)
    const error = storedError(outcome.error, step.name)
    if (verdict.next === 'undo') {
      this.#error = error
      this.#note(position, 'failed', attempt, undefined, error)
      return true
    }
    // A row that stays 'doing' tells the next try that nobody knows what this one did.
    this.#note(position, verdict.next === 'stuck' ? 'stuck' : outcome.isUnknown ? 'doing' : 'failed', attempt, undefined, error)
    if (verdict.next === 'wait') this.story.wait(step.name, error)
    const state = verdict.next === 'stuck' ? 'stuck' : 'running'
    await this.#write({ state, cursor: position, attempt: verdict.next === 'wait' ? attempt - 1 : attempt, pastPivot: isPast, lease: { do: 'release', waitMs: verdict.waitMs }, unlessCancelled: false }, error)
    return false
  }

  /** The user's cancel: undoing begins with this step if it was ever begun, else with the one before. */
  async #turnBack(position: number, wasBegun: boolean): Promise<void> {
    const step = this.#steps[position]!
    this.#error = cancelled()
    if (wasBegun) this.#note(position, 'failed', this.rows.get(position)?.attempt ?? 1, undefined, { ...cancelled(), step: step.name })
    else {
      this.rows.delete(position)
      this.#pending = this.#pending.filter((change) => change.position !== position)
      this.story.unsay(step.name)
    }
    await this.#backward(position, 0)
  }

  async #backward(from: number, attemptsBefore: number): Promise<void> {
    let attempts = attemptsBefore
    for (let position = from; position >= 0; position--, attempts = 0) {
      const step = this.#steps[position]!
      const row = this.rows.get(position)
      if (!row || !step.body.undo || row.state === 'undone') continue
      if (this.deps.isStopping()) return this.#handBack('undoing', position, attempts, 0)
      const wasUndoing = row.state === 'undoing'
      const attempt = attempts + 1
      this.#note(position, 'undoing', row.attempt)
      await this.#write({ state: 'undoing', cursor: position, attempt, pastPivot: false, lease: { do: 'hold' }, unlessCancelled: false })
      const outcome = wasUndoing && attempts >= mostBreaks ? brokeOff() : await undoStep(this, step, row.output, attempt)
      if (!('error' in outcome)) { this.#note(position, 'undone', row.attempt); continue }
      if (outcome.isHandedBack) return this.#handBack('undoing', position, attempts, this.deps.timing.transitMs)
      const verdict = afterFailedObligation({ error: outcome.error, attempt, retry: this.#retryOf(step) }, this.deps.timing)
      this.#logFailure(step, 'undo', attempt, outcome.error, verdict)
      const isStuck = verdict.next === 'stuck'
      const error = storedError(outcome.error, step.name)
      this.#note(position, isStuck ? 'stuck' : 'undoing', row.attempt, undefined, error)
      const waitMs = verdict.next === 'undo' ? 0 : verdict.waitMs
      await this.#write({ state: isStuck ? 'stuck' : 'undoing', cursor: position, attempt: verdict.next === 'wait' ? attempt - 1 : attempt, pastPivot: false, lease: { do: 'release', waitMs }, unlessCancelled: false }, error)
      return
    }
    const isCancel = this.#error?.code === 'CANCELLED'
    await this.#finish('undone', isCancel ? 'cancelled' : 'failed', this.#error)
  }

  async #finish(state: SagaState, taskState: TaskState, error: StoredError | undefined): Promise<'written' | 'cancelled-first'> {
    const unlessCancelled = state === 'done' && !this.held.pastPivot
    const written = await this.#write({ state, cursor: this.#steps.length, attempt: 0, pastPivot: this.held.pastPivot, lease: { do: 'end' }, unlessCancelled }, error, taskState)
    if (written === 'written') {
      this.deps.log.info({ outcome: taskState, code: error?.code }, 'the task has ended')
      this.deps.onTaskEnd(this.held.name, taskState)
    }
    return written
  }

  /** The worker stops: what was begun stays as it is for whoever comes next, and costs no attempt. What was sent last may still be on its way. */
  async #handBack(state: 'running' | 'undoing', position: number, attempt: number, waitMs: number): Promise<void> {
    await this.#write({ state, cursor: position, attempt, pastPivot: this.held.pastPivot, lease: { do: 'release', waitMs }, unlessCancelled: false })
  }

  #note(position: number, state: StepState, attempt: number, output?: unknown, error?: StoredError): void {
    const { name } = this.#steps[position]!
    this.rows.set(position, { state, attempt, output: output ?? this.rows.get(position)?.output })
    this.#pending = [...this.#pending.filter((change) => change.position !== position), { position, name, state, attempt, error, ...(output !== undefined && { output }) }]
    this.story.tell(name, state, attempt, error)
  }

  async #write(to: Pick<Advance, 'state' | 'cursor' | 'attempt' | 'pastPivot' | 'lease' | 'unlessCancelled'>, shown?: StoredError, taskState?: TaskState): Promise<'written' | 'cancelled-first'> {
    const isOver = to.lease.do === 'end'
    const state = taskState ?? (to.state as TaskState)
    const cancellable = state === 'running' && !to.pastPivot && !this.registered.saga.contract.isFinal
    const progress = taskState === 'done' ? 1 : this.story.progress()
    const task = { state, steps: this.story.steps, progress, error: shown ?? (to.state === 'undoing' || isOver ? this.#error : undefined), cancellable }
    const written = await writeAdvance(this.deps, this.lease, { ...to, error: this.#error, steps: this.#pending, task })
    if (written.held) { this.#pending = []; if (written.cancelRequested) this.lease.cancel(); return 'written' }
    if (written.cancelledFirst) { this.lease.cancel(); return 'cancelled-first' }
    this.lease.lose('another worker holds it')
    throw new LeaseLost(`saga ${this.held.id} was taken over`)
  }

  #logFailure(step: AnyStep<unknown, unknown>, act: 'do' | 'undo', attempt: number, error: KloudakError, verdict: Verdict): void {
    const fields = { step: step.name, act, attempt, code: error.code, next: verdict.next, err: error }
    if (verdict.next === 'stuck') this.deps.log.error({ ...fields, alert: 'saga-stuck' }, 'a task is stuck and needs a person')
    else if (verdict.next === 'wait') this.deps.log.info(fields, 'a step waits')
    else this.deps.log.warn(fields, 'a step failed')
  }
}
