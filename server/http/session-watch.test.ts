import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actors } from '../auth/actors.ts'
import { SessionWatch } from './session-watch.ts'

const soon = () => new Date(Date.now() + 60_000)

test('what has expired, is revoked or does not read is cut, once, and nothing else', async () => {
  const asked: string[][] = []
  const actors = { alive: async (ids: string[]) => { asked.push(ids); return new Set(['good']) } } as unknown as Actors
  const watch = new SessionWatch(actors, 1_000, (error) => { throw error })
  const ends: string[] = []
  const add = (name: string, sessionId: string, expiresAt = soon(), unread = 0) => watch.add({ sessionId, expiresAt, unreadBytes: () => unread, end: (why) => { ends.push(`${name} ${why}`) } })
  add('a', 'good')
  add('b', 'good', new Date(Date.now() - 1))
  add('c', 'good', soon(), 1_001)
  add('d', 'gone')
  const leave = add('e', 'gone')
  leave()
  await watch.look()
  assert.deepEqual(ends, ['b expired', 'c slow', 'd revoked'])
  assert.deepEqual(asked, [['good', 'gone']])
  await watch.look()
  assert.equal(ends.length, 3)
  assert.equal(watch.countOf('good'), 1)
  watch.close()
})

test('a database that cannot be asked cuts nobody', async () => {
  const troubles: unknown[] = []
  const watch = new SessionWatch({ alive: async () => { throw new Error('no connection') } } as unknown as Actors, 1, (error) => { troubles.push(error) })
  watch.add({ sessionId: 'x', expiresAt: soon(), unreadBytes: () => 0, end: () => { assert.fail('cut') } })
  await watch.look()
  assert.match(String(troubles), /no connection/)
  watch.close()
})
