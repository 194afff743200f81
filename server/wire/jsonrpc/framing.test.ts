import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonFramingError, JsonSplitter } from './framing.ts'

const values = [
  { id: 1, text: 'braces } ] and "quotes\\" and \\ at the end \\' },
  ['nested', [[[]]], {}],
  { unicode: 'žluťoučký 🐎', control: '\u0000\u001f' },
  [],
  {},
]

test('values are found whatever pieces they arrive in', () => {
  const bytes = Buffer.from(values.map((value) => JSON.stringify(value)).join(''))
  for (let size = 1; size <= bytes.length; size++) {
    const splitter = new JsonSplitter({ maxBytes: 1_000 })
    const found: unknown[] = []
    for (let i = 0; i < bytes.length; i += size) found.push(...splitter.push(bytes.subarray(i, i + size)))
    assert.deepEqual(found, values, `pieces of ${size}`)
  }
})

test('white space between values is no value', () => {
  const splitter = new JsonSplitter({ maxBytes: 100 })
  assert.deepEqual(splitter.push(Buffer.from(' \n{} \t[1]\r\n')), [{}, [1]])
})

test('an endless value, an endless depth and noise are refused', () => {
  const piece = Buffer.from(`["${'x'.repeat(60)}`)
  const splitter = new JsonSplitter({ maxBytes: 100 })
  splitter.push(piece)
  assert.throws(() => splitter.push(Buffer.from('x'.repeat(60))), JsonFramingError)
  assert.throws(() => new JsonSplitter({ maxBytes: 10_000 }).push(Buffer.from('['.repeat(300))), JsonFramingError)
  for (const noise of ['HTTP/1.1 400', '}', '"text"', '{"a" 1}', '[1}']) assert.throws(() => new JsonSplitter({ maxBytes: 100 }).push(Buffer.from(noise)), JsonFramingError, noise)
})
