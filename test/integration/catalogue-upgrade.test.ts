// An installation of the release before: what it has is known in the new tables, and its servers may still write.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import postgres from 'postgres'
import { openDb, pendingMigrations } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { useTestDb } from '../support/db.ts'

const { url } = await useTestDb()

test('VMs know what they were made from, and addresses whose they were', async () => {
  const name = `old_${randomBytes(6).toString('hex')}`
  const admin = postgres(url, { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name}`)
  const db = await openDb({ url: url.replace(/\/[^/]+$/, `/${name}`), poolSize: 2 })
  try {
    const all = await pendingMigrations(db)
    const older = all.slice(0, all.indexOf('20261121_5_catalogue'))
    assert.ok(older.length > 0)
    await db.migrator.up({ migrations: older })
    const em = db.em.fork()
    const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => em.execute<Row[]>(query, params)
    const books = await writeBooks(em)
    const host = await writeHost(em, books)
    const [network, subnet, pool, replica, newer] = [newId(), newId(), newId(), newId(), newId()]
    await rows("insert into network (id, workspace_id, area_id, name, vlan) values (?, ?, ?, 'net', 7)", [network, books.workspaceId, books.areaId])
    await rows("insert into subnet (id, network_id, cidr, range_first, range_last) values (?, ?, '10.0.0.0/24', '10.0.0.2', '10.0.0.254')", [subnet, network])
    const [{ image_version_id: version, image_id: image }] = await rows<{ image_version_id: string; image_id: string }>('select image_version_id, image_id from template join image_version on image_version.id = image_version_id where template.id = ?', [books.templateId]) as [{ image_version_id: string; image_id: string }]
    await rows("insert into pool (id, area_id, name, path) values (?, ?, 'p', '/p')", [pool, books.areaId])
    await rows("insert into image_replica (id, image_version_id, pool_id, volume) values (?, ?, ?, 'v')", [replica, version, pool])
    const [known, moved] = [await writeVm(em, books, host.id), await writeVm(em, books, host.id)]
    // The template has moved on since the second one was made.
    await rows("insert into disk (id, vm_id, position, pool_id, volume, size_bytes, replica_id) values (?, ?, 0, ?, 'd', 1, ?)", [newId(), moved.id, pool, replica])
    await rows("insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes) values (?, ?, 2, ?, 'raw', 1, 1)", [newer, image, 'f'.repeat(64)])
    await rows("update template set image_version_id = ?, clone_mode = 'full' where id = ?", [newer, books.templateId])
    const gone = newId()
    await rows("insert into address (id, subnet_id, ip, interface_id, vm_id) values (?, ?, '10.0.0.2', ?, ?)", [newId(), subnet, newId(), known.id])
    await rows("insert into address (id, subnet_id, ip, interface_id, vm_id, released_at) values (?, ?, '10.0.0.3', ?, ?, now())", [newId(), subnet, newId(), gone])
    const told = async () => rows('select count(*)::integer as events, (select max(version) from vm) as version from event')
    const before = await told()

    await db.migrator.up()
    assert.deepEqual(await told(), before, 'nothing has changed that people watch')
    assert.deepEqual(await rows('select image_version_id as version, clone_mode as mode from vm where id = any(?::uuid[]) order by id', [`{${known.id},${moved.id}}`]), [{ version: newer, mode: 'full' }, { version, mode: 'full' }])
    const vmName = `vm-${known.id.slice(-12)}`
    const history = async () => rows('select host(ip) as ip, on_network_id = ? as there, for_workspace_id = ? as ours, vm_name as name from address order by ip', [network, books.workspaceId])
    assert.deepEqual(await history(), [{ ip: '10.0.0.2', there: true, ours: true, name: vmName }, { ip: '10.0.0.3', there: true, ours: true, name: null }])

    // What a server of the release before writes.
    const late = await writeVm(em, books, host.id)
    await rows("insert into address (id, subnet_id, ip, interface_id, vm_id) values (?, ?, '10.0.0.4', ?, ?)", [newId(), subnet, newId(), late.id])
    assert.deepEqual(await rows('select image_version_id as version, clone_mode as mode, instance_type_id as type from vm where id = ?', [late.id]), [{ version: newer, mode: 'full', type: null }])
    assert.deepEqual((await history()).at(-1), { ip: '10.0.0.4', there: true, ours: true, name: `vm-${late.id.slice(-12)}` })
    await rows('delete from subnet where id = ?', [subnet])
    assert.equal((await history()).length, 3)
  } finally {
    await db.close(true)
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.end()
  }
})
