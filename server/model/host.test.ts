import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostStatus } from './host.ts'

test('a host that answers shows what is wanted of it, one that does not shows that', () => {
  assert.equal(hostStatus({ state: 'up', duty: 'service' }), 'up')
  assert.equal(hostStatus({ state: 'up', duty: 'draining' }), 'draining')
  assert.equal(hostStatus({ state: 'up', duty: 'maintenance' }), 'maintenance')
  assert.equal(hostStatus({ state: 'suspect', duty: 'maintenance' }), 'suspect')
  assert.equal(hostStatus({ state: 'fenced', duty: 'draining' }), 'fenced')
})
