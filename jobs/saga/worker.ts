import type { Db } from '../../server/db/orm.ts'
import { parseInput } from '../contract/contract.ts'
import { showProgress } from './advance.ts'
import { claim, firstDue, nextDue, renew } from './claim.ts'
import type { Held } from './claim.ts'
import { LeaseLost } from './step.ts'
import type { SagaLog } from './step.ts'
import { Lease, moment } from './lease.ts'
import type { Moment } from './lease.ts'
import type { Registry } from './registry.ts'
import { Run } from './run.ts'
import type { Probe } from './running.ts'
import type { Timing } from './timing.ts'

export interface SagaWorkerOptions {
  db: Db
  registry: Registry
  log: SagaLog
  timing: Timing
  /** Further tries of a step, and the wait before each, for the sagas named: before what their steps say themselves. */
  retriesByKind?: Readonly<Record<string, { retries: number; waitMs: number }>>
  /** Names this worker in the rows; a new one for each process. */
  workerId: string
  /** Sagas at once. */
  concurrency?: number
  /** Told of each task that this worker brought to its end. */
  onTaskEnd?: (kind: string, outcome: string) => void
  probe?: Probe
}

/**
 * Takes sagas as they become due and runs them, a bounded number at once. `wake` says that there may be something new;
 * without it the worker looks when the earliest known time has come, and every `pollMs`.
 */
export class SagaWorker {
  readonly #options: Required<SagaWorkerOptions>
  readonly #leases = new Map<string, Lease>()
  readonly #running = new Set<Promise<void>>()
  readonly #progress = new Map<string, { epoch: number; progress: number }>()
  #isLooking = false
  #lookAgain = false
  #isRenewing = false
  #isStopping = false
  #isAbandoned = false
  #timer: NodeJS.Timeout | undefined
  readonly #renewal: NodeJS.Timeout

  constructor(options: SagaWorkerOptions) {
    if (options.timing.renewMs * 3 > options.timing.leaseMs) throw new Error('a lease must outlive two renewals that fail')
    this.#options = { concurrency: 32, probe: {}, retriesByKind: {}, onTaskEnd: () => {}, ...options }
    this.#renewal = setInterval(() => { void this.#keepLeases() }, options.timing.renewMs)
    this.wake()
  }

