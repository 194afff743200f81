import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { defineSaga, stepsOf } from '../../jobs/saga/define.ts'
import type { StepBody } from '../../jobs/saga/step.ts'
import { Registry, register } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import type { Timing } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import type { SagaWorkerOptions } from '../../jobs/saga/worker.ts'
import { requestCancel, retryStuck } from '../../server/app/task.ts'
import { KloudakError, NotYet } from '../../server/model/errors.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { ask, hasEnded, keptLog, silent, silentSender, taskOf, toyContract } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'

const { db } = await useTestDb()
const timing: Timing = { ...defaultTiming, retryWaitMs: 10, backoffCapMs: 20, pollMs: 20, stuckAfter: 3 }

type Input = { objectId: string }
type Body = StepBody<Input, undefined, unknown>
const step = stepsOf<typeof toyContract, undefined>()
const workers: SagaWorker[] = []
after(async () => { await Promise.all(workers.map((worker) => worker.stop(0))) })

/** A worker that knows one toy saga made of these bodies; what they do is told in `acts`. */
function workerOf(bodies: Partial<Record<'one' | 'two' | 'three', Partial<Body>>>, { acts = [] as string[], log = silent, concurrency = 8, retriesByKind = {} }: { acts?: string[]; log?: SagaWorkerOptions['log']; concurrency?: number; retriesByKind?: SagaWorkerOptions['retriesByKind'] } = {}) {
  const made = (['one', 'two', 'three'] as const).map((name) => step(name, {
    kind: 'idempotent', do: async () => { acts.push(`do ${name}`) }, undo: async () => { acts.push(`undo ${name}`) }, ...bodies[name],
  } as Body))
  const saga = defineSaga(toyContract, { steps: [step('undo-books', { kind: 'undoOnly', undo: async () => { acts.push('undo books') } }), ...made] })
  const worker = new SagaWorker({ db, registry: new Registry([register(saga, undefined)]), log, timing, workerId: newId(), concurrency, retriesByKind })
  workers.push(worker)
  return { worker, acts, saga }
}

async function runToy(bodies: Parameters<typeof workerOf>[0], log = silent) {
  const { taskId } = await ask(db, toyContract, { objectId: newId() })
  const { worker, acts } = workerOf(bodies, { log })
  const task = await until('the task to end', async () => { const shown = await taskOf(db, taskId); return hasEnded(shown) && shown })
  return { task, taskId, acts, worker, stop: () => worker.stop(0) }
}

const fails = (acts: string[], code: 'UNAVAILABLE' | 'NO_CAPACITY' | 'OUTCOME_UNKNOWN', times = Infinity) => {
  let left = times
  return async () => { acts.push(code); if (left-- > 0) throw new KloudakError(code, `injected ${code}`, { remedy: 'Wait.' }) }
}

test('steps run in order, the task tells each of them, and the lines of the objects are left', async () => {
  const { task, acts, stop } = await runToy({})
  await stop()
  assert.deepEqual(acts, ['do one', 'do two', 'do three'])
  assert.equal(task.state, 'done')
  assert.equal(task.progress, 1)
  assert.equal(task.cancellable, false)
  assert.deepEqual(task.steps.map(({ name, state, attempt }) => [name, state, attempt]), [['one', 'done', 1], ['two', 'done', 1], ['three', 'done', 1]])
  assert.equal((await db.em.fork().execute('select 1 from object_lock')).length, 0)
})

test('a passing error is tried again, as often as configured', async () => {
  const acts: string[] = []
  const { task, stop } = await runToy({ two: { do: fails(acts, 'UNAVAILABLE', 2) } })
  await stop()
  assert.equal(task.state, 'done')
  assert.equal(acts.length, 3)
  assert.equal(task.steps[1]!.attempt, 3)
})

test('an error that waiting does not mend undoes at once, in reverse, the failed step included', async () => {
  const tries: string[] = []
  const { task, acts, stop } = await runToy({ two: { do: fails(tries, 'NO_CAPACITY') } })
  await stop()
  assert.equal(tries.length, 1)
  assert.deepEqual(acts, ['do one', 'undo two', 'undo one', 'undo books'])
  assert.equal(task.state, 'failed')
  assert.deepEqual(task.error, { code: 'NO_CAPACITY', message: 'injected NO_CAPACITY', step: 'two', remedy: 'Wait.' })
})

test('an error that stays undoes after the last try', async () => {
  const tries: string[] = []
  const { task, acts, stop } = await runToy({ three: { do: fails(tries, 'OUTCOME_UNKNOWN') } })
  await stop()
  assert.equal(tries.length, timing.retries + 1)
  assert.deepEqual(acts, ['do one', 'do two', 'undo three', 'undo two', 'undo one', 'undo books'])
  assert.equal(task.state, 'failed')
})

