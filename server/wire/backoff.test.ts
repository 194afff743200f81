import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Backoff } from './backoff.ts'

test('delays stay between base and cap, and grow at most threefold', () => {
  let seed = 1
  const random = () => { seed = (seed * 16_807) % 2_147_483_647; return seed / 2_147_483_647 }
  const backoff = new Backoff({ baseMs: 100, capMs: 5_000, random })
  let previous = 100
  for (let i = 0; i < 1_000; i++) {
    const delay = backoff.next()
    assert.ok(delay >= 100 && delay <= 5_000, `${delay}`)
    assert.ok(delay <= previous * 3, `${delay} after ${previous}`)
    previous = delay
  }
})

test('the highest draws reach the cap, a reset starts over', () => {
  const backoff = new Backoff({ baseMs: 100, capMs: 1_000, random: () => 0.999999 })
  const delays = [1, 2, 3, 4].map(() => Math.round(backoff.next()))
  assert.deepEqual(delays, [300, 900, 1_000, 1_000])
  backoff.reset()
  assert.equal(Math.round(backoff.next()), 300)
})

test('two clients that start together drift apart', () => {
  const first = new Backoff({ baseMs: 100, capMs: 5_000, random: () => 0.2 })
  const second = new Backoff({ baseMs: 100, capMs: 5_000, random: () => 0.8 })
  assert.notEqual(first.next(), second.next())
})