  /** Sagas that run here now. */
  get running(): number { return this.#running.size }

  /** Looks for due sagas now; calls while it looks are folded into one more look. */
  wake(): void { this.#wake(true) }

  /** `isTold`: there may be something new. Else it looks whether anything is due before it claims. */
  #wake(isTold: boolean): void {
    if (this.#isStopping || this.#isAbandoned) return
    if (this.#isLooking) { this.#lookAgain = true; return }
    this.#isLooking = true
    clearTimeout(this.#timer)
    void this.#look(isTold).finally(() => { this.#isLooking = false; if (this.#lookAgain) { this.#lookAgain = false; this.wake() } })
  }

  async #look(isTold: boolean): Promise<void> {
    const { db, registry, timing, workerId, concurrency, log } = this.#options
    let waitMs = timing.pollMs
    try {
      const free = concurrency - this.#leases.size
      const dueMs = isTold ? 0 : await firstDue(db.em.fork()) ?? Infinity
      if (dueMs > 0) waitMs = Math.min(waitMs, dueMs)
      else if (free > 0 && registry.known.length > 0) {
        const before = moment()
        const taken = await claim(db.em.fork(), workerId, registry.known, free, timing)
        if (this.#isAbandoned) return
        for (const held of taken) this.#start(held, before)
        if (taken.length < free) waitMs = Math.min(waitMs, (await nextDue(db.em.fork())) ?? waitMs)
      }
    } catch (error) {
      log.error({ err: error }, 'sagas could not be claimed')
    }
    if (!this.#isStopping && !this.#isAbandoned) this.#timer = setTimeout(() => { this.#wake(false) }, Math.max(waitMs, 5))
  }

  #start(held: Held, claimedAt: Moment): void {
    const { timing, registry, probe, db, retriesByKind, onTaskEnd } = this.#options
    const log = this.#options.log.child({ saga: held.name, sagaId: held.id, taskId: held.taskId, epoch: held.epoch, ...(held.requestId && { requestId: held.requestId }) })
    const lease = new Lease(held.id, held.epoch, timing.leaseMs, claimedAt)
    // A saga that this very worker lost and took again replaces its old self, which can no longer act.
    this.#leases.get(held.id)?.lose('it was claimed again')
    this.#leases.set(held.id, lease)
    const registered = registry.find(held.name, held.definition)
    const running = (async () => {
      const input = parseInput(registered.saga.contract, held.input)
      const ofKind = retriesByKind[held.name]
      const deps = {
        db, timing, log, probe, onTaskEnd, retry: ofKind && { attempts: ofKind.retries + 1, waitMs: ofKind.waitMs }, isStopping: () => this.#isStopping,
        reportProgress: (sagaId: string, progress: number) => { this.#progress.set(sagaId, { epoch: held.epoch, progress }) },
      }
      await new Run({ ...held, input }, lease, registered, deps).toItsEnd()
    })().catch((error: unknown) => {
      if (this.#isAbandoned) return
      if (error instanceof LeaseLost) log.warn({ err: error }, 'let go of a saga')
      else log.error({ err: error, alert: 'saga-crashed' }, 'a saga broke off and waits for its lease to end')
    }).finally(() => {
      this.#running.delete(running)
      if (this.#leases.get(held.id) === lease) { this.#leases.delete(held.id); this.#progress.delete(held.id) }
      this.wake()
    })
    this.#running.add(running)
  }

  async #keepLeases(): Promise<void> {
    for (const lease of this.#leases.values()) if (!lease.isValid) lease.lose('it ran out')
    if (this.#isRenewing || this.#leases.size === 0) return
    this.#isRenewing = true
    const { db, workerId, timing, log } = this.#options
    const leases = [...this.#leases.values()].filter(({ isValid }) => isValid)
    const before = moment()
    try {
      const kept = await renew(db.em.fork(), workerId, leases, timing)
      for (const lease of leases) {
        const answer = kept.get(lease.sagaId)
        if (answer) { lease.extend(before); if (answer.cancelRequested) lease.cancel() }
        // A saga that ended or waits meanwhile is not in the answer either: then it has left the map.
        else if (this.#leases.get(lease.sagaId) === lease) lease.lose('another worker holds it')
      }
      const shown = [...this.#progress].map(([sagaId, { epoch, progress }]) => ({ sagaId, epoch, progress }))
      this.#progress.clear()
      if (shown.length > 0) await showProgress(db.em.fork(), shown)
    } catch (error) {
      log.warn({ err: error }, 'leases could not be renewed')
    } finally {
      this.#isRenewing = false
    }
  }

  /**
   * Takes nothing more. Running steps get `graceMs` to end; then their leases are given up, and what let go in time is
   * handed back to others at once.
   */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#timer)
    const patience = setTimeout(() => { for (const lease of this.#leases.values()) lease.giveUp() }, graceMs)
    while (this.#running.size > 0 || this.#isLooking) await Promise.all([...this.#running, new Promise((resolve) => { setImmediate(resolve) })])
    clearTimeout(patience)
    clearInterval(this.#renewal)
  }

  /**
   * As if the process died: nothing more is written or renewed, and no step may call a host. Resolves when the last
   * statement that was under way has ended. For the harness.
   */
  async abandon(): Promise<void> {
    this.#isAbandoned = true
    clearTimeout(this.#timer)
    clearInterval(this.#renewal)
    for (const lease of this.#leases.values()) lease.lose('the worker was thrown away')
    while (this.#isLooking || this.#isRenewing) await new Promise((resolve) => { setImmediate(resolve) })
  }
}
