import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { newId } from '../../../server/model/id.ts'
import { KloudakError } from '../../../server/model/errors.ts'
import type { Db } from '../../../server/db/orm.ts'
import type { TaskState, TaskStep } from '../../../server/db/entities/work.ts'
import type { Boundary, Probe } from '../running.ts'
import type { SagaLog } from '../step.ts'
import type { Timing } from '../timing.ts'
import { SagaWorker } from '../worker.ts'
import type { Case, Measure } from './cases.ts'
import type { Ending, HarnessOptions, Scenario } from './world.ts'

/** Nothing runs out by itself here: the harness says when a dead worker's lease has ended. Cancels are seen at once. */
const timing: Timing = { leaseMs: 60_000, transitMs: 0, renewMs: 10, callTimeoutMs: 10_000, pollMs: 20, retries: 3, retryWaitMs: 0, stuckAfter: 3, backoffCapMs: 0, stuckRetryMs: 3_600_000 }
const patienceMs = 60_000
const quiet: SagaLog = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }

/** `isFree`: no worker has its saga in hand. */
interface Shown { state: TaskState; steps: TaskStep[]; error: { code: string; message: string } | null; isFree: boolean }

/** Plays one case in a world of its own to its end and holds the end against the case, the rows and the world. */
export async function play(scenario: Scenario, { db, cancel, retryStuck }: HarnessOptions, played: Case): Promise<Measure> {
  const world = await scenario.makeWorld()
  const { taskId, sagaId } = await world.ask()
  const before = world.hosts.seen()
  const left = played.disturb.map((disturbance) => ({ ...disturbance, times: disturbance.times ?? Infinity }))
  const callsBefore = new Map<string, number>()
  const askedBefore = new Map<string, number>()
  let calls = 0
  let crashed: Promise<void> | undefined
  let wasStuck = false
  let cancelled: Promise<boolean> | undefined

  /** Throws what the place is to throw; a cancel only begins. */
  const meet = (place: string): void => {
    for (const disturbance of left) {
      if (disturbance.at !== place || disturbance.times <= 0) continue
      disturbance.times--
      if (disturbance.act === 'crash') { crashed = worker.abandon(); throw new Error('the process is gone') }
      if (disturbance.act !== 'cancel') throw new KloudakError(disturbance.act.fail, `injected at ${place}`)
      cancelled ??= cancel(taskId).then(() => true, (error: unknown) => { if (error instanceof KloudakError && error.code === 'WRONG_STATE') return false; throw error })
    }
  }
  const probe: Probe = {
    async boundary(boundary: Boundary) {
      if (boundary.sagaId !== sagaId) return
      const place = `${boundary.at}:${boundary.step}`
      if (!callsBefore.has(place)) { callsBefore.set(place, world.hosts.seen() - before); askedBefore.set(place, calls) }
      meet(place)
      if ((await cancelled) && boundary.at === 'begun') await aborted(boundary.signal)
    },
    call(saga) { if (saga === sagaId) meet(`call:${++calls}`) },
  }
  const open = () => new SagaWorker({ db, registry: world.registry, log: quiet, timing, workerId: newId(), concurrency: 1, probe })
  let worker = open()
  try {
    if (played.hostFault) world.hosts.inject(played.hostFault.nth, played.hostFault.fault)
    const end = performance.now() + patienceMs
    let shown = await taskOf(db, taskId)
    for (; !['done', 'failed', 'cancelled'].includes(shown.state); shown = await taskOf(db, taskId)) {
      if (performance.now() > end) throw new Error(`still ${shown.state} after ${patienceMs} ms: ${JSON.stringify(shown)}`)
      if (crashed) {
        // A renewal that was under way would otherwise come after what makes the lease end.
        await crashed
        crashed = undefined
        await sql`update saga set run_after = now() where id = ${sagaId}`.execute(db.em.fork().getKysely())
        worker = open()
      } else if (shown.state === 'stuck') {
        if (wasStuck) throw new Error(`is stuck again after a person said to go on: ${JSON.stringify(shown.error)}`)
        wasStuck = true
        for (const disturbance of left) disturbance.times = 0
        world.hosts.clear()
        await retryStuck(taskId)
        worker.wake()
      } else {
        if (shown.isFree) {
          // Waits between tries are not what is tested.
          await sql`update saga set run_after = now() where id = ${sagaId} and worker_id is null and run_after > now() and state <> 'stuck'`.execute(db.em.fork().getKysely())
          worker.wake()
        }
        await delay(2)
      }
    }
    await worker.stop(0)
    judge(played, shown, (await cancelled) ?? false, wasStuck)
    await rowsAreLeft(db, sagaId, shown)
    await world.check(shown.state as Ending)
    return { calls: world.hosts.seen() - before, callsBefore, askedBefore }
  } finally {
    await worker.abandon()
    await sql`delete from saga where id = ${sagaId}`.execute(db.em.fork().getKysely())
  }
}

function judge(played: Case, { state, error, steps }: Shown, wasCancelled: boolean, wasStuck: boolean): void {
  const endings = wasCancelled ? ['cancelled'] : played.endings
  if (!endings.includes(state)) throw new Error(`ended as ${state} instead of ${endings.join(' or ')}: ${JSON.stringify({ error, steps })}`)
  if (Boolean(played.isStuck) !== wasStuck) throw new Error(wasStuck ? `was stuck: ${JSON.stringify(error)}` : 'was never stuck')
  const open = steps.find((step) => ['doing', 'undoing', 'stuck'].includes(step.state))
  if (open) throw new Error(`the task has ended and its step ${open.name} is ${open.state}`)
}

async function rowsAreLeft(db: Db, sagaId: string, { state }: Shown): Promise<void> {
  const { rows: [row] } = await sql<{ state: string; locks: number; worker_id: string | null }>`
    select state, worker_id, (select count(*)::int from object_lock where saga_id = saga.id) as locks from saga where id = ${sagaId}`.execute(db.em.fork().getKysely())
  const expected = state === 'done' ? 'done' : 'undone'
  if (row?.state !== expected) throw new Error(`the task is ${state}, the saga ${row?.state}`)
  if (row.locks > 0 || row.worker_id !== null) throw new Error('the saga has ended and still holds its objects, or a worker holds it')
}

async function taskOf(db: Db, taskId: string): Promise<Shown> {
  const { rows } = await sql<Shown>`select task.state, steps, task.error, worker_id is null as "isFree" from task join saga on saga.task_id = task.id where task.id = ${taskId}`.execute(db.em.fork().getKysely())
  return rows[0]!
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise((resolve) => { signal.addEventListener('abort', resolve, { once: true }) })
}
