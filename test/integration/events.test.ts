// The event stream on a real PostgreSQL: nothing skipped, nothing twice, in order, whatever breaks.
import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { after, test } from 'node:test'
import postgres from 'postgres'
import type { ChangeEvent } from '../../server/events/event.ts'
import { EventHub } from '../../server/events/hub.ts'
import type { EventHubOptions } from '../../server/events/hub.ts'
import { pruneEvents } from '../../server/events/prune.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { newId } from '../../server/model/id.ts'
import { createTestDb } from '../support/db.ts'
import { settledCursor } from '../support/settled-cursor.ts'
import { until } from '../support/until.ts'

const testDb = await createTestDb()
const { url, db } = testDb
const sql = postgres(url, { max: 8, onnotice: () => {} })
const hubs: EventHub[] = []
after(async () => {
  await Promise.all(hubs.map((hub) => hub.close()))
  await sql.end()
  await testDb.close()
})

async function openHub(options: Partial<EventHubOptions> = {}): Promise<EventHub> {
  const hub = await EventHub.open({ url, ...options })
  hubs.push(hub)
  return hub
}

/** Inserts a workspace, whose creation is an event, and returns its id. */
async function change(on: postgres.Sql | postgres.TransactionSql = sql): Promise<string> {
  const id = newId()
  await on`insert into workspace (id, name, name_key) values (${id}, ${id}, ${id})`
  return id
}

/** Reads on in the background; what was seen stands in the array. */
function collect(events: AsyncIterableIterator<ChangeEvent>): { seen: ChangeEvent[]; stop: () => Promise<void>; failed: Promise<unknown> } {
  const seen: ChangeEvent[] = []
  const failed = (async () => { for await (const event of events) seen.push(event) })().catch((error: unknown) => error)
  return { seen, failed, stop: async () => { await events.return?.(); await failed } }
}

/** A cursor behind all that came before, whatever other tests hold open on the server. */
const now = (hub: EventHub) => settledCursor(db, () => hub.currentCursor())

const ids = (events: ChangeEvent[]) => events.map(({ objectId }) => objectId)
const isExpired = (error: unknown) => error instanceof KloudakError && error.code === 'CURSOR_EXPIRED'

function assertInOrder(events: ChangeEvent[]): void {
  for (const [index, { position }] of events.entries()) {
    const before = events[index - 1]?.position
    assert.ok(!before || before.xid < position.xid || (before.xid === position.xid && before.id < position.id), `event ${index} is out of order`)
  }
}

test('while one transaction is held open, others commit: nothing is skipped and the order stays', async () => {
  const hub = await openHub()
  const { seen, stop } = collect(hub.subscribe({ objectTypes: ['workspace'] }))
  const before = await change()
  await until('the event before', () => ids(seen).includes(before))

  let release = () => {}
  const released = new Promise<void>((resolve) => { release = resolve })
  let early = ''
  let isOpen = false
  const holder = sql.begin(async (tx) => { early = await change(tx); isOpen = true; await released })
  await until('the transaction is open', () => isOpen)
  const later: string[] = []
  for (let i = 0; i < 20; i++) later.push(await change())
  // Another process that begins now has the same cursor to begin from.
  const other = collect((await openHub()).subscribe({ objectTypes: ['workspace'] }))
  assert.equal(seen.length, 1, 'nothing beyond the open transaction may be shown')
  release()
  await holder
  await until('all events', () => seen.length >= 22 && other.seen.length >= 21)
  assert.deepEqual(ids(seen), [before, early, ...later])
  assert.deepEqual(ids(other.seen), [early, ...later])
  assertInOrder(seen)
  await Promise.all([stop(), other.stop()])
  assert.equal(hub.subscribers, 0)
})

test('the end of a transaction that wrote no event wakes nobody, and what it held back comes all the same', async () => {
  const hub = await openHub({ pollMs: 600_000 })
  const { seen, stop } = collect(hub.subscribe({ objectTypes: ['workspace'] }, await now(hub)))
  let release = () => {}
  const released = new Promise<void>((resolve) => { release = resolve })
  let isOpen = false
  const holder = sql.begin(async (tx) => { await tx`select pg_current_xact_id()`; isOpen = true; await released })
  await until('the transaction is open', () => isOpen)
  const held = await change()
  const probe = collect((await openHub()).subscribe({ objectTypes: ['workspace'] }))
  assert.deepEqual(ids(seen), [])
  release()
  await holder
  await until('the event', () => seen.length > 0 && probe.seen.length > 0)
  assert.deepEqual(ids(seen), [held])
  await Promise.all([stop(), probe.stop()])
})

