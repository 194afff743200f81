// OvsdbClient against a real ovsdb-server.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { OvsdbClient } from '../../../server/wire/ovsdb/client.ts'
import type { OvsdbClientOptions } from '../../../server/wire/ovsdb/client.ts'
import { defineTable, optional, scalar } from '../../../server/wire/ovsdb/column.ts'
import type { Row } from '../../../server/wire/ovsdb/column.ts'
import { OvsdbConnectionLostError, OvsdbConstraintError, OvsdbNotOwnerError, OvsdbNotSentError, OvsdbOperationError, OvsdbOutcomeUnknownError, OvsdbReferenceError, OvsdbRequestError, OvsdbSchemaError, OvsdbWaitError } from '../../../server/wire/ovsdb/errors.ts'
import type { RowChange } from '../../../server/wire/ovsdb/monitor.ts'
import { assertLock, comment, commit, insert, mutate, remove, select, update, wait } from '../../../server/wire/ovsdb/operation.ts'
import { TestOvsdb } from '../../support/ovsdb.ts'
import { until } from '../../support/until.ts'
import { bridge, database, iface, openVswitch, port, tables } from './tables.ts'

const server = new TestOvsdb()
const clients: OvsdbClient[] = []

before(() => server.start())
afterEach(() => { for (const client of clients.splice(0)) client.close() })
after(() => server[Symbol.asyncDispose]())

async function connected(options: OvsdbClientOptions = {}): Promise<OvsdbClient> {
  const client = new OvsdbClient(await server.dial(), { timeoutMs: 60_000, ...options })
  clients.push(client)
  return client
}

/** Makes a bridge with one port, as ovs-vsctl would. */
function addBridge(client: OvsdbClient, name: string, tag?: number) {
  return client.transact(database, [
    insert(iface, { name, type: 'internal' }, 'interface'),
    insert(port, { name, tag, interfaces: [{ named: 'interface' }] }, 'port'),
    insert(bridge, { name, ports: [{ named: 'port' }], external_ids: new Map([['made-by', 'test']]) }, 'bridge'),
    mutate(openVswitch, [], [['bridges', 'insert', [{ named: 'bridge' }]]]),
    comment(`adds ${name}`),
    commit(true),
  ])
}

test('the server lists its databases, echoes and has the declared columns', async () => {
  const client = await connected()
  assert.ok((await client.listDatabases()).includes(database))
  await client.echo()
  await client.checkSchema(database, tables)
  const wrong = defineTable('Port', { name: optional('string'), tag: scalar('integer'), nothing: scalar('string') })
  await assert.rejects(client.checkSchema(database, [wrong, defineTable('Nowhere', {})]), (error) => error instanceof OvsdbSchemaError && ['Port.name', 'Port.tag', 'Port.nothing', 'Nowhere'].every((name) => error.message.includes(name)))
  await assert.rejects(client.checkSchema('absent', []), (error) => error instanceof OvsdbRequestError && error.code === 'unknown database')
})

test('rows are made, found, changed and removed, with every kind of column, and ovs-vsctl agrees', async () => {
  const client = await connected()
  const [interfaceUuid, portUuid, bridgeUuid, bridges] = await addBridge(client, 'br-rows', 12)
  assert.equal(bridges, 1)
  assert.equal(server.tool('get', 'Port', 'br-rows', '_uuid', 'tag'), `${portUuid}\n12`)
  const hostile = new Map([['quote"\\', '\u0001 ; $(reboot) <x/> ž 🐎'], ['__proto__', 'x'], ['', '']])
  const [updated, mutated] = await client.transact(database, [
    update(bridge, [['name', '==', 'br-rows']], { external_ids: hostile, flood_vlans: [3, 1, 2], stp_enable: true }),
    mutate(port, [['_uuid', '==', portUuid]], [['trunks', 'insert', [5, 6]], ['external_ids', 'insert', new Map([['a', '1'], ['b', '2']])]]),
  ])
  assert.deepEqual([updated, mutated], [1, 1])
  await client.transact(database, [mutate(port, [['external_ids', 'includes', new Map([['a', '1']])]], [['external_ids', 'delete', { keys: ['b'] }], ['trunks', 'delete', [5]]])])
  const [[foundBridge], [foundPort]] = await client.transact(database, [select(bridge, [['_uuid', '==', bridgeUuid]]), select(port, [['name', '==', 'br-rows']])])
  assert.deepEqual(foundBridge?.row, { name: 'br-rows', ports: [portUuid], flood_vlans: [1, 2, 3], stp_enable: true, external_ids: hostile } satisfies Row<typeof bridge>)
  assert.deepEqual(foundPort, { uuid: portUuid, row: { name: 'br-rows', tag: 12, trunks: [6], interfaces: [interfaceUuid], external_ids: new Map([['a', '1']]) } })
  const [cleared] = await client.transact(database, [update(port, [['tag', '==', 12]], { tag: undefined })])
  assert.equal(cleared, 1)
  assert.equal(server.tool('get', 'Port', 'br-rows', 'tag'), '[]')
  await client.transact(database, [mutate(openVswitch, [], [['bridges', 'delete', [bridgeUuid]]])])
  const [left] = await client.transact(database, [select(port, [['_uuid', '==', portUuid]])])
  assert.deepEqual(left, [])
})

