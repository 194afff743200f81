import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { removeOldRows } from '../../jobs/watch/retention.ts'
import { Auth } from '../../server/auth/auth.ts'
import { hashPassword } from '../../server/auth/password.ts'
import { signInLimits } from '../../server/auth/try-limits.ts'
import { UserAccount } from '../../server/db/entities/people.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { endings } from '../support/verbs.ts'

const { db } = await useTestDb()
const masterKey = randomBytes(32)
// Two server processes on one database.
const [one, two] = [new Auth(db, masterKey), new Auth(db, masterKey)]
const right = 'correct horse battery'
const passwordHash = await hashPassword(right)

async function account(username: string): Promise<string> {
  const id = newId()
  await db.em.fork().insert(UserAccount, { id, username, usernameKey: username, passwordHash })
  return id
}
const signIn = (auth: Auth, username: string, password: string, clientAddress: string) => auth.signIn(db.em.fork(), { username, password, clientAddress })
const guess = (auth: Auth, username: string, clientAddress: string) => signIn(auth, username, 'guess guess guess', clientAddress)
const limited = (error: unknown) => (error as { code?: string; retryAfterMs?: number }).code === 'RATE_LIMITED' && (error as { retryAfterMs: number }).retryAfterMs > 1_000

test('two processes give no more tries than one', async () => {
  await account('shared')
  const { codes } = await endings(Array.from({ length: 16 }, (_, n) => guess(n % 2 ? one : two, 'shared', '192.0.2.1')))
  assert.deepEqual(codes, { UNAUTHENTICATED: 10, RATE_LIMITED: 6 })
  // Nor does a restart forget them.
  await assert.rejects(signIn(new Auth(db, masterKey), 'shared', right, '192.0.2.1'), limited)
})

test('who guesses from elsewhere does not slow the owner', async () => {
  await account('owner')
  const { codes } = await endings(Array.from({ length: 12 }, () => guess(one, 'owner', '192.0.2.2')))
  assert.deepEqual(codes, { UNAUTHENTICATED: 10, RATE_LIMITED: 2 })
  assert.equal((await signIn(one, 'owner', right, '198.51.100.1')).actor.username, 'owner')
})

test('one customer of IPv6 is one address, whatever the last 64 bits', async () => {
  await account('sixth')
  const { codes } = await endings(Array.from({ length: 12 }, (_, n) => guess(one, 'sixth', `2001:db8:0:1::${n.toString(16)}`)))
  assert.deepEqual(codes, { UNAUTHENTICATED: 10, RATE_LIMITED: 2 })
  assert.equal((await signIn(one, 'sixth', right, '2001:db8:0:2::1')).actor.username, 'sixth')
})

/** Tries without the hashing of a password, which would take so long that the buckets drain meanwhile. */
async function tryAll(tries: { auth: Auth; username: string; address: string }[]): Promise<{ allowed: number; seconds: number }> {
  const startedMs = performance.now()
  const { made } = await endings(tries.map(({ auth, username, address }) => auth.tries.take(db.em.fork(), signInLimits(username, address))))
  return { allowed: made.length, seconds: (performance.now() - startedMs) / 1_000 }
}

test('guesses from everywhere are slowed, and the owner gets in from where they have been before, and from nowhere new', async () => {
  await account('hunted')
  await signIn(one, 'hunted', right, '198.51.100.7')
  const { allowed, seconds } = await tryAll(Array.from({ length: 180 }, (_, n) => ({ auth: n % 2 ? one : two, username: 'hunted', address: `203.0.113.${n}` })))
  assert.ok(allowed >= 100 && allowed <= 100 + Math.ceil(seconds / 10), `${allowed} in ${seconds} s`)
  await assert.rejects(signIn(two, 'hunted', right, '198.51.100.99'), limited)
  assert.equal((await signIn(two, 'hunted', right, '198.51.100.7')).actor.username, 'hunted')
  await account('neighbour')
  assert.equal((await signIn(two, 'neighbour', right, '203.0.113.1')).actor.username, 'neighbour')
})

test('many accounts tried from one address slow that address', async () => {
  const { allowed, seconds } = await tryAll(Array.from({ length: 90 }, (_, n) => ({ auth: one, username: `nobody-${n}`, address: '192.0.2.50' })))
  assert.ok(allowed >= 50 && allowed <= 50 + Math.ceil(seconds / 6), `${allowed} in ${seconds} s`)
})

test('tries drain with time, right passwords cost none, and what has drained is removed', async () => {
  const id = await account('patient')
  for (const _ of Array.from({ length: 25 })) await signIn(one, 'patient', right, '192.0.2.60')
  await endings(Array.from({ length: 10 }, () => guess(one, 'patient', '192.0.2.60')))
  await assert.rejects(signIn(one, 'patient', right, '192.0.2.60'), limited)
  await db.em.fork().execute("update try_bucket set at = at - interval '31 seconds'")
  assert.equal((await signIn(one, 'patient', right, '192.0.2.60')).actor.id, id)

  await db.em.fork().execute("update try_bucket set at = at - interval '1 day'")
  await removeOldRows(db, { keepTasksMs: 1_000 })
  const left = await db.em.fork().execute('select succeeded_at from try_bucket')
  assert.ok(left.length > 0 && left.every(({ succeeded_at }) => succeeded_at !== null))
  await db.em.fork().execute("update try_bucket set succeeded_at = succeeded_at - interval '91 days'")
  await removeOldRows(db, { keepTasksMs: 1_000 })
  assert.deepEqual(await db.em.fork().execute('select 1 from try_bucket'), [])
})

test('what was typed as a name stands nowhere in the database', async () => {
  await assert.rejects(guess(one, 'a password in the wrong field', '192.0.2.70'))
  const rows = await db.em.fork().execute<{ text: string }[]>('select try_bucket::text as text from try_bucket')
  assert.ok(rows.length > 0)
  for (const { text } of rows) assert.doesNotMatch(text, /password|192\.0/)
})
