import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { useTestDb } from '../support/db.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { Task } from '../../server/db/entities/work.ts'
import { unseal } from '../../server/db/seal.ts'
import { newId } from '../../server/model/id.ts'
import { until } from '../support/until.ts'
import { requestOf } from '../support/verbs.ts'
import { startWorker } from '../support/worker.ts'
import { makeWorld } from '../support/world.ts'

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

test('a worker tries again as often as is configured for the kind of work, and keeps tasks as long as configured', async () => {
  const world = await makeWorld(db)
  const em = db.em.fork()
  // A host without its access data: each call on it fails with UNAVAILABLE at once.
  await em.execute("update host set kind = 'ssh' where id = ?", [world.hostIds[0]])
  const ended = async (objectName: string, days: number) => em.insert(Task, { id: newId(), method: 'createVm', objectType: 'vm', objectId: newId(), objectName, state: 'done', finishedAt: new Date(Date.now() - days * 86_400_000) })
  await ended('kept for three days', 3)
  await ended('kept for one day', 1)
  const asked = () => ({ workspaceId: world.workspaceId, templateId: world.templateId, name: `vm-${newId()}` })
  const created = await createVm(requestOf(db, world.owner), asked())
  const { objectId: vmId, taskId: setAside } = await createVm(requestOf(db, world.owner), asked())
  await em.execute('delete from task where id = ?', [setAside])
  await em.execute("update vm set phase = 'ready', observed_power = 'stopped' where id = ?", [vmId])
  const started = await changePower(requestOf(db, world.owner), 'start', { vmId })

  const worker = startWorker(url, { KLOUDAK_RETRIES: '0', KLOUDAK_RETRIES_BY_KIND: ' vm-create=2 every 10ms , image-import = 5 every 1m', KLOUDAK_KEEP_TASKS: '2d' })
  try {
    const attemptsOf = async (taskId: string | null, state: string) => until(`a task to be ${state}:\n${worker.output()}`, async () => {
      const [task] = await em.execute<{ state: string; steps: { state: string; attempt: number }[] }[]>('select state, steps from task where id = ?', [taskId])
      return task?.state === state ? task.steps[0]!.attempt : undefined
    })
    assert.equal(await attemptsOf(started.taskId, 'failed'), 1)
    // Its undo needs the host too.
    assert.equal(await attemptsOf(created.taskId, 'stuck'), 3)
    await until('the old task to go', async () => (await em.execute("select 1 from task where object_name = 'kept for three days'")).length === 0)
    assert.equal((await em.execute("select 1 from task where object_name = 'kept for one day'")).length, 1)
  } finally {
    worker.child.kill('SIGTERM')
    await worker.ended
  }
})

test('a worker seals the user data that an older Kloudak left in the clear', async () => {
  const world = await makeWorld(db)
  const em = db.em.fork()
  const { objectId: vmId } = await createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, name: 'older' })
  const plain = '#!/bin/sh\necho of old'
  await em.execute('update vm set user_data = ? where id = ?', [plain, vmId])
  const masterKey = randomBytes(32)
  const worker = startWorker(url, {}, masterKey)
  try {
    await until(`the worker to be ready:\n${worker.output()}`, () => worker.output().includes('the worker is ready'))
    const [row] = await em.execute<{ user_data: string | null; user_data_sealed: Buffer }[]>('select user_data, user_data_sealed from vm where id = ?', [vmId])
    assert.equal(row!.user_data, null)
    assert.equal(unseal(masterKey, { table: 'vm', id: vmId }, row!.user_data_sealed).toString(), plain)
  } finally {
    worker.child.kill('SIGTERM')
    await worker.ended
  }
})

test('a worker refuses settings that it cannot follow, and says what is wrong with them', async () => {
  const wrong = [
    [{ KLOUDAK_RETRIES_BY_KIND: 'vm-crate=5 every 2s' }, /KLOUDAK_RETRIES_BY_KIND: "vm-crate=5 every 2s" names no kind of work; there are .*vm-create/],
    [{ KLOUDAK_RETRIES_BY_KIND: 'vm-create=5' }, /KLOUDAK_RETRIES_BY_KIND: "vm-create=5" is not written as in/],
    [{ KLOUDAK_RETRIES_BY_KIND: 'vm-create=5 every 2h' }, /has a wait that is not a time of at most 1h/],
    [{ KLOUDAK_KEEP_TASKS: '90' }, /KLOUDAK_KEEP_TASKS: is a time of at least 1h, as in .*90d/],
    [{ KLOUDAK_KEEP_TASKS: '0d' }, /KLOUDAK_KEEP_TASKS: is a time of at least 1h/],
  ] as const
  await Promise.all(wrong.map(async ([env, told]) => {
    const worker = startWorker(url, env)
    assert.equal(await worker.ended, 1)
    assert.match(worker.output(), told)
  }))
})
