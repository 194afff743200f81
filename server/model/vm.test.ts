import assert from 'node:assert/strict'
import { test } from 'node:test'
import { powerStates, vmActions, vmCan, vmPhases, vmStatus } from './vm.ts'

test('every refusal is a sentence, and every state has a word', () => {
  for (const phase of vmPhases) for (const observedPower of powerStates) {
    assert.ok(vmStatus({ phase, observedPower }))
    for (const action of vmActions) {
      const allowed = vmCan(action, { phase, observedPower })
      if (allowed !== true) assert.match(allowed, /^[A-Z].*\.$/)
    }
  }
})

test('a running VM can be stopped but not started; a VM in creation can only be deleted', () => {
  const running = { phase: 'ready', observedPower: 'running' } as const
  assert.equal(vmCan('stop', running), true)
  assert.equal(vmCan('start', running), 'The VM is already running.')
  assert.equal(vmStatus(running), 'up')
  const young = { phase: 'disk', observedPower: 'unknown' } as const
  assert.deepEqual(vmActions.filter((action) => vmCan(action, young) === true), ['delete'])
})

test('a VM whose host is silent is never started', () => {
  assert.equal(vmCan('start', { phase: 'ready', observedPower: 'unknown' }), 'The host has not reported the state of this VM yet.')
})
