import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createNetwork } from '../../server/app/network.ts'
import { deleteVm } from '../../server/app/vm-delete.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { quotasOf } from '../../server/db/queries/quota.ts'
import { newId } from '../../server/model/id.ts'
import type { QuotaAmounts } from '../../server/model/quota.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { useTestDb } from '../support/db.ts'
import { limitTo } from '../support/quotas.ts'
import { endings, readyNetwork, requestOf } from '../support/verbs.ts'
import { makeWorld } from '../support/world.ts'
import type { World } from '../support/world.ts'

const { db } = await useTestDb()
const em = db.em.fork()
const ask = (world: World, more: object = {}) => createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}`, ...more })
const askNetwork = (world: World) => createNetwork(requestOf(db, world.owner), { workspaceId: world.workspaceId, areaId: world.areaId, name: `net-${newId()}`, subnets: [{ cidr: '10.0.0.0/24' }] })
const used = async ({ workspaceId }: World) => Object.fromEntries((await quotasOf(em, [workspaceId])).get(workspaceId)!.map(({ resource, used }) => [resource, used]))
const nothing = { vms: 0, vcpus: 0, memoryBytes: 0, diskBytes: 0, networks: 0, routers: 0, addresses: 0, snapshots: 0 }

test('what is used is what has rows, until it is really gone', async () => {
  const [world, other] = [await makeWorld(db), await makeWorld(db)]
  assert.deepEqual(await used(world), nothing)
  const network = await readyNetwork(db, world, ['10.0.0.0/24', '2001:db8::/64'])
  const shared = await readyNetwork(db, world, ['10.9.0.0/24'], null)
  const { objectId } = await ask(world, { interfaces: [{ networkId: network }, { networkId: shared }], vcpus: 2, memoryBytes: GiB, diskBytes: 2 * GiB })
  const all = { ...nothing, vms: 1, vcpus: 2, memoryBytes: GiB, diskBytes: 2 * GiB, networks: 1, addresses: 3 }
  assert.deepEqual(await used(world), all)
  for (const phase of ['failed', 'ready']) {
    await em.execute('update vm set phase = ? where id = ?', [phase, objectId])
    assert.deepEqual(await used(world), all)
  }
  await deleteVm(requestOf(db, world.owner), { vmId: objectId })
  assert.deepEqual(await used(world), all)
  // As the task of the deletion does it in the end.
  await em.execute('update address set released_at = now() where vm_id = ?', [objectId])
  await em.execute('delete from vm where id = ?', [objectId])
  assert.deepEqual(await used(world), { ...nothing, networks: 1 })
  assert.deepEqual(await used(other), nothing)
})

test('each quota refuses what would go beyond it, says the numbers, and names the field', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world, ['10.0.0.0/24', '2001:db8::/64'])
  await ask(world, { interfaces: [{ networkId: network }], vcpus: 2, memoryBytes: GiB, diskBytes: 2 * GiB })
  const refusals: [QuotaAmounts, object][] = [
    [{ vms: 1 }, { quota: 'vms', used: 1, asked: 1, limit: 1, field: 'workspaceId', message: 'The workspace\'s quota of VMs is 1: 1 used, 1 more asked for.' }],
    [{ vcpus: 5 }, { quota: 'vcpus', used: 2, asked: 4, limit: 5, field: 'vcpus' }],
    [{ memoryBytes: 2 * GiB }, { quota: 'memoryBytes', used: GiB, asked: GiB + MiB, limit: 2 * GiB, field: 'memoryBytes' }],
    [{ diskBytes: 3 * GiB }, { quota: 'diskBytes', used: 2 * GiB, asked: 3 * GiB, limit: 3 * GiB, field: 'diskBytes' }],
    [{ addresses: 3 }, { quota: 'addresses', used: 2, asked: 2, limit: 3, field: 'interfaces' }],
  ]
  for (const [limits, refusal] of refusals) {
    await em.execute('delete from quota')
    await limitTo(em, world.workspaceId, limits)
    await assert.rejects(ask(world, { interfaces: [{ networkId: network }], vcpus: 4, memoryBytes: GiB + MiB, diskBytes: 3 * GiB }), { code: 'QUOTA_EXCEEDED', ...refusal })
  }
  await limitTo(em, world.workspaceId, { networks: 1 })
  await assert.rejects(askNetwork(world), { code: 'QUOTA_EXCEEDED', quota: 'networks', used: 1, asked: 1, limit: 1, field: 'workspaceId' })
  assert.equal((await used(world)).vms, 1)
})

test('a limit below the usage takes nothing away, and lets nothing in that asks for it', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world)
  for (let n = 0; n < 3; n++) await ask(world)
  await limitTo(em, world.workspaceId, { addresses: 0, vms: 4 })
  await ask(world)
  assert.equal((await used(world)).vms, 4)
  await limitTo(em, world.workspaceId, { vms: 2 })
  await assert.rejects(ask(world), { quota: 'vms', used: 4, limit: 2 })
  await limitTo(em, world.workspaceId, { vms: 9 })
  await assert.rejects(ask(world, { interfaces: [{ networkId: network }] }), { quota: 'addresses', used: 0, limit: 0 })
})

test('requests at once never go beyond a quota, whichever it is, and fill it', async () => {
  for (const limits of [{ vms: 7 }, { vcpus: 15 }, { memoryBytes: 7 * 256 * MiB }, { diskBytes: 7.5 * GiB }, { addresses: 7 }, { vms: 9, addresses: 7, memoryBytes: GiB * 2 }]) {
    const world = await makeWorld(db, { hosts: 3 })
    const network = await readyNetwork(db, world)
    await limitTo(em, world.workspaceId, limits)
    const { made, codes } = await endings(Array.from({ length: 40 }, () => ask(world, { vcpus: 2, interfaces: [{ networkId: network }] })))
    assert.deepEqual([made.length, codes], [7, { QUOTA_EXCEEDED: 33 }], JSON.stringify(limits))
    assert.deepEqual(await used(world), { ...nothing, vms: 7, vcpus: 14, memoryBytes: 7 * 256 * MiB, diskBytes: 7 * GiB, networks: 1, addresses: 7 })
  }
  const world = await makeWorld(db)
  await limitTo(em, world.workspaceId, { networks: 5 })
  const { made, codes } = await endings(Array.from({ length: 40 }, () => askNetwork(world)))
  assert.deepEqual([made.length, codes], [5, { QUOTA_EXCEEDED: 35 }])
})

test('a plan shows each quota before and after, rests on it, and takes nothing of it', async () => {
  const world = await makeWorld(db)
  const network = await readyNetwork(db, world)
  await limitTo(em, world.workspaceId, { vms: 2, addresses: 5 })
  const plannedBy = async (verb: (request: ReturnType<typeof requestOf>) => Promise<unknown>) => {
    const request = requestOf(db, world.owner)
    await verb(request)
    return request.note.plan!
  }
  const input = { workspaceId: world.workspaceId, templateId: world.templateId, name: 'web', interfaces: [{ networkId: network }] }
  const plan = await plannedBy((request) => createVm(request, { ...input, dryRun: true }))
  assert.deepEqual(plan.quotas, [
    { resource: 'vms', limit: 2, before: 0, after: 1 }, { resource: 'vcpus', limit: null, before: 0, after: 1 }, { resource: 'memoryBytes', limit: null, before: 0, after: 256 * MiB },
    { resource: 'diskBytes', limit: null, before: 0, after: GiB }, { resource: 'addresses', limit: 5, before: 0, after: 1 },
  ])
  assert.equal((await used(world)).vms, 0)
  await limitTo(em, world.workspaceId, { vms: 3 })
  await assert.rejects(createVm(requestOf(db, world.owner), { ...input, planHash: plan.hash }), { code: 'PLAN_CHANGED' })
  const { hash } = await plannedBy((request) => createVm(request, { ...input, dryRun: true }))
  const { objectId } = await createVm(requestOf(db, world.owner), { ...input, planHash: hash })
  const deletion = await plannedBy((request) => deleteVm(request, { vmId: objectId, dryRun: true }))
  assert.deepEqual(deletion.quotas.map(({ resource, before, after }) => [resource, before, after]), [['vms', 1, 0], ['vcpus', 1, 0], ['memoryBytes', 256 * MiB, 0], ['diskBytes', GiB, 0], ['addresses', 1, 0]])
  const { quotas } = await plannedBy((request) => createNetwork(request, { workspaceId: world.workspaceId, areaId: world.areaId, name: 'lan', subnets: [{ cidr: '10.0.0.0/24' }], dryRun: true }))
  assert.deepEqual(quotas, [{ resource: 'networks', limit: null, before: 1, after: 2 }])
  await limitTo(em, world.workspaceId, { vms: 1 })
  await assert.rejects(createVm(requestOf(db, world.owner), { ...input, name: 'two', dryRun: true }), { code: 'QUOTA_EXCEEDED', used: 1 })
})
