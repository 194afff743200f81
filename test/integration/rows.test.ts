import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ImageVersion, Template } from '../../server/db/entities/catalogue.ts'
import { Area, Host, Pool } from '../../server/db/entities/infrastructure.ts'
import { Network, Subnet } from '../../server/db/entities/network.ts'
import { Disk, Vm, VmInterface } from '../../server/db/entities/vm.ts'
import { Task } from '../../server/db/entities/work.ts'
import { kyselyOf, rowsOf } from '../../server/db/kysely.ts'
import { useTestDb } from '../support/db.ts'
import { makeManyVms } from '../support/many-vms.ts'

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
    const query = () => kyselyOf(em).selectFrom(table as 'vm').selectAll().orderBy('id')
    const slow = await query().execute()
    assert.ok(slow.length > 0, table)
    assert.deepEqual(await rowsOf(em, entity as typeof Vm, query()), slow, table)
  }
})
