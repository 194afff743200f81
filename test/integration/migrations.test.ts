import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pendingMigrations } from '../../server/db/orm.ts'
import { useTestDb } from '../support/db.ts'

const { db } = await useTestDb()

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
