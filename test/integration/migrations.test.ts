import assert from 'node:assert/strict'
import { test } from 'node:test'
import postgres from 'postgres'
import { migrate, openDb, pendingMigrations } from '../../server/db/orm.ts'
import { permissions } from '../../server/model/permissions.ts'
import { useTestDb } from '../support/db.ts'

const { db, url } = await useTestDb()

test('the migrations make exactly the tables that the entities describe', async () => {
  assert.deepEqual(await pendingMigrations(db), [])
  const difference = await db.schema.getUpdateSchemaSQL({ safe: true, dropTables: false, wrap: false })
  const meaningful = difference.split('\n').filter((line) => / add (column )?"|create table|alter column .* type|drop not null|set not null/.test(line))
  assert.deepEqual(meaningful, [])
})

test('a change of a watched row bumps its version and writes its event in the same transaction', async () => {
  const em = db.em.fork()
  const id = '0198f000-0000-7000-8000-000000000001'
  await em.execute("insert into workspace (id, name, name_key) values (?, 'a', 'a')", [id])
  await em.execute("update workspace set name = 'b' where id = ?", [id])
  await em.execute("update workspace set name = 'b' where id = ?", [id])
  await em.transactional(async (inner) => { await inner.execute("update workspace set name = 'c' where id = ?", [id]); throw new Error('rolled back') }).catch(() => {})
  await em.execute('delete from workspace where id = ?', [id])
  const events = await em.execute('select kind, object_version, workspace_id = object_id as own from event order by xid, id')
  assert.deepEqual(events, [
    { kind: 'created', object_version: 1, own: true },
    { kind: 'changed', object_version: 2, own: true },
    { kind: 'deleted', object_version: 3, own: true },
  ])
})

test('what belongs to a workspace goes with its row, or is deleted before it', async () => {
  const references = await db.em.fork().execute<{ of: string; goes: boolean }[]>("select conrelid::regclass::text as of, confdeltype = 'c' as goes from pg_constraint where contype = 'f' and confrelid = 'workspace'::regclass")
  // These two have things on hosts: jobs/sagas/workspace-delete.ts has each deleted by a task. Another of their kind needs a step there.
  assert.deepEqual(references.filter(({ goes }) => !goes).map(({ of }) => of).sort(), ['network', 'vm'])
})

test('owners of an older Kloudak hold the permissions that came later, and members keep their order', async () => {
  const name = `older_${Date.now()}`
  const older = url.replace(/[^/]+$/, name)
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name}`)
  try {
    const first = await openDb({ url: older, poolSize: 1 })
    await first.migrator.up({ to: '20261120_1_foundation' })
    const em = first.em.fork()
    const [workspace, ...users] = [1, 2, 3, 4].map((n) => `0198f000-0000-7000-8000-00000000000${n}`)
    const foundation = permissions.filter((code) => !['vm:password', 'workspace:edit', 'workspace:delete'].includes(code))
    await em.execute("insert into workspace (id, name, name_key) values (?, 'a', 'a')", [workspace])
    for (const [n, held] of [foundation, foundation.slice(1), []].entries()) {
      await em.execute("insert into user_account (id, username, username_key, password_hash) values (?, ?, ?, '-')", [users[n], `user-${n}`, `user-${n}`])
      await em.execute("insert into membership (workspace_id, user_id, permissions, created_at) values (?, ?, ?, now() - ? * interval '1 day')", [workspace, users[n], `{${held.join(',')}}`, n])
    }
    await first.close(true)
    await migrate(older)
    const later = await openDb({ url: older, poolSize: 1 })
    const members = await later.em.fork().execute<{ user: string; id: string; permissions: string[]; day: number }[]>('select user_id as user, id, permissions from membership order by id')
    await later.close(true)
    assert.deepEqual(members.map(({ user }) => user), users.toReversed())
    assert.deepEqual(members.map(({ permissions }) => permissions.length), [0, foundation.length - 1, permissions.length])
    assert.deepEqual(new Set(members[2]!.permissions), new Set(permissions))
    assert.ok(members.every(({ id }) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/.test(id)))
  } finally {
    await admin.unsafe(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
})
