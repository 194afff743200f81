import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImageVersion, Template } from '../../server/db/entities/catalogue.ts'
import { Area, Host, Pool } from '../../server/db/entities/infrastructure.ts'
import { Network, Subnet } from '../../server/db/entities/network.ts'
import { Disk, Vm, VmInterface } from '../../server/db/entities/vm.ts'
import { Task } from '../../server/db/entities/work.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../../server/db/kysely.ts'
import { vmPage, vmsByIds } from '../../server/db/queries/vm.ts'
import { useTestDb } from '../support/db.ts'
import { makeManyVms } from '../support/many-vms.ts'

const firstFive = { after: undefined, before: undefined, limit: 5, backward: false }
const { db } = await useTestDb()
await makeManyVms(db, 5)

test('rows read fast are the rows that the query itself gives', async () => {
  const em = db.em.fork()
  await em.execute("update host set ssh_key_sealed = '\\x00ff', observed_at = now(), state_reason = 'x'")
  await em.execute(`update task set error = '{"code":"INTERNAL"}', progress = 0.5, started_at = now()`)
  await em.execute(`update vm set ssh_keys = '{"a b","c,\\"d"}', observed_at = now()`)
  await em.execute("update subnet set dns = '{1.1.1.1,2606:4700::1111}'")
  const tables = { area: Area, host: Host, pool: Pool, image_version: ImageVersion, template: Template, network: Network, subnet: Subnet, vm: Vm, disk: Disk, vm_interface: VmInterface, task: Task } as const
  for (const [table, entity] of Object.entries(tables)) {
    const query = () => kyselyOf(em).selectFrom(table as 'vm')
    // Without columns that no entity has any more: they are kept for the release before.
    const properties = new Set<string>(em.getMetadata().get(entity as never).props.map(({ name }) => name))
    const slow = (await query().selectAll().orderBy('id').execute()).map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => properties.has(name))) as typeof row)
    assert.ok(slow.length > 0, table)
    assert.deepEqual(await rowsOf(em, entity as typeof Vm, query().orderBy('id')), slow, table)
    const ids = slow.map(({ id }) => id)
    // So often that it has a name: PostgreSQL has the statement already.
    for (let time = 0; time < 25; time++) assert.deepEqual(await rowsByIds(em, entity as typeof Vm, `${table} in a test`, { by: 'id', ids, orderBy: 'id' }), slow, table)
    assert.deepEqual(await rowsByIds(em, entity as typeof Vm, `${table} in a test`, { by: 'id', ids: [] }), [], table)
  }
})

test('what a reader has no use for stays in the database', async () => {
  const em = db.em.fork()
  await em.execute("update vm set password_hash = 'hidden'")
  const [vm] = await rowsOf(em, Vm, kyselyOf(em).selectFrom('vm').limit(1), { without: ['passwordHash', 'machine'] })
  assert.ok(vm?.id)
  assert.deepEqual(['passwordHash', 'machine'].filter((name) => name in vm), [])
  assert.ok(!JSON.stringify(await vmsByIds(em, [vm.id])).includes('hidden'))
})

test('a prepared statement outlives a column that a migration adds', async () => {
  const em = db.em.fork()
  await em.begin()
  const read = async () => (await vmPage(em, 'all', {}, firstFive)).length + (await vmsByIds(em, (await vmPage(em, 'all', {}, firstFive)).map(({ id }) => id))).length
  for (let time = 0; time < 30; time++) assert.equal(await read(), 10)
  await em.execute('alter table vm add column added integer')
  assert.equal(await read(), 10)
  await em.rollback()
})
