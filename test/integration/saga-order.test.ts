import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { z } from 'zod'
import { defineContract, objectKey } from '../../jobs/contract/contract.ts'
import { sagaQueue } from '../../jobs/contract/queue.ts'
import { defineSaga, stepsOf } from '../../jobs/saga/define.ts'
import { listenForWork } from '../../jobs/saga/doorbell.ts'
import { Registry, register } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { startTask } from '../../server/app/task.ts'
import { bossSender, openBoss } from '../../server/db/boss.ts'
import type { Db } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { ask, silent, silentSender, taskOf } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'

const { db, url } = await useTestDb()
const workers: SagaWorker[] = []
after(async () => { await Promise.all(workers.map((worker) => worker.stop(0))) })

const input = z.object({ vmId: z.uuid(), networkId: z.uuid().optional(), label: z.string() })
const locks = ({ vmId, networkId }: z.infer<typeof input>) => [objectKey('vm', vmId), ...(networkId ? [objectKey('network', networkId)] : [])]
const steps = [{ name: 'work', title: 'Work' }] as const
const paint = defineContract({ name: 'paint', definition: 1, input, locks, steps: [...steps] })
const polish = defineContract({ name: 'polish', definition: 1, input, locks, steps: [...steps] })
const polish2 = defineContract({ name: 'polish', definition: 2, input, locks, steps: [...steps] })

class Floor {
  readonly done: string[] = []
  running = 0
  most = 0
  gate: Promise<void> = Promise.resolve()
}

function workOn(floor: Floor, known: readonly (typeof paint | typeof polish)[], concurrency = 16): SagaWorker {
  const registered = known.map((contract) => {
    const step = stepsOf<typeof paint, Floor>()('work', { kind: 'idempotent', do: async ({ deps, input: { label } }) => {
      deps.most = Math.max(deps.most, ++deps.running)
      await deps.gate
      deps.running--
      deps.done.push(label)
    } })
    return register(defineSaga(contract, { steps: [step] }), floor)
  })
  const worker = new SagaWorker({ db, registry: new Registry(registered), log: silent, timing: defaultTiming, workerId: newId(), concurrency })
  workers.push(worker)
  return worker
}

const isDone = async (tasks: { taskId: string }[]) => (await Promise.all(tasks.map(({ taskId }) => taskOf(db, taskId)))).every(({ state }) => state === 'done')

test('work on one object runs in the order of asking, whatever its kind, on several workers', async () => {
  const floor = new Floor()
  const vmId = newId()
  const tasks: { taskId: string }[] = []
  for (let i = 0; i < 20; i++) tasks.push(await ask(db, i % 3 ? paint : polish, { vmId, label: String(i) }))
  workOn(floor, [paint, polish]); workOn(floor, [paint, polish])
  await until('all to be done', () => isDone(tasks))
  assert.deepEqual(floor.done, tasks.map((_task, i) => String(i)))
  assert.equal(floor.most, 1)
})

test('work on different objects runs side by side, no more than a worker may', async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)))
  const floor = new Floor()
  const opened = Promise.withResolvers<void>()
  floor.gate = opened.promise
  const tasks = await Promise.all(Array.from({ length: 12 }, (_, i) => ask(db, paint, { vmId: newId(), label: String(i) })))
  workOn(floor, [paint], 5)
  await until('five to run', () => floor.running === 5)
  opened.resolve()
  await until('all to be done', () => isDone(tasks))
  assert.equal(floor.most, 5)
})

test('who needs two objects waits for both lines, and none waits in a circle', async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)))
  const floor = new Floor()
  const [a, b] = [newId(), newId()]
  const networks = [newId(), newId()]
  const tasks = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(db, i % 2 ? paint : polish, { vmId: i % 3 ? a : b, networkId: networks[i % 2]!, label: String(i) })))
  workOn(floor, [paint, polish]); workOn(floor, [paint, polish])
  await until('all to be done', () => isDone(tasks))
  assert.equal(floor.done.length, 40)
})

