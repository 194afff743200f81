import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('so many run at once and no more, in the order in which they came, also after one that fails', async () => {
  const turns = new Turns(2)
  const begun: number[] = []
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const ends = gates.map(({ promise }, n) => turns.take(async () => { begun.push(n); await promise }))
  assert.deepEqual(begun, [0, 1])
  gates[1]!.reject(new Error('failed'))
  await assert.rejects(ends[1]!)
  assert.deepEqual(begun, [0, 1, 2])
  gates[0]!.resolve()
  await ends[0]
  const late = turns.take(async () => { begun.push(5) })
  assert.deepEqual(begun, [0, 1, 2, 3])
  for (const { resolve } of gates) resolve()
  await Promise.all([ends[2], ends[3], ends[4], late])
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5])
  await turns.take(async () => { begun.push(6) })
  assert.equal(begun.at(-1), 6)
})

test('who waits too long is sent away, and its turn goes to the next', async () => {
  const turns = new Turns(1, 1)
  const gate = Promise.withResolvers<void>()
  const holder = turns.take(() => gate.promise)
  let isDone = false
  await assert.rejects(turns.take(async () => { isDone = true }), { code: 'UNAVAILABLE', retryAfterMs: 1_000 })
  const next = turns.take(async () => 'next')
  gate.resolve()
  await holder
  assert.equal(await next, 'next')
  assert.equal(isDone, false)
  // Nobody's turn was lost.
  assert.equal(await turns.take(async () => 'alone'), 'alone')
})
