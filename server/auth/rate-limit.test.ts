import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KloudakError } from '../model/errors.ts'
import { RateLimit } from './rate-limit.ts'

const limited = (retryAfterMs: number) => (error: unknown) => error instanceof KloudakError && error.code === 'RATE_LIMITED' && error.retryAfterMs === retryAfterMs

test('a bucket empties, says when to come back, and fills with time', () => {
  let nowMs = 0
  const limit = new RateLimit({ burst: 2, perSecond: 0.5, nowMs: () => nowMs })
  limit.take('a')
  limit.take('a')
  assert.throws(() => { limit.take('a') }, limited(2_000))
  limit.take('b')
  nowMs = 1_000
  assert.throws(() => { limit.take('a') }, limited(1_000))
  nowMs = 2_000
  limit.take('a')
})

test('all keys have a token or none loses one', () => {
  const limit = new RateLimit({ burst: 1, perSecond: 1, nowMs: () => 0 })
  limit.take('a')
  assert.throws(() => { limit.take('a', 'b') }, limited(1_000))
  limit.take('b')
})

test('memory is bounded: the keys longest unused are forgotten', () => {
  const limit = new RateLimit({ burst: 1, perSecond: 1, keys: 2, nowMs: () => 0 })
  for (const key of ['a', 'b', 'c']) limit.take(key)
  limit.take('a')
  assert.throws(() => { limit.take('c') }, limited(1_000))
})