test('a place in the line becomes visible in the order of the line', async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)))
  const floor = new Floor()
  const vmId = newId()
  const request = (label: string) => ({ contract: paint, input: { vmId, label }, workspaceId: null, userId: null, method: 'test', object: { type: 'vm', id: vmId, name: 'x' }, publicInput: {}, requestId: null, clientAddress: null })
  const held = Promise.withResolvers<void>()
  const placed = Promise.withResolvers<void>()
  const first = db.em.fork().transactional(async (em) => { const started = await startTask(em, silentSender, request('first')); placed.resolve(); await held.promise; return started })
  await placed.promise
  const second = db.em.fork().transactional((em) => startTask(em, silentSender, request('second')))
  await until('the second to wait for the first', async () => (await db.em.fork().execute("select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")).length === 1)
  workOn(floor, [paint])
  held.resolve()
  const tasks = [await first, await second]
  await until('both to be done', () => isDone(tasks))
  assert.deepEqual(floor.done, ['first', 'second'])
})

test('a worker leaves alone what it does not know, and what stands behind it waits', async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)))
  const floor = new Floor()
  const vmId = newId()
  const newer = await ask(db, polish2, { vmId, label: 'newer' })
  const behind = await ask(db, paint, { vmId, label: 'behind' })
  const beside = await ask(db, paint, { vmId: newId(), label: 'beside' })
  workOn(floor, [paint, polish])
  await until('the one beside to be done', () => isDone([beside]))
  assert.deepEqual(floor.done, ['beside'])
  assert.equal((await taskOf(db, newer.taskId)).state, 'queued')
  workOn(floor, [polish2])
  await until('all to be done', () => isDone([newer, behind]))
  assert.deepEqual(floor.done, ['beside', 'newer', 'behind'])
})

test('the bell rings when the transaction commits, and not at all when it does not', async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop(0)))
  const floor = new Floor()
  const open = () => openBoss({ url, applicationName: 'test', queues: [sagaQueue], supervise: false, onError: (error) => { throw error } })
  const [api, boss] = [await open(), await open()]
  let rung = 0
  try {
    // This worker would look by itself only after an hour.
    const worker = new SagaWorker({ db, registry: new Registry([register(defineSaga(paint, { steps: [stepsOf<typeof paint, Floor>()('work', { kind: 'idempotent', do: async ({ deps, input: { label } }) => { deps.done.push(label) } })] }), floor)]), log: silent, timing: { ...defaultTiming, pollMs: 3_600_000 }, workerId: newId() })
    workers.push(worker)
    await listenForWork(boss, { wake: () => { rung++; worker.wake() } })
    await until('the bell to be connected', () => boss.getWipData({ includeInternal: false }).length > 0)
    await rolledBack(db, () => ask(db, paint, { vmId: newId(), label: 'kept' }, bossSender(api)), bossSender(api))
    await until('the saga to be done', () => floor.done.length > 0)
    assert.deepEqual(floor.done, ['kept'])
    assert.ok(rung >= 1)
    assert.deepEqual(await db.em.fork().execute("select 1 from pgboss.job where name = 'saga' and data ->> 'sagaId' not in (select id::text from saga)"), [])
  } finally {
    await api.stop({ graceful: false })
    await boss.stop({ graceful: false })
  }
})

/** Asks for work in a transaction that fails, then for the work that is wanted. */
async function rolledBack(db: Db, wanted: () => Promise<unknown>, sender: ReturnType<typeof bossSender>): Promise<void> {
  const vmId = newId()
  await assert.rejects(db.em.fork().transactional(async (em) => {
    await startTask(em, sender, { contract: paint, input: { vmId, label: 'never' }, workspaceId: null, userId: null, method: 'test', object: { type: 'vm', id: vmId, name: 'x' }, publicInput: {}, requestId: null, clientAddress: null })
    throw new Error('rolled back')
  }), /rolled back/)
  await wanted()
}
