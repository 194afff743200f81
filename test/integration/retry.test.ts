import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retried, TryAgain } from '../../server/app/retry.ts'
import type { Em } from '../../server/db/orm.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { useTestDb } from '../support/db.ts'
import { until } from '../support/until.ts'

const { db } = await useTestDb()
const names = async () => (await db.em.fork().execute<{ name: string }[]>('select name from area order by name')).map(({ name }) => name)
const insert = (em: Em, name: string) => em.execute('insert into area (id, name) values (gen_random_uuid(), ?)', [name])
const pidOf = async (em: Em) => (await em.execute<[{ pid: number }]>('select pg_backend_pid() as pid'))[0].pid
const terminate = (pid: number) => db.em.fork().execute('select pg_terminate_backend(?)', [pid])
const isGone = (pid: number) => until('the backend to be gone', async () => (await db.em.fork().execute<object[]>('select 1 from pg_stat_activity where pid = ?', [pid])).length === 0)

/** Runs the work, the first time with something done to its connection; returns how often it ran. */
async function runs(name: string, disturb: (em: Em, pid: number) => Promise<unknown>): Promise<number> {
  let tries = 0
  await retried(db.em.fork(), async (em) => {
    tries++
    await insert(em, `${name} ${tries}`)
    if (tries === 1) await disturb(em, await pidOf(em))
    await insert(em, name)
  })
  return tries
}

const inStatement = (em: Em, pid: number) => em.execute('select pg_terminate_backend(?), pg_sleep(60)', [pid])
const between = async (_em: Em, pid: number) => { await terminate(pid); await isGone(pid) }

test('a transaction whose connection is cut while it waits runs again, and stands once', async () => {
  assert.equal(await runs('in a statement', inStatement), 2)
  assert.equal(await runs('between statements', between), 2)
  assert.deepEqual(await names(), ['between statements', 'between statements 2', 'in a statement', 'in a statement 2'])
})

test('more cuts than the pool has connections leave all of them usable', async () => {
  for (let cut = 0; cut < 12; cut++) await runs(`cut ${cut}`, cut % 2 ? inStatement : between)
  // All ten at the same time, which they could not be if a cut had taken one away.
  let inside = 0
  await Promise.all(Array.from({ length: 10 }, () => db.em.fork().transactional(async (em) => {
    await em.execute('select 1')
    inside++
    await until('all ten are inside', () => inside === 10, 4_000)
  })))
})

test('what is no accident is not repeated', async () => {
  for (const fault of [new KloudakError('CONFLICT', 'taken'), new TypeError('a fault of ours')]) {
    let tries = 0
    await assert.rejects(retried(db.em.fork(), async () => { tries++; throw fault }), fault)
    assert.equal(tries, 1)
  }
})

test('what never succeeds is given up as UNAVAILABLE', async () => {
  let tries = 0
  await assert.rejects(retried(db.em.fork(), async () => { tries++; throw new TryAgain('again') }), { code: 'UNAVAILABLE', retryAfterMs: 1_000 })
  assert.equal(tries, 20)
})
