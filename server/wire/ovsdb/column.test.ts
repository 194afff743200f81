import assert from 'node:assert/strict'
import { test } from 'node:test'
import { applyDifference, decodeValue, defaultValue, encodeValue, mapOf, optional, scalar, setOf } from './column.ts'
import type { Column } from './column.ts'
import { OvsdbProtocolError } from './errors.ts'

const id = '550e8400-e29b-41d4-a716-446655440000'
const cases: [Column, unknown, unknown][] = [
  [scalar('string'), 'text', 'text'],
  [scalar('uuid'), id, ['uuid', id]],
  [optional('integer'), undefined, ['set', []]],
  [optional('integer'), 7, ['set', [7]]],
  [setOf('uuid'), [id], ['set', [['uuid', id]]]],
  [setOf('string'), ['set', 'x'], ['set', ['set', 'x']]],
  [mapOf('string', 'uuid'), new Map([['__proto__', id]]), ['map', [['__proto__', ['uuid', id]]]]],
  [mapOf('integer', 'boolean'), new Map([[1, true], [2, false]]), ['map', [[1, true], [2, false]]]],
]

test('values keep their meaning on the way to the wire and back', () => {
  for (const [column, value, wire] of cases) {
    assert.deepEqual(encodeValue(column, value), wire)
    assert.deepEqual(decodeValue(column, wire), value)
  }
})

test('a set of one may stand without brackets, a new row is named', () => {
  assert.deepEqual(decodeValue(setOf('uuid'), ['uuid', id]), [id])
  assert.equal(decodeValue(optional('string'), 'x'), 'x')
  assert.deepEqual(encodeValue(setOf('uuid'), [{ named: 'port' }]), ['set', [['named-uuid', 'port']]])
})

test('what does not fit its column is refused', () => {
  const wrong: [Column, unknown][] = [
    [scalar('integer'), 'x'], [scalar('integer'), 1.5], [scalar('uuid'), id], [scalar('string'), ['set', []]], [scalar('string'), ['uuid', id]],
    [optional('integer'), ['set', [1, 2]]], [setOf('string'), ['set', [1]]], [mapOf('string', 'string'), ['set', []]], [mapOf('string', 'string'), ['map', [['a']]]], [scalar('boolean'), null],
  ]
  for (const [column, wire] of wrong) assert.throws(() => decodeValue(column, wire), OvsdbProtocolError, JSON.stringify(wire))
})

test('differences: elements toggle, pairs are added, replaced or removed, single values come whole', () => {
  assert.deepEqual(applyDifference(setOf('integer'), [1, 2, 3], ['set', [3, 4]]), [1, 2, 4])
  const old = new Map([['kept', '0'], ['gone', '1'], ['changed', '2']])
  assert.deepEqual(applyDifference(mapOf('string', 'string'), old, ['map', [['gone', '1'], ['changed', '3'], ['new', '4']]]), new Map([['kept', '0'], ['changed', '3'], ['new', '4']]))
  assert.equal(old.size, 3)
  assert.equal(applyDifference(optional('integer'), 5, ['set', []]), undefined)
  assert.equal(applyDifference(scalar('string'), 'a', 'b'), 'b')
})

test('a column that a row leaves out holds its default', () => {
  assert.deepEqual([scalar('integer'), scalar('string'), scalar('boolean'), optional('uuid'), setOf('uuid'), mapOf('string', 'string')].map((column) => defaultValue(column)), [0, '', false, undefined, [], new Map()])
})
