// VMs from an image and an instance type, through the public API.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readVmPlan } from '../../jobs/sagas/vm-plan.ts'
import { decodeId, encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import { made, madeId, mutate, refusal } from '../support/mutate.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const world = await makeWorld(api.db)
const operator = await api.user({ superuser: true })
const member = await api.user({ memberships: { [world.workspaceId]: permissions } })
const workspaceId = encodeId('Workspace', world.workspaceId)
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => api.db.em.fork().execute<Row[]>(query, params)
const [{ imageId: image }] = await rows<{ imageId: string }>('select image_id as "imageId" from image_version where id = ?', [world.imageVersionId]) as [{ imageId: string }]
const imageId = encodeId('Image', image)
const size = { vcpus: 2, memoryBytes: 512 * MiB, diskBytes: 2 * GiB }
const newType = (more: object = {}) => madeId(operator, 'createInstanceType', { name: `type-${newId()}`, ...size, ...more }, 'instanceType')
const createVm = (input: object, client = member) => mutate(client, 'createVm', { workspaceId, name: `vm-${newId()}`, ...input }, 'vm { id vcpus memoryBytes disks { sizeBytes } template { id } instanceType { id } image { id } imageVersion }')

test('a VM takes its size from the instance type and its content from the image', async () => {
  const instanceTypeId = await newType({ description: 'for webs' })
  const { vm } = await createVm({ instanceTypeId, imageId }) as unknown as { vm: { id: string } }
  assert.deepEqual(vm, { id: vm.id, vcpus: 2, memoryBytes: 512 * MiB, disks: [{ sizeBytes: 2 * GiB }], template: null, instanceType: { id: instanceTypeId }, image: { id: imageId }, imageVersion: 1 })
  const larger = await createVm({ instanceTypeId, imageId, vcpus: 3, diskBytes: 3 * GiB }) as unknown as { vm: { vcpus: number; disks: object[] } }
  assert.deepEqual([larger.vm.vcpus, larger.vm.disks], [3, [{ sizeBytes: 3 * GiB }]])
  // What the worker goes by.
  const plan = await readVmPlan(api.db.em.fork(), decodeId('VM', vm.id, 'id'))
  assert.deepEqual([plan!.cloneMode, plan!.disks[0]!.sizeBytes, plan!.domain.vcpus], ['linked', 2 * GiB, 2])
  assert.match(plan!.disks[0]!.backing!.path, new RegExp(world.imageVersionId))
})

test('a VM is made in exactly one way', async () => {
  const instanceTypeId = await newType()
  const templateId = encodeId('Template', world.templateId)
  for (const [input, field] of [[{}, 'templateId'], [{ instanceTypeId }, 'imageId'], [{ imageId }, 'instanceTypeId'], [{ templateId, imageId }, 'templateId'], [{ templateId, instanceTypeId }, 'templateId'], [{ templateId, instanceTypeId, imageId }, 'templateId']] as const) {
    const { code, field: at, remedy } = await createVm(input)
    assert.deepEqual([code, at, remedy], ['INVALID_INPUT', field, 'Give either templateId, or instanceTypeId and imageId.'])
  }
  assert.equal((await createVm({ templateId: imageId })).code, 'INVALID_INPUT')
})

test('the newest content that the area has is taken', async () => {
  const instanceTypeId = await newType()
  const version = newId()
  await rows("insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes) values (?, ?, 2, ?, 'qcow2', 1, ?)", [version, image, 'c'.repeat(64), 4 * GiB])
  const made = async () => (await createVm({ instanceTypeId, imageId }) as unknown as { vm: { imageVersion: number; disks: { sizeBytes: number }[] } }).vm
  // No pool holds the second one yet.
  assert.equal((await made()).imageVersion, 1)
  await rows("insert into image_replica (id, image_version_id, pool_id, volume, state) values (?, ?, ?, 'v2', 'ready')", [newId(), version, world.poolId])
  const second = await made()
  assert.deepEqual([second.imageVersion, second.disks[0]!.sizeBytes], [2, 4 * GiB])
  assert.deepEqual(await createVm({ instanceTypeId, imageId, diskBytes: 3 * GiB }).then(({ code, field, remedy }) => [code, field, remedy]), ['INVALID_INPUT', 'diskBytes', 'Ask for at least 4 GiB.'])
  // An image without any content, and one whose content lies elsewhere.
  const empty = newId()
  await rows("insert into image (id, name, os) values (?, ?, 'none')", [empty, `image-${empty}`])
  assert.deepEqual(await createVm({ instanceTypeId, imageId: encodeId('Image', empty) }).then(({ code, field }) => [code, field]), ['WRONG_STATE', 'imageId'])
  await rows("insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes) values (?, ?, 1, ?, 'qcow2', 1, 1)", [newId(), empty, 'd'.repeat(64)])
  assert.deepEqual(await createVm({ instanceTypeId, imageId: encodeId('Image', empty) }).then(({ code, field }) => [code, field]), ['NO_CAPACITY', 'imageId'])
})

test('what is retired is not offered, what exists goes on, and a change is for new VMs', async () => {
  const instanceTypeId = await newType()
  const { vm } = await createVm({ instanceTypeId, imageId }) as unknown as { vm: { id: string } }
  await made(operator, 'updateInstanceType', { instanceTypeId, vcpus: 4, memoryBytes: GiB }, 'instanceType { id }')
  const { node } = await member.ask<{ node: object }>('query ($id: ID!) { node(id: $id) { ... on VM { vcpus memoryBytes instanceType { vcpus } } } }', { id: vm.id })
  assert.deepEqual(node, { vcpus: 2, memoryBytes: 512 * MiB, instanceType: { vcpus: 4 } })
  await made(operator, 'retireInstanceType', { instanceTypeId }, 'instanceType { retiredAt }')
  assert.equal(refusal(await createVm({ instanceTypeId, imageId })), 'WRONG_STATE instanceTypeId: This instance type is no longer offered.')
  const listed = async (args: string) => (await member.ask<{ instanceTypes: { edges: { node: { id: string } }[] } }>(`{ instanceTypes(first: 100${args}) { edges { node { id } } } }`)).instanceTypes.edges.some(({ node: { id } }) => id === instanceTypeId)
  assert.deepEqual([await listed(''), await listed(', retiredToo: true')], [false, true])
  assert.equal(refusal(await mutate(operator, 'deleteInstanceType', { instanceTypeId })).slice(0, 60), 'CONFLICT instanceTypeId: The instance type is used by the VM')
  await made(operator, 'restoreInstanceType', { instanceTypeId }, 'instanceType { retiredAt }')
  assert.equal((await createVm({ instanceTypeId, imageId })).code, undefined)

  await made(operator, 'retireImage', { imageId }, 'image { retiredAt }')
  assert.equal(refusal(await createVm({ instanceTypeId, imageId })), 'WRONG_STATE imageId: This image is no longer offered.')
  await made(operator, 'restoreImage', { imageId }, 'image { retiredAt }')
})

test('sizes lie in what VMs can have, and names are taken once', async () => {
  const create = (more: object) => mutate(operator, 'createInstanceType', { name: `type-${newId()}`, ...size, ...more })
  for (const [more, field] of [[{ vcpus: 0 }, 'vcpus'], [{ memoryBytes: MiB }, 'memoryBytes'], [{ memoryBytes: 512 * MiB + 1 }, 'memoryBytes'], [{ diskBytes: 1 }, 'diskBytes'], [{ name: 'a\u0007' }, 'name']] as const) {
    assert.deepEqual(await create(more).then(({ code, field: at }) => [code, at]), ['INVALID_INPUT', field])
  }
  const name = `type-${newId()}`
  const answers = await Promise.all(Array.from({ length: 20 }, () => create({ name })))
  assert.equal(answers.filter(({ code }) => code === undefined).length, 1)
  assert.ok(answers.every(({ code, field }) => code === undefined || (code === 'CONFLICT' && field === 'name')))
})
