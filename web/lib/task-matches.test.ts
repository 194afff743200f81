import assert from 'node:assert/strict'
import { test } from 'node:test'
import { taskMatches } from './task-matches.ts'

const task = { state: 'RUNNING', method: 'createVm', objectId: 'vm-1', user: { id: 'ada' } } as const

test('without filters, or with empty ones, every task is on the list', () => {
  assert.equal(taskMatches(task, {}), true)
  assert.equal(taskMatches(task, { workspaceId: 'w', objectId: null, userId: null, states: null, methods: undefined, finished: null }), true)
})

test('each filter lets its own through and no others', () => {
  for (const [filter, fitting, other] of [
    ['objectId', 'vm-1', 'vm-2'], ['userId', 'ada', 'bert'], ['states', ['QUEUED', 'RUNNING'], ['DONE']], ['methods', ['createVm'], ['deleteVm']], ['finished', false, true],
  ] as const) {
    assert.equal(taskMatches(task, { [filter]: fitting }), true, filter)
    assert.equal(taskMatches(task, { [filter]: other }), false, filter)
    assert.equal(taskMatches(task, { [filter]: fitting, objectId: 'vm-9' }), false, 'all filters must hold')
  }
  assert.equal(taskMatches({ ...task, user: null }, { userId: 'ada' }), false)
})

test('a stuck task has not finished, a failed or cancelled one has', () => {
  for (const [state, isFinished] of [['STUCK', false], ['UNDOING', false], ['DONE', true], ['FAILED', true], ['CANCELLED', true]] as const) {
    assert.equal(taskMatches({ ...task, state }, { finished: true }), isFinished, state)
    assert.equal(taskMatches({ ...task, state }, { finished: false }), !isFinished, state)
  }
})