test('many writers at once that commit out of order: each event once, in order, live and replayed alike', async () => {
  const hub = await openHub({ batch: 7 })
  const start = await now(hub)
  const live = collect(hub.subscribe({ objectTypes: ['workspace'] }, start))
  const made: string[] = []
  await Promise.all(Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; i < 25; i++) {
      await sql.begin(async (tx) => {
        const id = await change(tx)
        if ((i + writer) % 3 === 0) await tx`select pg_sleep(0.01)`
        if ((i + writer) % 5 === 0) await tx`rollback to savepoint none`.catch(() => {})
        made.push(id)
      }).catch(() => {})
    }
  }))
  const committed = (await sql<{ id: string }[]>`select id from workspace where id = any(${made}::uuid[])`).map(({ id }) => id)
  await until('all events live', () => live.seen.length >= committed.length)
  const replayed = collect(hub.subscribe({ objectTypes: ['workspace'] }, start))
  await until('all events replayed', () => replayed.seen.length >= committed.length)
  for (const { seen } of [live, replayed]) {
    assert.deepEqual(new Set(ids(seen)), new Set(committed))
    assert.equal(seen.length, committed.length)
    assertInOrder(seen)
  }
  await Promise.all([live.stop(), replayed.stop()])
})

test('a killed LISTEN connection loses nothing, and notices wake the hub again afterwards', async () => {
  // Without polling, so that only a notice, or the reconnection, can bring the events.
  const hub = await openHub({ pollMs: 600_000 })
  const { seen, stop } = collect(hub.subscribe({ objectTypes: ['workspace'] }, await now(hub)))
  const expected = [await change()]
  await until('the first event', () => seen.length === 1)
  for (let round = 0; round < 3; round++) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kloudak-events' and datname = current_database()`
    expected.push(await change(), await change())
    await until('the events of the gap', () => seen.length === expected.length)
    await until('it listens again', async () => (await sql`select 1 from pg_stat_activity where application_name = 'kloudak-events' and datname = current_database() and query ilike 'listen%'`).length > 0)
  }
  expected.push(await change())
  await until('an event by notice', () => seen.length === expected.length)
  assert.deepEqual(ids(seen), expected)
  await stop()
})

test('a database that cannot be reached for a while is listened to again once it is back', async () => {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let isUp = true
  const proxy = createServer((near) => {
    near.on('error', () => {})
    if (!isUp) { near.destroy(); return }
    const far = connect(Number(port), hostname)
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one)
      one.on('error', () => {}).on('close', () => { sockets.delete(one); other.destroy() }).pipe(other)
    }
  })
  await new Promise<void>((resolve) => { proxy.listen(0, '127.0.0.1', resolve) })
  const through = new URL(url)
  through.port = String((proxy.address() as AddressInfo).port)
  const troubles: unknown[] = []
  let rights = 0
  const hub = await openHub({ url: String(through), pollMs: 50, accessMs: 600_000, onTrouble: (error) => { troubles.push(error) } })
  hub.onAccessChange(() => { rights++ })
  const { seen, stop } = collect(hub.subscribe({ objectTypes: ['workspace'] }, await now(hub)))
  const expected = [await change()]
  await until('the first event', () => seen.length === 1)
  isUp = false
  for (const socket of sockets) socket.destroy()
  await until('the hub has trouble', () => troubles.length >= 3)
  expected.push(await change(), await change())
  isUp = true
  await until('the events of the gap', () => seen.length === 3)
  const before = rights
  const user = newId()
  await sql`insert into user_account (id, username, username_key, password_hash) values (${user}, ${user}, ${user}, 'x')`
  await until('rights are told again, which no polling does', async () => {
    await sql`update user_account set email = ${String(Math.random())} where id = ${user}`
    return rights > before + 1
  })
  assert.deepEqual(ids(seen), expected)
  await stop()
  await hub.close()
  proxy.close()
})

test('a database that fails while a subscriber catches up ends no stream', async () => {
  const troubles: unknown[] = []
  const hub = await openHub({ pollMs: 20, onTrouble: (error) => { troubles.push(error) } })
  const cursor = await now(hub)
  const expected = [await change(), await change()]
  await sql`alter table event rename to event_away`
  const { seen, stop } = collect(hub.subscribe({ objectTypes: ['workspace'] }, cursor))
  await until('reads to fail', () => troubles.length >= 3)
  await sql`alter table event_away rename to event`
  await until('the events', () => seen.length === 2)
  assert.deepEqual(ids(seen), expected)
  await stop()
})

test('a reader that leaves at any event and comes back to another process sees each event once', async () => {
  const first = await openHub()
  const second = await openHub()
  let cursor = await now(first)
  const expected: string[] = []
  const seen: string[] = []
  const total = 150
  const writer = (async () => { for (let i = 0; i < total; i++) expected.push(await sql.begin((tx) => change(tx))) })()
  for (let turn = 0; seen.length < total; turn++) {
    let left = turn % 4
    const hub = turn % 2 ? first : second
    const events = hub.subscribe({ objectTypes: ['workspace'] }, cursor)
    for await (const event of events) {
      seen.push(event.objectId)
      cursor = event.cursor
      if (left-- === 0 || seen.length === total) break
    }
  }
  await writer
  assert.deepEqual(seen, expected)
  assert.equal(first.subscribers + second.subscribers, 0)
})

