import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Scrollback } from './scrollback.ts'

test('holds the newest bytes, whatever the size of the pieces', () => {
  for (const size of [1, 3, 7, 10, 25]) {
    const scrollback = new Scrollback(10)
    let all = ''
    for (let i = 0; i < 2_000; i += size) {
      const piece = Array.from({ length: size }, (_, at) => String((i + at) % 10)).join('')
      all += piece
      scrollback.push(Buffer.from(piece))
      assert.equal(scrollback.read().toString(), all.slice(-10))
    }
  }
  assert.equal(new Scrollback(10).read().length, 0)
})
