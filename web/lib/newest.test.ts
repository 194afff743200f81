import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renew } from './newest.ts'

const told = new Map([['a', { id: 'a', version: 5, status: 'UP' }]])

test('what an answer says of a time before a known change is replaced, wherever it stands', () => {
  const answer = { vms: { edges: [{ node: { id: 'a', version: 4, status: 'STARTING' } }, { node: { id: 'b', version: 1, status: 'DOWN' } }] } }
  renew(answer, told)
  assert.deepEqual(answer.vms.edges.map(({ node }) => node), [{ id: 'a', version: 5, status: 'UP' }, { id: 'b', version: 1, status: 'DOWN' }])
})

test('what is as new or newer stays', () => {
  for (const version of [5, 6]) {
    const answer = { vm: { id: 'a', version, status: 'DOWN' } }
    renew(answer, told)
    assert.deepEqual(answer.vm, { id: 'a', version, status: 'DOWN' })
  }
})
