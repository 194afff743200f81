import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openDb } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { createMarkTable, markingWorker } from '../support/marking-saga.ts'
import { ask, taskOf, toyContract } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'

const { db, url } = await useTestDb()
await createMarkTable(db)
const broken = await openDb({ url, poolSize: 6, applicationName: 'kloudak-test-broken' })
after(() => broken.close(true))

test('a worker whose connections to the database are cut again and again ends all its sagas', async () => {
  const tasks = await Promise.all(Array.from({ length: 8 }, () => ask(db, toyContract, { objectId: newId() })))
  const { worker } = markingWorker(broken, 'first')
  let cut = 0
  const isDone = async () => (await Promise.all(tasks.map(({ taskId }) => taskOf(db, taskId)))).every(({ state }) => ['done', 'failed', 'stuck'].includes(state))
  while (cut < 12 && !(await isDone())) {
    cut += (await db.em.fork().execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kloudak-test-broken' and datname = current_database()")).length > 0 ? 1 : 0
    await delay(60)
  }
  assert.ok(cut > 2, `cut ${cut} times`)
  await until('all to be done', isDone, 90_000)
  await worker.stop(0)
  for (const { taskId } of tasks) assert.equal((await taskOf(db, taskId)).state, 'done')
  assert.deepEqual(await db.em.fork().execute('select saga_id from booked group by saga_id having count(distinct step) <> 3'), [])
})
