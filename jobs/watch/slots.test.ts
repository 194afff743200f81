import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Slots } from './slots.ts'

test('no more at once than there are slots, in the order in which they came', async () => {
  const slots = new Slots(2)
  const begun: number[] = []
  const ends: (() => void)[] = []
  const all = [0, 1, 2, 3].map((n) => slots.take(() => { begun.push(n); return new Promise<void>((resolve) => { ends.push(resolve) }) }))
  await Promise.resolve()
  assert.deepEqual(begun, [0, 1])
  ends[1]!()
  await all[1]
  await Promise.resolve()
  assert.deepEqual(begun, [0, 1, 2])
  ends[0]!()
  ends[2]!()
  await all[2]
  await Promise.resolve()
  ends[3]!()
  await Promise.all(all)
  assert.deepEqual(begun, [0, 1, 2, 3])
})

test('work that fails gives its slot back', async () => {
  const slots = new Slots(1)
  await assert.rejects(slots.take(() => Promise.reject(new Error('no'))), /no/)
  assert.equal(await slots.take(() => Promise.resolve('next')), 'next')
})

test('who asked is told when it is their turn, and whoever gives up leaves the line', () => {
  const slots = new Slots(1)
  const told: string[] = []
  const first = slots.ask(() => told.push('first'))
  const gone = slots.ask(() => told.push('gone'))
  const last = slots.ask(() => told.push('last'))
  assert.deepEqual([first.isMine, gone.isMine, last.isMine], [true, false, false])
  gone.end()
  first.end()
  first.end()
  assert.deepEqual(told, ['last'])
  assert.equal(last.isMine, true)
  assert.equal(slots.ask(() => {}).isMine, false, 'ending twice gave back one slot only')
})
