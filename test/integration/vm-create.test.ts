import assert from 'node:assert/strict'
import { test } from 'node:test'
import { removeOldRows } from '../../jobs/watch/retention.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { newId } from '../../server/model/id.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { useTestDb } from '../support/db.ts'
import { endings, readyNetwork, requestOf } from '../support/verbs.ts'
import { addUser, addWorkspace, makeWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const { db } = await useTestDb()
const em = db.em.fork()
const asked = (world: World, more: object = {}) => ({ workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}`, ...more })
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => em.execute<Row[]>(query, params)

/** All that a create writes, counted: either all of it stands or none. */
async function books({ workspaceId }: World) {
  const [counts] = await rows<Record<string, number>>(`
    select (select count(*) from vm where workspace_id = w.id)::int as vms,
      (select count(*) from disk join vm on vm.id = vm_id where workspace_id = w.id)::int as disks,
      (select count(*) from vm_interface join vm on vm.id = vm_id where workspace_id = w.id)::int as interfaces,
      (select count(*) from address a join vm on vm.id = a.vm_id where workspace_id = w.id)::int as addresses,
      (select count(*) from reservation r join vm on vm.id = r.vm_id where workspace_id = w.id)::int as reservations,
      (select count(*) from task where workspace_id = w.id)::int as tasks,
      (select count(*) from saga join task on task.id = saga.task_id where workspace_id = w.id)::int as sagas,
      (select count(*) from object_lock join saga on saga.id = saga_id join task on task.id = saga.task_id where workspace_id = w.id)::int as locks
    from workspace w where w.id = ?`, [workspaceId])
  return counts!
}
const whole = (n: number, interfaces = 0, addresses = interfaces) => ({ vms: n, disks: n, interfaces, addresses, reservations: 2 * n, tasks: n, sagas: n, locks: n })
/** Addresses that were given although nothing else of the create stands. */
const strays = async () => (await rows('select 1 from address where not exists (select 1 from vm where vm.id = vm_id)')).length

test('a create writes all of its rows, with the facts of the birth and no secret', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world, ['10.1.0.0/24', '2001:db8::/64'])
  const { objectId, taskId } = await createVm(requestOf(db, world.owner), asked(world, { name: 'web', password: 'correct horse', userData: '#!/bin/sh\n# hidden', interfaces: [{ networkId: network }] }))
  assert.deepEqual(await books(world), whole(1, 1, 2))
  const [vm] = await rows<Record<string, unknown>>('select * from vm where id = ?', [objectId])
  assert.deepEqual([vm!.phase, vm!.desired_power, vm!.observed_power, vm!.vcpus, vm!.memory_bytes, vm!.hostname], ['disk', 'running', 'unknown', 1, String(256 * MiB), 'web'])
  assert.deepEqual(vm!.machine, { domainType: 'qemu', emulator: '/usr/bin/qemu-system-x86_64', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64' })
  assert.match(String(vm!.password_hash), /^\$6\$/)
  const [task] = await rows<Record<string, unknown>>('select method, object_id, input::text, steps from task where id = ?', [taskId])
  assert.equal(task!.object_id, objectId)
  assert.doesNotMatch(String(task!.input), /correct horse|hidden/)
  const given = await rows<{ ip: string }>('select host(ip) as ip from address where vm_id = ? order by family(ip)', [objectId])
  assert.deepEqual(given.map(({ ip }) => ip), ['10.1.0.2', '2001:db8::2'])
  const [port] = await rows<{ mac: string; prefix: string }>('select mac::text, mac_prefix as prefix from vm_interface, installation where vm_id = ?', [objectId])
  assert.ok(port!.mac.startsWith(`${port!.prefix}:`))
})

test('200 creates at once in a subnet of 29 addresses: 29 stand whole, no address twice', async () => {
  const world = await makeWorld(db, { hosts: 3 })
  const network = await readyNetwork(db, world, ['10.2.0.0/27'])
  const { made, codes } = await endings(Array.from({ length: 200 }, () => createVm(requestOf(db, world.owner), asked(world, { interfaces: [{ networkId: network }] }))))
  assert.deepEqual([made.length, codes], [29, { NO_CAPACITY: 171 }])
  assert.deepEqual(await books(world), whole(29, 29))
  const given = await rows<{ ip: string }>('select distinct host(ip) as ip from address join subnet on subnet.id = subnet_id where network_id = ?', [network])
  assert.deepEqual(given.map(({ ip }) => Number(ip.split('.')[3])).sort((a, b) => a - b), Array.from({ length: 29 }, (_, index) => index + 2))
  assert.equal(await strays(), 0)
})

test('200 creates at once of one name: one stands', async () => {
  const world = await makeWorld(db)
  const { made, codes } = await endings(Array.from({ length: 200 }, () => createVm(requestOf(db, world.owner), asked(world, { name: 'same' }))))
  assert.deepEqual([made.length, codes], [1, { CONFLICT: 199 }])
  assert.deepEqual(await books(world), whole(1))
})

test('200 creates at once on hosts with room for 24: no host is promised more than it has', async () => {
  // 2 GiB each, none reserved, no overcommit of memory: 8 VMs of 256 MiB a host.
  const world = await makeWorld(db, { hosts: 3, hostMemoryBytes: 2 * GiB })
  const { made, codes } = await endings(Array.from({ length: 200 }, () => createVm(requestOf(db, world.owner), asked(world))))
  assert.deepEqual([made.length, codes], [24, { NO_CAPACITY: 176 }])
  assert.deepEqual(await books(world), whole(24))
  const promised = await rows<{ bytes: string }>('select sum(memory_bytes) as bytes from reservation where host_id = any(?::uuid[]) group by host_id', [`{${world.hostIds.join(',')}}`])
  assert.deepEqual(promised.map(({ bytes }) => Number(bytes)), [2 * GiB, 2 * GiB, 2 * GiB])
})

test('a pool promises no more than its overcommit allows', async () => {
  const world = await makeWorld(db, { poolBytes: 3 * GiB })
  const { made, codes } = await endings(Array.from({ length: 40 }, () => createVm(requestOf(db, world.owner), asked(world))))
  assert.deepEqual([made.length, codes], [12, { NO_CAPACITY: 28 }])
  await assert.rejects(createVm(requestOf(db, world.owner), asked(world)), { code: 'NO_CAPACITY', field: 'diskBytes' })
})

test('a refusal for want of room says what would fit', async () => {
  const world = await makeWorld(db, { hosts: 2, hostMemoryBytes: GiB })
  await assert.rejects(createVm(requestOf(db, world.owner), asked(world, { memoryBytes: 2 * GiB })), { code: 'NO_CAPACITY', message: /2 are short of memory/, remedy: 'A VM with at most 16 vCPUs and 1 GiB would fit.' })
})

test('a request sent twice is done once, even at once, and answers the same', async () => {
  const world = await makeWorld(db)
  const input = asked(world, { password: 'a', idempotencyKey: 'k1' })
  const { made, codes } = await endings(Array.from({ length: 20 }, () => createVm(requestOf(db, world.owner), input)))
  assert.deepEqual(codes, {})
  assert.equal(new Set(made.map((one) => JSON.stringify(one))).size, 1)
  assert.deepEqual(await books(world), whole(1))
  await assert.rejects(createVm(requestOf(db, world.owner), { ...input, password: 'b' }), { code: 'CONFLICT', field: 'idempotencyKey' })
  // Another actor's key is another key.
  const other = await addUser(em, { [world.workspaceId]: ['vm:add'] })
  await createVm(requestOf(db, other), { ...input, name: 'other' })
  // A refused request leaves its key free.
  const refused = asked(world, { name: input.name, idempotencyKey: 'k2' })
  await assert.rejects(createVm(requestOf(db, world.owner), refused), { code: 'CONFLICT', field: 'name' })
  await createVm(requestOf(db, world.owner), { ...refused, name: 'free' })
})

test('a key is kept for a week', async () => {
  const world = await makeWorld(db)
  const create = (name: string) => createVm(requestOf(db, world.owner), asked(world, { name, idempotencyKey: 'weekly' }))
  await create('a')
  const age = async (days: number) => {
    await rows("update idempotency set created_at = now() - make_interval(days => ?) where key = 'weekly'", [days])
    await removeOldRows(db, { keepTasksMs: 86_400_000 })
  }
  await age(6)
  await assert.rejects(create('b'), { code: 'CONFLICT', field: 'idempotencyKey' })
  await age(8)
  await create('b')
})

test('a chosen address is given, and refused when it cannot be', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world, ['10.3.0.0/24', '2001:db8:3::/64'])
  const create = (ip: string) => createVm(requestOf(db, world.owner), asked(world, { interfaces: [{ networkId: network, ip }] }))
  const { objectId } = await create('2001:DB8:3::0010')
  const given = await rows<{ ip: string }>('select host(ip) as ip from address where vm_id = ? order by family(ip)', [objectId])
  assert.deepEqual(given.map(({ ip }) => ip), ['10.3.0.2', '2001:db8:3::10'])
  for (const ip of ['10.3.0.1', '10.3.0.0', '10.3.0.255', '10.4.0.5', 'x']) await assert.rejects(create(ip), { code: 'INVALID_INPUT', field: 'interfaces.0.ip' }, ip)
  const { made, codes } = await endings(Array.from({ length: 20 }, () => create('10.3.0.77')))
  assert.deepEqual([made.length, codes], [1, { CONFLICT: 19 }])
})

test('a released address rests before it is given again', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world, ['10.5.0.0/29'])
  const create = async () => (await rows<{ ip: string }>('select host(ip) as ip from address where vm_id = ?', [(await createVm(requestOf(db, world.owner), asked(world, { interfaces: [{ networkId: network }] }))).objectId]))[0]!.ip
  assert.deepEqual([await create(), await create(), await create()], ['10.5.0.2', '10.5.0.3', '10.5.0.4'])
  await rows("update address set released_at = now() - interval '59 seconds' where host(ip) = '10.5.0.2'")
  await rows("update address set released_at = now() - interval '61 seconds' where host(ip) = '10.5.0.3'")
  assert.deepEqual([await create(), await create(), await create()], ['10.5.0.3', '10.5.0.5', '10.5.0.6'])
  await assert.rejects(create(), { code: 'NO_CAPACITY', field: 'interfaces.0.networkId' })
})

test('hostile names are stored exactly', async () => {
  const world = await makeWorld(db)
  const names = [`<x a="b">&'; drop table vm; --$(reboot)`, '{1,2}', '\\', '%s ? $1 :name', "''", '日本語✓', 'null']
  for (const name of names) await createVm(requestOf(db, world.owner), asked(world, { name, description: `${name}\n\t${name}` }))
  const stored = await rows<{ name: string; description: string }>('select name, description from vm where workspace_id = ? order by id', [world.workspaceId])
  assert.deepEqual(stored, names.map((name) => ({ name, description: `${name}\n\t${name}` })))
})

