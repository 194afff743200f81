import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deleteNetwork } from '../../server/app/network-delete.ts'
import { createNetwork, updateNetwork } from '../../server/app/network.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { endings, readyNetwork, requestOf } from '../support/verbs.ts'
import { addUser, addWorkspace, makeWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const { db } = await useTestDb()
const em = db.em.fork()
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => em.execute<Row[]>(query, params)
const asked = (world: World, more: object = {}) => ({ workspaceId: world.workspaceId, areaId: world.areaId, name: `net-${newId()}`, subnets: [{ cidr: '10.0.0.0/24' }], ...more })
const request = (world: World) => requestOf(db, world.owner)

test('a network gets the lowest free VLAN of its area, its subnets and its task', async () => {
  const world = await makeWorld(db)
  await rows("update area set vlan_ranges = '{[100,102),[200,203)}' where id = ?", [world.areaId])
  const made: string[] = []
  for (let n = 0; n < 5; n++) made.push((await createNetwork(request(world), asked(world, { subnets: [{ cidr: '10.0.0.0/24', dns: ['1.1.1.1'] }, { cidr: '2001:db8::/64' }] }))).objectId)
  const vlans = await rows<{ id: string; vlan: number; phase: string }>('select id, vlan, phase from network where area_id = ? order by id', [world.areaId])
  assert.deepEqual(vlans.map(({ vlan }) => vlan), [100, 101, 200, 201, 202])
  assert.equal(vlans[0]!.phase, 'creating')
  const subnets = await rows<{ cidr: string; gateway: string; dns: string[] }>('select cidr::text, host(gateway) as gateway, array(select host(server) from unnest(dns) as server) as dns from subnet where network_id = ? order by family(cidr)', [made[0]])
  assert.deepEqual(subnets, [{ cidr: '10.0.0.0/24', gateway: '10.0.0.1', dns: ['1.1.1.1'] }, { cidr: '2001:db8::/64', gateway: '2001:db8::1', dns: [] }])
  await assert.rejects(createNetwork(request(world), asked(world)), { code: 'NO_CAPACITY', field: 'areaId' })
  await rows('delete from network where id = ?', [made[2]])
  const { objectId } = await createNetwork(request(world), asked(world))
  assert.deepEqual(await rows('select vlan from network where id = ?', [objectId]), [{ vlan: 200 }])
})

test('100 creates at once with 40 VLANs: 40 networks, no VLAN twice', async () => {
  const world = await makeWorld(db)
  await rows("update area set vlan_ranges = '{[10,50)}' where id = ?", [world.areaId])
  const { made, codes } = await endings(Array.from({ length: 100 }, () => createNetwork(request(world), asked(world))))
  assert.deepEqual([made.length, codes], [40, { NO_CAPACITY: 60 }])
  const [counts] = await rows('select count(distinct vlan)::int as vlans, count(*)::int as networks, (select count(*)::int from subnet join network n on n.id = network_id where n.area_id = ?) as subnets, (select count(*)::int from task where workspace_id = ?) as tasks from network where area_id = ?', [world.areaId, world.workspaceId, world.areaId])
  assert.deepEqual(counts, { vlans: 40, networks: 40, subnets: 40, tasks: 40 })
})

test('equal names at once: one network, and the name may be had again elsewhere', async () => {
  const world = await makeWorld(db)
  const other = await makeWorld(db)
  const { made, codes } = await endings(Array.from({ length: 30 }, () => createNetwork(request(world), asked(world, { name: 'lan' }))))
  assert.deepEqual([made.length, codes], [1, { CONFLICT: 29 }])
  await createNetwork(request(other), asked(other, { name: 'lan' }))
  const { objectId } = await createNetwork(request(world), asked(world))
  await assert.rejects(updateNetwork(request(world), { networkId: objectId, name: 'lan' }), { code: 'CONFLICT', field: 'name' })
  await updateNetwork(request(world), { networkId: objectId, name: 'wan', description: `'; drop table network; --` })
  assert.deepEqual(await rows('select name, description from network where id = ?', [objectId]), [{ name: 'wan', description: `'; drop table network; --` }])
})

test('a network in use is not deleted, and what uses it is named', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world)
  for (let n = 0; n < 7; n++) await createVm(request(world), { workspaceId: world.workspaceId, templateId: world.templateId, name: `vm-${n}`, interfaces: [{ networkId: network }] })
  await assert.rejects(deleteNetwork(request(world), { networkId: network }), { code: 'CONFLICT', message: 'The network is used by vm-0, vm-1, vm-2, vm-3, vm-4 and 2 more.' })
  assert.deepEqual(await rows('select phase from network where id = ?', [network]), [{ phase: 'ready' }])
  await rows('delete from vm where workspace_id = ?', [world.workspaceId])
  await deleteNetwork(request(world), { networkId: network })
  await assert.rejects(deleteNetwork(request(world), { networkId: network }), { code: 'WRONG_STATE' })
})