test('a failed operation has a class, its place and leaves nothing behind', async () => {
  const client = await connected()
  await addBridge(client, 'br-errors')
  await assert.rejects(addBridge(client, 'br-errors'), (error) => error instanceof OvsdbConstraintError && error.operation === undefined)
  await assert.rejects(client.transact(database, [update(bridge, [['name', '==', 'br-errors']], { external_ids: new Map([['x', 'y']]) }), update(port, [['name', '==', 'br-errors']], { tag: 5_000 })]), (error) => error instanceof OvsdbConstraintError && error.operation === 1)
  assert.equal(server.tool('get', 'Bridge', 'br-errors', 'external_ids'), '{made-by=test}')
  await assert.rejects(client.transact(database, [insert(bridge, { name: 'br-broken', ports: ['11111111-1111-4111-8111-111111111111'] }, 'b'), mutate(openVswitch, [], [['bridges', 'insert', [{ named: 'b' }]]])]), OvsdbReferenceError)
  await assert.rejects(client.transact(database, [remove(bridge, [['name', '==', 'br-errors']])]), (error) => error instanceof OvsdbOperationError)
  await assert.rejects(client.transact('absent', [select(bridge, [])]), (error) => error instanceof OvsdbRequestError && error.code === 'unknown database')
})

test('wait holds a transaction until the rows are as asked, or fails it', async () => {
  const client = await connected()
  const other = await connected()
  await addBridge(client, 'br-wait')
  const isNamed = [['name', '==', 'br-wait']] as const
  await assert.rejects(client.transact(database, [wait(port, isNamed, '==', ['tag'], [{ tag: 7 }], 0), update(port, isNamed, { tag: 8 })]), (error) => error instanceof OvsdbWaitError && error.operation === 0)
  const waiting = client.transact(database, [wait(port, isNamed, '==', ['tag'], [{ tag: 7 }], 60_000), update(port, isNamed, { tag: 8 })])
  // The server answers in order, so the wait has been taken in once the echo is back.
  await client.echo()
  await other.transact(database, [update(port, isNamed, { tag: 7 })])
  assert.equal((await waiting)[1], 1)
  assert.equal(server.tool('get', 'Port', 'br-wait', 'tag'), '8')
})

test('a lock has one owner; whoever lost it cannot write', async () => {
  const [first, second] = [await connected(), await connected()]
  const seen: string[] = []
  const held = await first.lock('kloudak_test', (isHeld) => { seen.push(`first ${isHeld}`) })
  const queued = await second.lock('kloudak_test', (isHeld) => { seen.push(`second ${isHeld}`) })
  assert.deepEqual([held.held, queued.held], [true, false])
  await first.transact(database, [assertLock('kloudak_test'), mutate(openVswitch, [], [['external_ids', 'insert', new Map([['owner', 'first']])]])])
  await assert.rejects(second.transact(database, [mutate(openVswitch, [], [['external_ids', 'insert', new Map([['thief', 'x']])]])], { assert: 'kloudak_test' }), OvsdbNotOwnerError)
  await first.unlock('kloudak_test')
  await until('the lock is handed on', () => queued.held)
  const thief = await connected()
  const stolen = await thief.steal('kloudak_test', () => {})
  assert.equal(stolen.held, true)
  await until('the loss is notified', () => !queued.held)
  await assert.rejects(second.transact(database, [update(openVswitch, [], { external_ids: new Map() })], { assert: 'kloudak_test' }), (error) => error instanceof OvsdbNotOwnerError && error.operation === undefined)
  assert.deepEqual(seen, ['second true', 'second false'])
  const again = await second.steal('kloudak_test', () => {})
  assert.equal(again.held, true)
  await until('the thief hears of it', () => !stolen.held)
  assert.equal(server.tool('get', 'Open_vSwitch', '.', 'external_ids'), '{owner=first}')
})

