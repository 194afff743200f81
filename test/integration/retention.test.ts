import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removeOldRows } from '../../jobs/watch/retention.ts'
import { Saga, SagaStep, Task } from '../../server/db/entities/work.ts'
import type { SagaState, TaskState } from '../../server/db/entities/work.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'

const { db } = await useTestDb()
const em = db.em.fork()
const day = 86_400_000
const keep = { keepTasksMs: 90 * day }

/** A task with its saga and one step, asked for and (if it has ended) ended so many days ago. */
async function makeTask(name: string, { state = 'done', saga = 'done', days }: { state?: TaskState; saga?: SagaState; days: number }): Promise<void> {
  const [id, sagaId, then] = [newId(), newId(), new Date(Date.now() - days * day)]
  const isOver = ['done', 'failed', 'cancelled'].includes(state)
  await em.insert(Task, { id, method: 'createVm', objectType: 'vm', objectId: newId(), objectName: name, state, createdAt: then, finishedAt: isOver ? then : null })
  await em.insert(Saga, { id: sagaId, task: id, name: 'vm-create', definition: 1, input: {}, state: saga })
  await em.insert(SagaStep, { saga: sagaId, position: 0, name: 'disk', state: 'done', output: null })
}
const left = async () => {
  const [counts] = await em.execute<{ tasks: string[]; sagas: number; steps: number }[]>(
    'select (select array_agg(object_name::text order by object_name) from task) as tasks, (select count(*)::integer from saga) as sagas, (select count(*)::integer from saga_step) as steps')
  return counts!
}

test('tasks go when their time after the end is over, with all that stands behind them; open ones never do', async () => {
  await makeTask('a fresh', { days: 89 })
  await makeTask('b stuck', { state: 'stuck', saga: 'stuck', days: 400 })
  await makeTask('c queued', { state: 'queued', saga: 'queued', days: 400 })
  await makeTask('d running', { state: 'running', saga: 'running', days: 400 })
  await makeTask('e saga still open', { state: 'done', saga: 'undoing', days: 400 })
  for (const state of ['done', 'failed', 'cancelled'] as const) await makeTask(`old ${state}`, { state, saga: state === 'done' ? 'done' : 'undone', days: 91 })
  await removeOldRows(db, keep)
  assert.deepEqual(await left(), { tasks: ['a fresh', 'b stuck', 'c queued', 'd running', 'e saga still open'], sagas: 5, steps: 5 })
  await removeOldRows(db, { keepTasksMs: 88 * day })
  assert.equal((await left()).tasks[0], 'b stuck')
})

test('much that is old goes in short transactions, also with several workers at it', async () => {
  await em.execute('delete from task')
  for (let n = 0; n < 23; n++) await makeTask(`old ${n}`, { days: 100 })
  await em.execute('delete from event')
  await Promise.all([removeOldRows(db, { ...keep, chunk: 5 }), removeOldRows(db, { ...keep, chunk: 5 })])
  await removeOldRows(db, { ...keep, chunk: 5 })
  assert.deepEqual(await left(), { tasks: null, sagas: 0, steps: 0 })
  const transactions = await em.execute<{ gone: number }[]>("select count(*)::integer as gone from event where object_type = 'task' and kind = 'deleted' group by xid")
  assert.equal(transactions.reduce((sum, { gone }) => sum + gone, 0), 23)
  assert.ok(transactions.every(({ gone }) => gone <= 5))
})

test('a worker that stops leaves the rest to the next', async () => {
  for (let n = 0; n < 4; n++) await makeTask(`rest ${n}`, { days: 100 })
  await removeOldRows(db, keep, AbortSignal.abort())
  assert.equal((await left()).tasks.length, 4)
})