test('a slow reader overflows its queue and reads again from its cursor', async () => {
  const hub = await openHub({ queueLimit: 5, batch: 3 })
  const events = hub.subscribe({ objectTypes: ['workspace'] }, await now(hub))
  const pending = events.next()
  const expected = [await change()]
  const seen = [(await pending).value?.objectId]
  for (let i = 0; i < 40; i++) expected.push(await change())
  // Another subscriber that has seen the last one proves that the hub has handed out all of them.
  const witness = collect(hub.subscribe({}))
  expected.push(await change())
  await until('the hub has gone past them', () => ids(witness.seen).includes(expected.at(-1)!))
  while (seen.length < expected.length) seen.push((await events.next()).value?.objectId)
  assert.deepEqual(seen, expected)
  await Promise.all([events.return?.(), witness.stop()])
})

test('filters: by workspace, object and type', async () => {
  const hub = await openHub()
  const cursor = await now(hub)
  const [a, b] = [await change(), await change()]
  await sql`update workspace set name = 'renamed' where id = ${a}`
  const witness = collect(hub.subscribe({}, cursor))
  await until('the hub has gone past the changes', () => witness.seen.some(({ objectId, version }) => objectId === a && version === 2))
  for (const from of [undefined, cursor]) {
    const own = collect(hub.subscribe({ workspaceId: a }, from))
    const object = collect(hub.subscribe({ objectId: b }, from))
    const none = collect(hub.subscribe({ workspaceId: a, objectTypes: ['vm'] }, from))
    const end = collect(hub.subscribe({}, from))
    if (from === undefined) for (const id of [a, b]) await sql`update workspace set name = name || '.' where id = ${id}`
    const mark = await change()
    await until('the mark, and what each must see', () => ids(end.seen).includes(mark) && own.seen.some(({ version }) => version === 3) && ids(object.seen).includes(b))
    assert.deepEqual(own.seen.slice(0, 3).map(({ objectId, kind, version }) => [objectId, kind, version]), from ? [[a, 'created', 1], [a, 'changed', 2], [a, 'changed', 3]] : [[a, 'changed', 3]])
    assert.deepEqual(new Set(ids(object.seen)), new Set([b]))
    assert.deepEqual(none.seen, [])
    await Promise.all([own.stop(), object.stop(), none.stop(), end.stop()])
  }
  await witness.stop()
})

test('pruning removes a prefix in chunks; a cursor before it is expired, one after it is good', async () => {
  const hub = await openHub()
  const old = await now(hub)
  for (let i = 0; i < 5; i++) await change()
  const recent = await now(hub)
  const em = db.em.fork()
  assert.equal(await pruneEvents(em, { keepMs: 3_600_000 }), 0)
  assert.equal(await pruneEvents(em, { keepMs: -1_000, chunk: 3 }), 3)
  while (await pruneEvents(em, { keepMs: -1_000, chunk: 100 })) { /* until nothing old is left */ }
  assert.ok(isExpired(await collect(hub.subscribe({}, old)).failed))
  const good = collect(hub.subscribe({ objectTypes: ['workspace'] }, recent))
  const next = await change()
  await until('the next event', () => good.seen.length > 0)
  assert.deepEqual(ids(good.seen), [next])
  await good.stop()
})

test('a change of rights is told at once', async () => {
  const hub = await openHub()
  const told: (string | undefined)[] = []
  hub.onAccessChange((userId) => { told.push(userId) })
  const user = newId()
  const workspace = await change()
  await sql`insert into user_account (id, username, username_key, password_hash) values (${user}, 'a', 'a', 'x')`
  await sql`insert into membership (workspace_id, user_id, permissions) values (${workspace}, ${user}, '{}')`
  await until('the insert', () => told.filter((id) => id === user).length === 1)
  await sql`delete from membership where user_id = ${user}`
  await until('the removal', () => told.filter((id) => id === user).length === 2)
})

test('a new stream epoch ends every subscription and expires every older cursor', async () => {
  const hub = await openHub({ pollMs: 20 })
  const cursor = await now(hub)
  const live = collect(hub.subscribe({}))
  await sql`update installation set stream_epoch = ${newId()}`
  assert.ok(isExpired(await live.failed))
  assert.ok(isExpired(await collect(hub.subscribe({}, cursor)).failed))
  const fresh = collect(hub.subscribe({ objectTypes: ['workspace'] }))
  const id = await change()
  await until('an event of the new epoch', () => ids(fresh.seen).includes(id))
  await fresh.stop()
})
