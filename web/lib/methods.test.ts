import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { buildSchema, isObjectType } from 'graphql'
import { methods, methodTitle } from './methods.ts'

const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'))
const mutations = Object.keys(schema.getMutationType()!.getFields())

/** Recorded though no mutation: a console that was used. */
const others = ['console']

test('every mutation has a name for people, and nothing else has', () => {
  assert.deepEqual(Object.keys(methods.all).sort(), [...mutations, ...others].sort())
})

test('tasks are searched by the mutations that make some in a workspace', () => {
  const makesTask = (name: string) => {
    const payload = schema.getType(`${name[0]!.toUpperCase()}${name.slice(1)}Payload`)
    return isObjectType(payload) && 'task' in payload.getFields()
  }
  const withoutOwn = ['enrolHost', 'confirmHostKey', 'checkHost', 'prepareHost', 'restrictHostKey', 'updateHost', 'retireHost', 'cancelTask', 'retryTask', 'createPublicNetwork', 'reviewHost', 'confirmHostDown', 'testFenceDevice', 'createPool', 'updatePool', 'setPoolMaintenance', 'retirePool', 'restorePool', 'deletePool', 'importImage', 'copyImage', 'deleteImage', 'repairDrift']
  assert.deepEqual(Object.keys(methods.work).sort(), mutations.filter((name) => makesTask(name) && !withoutOwn.includes(name)).sort())
})

test('an unknown method reads as words', () => {
  assert.equal(methodTitle('createVm'), 'Create VM')
  assert.equal(methodTitle('moveLargeThing'), 'Move large thing')
})
