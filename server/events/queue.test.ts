import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KloudakError } from '../model/errors.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { ChangeEvent } from './event.ts'
import { EventQueue } from './queue.ts'

function event(id: number, objectId: string, kind: ChangeEvent['kind'] = 'changed'): ChangeEvent {
  return { position: { xid: 1n, id: BigInt(id) }, cursor: String(id), workspaceId: null, objectType: 'vm', objectId, kind, version: id, at: new Date(0) }
}

async function takeAll(queue: EventQueue, count: number): Promise<string[]> {
  const taken: string[] = []
  for (let i = 0; i < count; i++) {
    const next = await queue.take()
    taken.push(typeof next === 'object' ? `${next.cursor} ${next.objectId} ${next.kind}` : String(next))
  }
  return taken
}

test('of each object only the newest event waits, at its own place in the order', async () => {
  const queue = new EventQueue(10)
  queue.offer(event(1, 'a', 'created'))
  queue.offer(event(2, 'b'))
  queue.offer(event(3, 'a'))
  queue.offer(event(4, 'b', 'deleted'))
  queue.offer(event(5, 'c'))
  assert.deepEqual(await takeAll(queue, 3), ['3 a created', '4 b deleted', '5 c changed'])
})

test('too many objects drop all, and the reader is told so until it reopens', async () => {
  const queue = new EventQueue(2)
  for (const [index, id] of ['a', 'b', 'a', 'c', 'd'].entries()) queue.offer(event(index + 1, id))
  assert.deepEqual(await takeAll(queue, 2), ['overflowed', 'overflowed'])
  queue.reopen()
  queue.offer(event(6, 'e'))
  assert.deepEqual(await takeAll(queue, 1), ['6 e changed'])
})

test('a reader that waits is woken by an event, by an overflow, by the end and by a failure', async () => {
  const queue = new EventQueue(1)
  const first = takeAll(queue, 1)
  queue.offer(event(1, 'a'))
  assert.deepEqual(await first, ['1 a changed'])
  const second = takeAll(queue, 1)
  queue.end()
  assert.deepEqual(await second, ['undefined'])
  const failing = new EventQueue(1)
  const third = failing.take()
  failing.end(new Error('gone'))
  await assert.rejects(third, /gone/)
})

test('a cursor comes back as it went out, and what never was one is refused', () => {
  const cursor = { epoch: '0198f000-0000-7000-8000-000000000001', xid: 2n ** 64n - 1n, id: 2n ** 63n - 1n }
  assert.deepEqual(decodeCursor(encodeCursor(cursor)), cursor)
  const bad = ['', 'x', 'é', Buffer.from(`${cursor.epoch}.1`).toString('base64url'), Buffer.from(`${cursor.epoch}.-1.0`).toString('base64url'), Buffer.from(`${cursor.epoch}.${2n ** 64n}.0`).toString('base64url'), 'A'.repeat(100_000)]
  for (const text of bad) assert.throws(() => decodeCursor(text), (error) => error instanceof KloudakError && error.code === 'INVALID_INPUT')
})