/** Follows a script of changes and compares the copy with what a select finds. */
async function followChanges(watcher: OvsdbClient, writer: OvsdbClient, name: string): Promise<{ form: string; kinds: string[] }> {
  const changes: RowChange[] = []
  const monitor = await watcher.monitor(database, tables, (some) => { changes.push(...some) })
  const [, portUuid, bridgeUuid] = await addBridge(writer, name, 1)
  const where = [['_uuid', '==', portUuid]] as const
  const settled = () => until('the copy equals the database', async () => {
    for (const table of tables) {
      const [found] = await writer.transact(database, [select(table, [])])
      const copy = new Map([...monitor.rows(table)].map(([uuid, row]) => [uuid, normal(row)]))
      try { assert.deepEqual(copy, new Map(found.map(({ uuid, row }) => [uuid, normal(row)]))) } catch { return false }
    }
    return true
  })
  await settled()
  for (const row of [{ tag: 2 }, { tag: undefined }, { trunks: [1, 2, 3] }, { trunks: [2, 3, 4] }, { trunks: [] }, { external_ids: new Map([['a', '1'], ['b', '2']]) }, { external_ids: new Map([['b', '3'], ['c', '4']]) }, { external_ids: new Map() }]) {
    await writer.transact(database, [update(port, where, row)])
    await settled()
  }
  await writer.transact(database, [mutate(openVswitch, [], [['bridges', 'delete', [bridgeUuid]]])])
  await settled()
  return { form: monitor.form, kinds: changes.filter(({ uuid }) => uuid === portUuid).map(({ kind }) => kind) }
}

const normal = (row: Record<string, unknown>) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Array.isArray(value) ? [...value].sort((a, b) => (a < b ? -1 : 1)) : value]))
const expectedKinds = ['inserted', ...Array.from({ length: 8 }, () => 'modified'), 'removed']

test('monitor_cond: the copy follows every change by differences', async () => {
  assert.deepEqual(await followChanges(await connected(), await connected(), 'br-watched'), { form: 'update2', kinds: expectedKinds })
})

test('a server without monitor_cond is followed by monitor', async () => {
  // The real server's own answer to a method that it does not know.
  const socket = await server.dial()
  const write = socket.write.bind(socket)
  socket.write = (text: string) => write(text.replace('"monitor_cond"', '"monitor_abcd"'))
  const client = new OvsdbClient(socket)
  clients.push(client)
  assert.deepEqual(await followChanges(client, await connected(), 'br-old'), { form: 'update', kinds: expectedKinds })
})

test('a connection cut during a transaction leaves the outcome unknown; a read is only lost', async () => {
  const client = await connected()
  server.signal('SIGSTOP')
  try {
    const write = assert.rejects(client.transact(database, [mutate(openVswitch, [], [['external_ids', 'insert', new Map([['maybe', 'x']])]])]), OvsdbOutcomeUnknownError)
    const read = assert.rejects(client.transact(database, [select(bridge, [])]), OvsdbConnectionLostError)
    server.cut()
    await Promise.all([write, read])
    await assert.rejects(client.transact(database, [select(bridge, [])]), OvsdbNotSentError)
  } finally {
    server.signal('SIGCONT')
  }
})

test('a deadline that passes leaves the outcome unknown, and the connection stays', async () => {
  const client = await connected()
  await assert.rejects(client.transact(database, [wait(port, [['name', '==', 'never']], '!=', ['name'], [], 60_000), mutate(openVswitch, [], [['external_ids', 'insert', new Map([['late', 'x']])]])], { timeoutMs: 50 }), OvsdbOutcomeUnknownError)
  await client.echo()
  await assert.rejects(client.transact(database, [select(bridge, [])], { beforeSend: () => { throw new Error('no lease') } }), /no lease/)
})

test('a server that falls silent is given up', async () => {
  const client = await connected({ echoIntervalMs: 200 })
  server.signal('SIGSTOP')
  try {
    assert.ok(await new Promise<Error>((resolve) => { client.onEnd(resolve) }) instanceof OvsdbConnectionLostError)
  } finally {
    server.signal('SIGCONT')
  }
})

test('more requests than the bound are not sent', async () => {
  const client = await connected({ maxInFlight: 2 })
  server.signal('SIGSTOP')
  const open = [client.echo(), client.echo()]
  await assert.rejects(client.echo(), OvsdbNotSentError)
  server.signal('SIGCONT')
  await Promise.all(open)
})
