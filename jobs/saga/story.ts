import type { Held } from './claim.ts'
import type { Saga } from './define.ts'
import { moment } from './lease.ts'
import type { StepState, StoredError, TaskStep } from '../../server/db/entities/work.ts'
import type { KloudakError } from '../../server/model/errors.ts'

/** An error for people and rows: what operators read and what tenants do, without its cause, which only the log gets. */
export function storedError({ code, message, remedy, field, tenant }: KloudakError, step: string): StoredError {
  return {
    code, message, step, ...(remedy !== undefined && { remedy }), ...(field !== undefined && { field }),
    ...(tenant && { tenant: { message: tenant.message, ...(tenant.remedy !== undefined && { remedy: tenant.remedy }) } }),
  }
}

/**
 * What the task's user sees of a saga: the contract's steps with states, times and errors. Times are the database's
 * clock at the claim plus what has passed since by the monotonic one (decision 2).
 */
export class Story {
  readonly #steps: TaskStep[]
  readonly #fromDatabaseMs: number
  readonly #fromMonotonicMs = moment().monotonicMs

  constructor(held: Held, saga: Saga<unknown, unknown>) {
    const known = new Map(held.taskSteps.map((step) => [step.name, step]))
    this.#steps = saga.contract.steps.map(({ name, title }) => known.get(name) ?? { name, title, state: 'waiting', attempt: 0 })
    this.#fromDatabaseMs = held.databaseMs
  }

  tell(name: string, state: StepState, attempt: number, error?: StoredError): void {
    const at = this.#steps.findIndex((step) => step.name === name)
    const before = this.#steps[at]
    if (!before) return // undo-only steps are not shown
    const now = new Date(this.#fromDatabaseMs + moment().monotonicMs - this.#fromMonotonicMs).toISOString()
    const isUnderWay = state === 'doing' || state === 'undoing'
    this.#steps[at] = {
      name, title: before.title, state, attempt, startedAt: state === 'doing' ? now : before.startedAt ?? now,
      ...(!isUnderWay && { finishedAt: now }),
      ...(error ? { error } : isUnderWay && before.error ? { error: before.error } : {}),
    }
  }

  /** The step's time has not come, for the reason given. */
  wait(name: string, why: StoredError): void {
    const at = this.#steps.findIndex((step) => step.name === name)
    const before = this.#steps[at]
    if (before) this.#steps[at] = { name, title: before.title, state: 'waiting', attempt: before.attempt, error: why }
  }

  /** Takes a step back that was about to begin and did not. */
  unsay(name: string): void {
    const at = this.#steps.findIndex((step) => step.name === name)
    const before = this.#steps[at]
    if (before) this.#steps[at] = { name, title: before.title, state: 'waiting', attempt: 0 }
  }

  get steps(): TaskStep[] {
    return [...this.#steps]
  }

  /** Share of the steps that are done, `within` being how far the running one is. */
  progress(within = 0): number {
    const done = this.#steps.filter(({ state }) => state === 'done').length
    return this.#steps.length === 0 ? 0 : Math.min(1, (done + within) / this.#steps.length)
  }
}
