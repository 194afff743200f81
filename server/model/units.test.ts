import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatBytes, GiB, MiB } from './units.ts'

test('bytes are written in the largest unit that keeps them above one', () => {
  assert.equal(formatBytes(0), '0 B')
  assert.equal(formatBytes(512 * MiB), '512 MiB')
  assert.equal(formatBytes(1.5 * GiB), '1.5 GiB')
})
