import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Turns } from './turns.ts'

test('a guest is asked soon after its start, then ever more seldom until its agent answers', () => {
  const turns = new Turns({ firstMs: 3, everyMs: 100 })
  turns.started('a', 0)
  assert.deepEqual([turns.waitMs(0), turns.due(2, 9), turns.due(3, 9)], [3, [], ['a']])
  const asked = [3]
  for (let now = 3; asked.length < 8;) {
    turns.answered('a', false, now)
    now += turns.waitMs(now)
    assert.deepEqual(turns.due(now, 9), ['a'])
    asked.push(now)
  }
  assert.deepEqual(asked.map((now, index) => now - (asked[index - 1] ?? 0)), [3, 6, 12, 24, 48, 96, 100, 100])
  turns.answered('a', true, 1_000)
  assert.equal(turns.waitMs(1_000), 100)
})

test('an agent that comes is asked at once, and one that comes and goes all the time is not asked all the time', () => {
  const turns = new Turns({ firstMs: 3, everyMs: 100 })
  turns.keep(['a', 'b'], 0)
  assert.deepEqual(turns.due(3, 1).length, 1)
  assert.deepEqual(turns.due(3, 9).length, 1)
  turns.answered('a', true, 3)
  turns.hasNews('a', 4)
  assert.deepEqual([turns.due(5, 9), turns.due(6, 9)], [[], ['a']])
  turns.hasNews('a', 50)
  assert.deepEqual(turns.due(50, 9), ['a'])
  turns.keep(['b'], 60)
  turns.hasNews('a', 60)
  assert.deepEqual(turns.due(200, 9), ['b'])
})
