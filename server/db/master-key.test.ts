import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { keysOf, parseMasterKey } from './master-key.ts'

test('a master key file holds the key that seals, and on further lines those before it', () => {
  const keys = [randomBytes(32), randomBytes(32)]
  assert.deepEqual(keysOf(parseMasterKey(`${keys.map((key) => key.toString('base64')).join('\n')}\n\n`)), keys)
  assert.deepEqual(keysOf(parseMasterKey(keys[0]!.toString('base64'))), [keys[0]])
  for (const bad of ['', '\n', 'short', `${keys[0]!.toString('base64')}\nshort`]) assert.throws(() => parseMasterKey(bad), /32 bytes/)
})