test('what the input names must be there, be seen, and be usable', async () => {
  const world = await makeWorld(db)
  const other = await makeWorld(db)
  const network = await readyNetwork(db, world)
  const foreign = await readyNetwork(db, other)
  const refuse = (more: object, expected: object, caller = world.owner) => assert.rejects(createVm(requestOf(db, caller), asked(world, more)), expected)
  const missing = { code: 'NOT_FOUND', message: 'There is no such network.', field: 'interfaces.0.networkId' }
  await refuse({ interfaces: [{ networkId: newId() }] }, missing)
  await refuse({ interfaces: [{ networkId: foreign }] }, missing)
  await refuse({ templateId: newId() }, { code: 'NOT_FOUND', field: 'templateId' })
  await refuse({ areaId: newId() }, { code: 'NOT_FOUND', field: 'areaId' })
  await refuse({ areaId: other.areaId, interfaces: [{ networkId: network }] }, { code: 'INVALID_INPUT', field: 'interfaces.0.networkId' })
  await refuse({ diskBytes: 128 * MiB }, { code: 'INVALID_INPUT', field: 'diskBytes' })
  await refuse({ memoryBytes: 256 * MiB + 1 }, { code: 'INVALID_INPUT', field: 'memoryBytes' })
  await refuse({ name: 'a\u202eb' }, { code: 'INVALID_INPUT', field: 'name' })
  await refuse({ sshKeys: ['ssh-ed25519 AAAA'] }, { code: 'INVALID_INPUT', field: 'sshKeys.0' })
  await refuse({ workspaceId: newId() }, { code: 'NOT_FOUND', field: 'workspaceId' }, world.superuser)
  const viewer = await addUser(em, { [world.workspaceId]: ['vm:edit'] })
  const stranger = await addUser(em, { [await addWorkspace(em)]: ['vm:add'] })
  await refuse({}, { code: 'FORBIDDEN' }, viewer)
  await refuse({}, { code: 'NOT_FOUND', field: 'workspaceId' }, stranger)
  await refuse({}, { code: 'UNAUTHENTICATED' }, { ...stranger, actor: undefined })
  await rows("update network set phase = 'deleting' where id = ?", [network])
  await refuse({ interfaces: [{ networkId: network }] }, { code: 'WRONG_STATE', field: 'interfaces.0.networkId' })
  assert.deepEqual(await books(world), whole(0))
})
