// Backup and restore of Kloudak's own database, on real PostgreSQL: what comes back, what is refused, what begins anew.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync, gzipSync } from 'node:zlib'
import postgres from 'postgres'
import { foreignKeysOf, tablesOf } from '../../server/backup/catalogue.ts'
import { manifestName, notKept } from '../../server/backup/manifest.ts'
import type { Manifest } from '../../server/backup/manifest.ts'
import { restoreBackup } from '../../server/backup/restore.ts'
import { readTar, tarEnd, tarFile } from '../../server/backup/tar.ts'
import type { TarFile } from '../../server/backup/tar.ts'
import { withSnapshot, writeBackup } from '../../server/backup/write.ts'
import { digestOf } from '../../server/backup/read.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { openSession } from '../../server/auth/session.ts'
import { migrationStatements, openDb, pendingMigrations } from '../../server/db/orm.ts'
import type { Db } from '../../server/db/orm.ts'
import { makePartitions } from '../../server/db/queries/stats-partitions.ts'
import { seal, unseal } from '../../server/db/seal.ts'
import { EventHub } from '../../server/events/hub.ts'
import { newId } from '../../server/model/id.ts'
import { defaultKeep } from '../../server/model/stats.ts'
import { createTestDb } from '../support/db.ts'
import { sampleOf, writeSample } from '../support/stats.ts'
import { readyNetwork, requestOf } from '../support/verbs.ts'
import { makeWorld } from '../support/world.ts'

const testDb = await createTestDb()
const { db, url } = testDb
const em = db.em.fork()
const masterKey = randomBytes(32)
const folder = mkdtempSync(join(tmpdir(), 'kloudak-backup-'))
const admin = postgres(url, { max: 1, onnotice: () => {} })
const opened: { db: Db; name: string }[] = []
after(async () => {
  for (const one of opened) { await one.db.close(true); await admin.unsafe(`drop database if exists ${one.name} with (force)`) }
  await admin.end()
  await testDb.close()
  rmSync(folder, { recursive: true, force: true })
})
const fileFor = (name: string) => join(folder, `${name}-${randomBytes(3).toString('hex')}.tar.gz`)

/** A database with nothing in it, not even our schema. */
async function emptyDatabase(): Promise<{ url: string; db: Db }> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await admin.unsafe(`create database ${name}`)
  const made = { url: url.replace(/\/[^/]+$/, `/${name}`), db: await openDb({ url: url.replace(/\/[^/]+$/, `/${name}`), poolSize: 4 }) }
  opened.push({ db: made.db, name })
  return made
}

/** All rows of all tables, as text; what a restore is allowed to change can be left out. */
async function contents(of: string, leaveOut: readonly string[] = []): Promise<Record<string, string[]>> {
  return withSnapshot(of, async (sql) => {
    const all: Record<string, string[]> = {}
    for (const { name } of await tablesOf(sql)) {
      if (leaveOut.includes(name)) continue
      const rows = await sql.unsafe<{ row: string }[]>(`select to_jsonb(t)::text as row from ${name} t`)
      all[name] = rows.map(({ row }) => row).toSorted()
    }
    return all
  })
}

const hostile = 'tab\t newline\n return\r backslash\\ mark\\. null\\N quote\'"; drop table vm; -- \u{1F4BE} \\x41'

/** Rows of every kind that matters: sealed keys, sessions, work under way, hostile text, a number that was given and freed. */
const world = await makeWorld(db)
const secret = '-----BEGIN OPENSSH PRIVATE KEY----- the private half'
await em.execute('update host set ssh_key_sealed = ? where id = ?', [seal(masterKey, { table: 'host', id: world.hostIds[0]! }, secret), world.hostIds[0]])
const networkId = await readyNetwork(db, world)
const newVm = (name: string, of: Db = db) => createVm(requestOf(of, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name, interfaces: [{ networkId }] })
// A verb asks who the caller is in the database: their sessions must stand there.
for (const { actor } of [world.owner, world.superuser]) await em.execute("insert into session (id, user_id, token_hash, expires_at) values (?, ?, ?, now() + interval '1 day') on conflict do nothing", [actor!.sessionId, actor!.id, randomBytes(32)])
const vm = await newVm('kept')
const numberOf = async (of: Db, id: string) => Number((await of.em.fork().execute<{ number: number }[]>('select number from vm where id = ?', [id]))[0]?.number)
await em.execute('update vm set description = ? where id = ?', [hostile, vm.objectId])
const gone = await newVm('gone')
const highest = await numberOf(db, gone.objectId)
await em.execute('delete from vm where id = ?', [gone.objectId])
await openSession(em, masterKey, world.owner.actor!.id)

