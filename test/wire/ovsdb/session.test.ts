// OvsdbSession against a real ovsdb-server that is cut off, killed and started again.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { OvsdbNotOwnerError, OvsdbNotSentError, OvsdbSchemaError } from '../../../server/wire/ovsdb/errors.ts'
import { defineTable, scalar } from '../../../server/wire/ovsdb/column.ts'
import { insert, mutate, select, update } from '../../../server/wire/ovsdb/operation.ts'
import { OvsdbSession } from '../../../server/wire/ovsdb/session.ts'
import type { OvsdbSessionOptions } from '../../../server/wire/ovsdb/session.ts'
import { TestOvsdb } from '../../support/ovsdb.ts'
import { until } from '../../support/until.ts'
import { bridge, database, openVswitch, tables } from './tables.ts'

const server = new TestOvsdb()
const sessions: OvsdbSession[] = []

before(() => server.start())
afterEach(async () => { await Promise.all(sessions.splice(0).map((session) => session.close())) })
after(() => server[Symbol.asyncDispose]())

function started(options: Partial<OvsdbSessionOptions> = {}): { session: OvsdbSession; events: string[] } {
  const session = new OvsdbSession({ dial: () => server.dial(), database, tables, backoffBaseMs: 5, backoffCapMs: 50, ...options })
  const events: string[] = []
  session.on((event) => { events.push(event.kind) })
  sessions.push(session)
  session.start()
  return { session, events }
}

const names = (session: OvsdbSession) => Array.from(session.rows(bridge).values(), ({ name }) => name).sort()
const addBridge = (name: string) => [insert(bridge, { name }, 'b'), mutate(openVswitch, [], [['bridges', 'insert', [{ named: 'b' }]]])] as const

test('what changed while the connection was down is in the next snapshot', async () => {
  const { session, events } = started()
  await session.ready()
  await session.transact(addBridge('br-first'))
  await until('the copy has it', () => names(session).includes('br-first'))
  assert.deepEqual(events, ['snapshot', 'changes'])
  for (let round = 0; round < 3; round++) {
    await server.stop()
    await until('the loss is told', () => !session.isLive)
    assert.throws(() => session.rows(bridge), OvsdbNotSentError)
    await assert.rejects(session.transact([select(bridge, [])], { timeoutMs: 20 }), OvsdbNotSentError)
    await server.start()
    server.tool('--no-wait', 'add-br', `br-meanwhile${round}`)
    await until('the copy has it', () => session.isLive && names(session).includes(`br-meanwhile${round}`))
    assert.ok(names(session).includes('br-first'))
  }
  assert.equal(events.filter((kind) => kind === 'lost').length, 3)
  assert.equal(events.filter((kind) => kind === 'snapshot').length, 4)
})

test('work waits for the connection, and comes through once it stands', async () => {
  await server.stop()
  const { session } = started()
  const waiting = session.transact([select(openVswitch, [])], { timeoutMs: 60_000 })
  await server.start()
  assert.equal((await waiting)[0].length, 1)
})

test('writes carry the assert: who took over writes, who was taken from does not, and a reconnect asks first', async () => {
  let mayAct = true
  const lock = { name: 'kloudak_session', beforeTake: () => { if (!mayAct) throw new Error('the lease is another\'s') } }
  const { session: old } = started({ lock })
  await old.ready()
  await old.transact([update(openVswitch, [], { external_ids: new Map([['by', 'old']]) })])
  const { session: next } = started({ lock: { name: 'kloudak_session' } })
  await next.ready()
  await assert.rejects(old.transact([update(openVswitch, [], { external_ids: new Map([['by', 'stale']]) })]), OvsdbNotOwnerError)
  // Reading needs no lock.
  assert.deepEqual((await old.transact([select(openVswitch, [])]))[0][0]?.row.external_ids, new Map([['by', 'old']]))
  mayAct = false
  await assert.rejects(old.takeLock(), /lease/)
  server.cut()
  await until('the new owner is back', () => next.isLive && next.lastError !== undefined)
  await next.transact([update(openVswitch, [], { external_ids: new Map([['by', 'next']]) })])
  await until('the old one was refused by its own check', () => old.lastError?.message.includes('lease'))
  assert.equal(old.isLive, false)
  assert.equal(server.tool('get', 'Open_vSwitch', '.', 'external_ids'), '{by=next}')
})

test('a database that does not fit is told as the cause, and is tried again', async () => {
  let dials = 0
  const { session } = started({ tables: [defineTable('Bridge', { colour: scalar('string') })], dial: () => { dials++; return server.dial() } })
  await until('more than one attempt', () => dials > 2)
  await assert.rejects(session.ready(10), (error) => error instanceof OvsdbNotSentError && error.cause instanceof OvsdbSchemaError)
})

test('close() ends a wait between two attempts', async () => {
  const { session } = started({ dial: () => Promise.reject(new Error('no way there')), backoffBaseMs: 3_600_000, backoffCapMs: 3_600_000 })
  await until('the first attempt failed', () => session.lastError?.message === 'no way there')
  await session.close()
  await assert.rejects(session.ready(), OvsdbNotSentError)
})