test('an undo that keeps failing is stuck with an alert, and goes on when a person says so', async () => {
  const { log, lines } = keptLog()
  let isBroken = true
  const { task, taskId, acts, stop } = await runToy({
    one: { undo: async () => { if (isBroken) throw new KloudakError('INTERNAL', 'cannot be undone') } },
    two: { do: fails([], 'NO_CAPACITY') },
  }, log)
  assert.equal(task.state, 'stuck')
  assert.equal(task.error?.message, 'cannot be undone')
  assert.deepEqual(acts, ['do one', 'undo two'])
  assert.equal(lines.filter(({ level, fields }) => level === 'error' && fields.alert === 'saga-stuck' && fields.requestId === 'request-1').length, 1)
  isBroken = false
  await db.em.fork().transactional((em) => retryStuck(em, silentSender, taskId))
  const ended = await until('the task to fail', async () => { const shown = await taskOf(db, taskId); return shown.state === 'failed' && shown })
  await stop()
  assert.equal(ended.error?.code, 'NO_CAPACITY')
  await assert.rejects(db.em.fork().transactional((em) => retryStuck(em, silentSender, taskId)), { code: 'WRONG_STATE' })
})

test('past the pivot there is only forward: errors are repeated, then stuck, then go on', async () => {
  let isBroken = true
  const acts: string[] = []
  const { task, taskId, stop } = await runToy({
    two: { kind: 'pivot', undo: undefined, do: async () => {} },
    three: { undo: undefined, do: async () => { acts.push('try'); if (isBroken) throw new KloudakError('NO_CAPACITY', 'full') } },
  })
  assert.equal(task.state, 'stuck')
  assert.equal(acts.length, timing.stuckAfter)
  await assert.rejects(db.em.fork().transactional((em) => requestCancel(em, silentSender, taskId)), { code: 'WRONG_STATE' })
  isBroken = false
  await db.em.fork().transactional((em) => retryStuck(em, silentSender, taskId))
  await until('the task to be done', async () => (await taskOf(db, taskId)).state === 'done')
  await stop()
})

test('an at-most-once step is never repeated blindly', async () => {
  for (const [told, state, times] of [['cannot-tell', 'failed', 1], [{ happened: true, output: 7 }, 'done', 1], [{ happened: false }, 'done', 2]] as const) {
    const acts: string[] = []
    const { task, stop } = await runToy({ two: { kind: 'atMostOnce', do: fails(acts, 'OUTCOME_UNKNOWN', 1), readBack: async () => told } })
    await stop()
    assert.equal(task.state, state)
    assert.equal(acts.length, times)
    if (state === 'failed') assert.equal(task.error?.code, 'OUTCOME_UNKNOWN')
  }
})

test('what must wait for something else waits without losing a try, on the way, past the pivot, in an undo and in a read-back', async () => {
  const waits = timing.stuckAfter + timing.retries + 2
  const waitsAWhile = (acts: string[], then: () => void = () => {}) => async () => {
    acts.push('wait')
    if (acts.length <= waits) throw new NotYet('The host waits for a review.', { retryAfterMs: 5, remedy: 'Review it.' })
    then()
  }
  for (const kind of ['idempotent', 'pivot'] as const) {
    const acts: string[] = []
    const { task, stop } = await runToy({ two: { kind, do: waitsAWhile(acts), undo: undefined }, ...(kind === 'pivot' && { three: { undo: undefined } }) })
    await stop()
    assert.equal(task.state, 'done')
    assert.equal(acts.length, waits + 1)
    assert.equal(task.steps[1]!.attempt, 1)
  }
  const undos: string[] = []
  const undone = await runToy({ one: { undo: waitsAWhile(undos) }, two: { do: fails([], 'NO_CAPACITY') } })
  await undone.stop()
  assert.deepEqual([undone.task.state, undone.task.error?.code, undos.length], ['failed', 'NO_CAPACITY', waits + 1])
  const [acts, reads]: [string[], string[]] = [[], []]
  const read = await runToy({ two: { kind: 'atMostOnce', do: fails(acts, 'OUTCOME_UNKNOWN', 1), readBack: async () => { await waitsAWhile(reads)(); return { happened: true, output: 7 } } } })
  await read.stop()
  assert.deepEqual([read.task.state, acts.length, reads.length], ['done', 1, waits + 1])
})

