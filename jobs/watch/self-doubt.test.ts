import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SelfDoubt } from './self-doubt.ts'

const times = { stallMs: 1_000, afterStallMs: 10_000, atOnceMs: 60_000 }

/** What this worker says of host 1 after it lost so many of its hosts. */
function about(all: number, lost: number, settled = 0) {
  const doubt = new SelfDoubt(times)
  for (let host = 1; host <= all; host++) { doubt.hold(String(host)); doubt.heard(String(host)) }
  for (let host = 1; host <= lost; host++) doubt.lost(String(host), host > lost - settled)
  doubt.stop()
  return doubt.about('1')
}

test('one lost host is no doubt where others are heard; more than a third, or all, are', () => {
  for (const [all, lost] of [[2, 1], [3, 1], [4, 1], [6, 2], [9, 3], [100, 33]] as const) assert.equal(about(all, lost), undefined, `${lost} of ${all}`)
  for (const [all, lost] of [[1, 1], [2, 2], [3, 2], [3, 3], [4, 2], [6, 3], [9, 4], [100, 34]] as const) assert.match(about(all, lost)?.text ?? '', new RegExp(`lost ${lost} of its ${all} hosts`))
})

test('a host that is proven to be off says nothing about the worker', () => {
  assert.equal(about(3, 2)?.kind, 'loss')
  assert.equal(about(3, 2, 1), undefined)
})

test('a host that was lost long before was not lost at once with the others', () => {
  const doubt = new SelfDoubt({ ...times, atOnceMs: -1 })
  for (const host of ['1', '2']) doubt.hold(host)
  doubt.heard('2')
  doubt.lost('1', false)
  doubt.stop()
  assert.equal(doubt.about('1'), undefined)
})

test('a host that was let go of does not count, whatever its watch says last', () => {
  const doubt = new SelfDoubt(times)
  for (const host of ['1', '2', '3', '4']) { doubt.hold(host); doubt.heard(host) }
  for (const host of ['2', '3', '4']) doubt.release(host)
  doubt.heard('2')
  doubt.lost('3', false)
  assert.equal(doubt.hears, 1)
  doubt.lost('1', false)
  doubt.stop()
  assert.match(doubt.about('1')?.text ?? '', /lost 1 of its 1 hosts/)
})

test('what was not heard while this process stood still was not silence', () => {
  const doubt = new SelfDoubt({ ...times, stallMs: 20 })
  for (const host of ['1', '2']) { doubt.hold(host); doubt.heard(host) }
  doubt.lost('1', false)
  assert.equal(doubt.about('1'), undefined)
  const end = performance.now() + 150
  while (performance.now() < end) { /* stands still */ }
  assert.equal(doubt.about('1')?.kind, 'stall')
  doubt.stop()
})
