import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonical } from './canonical.ts'

test('two spellings of one input are equal, and different inputs are not', () => {
  assert.equal(canonical({ b: 1, a: { d: [1, null], c: undefined, e: null } }), '{"a":{"d":[1,null]},"b":1}')
  assert.equal(canonical({ a: 'x', b: null }), canonical({ b: undefined, a: 'x' }))
  const different = [{ a: 1 }, { a: '1' }, { a: [1] }, { a: [[1]] }, { a: { 1: 1 } }, { a: '1","b":"2' }, { a: '1', b: '2' }, { b: 1 }, { a: new Date(0) }, { a: new Date(1) }, { a: {} }]
  assert.equal(new Set(different.map(canonical)).size, different.length)
})