test('a create and a delete of the network at once: never a VM on a network that goes', async () => {
  const world = await makeWorld(db)
  for (let round = 0; round < 15; round++) {
    const network = await readyNetwork(db, world)
    const [deleted, created] = await Promise.allSettled([
      deleteNetwork(request(world), { networkId: network }),
      createVm(request(world), { workspaceId: world.workspaceId, templateId: world.templateId, name: `vm-${newId()}`, interfaces: [{ networkId: network }] }),
    ])
    assert.notEqual(deleted.status, created.status)
    if (deleted.status === 'rejected') assert.equal((deleted.reason as { code: string }).code, 'CONFLICT')
    if (created.status === 'rejected') assert.equal((created.reason as { code: string }).code, 'WRONG_STATE')
  }
})

test('who may do what to a network', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world)
  const shared = await readyNetwork(db, world, ['10.9.0.0/24'], null)
  const stranger = await addUser(em, { [await addWorkspace(em)]: ['network:add', 'network:edit', 'network:delete'] })
  const viewer = await addUser(em, { [world.workspaceId]: ['vm:edit'] })
  const missing = { code: 'NOT_FOUND', message: 'There is no such network.' }
  for (const networkId of [network, newId()]) {
    await assert.rejects(updateNetwork(requestOf(db, stranger), { networkId, name: 'x' }), missing)
    await assert.rejects(deleteNetwork(requestOf(db, stranger), { networkId }), missing)
  }
  await assert.rejects(createNetwork(requestOf(db, stranger), asked(world)), { code: 'NOT_FOUND', field: 'workspaceId' })
  await assert.rejects(createNetwork(requestOf(db, viewer), asked(world)), { code: 'FORBIDDEN' })
  await assert.rejects(deleteNetwork(requestOf(db, viewer), { networkId: network }), { code: 'FORBIDDEN' })
  await assert.rejects(deleteNetwork(request(world), { networkId: shared }), { code: 'FORBIDDEN' })
  await updateNetwork(requestOf(db, world.superuser), { networkId: shared, description: 'ours' })
  // Everybody may use it.
  const other = await makeWorld(db)
  await rows('update network set area_id = ? where id = ?', [other.areaId, shared])
  await createVm(request(other), { workspaceId: other.workspaceId, templateId: other.templateId, name: 'guest', interfaces: [{ networkId: shared }] })
})

test('wrong input is refused with its field', async () => {
  const world = await makeWorld(db)
  const refuse = (more: object, expected: object) => assert.rejects(createNetwork(request(world), asked(world, more)), expected)
  await refuse({ subnets: [] }, { code: 'INVALID_INPUT', field: 'subnets' })
  await refuse({ subnets: [{ cidr: '10.0.0.0/24' }, { cidr: '10.0.0.128/25' }] }, { code: 'INVALID_INPUT', field: 'subnets.1.cidr' })
  await refuse({ subnets: [{ cidr: '10.0.0.1/24' }] }, { code: 'INVALID_INPUT', field: 'subnets.0.cidr' })
  await refuse({ subnets: [{ cidr: '10.0.0.0/24' }, { cidr: '2001:db8::/64', gateway: '10.0.0.1' }] }, { code: 'INVALID_INPUT', field: 'subnets.1.gateway' })
  await refuse({ areaId: newId() }, { code: 'NOT_FOUND', field: 'areaId' })
  await refuse({ areaId: undefined }, { code: 'INVALID_INPUT', field: 'areaId' })
  await refuse({ name: ' ' }, { code: 'INVALID_INPUT', field: 'name' })
})
