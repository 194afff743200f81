// The harness itself, on small sagas: it must pass what is right, and find what is wrong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { defineContract, objectKey } from '../../jobs/contract/contract.ts'
import { defineSaga, stepsOf } from '../../jobs/saga/define.ts'
import type { Saga } from '../../jobs/saga/define.ts'
import { describe, runHarness } from '../../jobs/saga/harness/harness.ts'
import { missing } from '../../jobs/saga/harness/world.ts'
import type { Ending, HostFault, Scenario } from '../../jobs/saga/harness/world.ts'
import { Registry, register } from '../../jobs/saga/registry.ts'
import type { SagaControl } from '../../jobs/saga/step.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { ask, harnessOf } from '../support/toy-saga.ts'

const { db } = await useTestDb()
const options = harnessOf(db)

/** A host that holds things by name, and counts how often it was shaken. */
class ToyHost {
  readonly things = new Set<string>()
  shaken = 0
  seen = 0
  #fault: { nth: number; fault: HostFault } | undefined
  inject(nth: number, fault: HostFault): void { this.#fault = { nth: this.seen + nth, fault } }
  clear(): void { this.#fault = undefined }

  async call<T>(control: SagaControl, effect: () => T): Promise<T> {
    if (control.signal.aborted) throw new KloudakError('CANCELLED', 'cancelled')
    control.beforeCall()
    this.seen++
    const fault = this.#fault?.nth === this.seen ? this.#fault.fault : undefined
    if (fault === 'unsent') throw new KloudakError('UNAVAILABLE', 'not sent')
    if (fault === 'refused') throw new KloudakError('INTERNAL', 'refused')
    if (fault === 'lost-before') throw new KloudakError('OUTCOME_UNKNOWN', 'lost')
    await Promise.resolve()
    const answer = effect()
    if (fault === 'lost-after') throw new KloudakError('OUTCOME_UNKNOWN', 'lost')
    return answer
  }
}

const contract = defineContract({
  name: 'build',
  definition: 1,
  input: z.object({ objectId: z.uuid() }),
  locks: ({ objectId }) => [objectKey('vm', objectId)],
  steps: [{ name: 'floor', title: 'Floor' }, { name: 'walls', title: 'Walls' }, { name: 'roof', title: 'Roof' }],
})
const step = stepsOf<typeof contract, ToyHost>()
const make = (name: 'floor' | 'walls' | 'roof') => step(name, {
  kind: 'idempotent',
  do: async ({ control, deps }) => { await deps.call(control, () => deps.things.add(`${name} frame`)); await deps.call(control, () => { deps.things.add(name) }) },
  undo: async ({ control, deps }) => { await deps.call(control, () => { deps.things.delete(name); deps.things.delete(`${name} frame`) }) },
})

type BuildSaga = Saga<{ objectId: string }, ToyHost>
const scenarioOf = (saga: BuildSaga, check: (host: ToyHost, ending: Ending) => void): Scenario => ({
  saga: 'build',
  title: 'toy',
  makeWorld: async () => {
    const host = new ToyHost()
    return {
      registry: new Registry([register(saga, host)]),
      ask: () => ask(db, contract, { objectId: newId() }),
      hosts: { seen: () => host.seen, inject: (nth, fault) => { host.inject(nth, fault) }, clear: () => { host.clear() } },
      check: async (ending) => { check(host, ending) },
    }
  },
})

const wholeHouse = ['floor', 'floor frame', 'roof', 'roof frame', 'walls', 'walls frame']
const allOrNothing = (host: ToyHost, ending: Ending) => { assert.deepEqual([...host.things].sort(), ending === 'done' ? wholeHouse : []) }

test('a saga that is right passes every run', async (t) => {
  const report = await runHarness(scenarioOf(defineSaga(contract, { steps: [make('floor'), make('walls'), make('roof')] }), allOrNothing), options)
  t.diagnostic(`${report.cases} runs`)
  assert.equal(describe(report), '')
  assert.ok(report.cases > 80, `${report.cases} runs`)
})

test('a saga with a pivot passes: before it nothing or all, after it all', async () => {
  const pivot = step('walls', { kind: 'pivot', do: async ({ control, deps }) => { await deps.call(control, () => { deps.things.delete('floor') }) } })
  const roof = step('roof', { kind: 'idempotent', do: async ({ control, deps }) => { await deps.call(control, () => { deps.things.delete('floor frame') }) } })
  const report = await runHarness(scenarioOf(defineSaga(contract, { steps: [make('floor'), pivot, roof] }), (host) => { assert.equal(host.things.size, 0) }), options)
  assert.equal(describe(report), '')
})

test('an at-most-once step acts once at most, whatever happens', async () => {
  const shake = step('walls', { kind: 'atMostOnce', do: async ({ control, deps }) => { await deps.call(control, () => { deps.shaken++ }) } })
  const report = await runHarness(scenarioOf(defineSaga(contract, { steps: [make('floor'), shake, make('roof')] }), (host, ending) => {
    assert.ok(host.shaken <= 1, `shaken ${host.shaken} times`)
    if (ending === 'done') assert.equal(host.shaken, 1)
  }), options)
  assert.deepEqual(report.failures.map(({ name, error }) => `${name}: ${String(error)}`).filter((line) => line.includes('shaken')), [])
  assert.equal(describe(report), '')
})

test('it finds an undo that is missing, one that cannot be repeated, and a step that cannot', async () => {
  const { undo: _none, ...body } = make('walls').body as Extract<ReturnType<typeof make>['body'], { kind: 'idempotent' }>
  const withoutUndo = await runHarness(scenarioOf(defineSaga(contract, { steps: [make('floor'), step('walls', body), make('roof')] }), allOrNothing), options).catch((error: unknown) => error)
  assert.match(String(withoutUndo), /walls/)

  const fragile = step('roof', { kind: 'idempotent', do: async () => {}, undo: async ({ control, deps }) => {
    await deps.call(control, () => { if (!deps.things.delete('floor')) throw new KloudakError('NOT_FOUND', 'nothing to undo') })
  } })
  const things = (host: ToyHost) => { assert.ok(host.things.size % 2 === 0) }
  const notRepeatable = await runHarness(scenarioOf(defineSaga(contract, { steps: [make('floor'), make('walls'), fragile] }), things), options)
  assert.match(describe(notRepeatable), /undo-acted:roof crashes: is stuck again/)

  const greedy = step('walls', { kind: 'idempotent', do: async ({ control, deps }) => { await deps.call(control, () => { if (deps.things.has('walls')) throw new KloudakError('CONFLICT', 'it stands already'); deps.things.add('walls') }) }, undo: make('walls').body.undo as never })
  const notIdempotent = await runHarness(scenarioOf(defineSaga(contract, { steps: [make('floor'), greedy, make('roof')] }), () => {}), options)
  assert.match(describe(notIdempotent), /acted:walls crashes: ended as failed/)
  assert.match(describe(notIdempotent), /meets lost-after/)
})

test('no saga opts out: a contract without saga and a saga without scenario are named', () => {
  const saga = defineSaga(contract, { steps: [make('floor'), make('walls'), make('roof')] })
  const registry = new Registry([register(saga, new ToyHost())])
  assert.deepEqual(missing([contract], registry, [scenarioOf(saga, () => {})]), [])
  assert.deepEqual(missing([contract, { name: 'other', definition: 2 }], registry, []), ['the contract other@2 has no saga', 'the saga build has no scenario'])
  assert.deepEqual(missing([], registry, [scenarioOf(saga, () => {})]), ['the saga build has no contract'])
})