/** What beginAnew changes on purpose; all else must come back as it was. The room of a host that is frozen is not open. */
const changed = [...notKept, 'migration', 'installation', 'session', 'host', 'host_room', 'vm', 'task', 'saga', 'object_lock', 'audit']

test('a backup comes back whole in an empty database, which then works', async () => {
  const file = fileFor('whole')
  const told = await writeBackup(url, file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const target = await emptyDatabase()
  const done = await restoreBackup({ url: target.url, file, masterKey, keepAs: fileFor('never') })
  assert.equal(done.keptAs, undefined)
  assert.equal(done.rows, told.tables.reduce((sum, { rows }) => sum + rows, 0))
  assert.equal(done.opened, 1)
  assert.deepEqual(await contents(target.url, changed), await contents(url, changed))
  const rooms = 'select host_id, is_open, promised_vcpus, free_memory_bytes from host_room order by 1'
  assert.deepEqual(await target.db.em.fork().execute(rooms), (await em.execute<object[]>(rooms)).map((room) => ({ ...room, is_open: false })))
  const [row] = await target.db.em.fork().execute<{ description: string; phase: string }[]>('select description, phase from vm where id = ?', [vm.objectId])
  assert.deepEqual(row, { description: hostile, phase: 'disk' })
  const [{ sealed }] = await target.db.em.fork().execute<[{ sealed: Buffer }]>('select ssh_key_sealed as sealed from host')
  assert.equal(unseal(masterKey, { table: 'host', id: world.hostIds[0]! }, sealed).toString(), secret)
  // The schema is the one that migrations make, in every part.
  assert.deepEqual(await pendingMigrations(target.db), [])
  assert.deepEqual(await schemaOf(target.url), await schemaOf(url))
  const audited = await target.db.em.fork().execute<{ method: string }[]>('select method from audit order by id desc limit 1')
  assert.equal(audited[0]?.method, 'restore')
  await target.db.em.fork().execute('update host set frozen_at = null, frozen_reason = null')
  await target.db.em.fork().execute('update session set revoked_at = null where id = ?', [world.owner.actor!.sessionId])
  const next = await newVm('after the restore', target.db)
  assert.equal(await numberOf(target.db, next.objectId), highest + 1, 'a number is never given twice')
  const [event] = await target.db.em.fork().execute<{ count: number }[]>("select count(*)::integer as count from event where object_id = ? and kind = 'created'", [next.objectId])
  assert.equal(event!.count, 1, 'the triggers are back')
})

/** Constraints, indexes, triggers, functions and columns as PostgreSQL describes them. */
async function schemaOf(of: string): Promise<string[]> {
  return withSnapshot(of, async (sql) => (await sql<{ line: string }[]>`
    select line from (
      select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) as line from pg_constraint where connamespace = 'public'::regnamespace
      union all select indexdef from pg_indexes where schemaname = 'public'
      union all select tgrelid::regclass || ' ' || tgenabled::text || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal and tgrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
      union all select pg_get_functiondef(p.oid) from pg_proc p where pronamespace = 'public'::regnamespace and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
      union all select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') || is_identity from information_schema.columns where table_schema = 'public'
    ) described order by line`).map(({ line }) => line))
}

test('a restore in the place of what is there keeps that in a file, and begins another life of the books', async () => {
  const file = fileFor('earlier')
  await writeBackup(url, file)
  const target = await emptyDatabase()
  await restoreBackup({ url: target.url, file, masterKey, keepAs: undefined })
  const inner = target.db.em.fork()
  const [first] = await inner.execute<{ generation: number; epoch: string }[]>('select generation, stream_epoch as epoch from installation')
  const cursor = await (async () => { const hub = await EventHub.open({ url: target.url }); try { return await hub.currentCursor() } finally { await hub.close() } })()
  const session = await openSession(inner, masterKey, world.owner.actor!.id)
  await inner.execute("insert into workspace (id, name, name_key) values (?, 'since the backup', 'since the backup')", [newId()])
  await inner.execute("update host set frozen_at = null, frozen_reason = null")
  const before = await contents(target.url)

  const keepAs = fileFor('kept')
  const done = await restoreBackup({ url: target.url, file, masterKey, keepAs })
  assert.equal(done.keptAs, keepAs)
  assert.equal(statSync(keepAs).mode & 0o777, 0o600)
  const [second] = await inner.execute<{ generation: number; epoch: string }[]>('select generation, stream_epoch as epoch from installation')
  assert.equal(second!.generation, first!.generation + 1, 'beyond the generation that stood in the database, not only beyond the file\'s')
  assert.notEqual(second!.epoch, first!.epoch)
  const hub = await EventHub.open({ url: target.url })
  await assert.rejects(hub.subscribe({}, cursor).next(), { code: 'CURSOR_EXPIRED' })
  await hub.close()
  const [state] = await inner.execute<Record<string, number>[]>(`
    select (select count(*)::integer from workspace where name = 'since the backup') as since, (select count(*)::integer from session where revoked_at is null) as sessions,
      (select count(*)::integer from session where id = ?) as newer, (select count(*)::integer from host where frozen_at is null) as thawed, (select count(*)::integer from object_lock) as locks,
      (select count(*)::integer from saga where state in ('queued', 'running', 'undoing', 'stuck')) as sagas, (select count(*)::integer from task where finished_at is null) as tasks,
      (select count(*)::integer from worker) + (select count(*)::integer from host_lease) + (select count(*)::integer from console_ticket) as held`, [session.sessionId])
  assert.deepEqual(state, { since: 0, sessions: 0, newer: 0, thawed: 0, locks: 0, sagas: 0, tasks: 0, held: 0 })
  const [task] = await inner.execute<{ state: string; code: string; steps: { state: string }[] }[]>("select state, error ->> 'code' as code, steps from task where id = ?", [vm.taskId])
  assert.deepEqual([task!.state, task!.code], ['failed', 'OUTCOME_UNKNOWN'])
  assert.deepEqual(done.frozenHosts.length, 1)

  // What was there is not lost: it comes back from the file that was kept.
  await restoreBackup({ url: target.url, file: keepAs, masterKey, keepAs: undefined })
  const again = await contents(target.url, changed)
  assert.deepEqual(again, Object.fromEntries(Object.entries(before).filter(([name]) => !changed.includes(name))))
})

async function filesIn(file: string): Promise<TarFile[]> {
  const files: TarFile[] = []
  for await (const one of readTar((async function* () { yield gunzipSync(readFileSync(file)) })(), 1024 ** 3)) files.push(one)
  return files
}

/** Another file with the same contents but for what `change` does; its manifest is made to fit unless it is changed itself. */
async function forged(file: string, change: (files: Map<string, Buffer>, manifest: Manifest) => void): Promise<string> {
  const files = new Map((await filesIn(file)).map(({ name, content }) => [name, content]))
  const told = JSON.parse(files.get(manifestName)!.toString()) as Manifest
  change(files, told)
  for (const table of told.tables) {
    for (const part of table.parts) {
      const content = files.get(part.file)
      if (content) Object.assign(part, { sizeBytes: content.length, sha256: digestOf(content), rows: content.toString().split('\n').length - 1 })
    }
    table.rows = table.parts.reduce((sum, { rows }) => sum + rows, 0)
  }
  files.delete(manifestName)
  files.set(manifestName, Buffer.from(JSON.stringify(told)))
  const path = fileFor('forged')
  writeFileSync(path, gzipSync(Buffer.concat([...Array.from(files, ([name, content]) => tarFile({ name, content })), tarEnd])))
  return path
}

test('what cannot be restored is refused, and the database is as it was', async () => {
  const good = fileFor('good')
  await writeBackup(url, good)
  const bytes = readFileSync(good)
  const write = (name: string, content: Uint8Array) => { const path = fileFor(name); writeFileSync(path, content); return path }
  const flipped = Buffer.from(bytes)
  flipped[Math.floor(flipped.length / 2)]! ^= 1
  // A valid archive whose part is another than its manifest says: gzip does not notice.
  const files = await filesIn(good)
  const swapped = gzipSync(Buffer.concat([...files.map(({ name, content }) => tarFile({ name, content: name.startsWith('workspace/') ? Buffer.from(content.toString().replace('workspace', 'workshops')) : content })), tarEnd]))
  const cases: [string, string, { code: string; message: RegExp }, Uint8Array?][] = [
    ['another file', write('text', Buffer.from('no backup')), { code: 'INVALID_INPUT', message: /not a whole backup/ }],
    ['a missing file', fileFor('absent'), { code: 'INVALID_INPUT', message: /not a whole backup/ }],
    ['a file cut short', write('short', bytes.subarray(0, bytes.length - 200)), { code: 'INVALID_INPUT', message: /not a whole backup/ }],
    ['a flipped bit', write('flipped', flipped), { code: 'INVALID_INPUT', message: /not a whole backup/ }],
    ['a changed part', write('swapped', swapped), { code: 'INVALID_INPUT', message: /workspace\/000000\.copy is not what was backed up/ }],
    ['a part that is missing', await forged(good, (parts) => { parts.delete('workspace/000000.copy') }), { code: 'INVALID_INPUT', message: /missing/ }],
    ['a part too many', await forged(good, (parts) => { parts.set('vm/000099.copy', Buffer.from('x\n')) }), { code: 'INVALID_INPUT', message: /does not name/ }],
    ['a newer format', await forged(good, (_parts, told) => { told.formatVersion = 2 }), { code: 'INVALID_INPUT', message: /format 2 is newer/ }],
    ['newer migrations', await forged(good, (_parts, told) => { told.migrations.push('20991231_1_future') }), { code: 'INVALID_INPUT', message: /newer Kloudak.*20991231_1_future/ }],
    ['another master key', good, { code: 'WRONG_STATE', message: /master key does not open/ }, randomBytes(32)],
    // Found only while it is loaded: then the transaction takes everything back.
    ['rows that refer to nothing', await forged(good, (parts) => { parts.set('workspace/000000.copy', Buffer.alloc(0)) }), { code: '23503', message: /foreign key/ }],
    ['rows of another shape', await forged(good, (parts) => { parts.set('workspace/000000.copy', Buffer.from('not\ta row\n')) }), { code: 'INVALID_INPUT', message: /2 fields/ }],
    ['a table that is missing', await forged(good, (parts, told) => { for (const { parts: own } of told.tables.splice(told.tables.findIndex(({ name }) => name === 'quota' || name === 'reservation'), 1)) for (const { file } of own) parts.delete(file) }), { code: 'INVALID_INPUT', message: /not those of its migrations/ }],
  ]
  const before = [await contents(url), await schemaOf(url)]
  for (const [name, file, refusal, key] of cases) {
    await assert.rejects(restoreBackup({ url, file, masterKey: key ?? masterKey, keepAs: undefined }), refusal, name)
    assert.deepEqual([await contents(url), await schemaOf(url)], before, name)
  }
})

test('a restore is refused while anything of Kloudak runs on the database', async () => {
  const file = fileFor('busy')
  await writeBackup(url, file)
  const before = await contents(url)
  const server = postgres(url, { max: 1, connection: { application_name: 'kloudak-server' } })
  await server`select 1`
  await assert.rejects(restoreBackup({ url, file, masterKey, keepAs: undefined }), { code: 'WRONG_STATE', message: /still runs on this database: kloudak-server/ })
  await server.end()
  await em.execute('insert into worker (id) values (?)', [newId()])
  await assert.rejects(restoreBackup({ url, file, masterKey, keepAs: undefined }), { code: 'WRONG_STATE', message: /worker was heard/ })
  await em.execute('delete from worker')
  assert.deepEqual(await contents(url), before)
})

test('a backup is never written over another file, and leaves nothing when it fails', async () => {
  const file = fileFor('taken')
  writeFileSync(file, 'something else')
  await assert.rejects(writeBackup(url, file), { code: 'CONFLICT' })
  assert.equal(readFileSync(file, 'utf8'), 'something else')
  const empty = await emptyDatabase()
  const failed = fileFor('failed')
  await assert.rejects(writeBackup(empty.url, failed), { code: 'WRONG_STATE', message: /no Kloudak/ })
  for (const path of [failed, `${failed}.partial`]) assert.throws(() => statSync(path), { code: 'ENOENT' })
})

test('a backup of an older Kloudak is migrated up', async () => {
  const old = await emptyDatabase()
  const migrations = migrationStatements(db)
  const inner = old.db.em.fork()
  await inner.execute('create table migration (id serial primary key, name varchar(255), executed_at timestamptz default now())')
  for (const statement of migrations[0]!.statements) await inner.execute(statement)
  await inner.execute('insert into migration (name) values (?)', [migrations[0]!.name])
  const [userId, areaId, hostId] = [newId(), newId(), newId()]
  await inner.execute("insert into user_account (id, username, username_key, password_hash) values (?, 'old', 'old', '-')", [userId])
  await inner.execute("insert into area (id, name) values (?, 'old')", [areaId])
  await inner.execute("insert into host (id, area_id, name, kind, state) values (?, ?, 'old', 'simulated', 'up')", [hostId, areaId])
  const file = fileFor('old')
  await writeBackup(old.url, file)
  const target = await emptyDatabase()
  const done = await restoreBackup({ url: target.url, file, masterKey, keepAs: undefined })
  assert.deepEqual(done.manifest.migrations, [migrations[0]!.name])
  assert.deepEqual(await pendingMigrations(target.db), [])
  assert.deepEqual(await schemaOf(target.url), await schemaOf(url))
  assert.deepEqual(done.frozenHosts, ['old'])
  assert.equal((await target.db.em.fork().execute('select 1 from user_account where id = ?', [userId])).length, 1)
})

test('an open backup sees one moment, and holds no event back', async () => {
  const hub = await EventHub.open({ url })
  try {
    await withSnapshot(url, async (sql) => {
      const count = async () => Number((await sql`select count(*)::integer as count from workspace`)[0]!.count)
      const before = await count()
      const events = hub.subscribe({ objectTypes: ['workspace'] })
      const id = newId()
      await em.execute("insert into workspace (id, name, name_key) values (?, 'meanwhile', 'meanwhile')", [id])
      // Delivered while the snapshot is still open: were it held back, this would wait for ever.
      const { value } = await events.next() as { value: { objectId: string } }
      assert.equal(value.objectId, id)
      assert.equal(await count(), before)
      assert.equal((await sql`select pg_current_xact_id_if_assigned() as xid`)[0]!.xid, null)
      await events.return?.()
    })
  } finally { await hub.close() }
})

test('a table of more than one part, and rows wider than a part, come back whole', async () => {
  const wide = 'w'.repeat(9 * 1024 * 1024)
  await em.execute("insert into user_account (id, username, username_key, password_hash) select gen_random_uuid(), 'many-' || n, 'many-' || n, repeat('x', 1000) from generate_series(1, 9000) n")
  await em.execute('update vm set user_data = ? where id = ?', [wide, vm.objectId])
  const file = fileFor('large')
  const told = await writeBackup(url, file)
  assert.ok(told.tables.find(({ name }) => name === 'user_account')!.parts.length > 1)
  const target = await emptyDatabase()
  await restoreBackup({ url: target.url, file, masterKey, keepAs: undefined })
  assert.deepEqual(await contents(target.url, changed), await contents(url, changed))
  const [{ same }] = await target.db.em.fork().execute<[{ same: boolean }]>('select user_data = ? as same from vm where id = ?', [wide, vm.objectId])
  assert.ok(same)
})

test('neither the master key nor what it seals can be read in the file', async () => {
  const file = fileFor('secrets')
  await writeBackup(url, file)
  const text = gunzipSync(readFileSync(file))
  for (const hidden of [masterKey, Buffer.from(secret)]) {
    for (const form of [hidden, Buffer.from(hidden.toString('hex')), Buffer.from(hidden.toString('base64').replace(/=+$/, ''))]) assert.ok(!text.includes(form))
  }
})

test('every foreign key and every sealed column is one that a restore knows how to handle', async () => {
  await withSnapshot(url, async (sql) => {
    assert.ok((await foreignKeysOf(sql)).length > 10)
    const sealed = await sql<{ table: string; hasId: boolean }[]>`
      select c.table_name as table, exists (select from information_schema.columns i where i.table_schema = 'public' and i.table_name = c.table_name and i.column_name = 'id' and i.data_type = 'uuid') as "hasId"
      from information_schema.columns c where c.table_schema = 'public' and c.data_type = 'bytea' and c.column_name like '%sealed'`
    assert.ok(sealed.length >= 2)
    assert.deepEqual(sealed.filter(({ hasId }) => !hasId), [])
    const parts = await sql`select 1 from pg_class where relnamespace = 'public'::regnamespace and relispartition`
    assert.equal(parts.length, 0)
  })
})

test('statistics stay behind, and a restore over partitions leaves none that would stand in the way', async () => {
  const file = fileFor('statistics')
  await writeSample(em, [sampleOf(world.hostIds[0]!)])
  const told = await writeBackup(url, file)
  assert.deepEqual(told.tables.filter(({ name }) => /stats/.test(name)), [])
  const target = await emptyDatabase()
  await restoreBackup({ url: target.url, file, masterKey, keepAs: undefined })
  const restored = target.db.em.fork()
  assert.ok(await restored.transactional((inner) => makePartitions(inner, defaultKeep)) > 10)
  await restoreBackup({ url: target.url, file, masterKey, keepAs: undefined })
  await withSnapshot(target.url, async (sql) => {
    assert.equal((await sql`select 1 from pg_class where relnamespace = 'public'::regnamespace and relispartition`).length, 0)
    assert.equal((await sql`select 1 from host_stats_raw`).length, 0)
  })
})