test('a task that waits says for what, can be cancelled, and goes on when its time comes', async () => {
  let mayGo = false
  const waiting = { two: { do: async () => { if (!mayGo) throw new NotYet('The host waits for a review.', { remedy: 'Review it.' }) } } }
  const { taskId, sagaId } = await ask(db, toyContract, { objectId: newId() })
  const cancelled = await ask(db, toyContract, { objectId: newId() })
  const { worker } = workerOf(waiting)
  const shown = await until('it to wait', async () => { const task = await taskOf(db, taskId); return task.error && task })
  assert.equal(shown.state, 'running')
  assert.equal(shown.error?.message, 'The host waits for a review.')
  assert.deepEqual(shown.steps.map(({ state, attempt }) => [state, attempt]), [['done', 1], ['waiting', 1], ['waiting', 0]])
  await until('the other to wait', async () => (await taskOf(db, cancelled.taskId)).error)
  await db.em.fork().transactional((em) => requestCancel(em, silentSender, cancelled.taskId))
  await until('it to be cancelled', async () => (await taskOf(db, cancelled.taskId)).state === 'cancelled')
  mayGo = true
  await db.em.fork().execute('update saga set run_after = now() where id = ?', [sagaId])
  await until('it to be done', async () => (await taskOf(db, taskId)).state === 'done')
  await worker.stop(0)
})

test('cancel stops the running step, undoes it and all before, and ends as cancelled', async () => {
  const { taskId } = await ask(db, toyContract, { objectId: newId() })
  const started = Promise.withResolvers<void>()
  const { worker, acts } = workerOf({
    two: { do: async ({ control }) => {
      started.resolve()
      await new Promise((_resolve, reject) => { control.signal.addEventListener('abort', () => { reject(control.signal.reason as Error) }) })
    } },
  })
  await started.promise
  await db.em.fork().transactional((em) => requestCancel(em, silentSender, taskId))
  const task = await until('the task to end', async () => { const shown = await taskOf(db, taskId); return hasEnded(shown) && shown })
  await worker.stop(0)
  assert.equal(task.state, 'cancelled')
  assert.deepEqual(acts, ['do one', 'undo two', 'undo one', 'undo books'])
})

test('cancel of a task that has not begun undoes only what the verb itself left', async () => {
  const { taskId } = await ask(db, toyContract, { objectId: newId() })
  await db.em.fork().transactional((em) => requestCancel(em, silentSender, taskId))
  const { worker, acts } = workerOf({})
  const task = await until('the task to end', async () => { const shown = await taskOf(db, taskId); return hasEnded(shown) && shown })
  await worker.stop(0)
  assert.equal(task.state, 'cancelled')
  assert.deepEqual(acts, ['undo books'])
  assert.deepEqual(task.steps.map(({ state }) => state), ['waiting', 'waiting', 'waiting'])
})

test('what is configured for a kind of work goes before what its steps say', async () => {
  const tries: string[] = []
  const { taskId } = await ask(db, toyContract, { objectId: newId() })
  const { worker } = workerOf({ two: { do: fails(tries, 'NO_CAPACITY'), retry: { attempts: 2, waitMs: 3_600_000, codes: ['NO_CAPACITY'] } } }, { retriesByKind: { toy: { retries: 4, waitMs: 1 }, other: { retries: 9, waitMs: 1 } } })
  await until('the task to fail', async () => (await taskOf(db, taskId)).state === 'failed')
  await worker.stop(0)
  assert.equal(tries.length, 5)
})

test('cancel does not wait for the next try', async () => {
  const tries: string[] = []
  const { taskId } = await ask(db, toyContract, { objectId: newId() })
  const { worker, acts } = workerOf({ two: { do: fails(tries, 'UNAVAILABLE'), retry: { waitMs: 3_600_000 } } })
  await until('the first try to fail', async () => (await taskOf(db, taskId)).steps[1]!.state === 'failed')
  await db.em.fork().transactional((em) => requestCancel(em, silentSender, taskId))
  await until('the task to be cancelled', async () => (await taskOf(db, taskId)).state === 'cancelled')
  await worker.stop(0)
  assert.equal(tries.length, 1)
  assert.deepEqual(acts, ['do one', 'undo two', 'undo one', 'undo books'])
})

test('a step that takes its worker with it each time is given up, and undone', async () => {
  const { taskId, sagaId } = await ask(db, toyContract, { objectId: newId() })
  const { saga } = workerOf({})
  await workers.pop()!.stop(0)
  const registry = new Registry([register(saga, undefined)])
  let crashes = 0
  let worker: SagaWorker | undefined
  const open = (): SagaWorker => {
    let mine: SagaWorker | undefined
    const boundary = async ({ at, step: name }: { at: string; step: string }) => { if (at === 'begun' && name === 'two') { crashes++; gone = mine!.abandon(); throw new Error('the process is gone') } }
    mine = new SagaWorker({ db, registry, log: silent, timing, workerId: newId(), probe: { boundary } })
    return mine
  }
  let gone: Promise<void> | undefined
  worker = open()
  const task = await until('the task to end', async () => {
    if (gone) {
      await gone
      gone = undefined
      await db.em.fork().execute('update saga set run_after = now() where id = ?', [sagaId])
      worker = open()
    }
    const shown = await taskOf(db, taskId)
    return hasEnded(shown) && shown
  })
  await worker.stop(0)
  assert.equal(crashes, 10)
  assert.equal(task.state, 'failed')
  assert.equal(task.error?.code, 'INTERNAL')
})
