import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asJsonRows, readCopyText } from './copy-text.ts'

test('fields come back as they were written', () => {
  const content = Buffer.from('a\\tb\t\\N\t\\\\N\t\n\\\\x6162\tback\\\\slash\\n\\r\\b\\f\\v\t-\t\u{1F4BE}\n')
  assert.deepEqual([...readCopyText(content)], [['a\tb', null, '\\N', ''], ['\\x6162', 'back\\slash\n\r\b\f\v', '-', '\u{1F4BE}']])
  assert.deepEqual([...readCopyText(Buffer.alloc(0))], [])
})

test('JSON is put in as it stands, all else as a string', () => {
  const json = asJsonRows(Buffer.from('1\t{"big": 12345678901234567890}\n\\N\t\\N\n'), ['id', 'body'], (column) => column === 'body')
  assert.equal(json, '[{"id":"1","body":{"big": 12345678901234567890}},{"id":null,"body":null}]')
  assert.throws(() => asJsonRows(Buffer.from('1\n'), ['id', 'body'], () => false), { code: 'INVALID_INPUT' })
})
