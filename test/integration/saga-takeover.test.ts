import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { createMarkTable, markingWorker, marksOf } from '../support/marking-saga.ts'
import { ask, taskOf, toyContract } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { startProgram } from '../support/worker.ts'

const { db, url } = await useTestDb()
await createMarkTable(db)

/** A saga that a worker process of its own has brought into the middle of `step`. */
async function inTheMiddleOf(step: string) {
  const { taskId, sagaId } = await ask(db, toyContract, { objectId: newId() })
  const child = startProgram('test/support/marking-worker.ts', [url, 'first'])
  await until(`a mark of step ${step}:\n${child.output()}`, async () => (await marksOf(db, sagaId)).some((mark) => mark.step === step))
  return { taskId, sagaId, ...child }
}

async function takenOverBySecond(sagaId: string, taskId: string) {
  // The row already says when the dead worker's hold ends: within lease and way, counted from now.
  const { rows } = await sql<{ left: number; epoch: number }>`select (extract(epoch from run_after - now()) * 1000)::float8 as left, epoch::int from saga where id = ${sagaId}`.execute(db.em.fork().getKysely())
  assert.ok(rows[0]!.left <= defaultTiming.leaseMs + defaultTiming.transitMs, `${rows[0]!.left} ms left`)
  const { worker } = markingWorker(db, 'second')
  await until('the task to be done', async () => (await taskOf(db, taskId)).state === 'done')
  await worker.stop(0)
  const marks = await marksOf(db, sagaId)
  const taken = marks.findIndex(({ worker }) => worker === 'second')
  assert.ok(taken > 0)
  return { marks, gapMs: marks[taken]!.atMs - marks[taken - 1]!.atMs, epochBefore: rows[0]!.epoch }
}

const booked = async (sagaId: string) => (await sql<{ step: string; worker: string }>`select step, worker from booked where saga_id = ${sagaId}`.execute(db.em.fork().getKysely())).rows

test('a worker that is killed inside a step leaves its saga to another within the lease and the way of a request', async (t) => {
  const { taskId, sagaId, child, ended } = await inTheMiddleOf('two')
  child.kill('SIGKILL')
  await ended
  const { marks, gapMs } = await takenOverBySecond(sagaId, taskId)
  t.diagnostic(`taken over after ${Math.round(gapMs)} ms`)
  assert.deepEqual(marks.filter(({ worker }) => worker === 'second').map(({ step }) => step).filter((step, i, all) => step !== all[i - 1]), ['two', 'three'])
  assert.deepEqual((await booked(sagaId)).map(({ step, worker }) => `${step} ${worker}`), ['one first', 'two second', 'three second'])
})

for (const step of ['one', 'two', 'three']) {
  test(`a worker that is stopped inside step ${step}, overtaken, and continued does nothing more`, async () => {
    const { taskId, sagaId, child, ended, output } = await inTheMiddleOf(step)
    try {
      child.kill('SIGSTOP')
      const { marks } = await takenOverBySecond(sagaId, taskId)
      child.kill('SIGCONT')
      await until('the continued worker to see that it lost its saga', () => output().includes('let go of a saga'))
      assert.deepEqual(await marksOf(db, sagaId), marks)
      const rows = await booked(sagaId)
      assert.deepEqual(rows.map((row) => row.step), ['one', 'two', 'three'])
      assert.equal(rows.find((row) => row.step === step)!.worker, 'second')
      assert.equal((await taskOf(db, taskId)).state, 'done')
      // It is none the worse for it: the next saga is its own again.
      const next = await ask(db, toyContract, { objectId: newId() })
      await until('the continued worker to do the next saga', async () => (await taskOf(db, next.taskId)).state === 'done')
      child.kill('SIGTERM')
      assert.equal(await ended, 0)
    } finally {
      child.kill('SIGKILL')
    }
  })
}

test('a worker that is told to stop hands its saga back without losing the step', async () => {
  const { taskId, sagaId, child, ended } = await inTheMiddleOf('two')
  child.kill('SIGTERM')
  assert.equal(await ended, 0)
  const { rows } = await sql<{ worker_id: string | null; state: string; left: number }>`select worker_id, state, (extract(epoch from run_after - now()) * 1000)::float8 as left from saga where id = ${sagaId}`.execute(db.em.fork().getKysely())
  assert.equal(rows[0]!.worker_id, null)
  assert.equal(rows[0]!.state, 'running')
  assert.ok(rows[0]!.left <= defaultTiming.transitMs)
  const { worker } = markingWorker(db, 'second')
  await until('the task to be done', async () => (await taskOf(db, taskId)).state === 'done')
  await worker.stop(0)
  assert.equal((await taskOf(db, taskId)).steps[1]!.attempt, 1)
})
