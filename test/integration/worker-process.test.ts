import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useTestDb } from '../support/db.ts'
import { until } from '../support/until.ts'
import { startWorker } from '../support/worker.ts'

const { url, db } = await useTestDb()
const rows = () => db.em.fork().execute<{ id: string; fresh: boolean }[]>("select id, seen_at > now() - interval '3 seconds' as fresh from worker")

test('workers start side by side on one database, tell that they live, and leave cleanly', async () => {
  const workers = [startWorker(url), startWorker(url)]
  try {
    for (const worker of workers) await until(`the worker to be ready:\n${worker.output()}`, () => worker.output().includes('the worker is ready'))
    const alive = await rows()
    assert.equal(alive.length, 2)
    assert.ok(alive.every(({ fresh }) => fresh))
    for (const worker of workers) worker.child.kill('SIGTERM')
    for (const worker of workers) assert.equal(await worker.ended, 0, worker.output())
    assert.deepEqual(await rows(), [])
  } finally {
    for (const worker of workers) worker.child.kill('SIGKILL')
  }
})
