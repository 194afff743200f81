// Groups of VMs that belong together or apart: at creation, also at once; when they are joined; and when a VM moves.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAffinityGroup, deleteAffinityGroup, updateAffinityGroup } from '../../server/app/affinity-group.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { updateVm } from '../../server/app/vm-update.ts'
import { keptGroups } from '../../server/db/queries/affinity-read.ts'
import { giveUpMove, promiseElsewhere, settleMove } from '../../server/db/queries/vm-move.ts'
import { newId } from '../../server/model/id.ts'
import type { AffinityPolicy, AffinityStrength } from '../../server/model/placement/request.ts'
import { useTestDb } from '../support/db.ts'
import { brokenInvariants } from '../support/invariants.ts'
import { endings, requestOf } from '../support/verbs.ts'
import { addUser, addWorkspace, makeWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const { db } = await useTestDb()
const em = db.em.fork()
const asked = (world: World, more: object = {}) => ({ workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}`, ...more })
const make = async (world: World, more: object = {}) => (await createVm(requestOf(db, world.owner), asked(world, more))).objectId
const group = async (world: World, policy: AffinityPolicy, strength: AffinityStrength, name = `group-${newId()}`) => (await createAffinityGroup(requestOf(db, world.owner), { workspaceId: world.workspaceId, name, policy, strength })).objectId
const hostsOf = async (ids: readonly string[]) => (await em.execute<{ host_id: string }[]>('select host_id from vm where id = any(?::uuid[]) order by array_position(?::uuid[], id)', [`{${ids.join(',')}}`, `{${ids.join(',')}}`])).map(({ host_id }) => host_id)
const isKept = async (id: string) => (await keptGroups(em, [id])).has(id)

test('VMs of a hard anti-affinity group that are asked for at once get hosts of their own, and no more than there are hosts', async () => {
  const world = await makeWorld(db, { hosts: 6 })
  const apart = await group(world, 'anti-affinity', 'hard')
  const { made, codes } = await endings(Array.from({ length: 30 }, () => make(world, { affinityGroupIds: [apart] })))
  assert.deepEqual([made.length, codes], [6, { NO_CAPACITY: 24 }])
  assert.equal(new Set(await hostsOf(made)).size, 6)
  assert.ok(await isKept(apart))
  await assert.rejects(make(world, { affinityGroupIds: [apart] }), { code: 'NO_CAPACITY', message: /6 are taken by another VM of the group/, remedy: /soft/ })
  assert.deepEqual(await brokenInvariants(em), {})
})

test('VMs of a hard affinity group that are asked for at once share one host, until it is full', async () => {
  const world = await makeWorld(db, { hosts: 4, hostMemoryBytes: 2 ** 30 })
  const together = await group(world, 'affinity', 'hard')
  const { made, codes } = await endings(Array.from({ length: 20 }, () => make(world, { affinityGroupIds: [together] })))
  assert.deepEqual([made.length, codes], [4, { NO_CAPACITY: 16 }], '4 VMs of 256 MiB fill a host of 1 GiB')
  assert.equal(new Set(await hostsOf(made)).size, 1)
  assert.ok(await isKept(together))
})

test('a soft group is kept while it can be, and left when it cannot', async () => {
  const world = await makeWorld(db, { hosts: 3, hostMemoryBytes: 2 ** 30 })
  const [apart, together] = [await group(world, 'anti-affinity', 'soft'), await group(world, 'affinity', 'soft')]
  const first = [await make(world, { affinityGroupIds: [apart] }), await make(world, { affinityGroupIds: [apart] }), await make(world, { affinityGroupIds: [apart] })]
  assert.equal(new Set(await hostsOf(first)).size, 3)
  assert.ok(await isKept(apart))
  await make(world, { affinityGroupIds: [apart] })
  assert.equal(await isKept(apart), false)
  // The fullest host would be the last choice of spread.
  const two = [await make(world, { affinityGroupIds: [together] }), await make(world, { affinityGroupIds: [together] })]
  assert.equal(new Set(await hostsOf(two)).size, 1)
})

test('of two groups that contradict each other the refusal names the first', async () => {
  const world = await makeWorld(db, { hosts: 2 })
  const [together, apart] = [await group(world, 'affinity', 'hard'), await group(world, 'anti-affinity', 'hard')]
  await make(world, { affinityGroupIds: [together, apart] })
  await assert.rejects(make(world, { affinityGroupIds: [together, apart] }), { code: 'NO_CAPACITY', message: /1 is not where the VM's group is, 1 is taken by another VM of the group/ })
})

test('a VM joins by updateVm where it stands right, and leaves', async () => {
  const world = await makeWorld(db, { hosts: 2 })
  const [one, two, three] = [await make(world), await make(world), await make(world)]
  await em.execute("update vm set phase = 'ready' where workspace_id = ?", [world.workspaceId])
  const [apart, together, wish] = [await group(world, 'anti-affinity', 'hard'), await group(world, 'affinity', 'hard'), await group(world, 'anti-affinity', 'soft')]
  const join = (vmId: string, affinityGroupIds: string[]) => updateVm(requestOf(db, world.owner), { vmId, affinityGroupIds })
  const [on1, on2, on3] = await hostsOf([one, two, three])
  assert.deepEqual([on1 === on2, on1 === on3], [false, true], 'spread')
  await join(one, [apart, together, wish])
  await join(two, [apart])
  await assert.rejects(join(three, [apart]), { code: 'CONFLICT', field: 'affinityGroupIds.0', message: /on one host with another/ })
  await assert.rejects(join(two, [apart, together]), { code: 'CONFLICT', field: 'affinityGroupIds.1', message: /not on the host of the group/ })
  await join(three, [together, wish])
  assert.deepEqual([await isKept(apart), await isKept(together), await isKept(wish)], [true, true, false])
  const { taskId } = await join(one, [])
  assert.equal(taskId, null, 'no host has anything to do with it')
  await join(three, [apart])
  const [{ version }] = await em.execute<[{ version: number }]>('select version from affinity_group where id = ?', [apart])
  assert.equal(version, 5, 'each change of its members is one of the group')
})

test('groups are of one workspace, bounded, and named once', async () => {
  const world = await makeWorld(db)
  const strange = await makeWorld(db)
  const other = await group(strange, 'affinity', 'soft')
  await assert.rejects(make(world, { affinityGroupIds: [other] }), { code: 'NOT_FOUND', field: 'affinityGroupIds.0' })
  await assert.rejects(make(world, { affinityGroupIds: [newId()] }), { code: 'NOT_FOUND', field: 'affinityGroupIds.0' })
  await assert.rejects(make(world, { affinityGroupIds: Array.from({ length: 9 }, newId) }), { code: 'INVALID_INPUT', field: 'affinityGroupIds' })
  const named = await group(world, 'affinity', 'soft', 'pair')
  await assert.rejects(group(world, 'affinity', 'soft', 'pair'), { code: 'CONFLICT', field: 'name' })
  await updateAffinityGroup(requestOf(db, world.owner), { groupId: named, name: 'couple' })
  await assert.rejects(updateAffinityGroup(requestOf(db, strange.owner), { groupId: named, name: 'x' }), { code: 'NOT_FOUND', field: 'groupId' })
  const full = await endings(Array.from({ length: 70 }, (_, n) => group(world, 'affinity', 'soft', `many-${n}`)))
  assert.deepEqual([full.made.length, full.codes], [63, { CONFLICT: 7 }])
  await em.execute('insert into affinity_member (group_id, vm_id) select ?, id from vm where workspace_id = ?', [named, strange.workspaceId])
  const vm = await make(world, { affinityGroupIds: [named] })
  await deleteAffinityGroup(requestOf(db, world.owner), { groupId: named })
  assert.equal((await hostsOf([vm])).length, 1)
  const looker = await addUser(em, { [world.workspaceId]: ['vm:add'] })
  await assert.rejects(deleteAffinityGroup(requestOf(db, looker), { groupId: full.made[0]! }), { code: 'FORBIDDEN' })
  await assert.rejects(createAffinityGroup(requestOf(db, looker), { workspaceId: await addWorkspace(em), name: 'a', policy: 'affinity', strength: 'hard' }), { code: 'NOT_FOUND', field: 'workspaceId' })
})

test('a VM that moves goes where its groups let it', async () => {
  const world = await makeWorld(db, { hosts: 4 })
  const apart = await group(world, 'anti-affinity', 'hard')
  const vms = [await make(world, { affinityGroupIds: [apart] }), await make(world, { affinityGroupIds: [apart] }), await make(world, { affinityGroupIds: [apart] })]
  const taken = await hostsOf(vms)
  const free = world.hostIds.find((id) => !taken.includes(id))
  const move = (vmId: string) => em.fork().transactional((em) => promiseElsewhere(em, { vmId }))
  // All three at once want the one host that none of them is on.
  const { made, codes } = await endings(vms.map(move))
  assert.deepEqual([made, codes], [[free], { NO_CAPACITY: 2 }])
  const [mover] = (await em.execute<{ vm_id: string }[]>("select vm_id from reservation where reason = 'move'")).map(({ vm_id }) => vm_id)
  await giveUpMove(em, mover!)
  assert.deepEqual(await brokenInvariants(em), {})
})

test('a hard affinity group moves as one when its host fails, and stays together while it does not', async () => {
  const world = await makeWorld(db, { hosts: 3 })
  const together = await group(world, 'affinity', 'hard')
  const vms = [await make(world, { affinityGroupIds: [together] }), await make(world, { affinityGroupIds: [together] }), await make(world, { affinityGroupIds: [together] })]
  const [home] = await hostsOf(vms)
  const move = (vmId: string) => em.fork().transactional((em) => promiseElsewhere(em, { vmId }))
  await assert.rejects(move(vms[0]!), { code: 'NO_CAPACITY', message: /2 are not where the VM's group is/ })
  await em.execute("update host set state = 'down' where id = ?", [home])
  const to = await Promise.all(vms.map(move))
  assert.equal(new Set(to).size, 1)
  for (const [index, vmId] of vms.entries()) await settleMove(em, { vmId, hostId: to[index]! })
  assert.ok(await isKept(together))
})
