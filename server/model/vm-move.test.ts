import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hindranceOf } from './vm-move.ts'
import type { MoveCondition } from './vm-move.ts'

const movable: MoveCondition = { phase: 'ready', observedPower: 'running', hostName: 'hv1', hostState: 'up', isHostFrozen: false, isMoving: false }
const why = (more: Partial<MoveCondition>) => hindranceOf({ ...movable, ...more })?.message

test('a VM moves while its host answers, whatever is wanted of that host', () => {
  for (const hostState of ['up', 'draining', 'maintenance'] as const) assert.equal(why({ hostState }), undefined)
  for (const observedPower of ['paused', 'stopped'] as const) assert.equal(why({ observedPower }), undefined)
  for (const hostState of ['down', 'suspect', 'fenced', 'enrolling', 'retired'] as const) assert.match(why({ hostState })!, /hv1, .* does not answer/)
  assert.match(why({ isHostFrozen: true })!, /waits for a review/)
})

test('a VM that is not whole, or moves already, does not move', () => {
  for (const more of [{ phase: 'disk' }, { phase: 'deleting' }, { phase: 'failed' }, { observedPower: 'crashed' }, { observedPower: 'unknown' }, { isMoving: true }] as const) assert.ok(why(more))
})
