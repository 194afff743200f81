// OvsdbSession against a real ovsdb-server that is cut off, killed and started again.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { OvsdbNotOwnerError, OvsdbNotSentError, OvsdbSchemaError } from '../../../server/wire/ovsdb/errors.ts'
import { defineTable, scalar } from '../../../server/wire/ovsdb/column.ts'
import { OvsdbClient } from '../../../server/wire/ovsdb/client.ts'
import { insert, mutate, remove, select, update } from '../../../server/wire/ovsdb/operation.ts'
import { OvsdbSession } from '../../../server/wire/ovsdb/session.ts'
import type { OvsdbSessionOptions } from '../../../server/wire/ovsdb/session.ts'
import { connectUnix, TestOvsdb } from '../../support/ovsdb.ts'
import { until } from '../../support/until.ts'
import { bridge, database, iface, openVswitch, port, tables } from './tables.ts'

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

test('who applies snapshots and changes alone has the database in the end, however often the connection is cut', async () => {
  const { session, events } = started()
  const mirror = new Map<string, unknown>()
  const faults: unknown[] = []
  session.on((event) => {
    if (event.kind === 'snapshot') { mirror.clear(); for (const [uuid, row] of session.rows(port)) mirror.set(uuid, row) }
    if (event.kind !== 'changes') return
    for (const change of event.changes) {
      if (change.table.name !== port.name) continue
      if (!isDeepStrictEqual(mirror.get(change.uuid), change.old)) faults.push(change)
      if (change.kind === 'removed') mirror.delete(change.uuid)
      else mirror.set(change.uuid, change.row)
    }
  })
  await session.ready()
  // Not made by the server's own dial, so it is not cut.
  const writer = new OvsdbClient(await connectUnix(server.socketPath))
  await writer.transact(database, addBridge('br-soak'))
  let seed = 7
  const draw = (below: number) => { seed = (seed * 16_807) % 2_147_483_647; return seed % below }
  let cuts = 0
  for (let step = 0; step < 400; step++) {
    const name = `p${draw(12)}`
    const act = draw(4)
    const mine = [['name', '==', 'br-soak']] as const
    const [[found]] = await writer.transact(database, [select(port, [['name', '==', name]])])
    if (!found) await writer.transact(database, [insert(iface, { name }, 'i'), insert(port, { name, interfaces: [{ named: 'i' }] }, 'p'), mutate(bridge, mine, [['ports', 'insert', [{ named: 'p' }]]])])
    else if (act === 0) await writer.transact(database, [mutate(bridge, mine, [['ports', 'delete', [found.uuid]]])])
    else if (act === 1) await writer.transact(database, [update(port, [['name', '==', name]], { tag: draw(2) ? draw(4_000) : undefined })])
    else if (act === 2) await writer.transact(database, [update(port, [['name', '==', name]], { external_ids: new Map([['step', `${step}`], [`k${draw(3)}`, 'x']]) })])
    else await writer.transact(database, [mutate(port, [['name', '==', name]], [['trunks', draw(2) ? 'insert' : 'delete', [draw(8)]]])])
    if (draw(25) > 0) continue
    await until('connected', () => session.isLive)
    server.cut()
    cuts++
    await until('the loss is told', () => events.filter((kind) => kind === 'lost').length === cuts)
  }
  const [left] = await writer.transact(database, [select(port, [])])
  await until('connected after the last cut', () => session.isLive)
  await session.sync()
  assert.deepEqual(faults, [])
  assert.ok(cuts > 5)
  assert.equal(events.filter((kind) => kind === 'snapshot').length, cuts + 1)
  const sorted = (row: unknown) => ({ ...(row as Record<string, unknown>), trunks: (row as { trunks: number[] }).trunks.toSorted((a, b) => a - b) })
  assert.deepEqual(new Map([...mirror].map(([uuid, row]) => [uuid, sorted(row)])), new Map(left.map(({ uuid, row }) => [uuid, sorted(row)])))
  await writer.transact(database, [update(openVswitch, [], { bridges: [] }), remove(bridge, [])])
  writer.close()
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
