// What operators offer, and to whom, through the public API.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readVmPlan } from '../../jobs/sagas/vm-plan.ts'
import { decodeId, encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { made, madeId, mutate, refusal } from '../support/mutate.ts'
import { at, useServers } from '../support/servers.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi({ limits: { perUser: { burst: 100_000, perSecond: 1_000 }, perAddress: { burst: 100_000, perSecond: 1_000 } } })
const world = await makeWorld(api.db)
const operator = await api.user({ superuser: true })
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => api.db.em.fork().execute<Row[]>(query, params)
const [{ imageId: image }] = await rows<{ imageId: string }>('select image_id as "imageId" from image_version where id = ?', [world.imageVersionId]) as [{ imageId: string }]
const imageId = encodeId('Image', image)
const size = { vcpus: 1, memoryBytes: 256 * MiB, diskBytes: GiB }

async function team() {
  const workspace = await api.workspace()
  return { workspaceId: encodeId('Workspace', workspace), member: await api.user({ memberships: { [workspace]: permissions } }) }
}
type Team = Awaited<ReturnType<typeof team>>
const newTemplate = (more: object = {}) => madeId(operator, 'createTemplate', { name: `template-${newId()}`, os: 'Debian', imageId, ...size, ...more }, 'template')
const newArea = (more: object = {}) => madeId(operator, 'createArea', { name: `area-${newId()}`, ...more }, 'area')
const createVm = ({ member, workspaceId }: Team, input: object) => mutate(member, 'createVm', { workspaceId, name: `vm-${newId()}`, areaId: encodeId('Area', world.areaId), ...input }, 'vm { id }')
const createNetwork = ({ member, workspaceId }: Team, areaId: string, name = `net-${newId()}`) => mutate(member, 'createNetwork', { workspaceId, areaId, name, subnets: [{ cidr: '10.0.0.0/24' }] }, 'network { id vlan }')
const vlanOf = (answer: object) => (answer as { network?: { vlan: number } }).network?.vlan
const areaNow = async (id: string) => (await operator.ask<{ node: Record<string, unknown> }>('query ($id: ID!) { node(id: $id) { ... on Area { name dns reservedVlans { first last } vlanUsage { total used free outside } vcpuOvercommit memoryOvercommit retiredAt version } } }', { id })).node
/** How many of each ending there are. */
const counted = (answers: readonly { code?: string }[]) => Object.fromEntries(Array.from(Map.groupBy(answers, ({ code }) => code ?? 'made'), ([code, all]) => [code, all.length]))
const idsOf = async (client: TestClient, list: string, args = '') => (await client.ask<Record<string, { edges: { node: { id: string } }[] }>>(`{ ${list}(first: 100${args}) { edges { node { id } } } }`))[list]!.edges.map(({ node }) => node.id)

test('VLAN ids come from the ranges less the reserved ones, lowest first, until there are none', async () => {
  const areaId = await newArea({ vlanRanges: [{ first: 10, last: 14 }, { first: 30, last: 31 }], reservedVlans: [{ first: 11, last: 12 }, { first: 31, last: 31 }], dns: ['9.9.9.9'], vcpuOvercommit: 2 })
  const us = await team()
  const given = []
  for (let n = 0; n < 4; n++) given.push(vlanOf(await createNetwork(us, areaId)))
  assert.deepEqual(given, [10, 13, 14, 30])
  assert.deepEqual(await createNetwork(us, areaId).then(({ code, field }) => [code, field]), ['NO_CAPACITY', 'areaId'])
  const area = await areaNow(areaId)
  assert.deepEqual([area.vlanUsage, area.dns, area.vcpuOvercommit, area.reservedVlans], [{ total: 4, used: 4, free: 0, outside: 0 }, ['9.9.9.9'], 2, [{ first: 11, last: 12 }, { first: 31, last: 31 }]])
  // Members see the ranges, not how they stand.
  assert.deepEqual(await us.member.ask('query ($id: ID!) { node(id: $id) { ... on Area { vlanRanges { first last } vlanUsage { used } } } }', { id: areaId }), { node: { vlanRanges: [{ first: 10, last: 14 }, { first: 30, last: 31 }], vlanUsage: null } })
  // Without servers of its own a subnet has those of the area.
  assert.deepEqual(await us.member.ask('query ($id: ID!) { networks(areaId: $id, first: 1) { edges { node { subnets { dns } } } } }', { id: areaId }), { networks: { edges: [{ node: { subnets: [{ dns: ['9.9.9.9'] }] } }] } })
})

test('networks keep VLANs that are taken out of the ranges, and the plan says which; new ones get others', async () => {
  const areaId = await newArea({ vlanRanges: [{ first: 100, last: 199 }] })
  const us = await team()
  for (const name of ['a', 'b', 'c']) await createNetwork(us, areaId, name)
  const change = { areaId, vlanRanges: [{ first: 300, last: 301 }], reservedVlans: [{ first: 300, last: 300 }] }
  const { plan } = await made(operator, 'updateArea', { ...change, dryRun: true }, 'plan { steps losses hash }')
  assert.deepEqual(plan!.steps.at(-1), 'Networks keep VLANs that are not given to new ones: a (100), b (101), c (102).')
  assert.deepEqual((await areaNow(areaId)).vlanUsage, { total: 100, used: 3, free: 97, outside: 0 })
  await made(operator, 'updateArea', { ...change, planHash: plan!.hash }, 'area { id }')
  assert.deepEqual((await areaNow(areaId)).vlanUsage, { total: 1, used: 0, free: 1, outside: 3 })
  assert.equal(vlanOf(await createNetwork(us, areaId)), 301)
  assert.equal((await createNetwork(us, areaId)).code, 'NO_CAPACITY')
})

test('200 networks at once in an area with 40 VLANs, on three servers: 40 stand, no VLAN twice', async () => {
  const areaId = await newArea({ vlanRanges: [{ first: 1_000, last: 1_059 }], reservedVlans: [{ first: 1_010, last: 1_029 }] })
  const teams = [await team(), await team(), await team()]
  const urls = [api.url, ...await useServers(api, 2)]
  const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => createNetwork({ ...teams[n % 3]!, member: at(teams[n % 3]!.member, urls[(n >> 2) % 3]!) }, areaId)))
  const vlans = answers.map(vlanOf).filter((vlan) => vlan !== undefined)
  const wanted = Array.from({ length: 60 }, (_, n) => 1_000 + n).filter((vlan) => vlan < 1_010 || vlan > 1_029)
  assert.deepEqual(vlans.toSorted((a, b) => a - b), wanted)
  assert.deepEqual(counted(answers), { made: 40, NO_CAPACITY: 160 })
  assert.deepEqual(await rows('select count(*)::integer as networks, count(distinct vlan)::integer as vlans from network where area_id = ?', [decodeId('Area', areaId, 'id')]), [{ networks: 40, vlans: 40 }])
})

test('wrong settings of an area are refused with their field', async () => {
  for (const [more, field] of [
    [{ vlanRanges: [] }, 'vlanRanges'], [{ vlanRanges: [{ first: 1, last: 5 }, { first: 9, last: 4095 }] }, 'vlanRanges.1'], [{ reservedVlans: [{ first: 5, last: 4 }] }, 'reservedVlans.0'],
    [{ vcpuOvercommit: 0.5 }, 'vcpuOvercommit'], [{ memoryOvercommit: 101 }, 'memoryOvercommit'], [{ dns: ['x'] }, 'dns.0'], [{ dns: Array(5).fill('1.1.1.1') }, 'dns'], [{ name: '' }, 'name'],
  ] as const) assert.deepEqual(await mutate(operator, 'createArea', { name: `area-${newId()}`, ...more }).then(({ code, field: where }) => [code, where]), ['INVALID_INPUT', field])
  const [one, other] = [await newArea({ name: 'one' }), await newArea()]
  assert.equal(refusal(await mutate(operator, 'updateArea', { areaId: other, name: 'one' })), 'CONFLICT name: An area of this name exists.')
  await made(operator, 'updateArea', { areaId: one, name: 'one', reservedVlans: [] }, 'area { id }')
  assert.deepEqual((await areaNow(one)).reservedVlans, [])
})

test('a retired area takes nothing new, and one with something in it stays', async () => {
  const areaId = encodeId('Area', world.areaId)
  const us = await team()
  const templateId = encodeId('Template', world.templateId)
  await createVm(us, { templateId })
  const { code, message, remedy } = await mutate(operator, 'deleteArea', { areaId })
  assert.equal(code, 'CONFLICT')
  assert.match(message!, /^The area is used by the host host-\S+, the pool pool, the VM vm-\S+\.$/)
  assert.match(remedy!, /retire the area/)
  await made(operator, 'retireArea', { areaId }, 'area { retiredAt }')
  const retired = 'This area takes nothing new any more.'
  assert.equal(refusal(await createVm(us, { templateId })), `WRONG_STATE areaId: ${retired}`)
  assert.equal(refusal(await createNetwork(us, areaId)), `WRONG_STATE areaId: ${retired}`)
  assert.equal(refusal(await mutate(operator, 'createPublicNetwork', { areaId, name: 'p', subnets: [{ cidr: '192.0.2.0/24' }] })), `WRONG_STATE areaId: ${retired}`)
  assert.equal((await idsOf(us.member, 'areas')).includes(areaId), false)
  await made(operator, 'restoreArea', { areaId }, 'area { retiredAt }')
  assert.equal((await createVm(us, { templateId })).code, undefined)
  const empty = await newArea()
  await made(operator, 'deleteArea', { areaId: empty }, 'deletedId')
  assert.equal(refusal(await mutate(operator, 'deleteArea', { areaId: empty })), 'NOT_FOUND areaId: There is no such area.')
})

test('a template for one team is not there for another: not in lists, counts, by id, in creates or in errors', async () => {
  const [ours, theirs] = [await team(), await team()]
  const templateId = await newTemplate({ workspaceIds: [ours.workspaceId] })
  const typeId = await madeId(operator, 'createInstanceType', { name: `type-${newId()}`, ...size, workspaceIds: [ours.workspaceId] }, 'instanceType')
  const both = await api.user({ memberships: Object.fromEntries([ours, theirs].map(({ workspaceId }) => [decodeId('Workspace', workspaceId, 'id'), permissions])) })
  for (const [list, id] of [['templates', templateId], ['instanceTypes', typeId]] as const) {
    assert.deepEqual([await idsOf(ours.member, list), await idsOf(theirs.member, list), await idsOf(operator, list)].map((ids) => ids.includes(id)), [true, false, true], list)
    const totals = async (client: TestClient) => (await client.ask<Record<string, { totalCount: number }>>(`{ ${list} { totalCount } }`))[list]!.totalCount
    assert.equal(await totals(ours.member), await totals(theirs.member) + 1)
    // Who is in both sees it, and is told where it can be used.
    assert.deepEqual([await idsOf(both, list, `, workspaceId: "${ours.workspaceId}"`), await idsOf(both, list, `, workspaceId: "${theirs.workspaceId}"`)].map((ids) => ids.includes(id)), [true, false])
    const node = async (client: TestClient, wanted: string) => client.send('query ($id: ID!) { node(id: $id) { id ... on Template { workspaces { id } } } nodes(ids: [$id]) { id } }', { id: wanted })
    const absent = encodeId(list === 'templates' ? 'Template' : 'InstanceType', newId())
    assert.deepEqual((await node(theirs.member, id)).data, (await node(theirs.member, absent)).data)
    assert.ok((await node(ours.member, id)).data)
  }
  const missing = refusal(await createVm(theirs, { templateId: encodeId('Template', newId()) }))
  assert.equal(missing, 'NOT_FOUND templateId: There is no such template.')
  assert.equal(refusal(await createVm(theirs, { templateId })), missing)
  assert.equal(refusal(await createVm({ ...theirs, member: both }, { templateId })), missing)
  assert.equal(refusal(await createVm(theirs, { instanceTypeId: typeId, imageId })), refusal(await createVm(theirs, { instanceTypeId: encodeId('InstanceType', newId()), imageId })))
  const { vm } = await createVm(ours, { templateId }) as unknown as { vm: { id: string } }
  // Who else may use it is for superusers.
  const seen = 'query ($id: ID!) { node(id: $id) { ... on Template { isPublic workspaces { id } } } }'
  assert.deepEqual(await ours.member.ask(seen, { id: templateId }), { node: { isPublic: false, workspaces: null } })
  assert.deepEqual(await operator.ask(seen, { id: templateId }), { node: { isPublic: false, workspaces: [{ id: ours.workspaceId }] } })
  // Hidden from its own VM's team later, the VM goes on without telling of it.
  await made(operator, 'updateTemplate', { templateId, workspaceIds: [theirs.workspaceId] }, 'template { id }')
  assert.deepEqual(await ours.member.ask('query ($id: ID!) { node(id: $id) { ... on VM { template { id } image { id } } } }', { id: vm.id }), { node: { template: null, image: { id: imageId } } })
  assert.equal((await createVm(theirs, { templateId })).code, undefined)
  await made(operator, 'updateTemplate', { templateId, isPublic: true }, 'template { id }')
  assert.deepEqual(await operator.ask(seen, { id: templateId }), { node: { isPublic: true, workspaces: [] } })
  assert.equal((await createVm(ours, { templateId })).code, undefined)
})

test('an image for one team hides behind a template for all', async () => {
  const [ours, theirs] = [await team(), await team()]
  const typeId = await madeId(operator, 'createInstanceType', { name: `type-${newId()}`, ...size }, 'instanceType')
  const templateId = await newTemplate()
  await made(operator, 'updateImage', { imageId, workspaceIds: [ours.workspaceId] }, 'image { id }')
  assert.deepEqual([(await idsOf(ours.member, 'images')).includes(imageId), (await idsOf(theirs.member, 'images')).includes(imageId)], [true, false])
  assert.equal(refusal(await createVm(theirs, { instanceTypeId: typeId, imageId })), 'NOT_FOUND imageId: There is no such image.')
  const { vm } = await createVm(theirs, { templateId }) as unknown as { vm: { id: string } }
  assert.deepEqual(await theirs.member.ask('query ($vm: ID!, $template: ID!) { vm: node(id: $vm) { ... on VM { image { id } } } template: node(id: $template) { ... on Template { image { id } } } }', { vm: vm.id, template: templateId }), { vm: { image: null }, template: { image: null } })
  await made(operator, 'updateImage', { imageId, isPublic: true }, 'image { id }')
})

test('a template that changes changes no VM, and one that is used stays', async () => {
  const us = await team()
  const templateId = await newTemplate()
  const names = ['v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7']
  const ids = []
  for (const name of names) ids.push(((await createVm(us, { templateId, name })) as unknown as { vm: { id: string } }).vm.id)
  const before = await readVmPlan(api.db.em.fork(), decodeId('VM', ids[0]!, 'id'))
  const other = newId()
  await rows("insert into image_version (id, image_id, number, sha256, format, size_bytes, virtual_size_bytes) values (?, ?, 7, ?, 'qcow2', 1, 1)", [other, image, 'e'.repeat(64)])
  await made(operator, 'updateTemplate', { templateId, name: `new-${templateId.slice(-20)}`, vcpus: 8, memoryBytes: GiB, diskBytes: 3 * GiB, imageId, imageVersion: 7, cloneMode: 'FULL', guestInterface: 'enp1s0', description: 'changed' }, 'template { id }')
  assert.deepEqual(await readVmPlan(api.db.em.fork(), decodeId('VM', ids[0]!, 'id')), before)
  assert.deepEqual(await us.member.ask('query ($id: ID!) { node(id: $id) { ... on VM { vcpus imageVersion template { vcpus imageVersion cloneMode guestInterface } } } }', { id: ids[0] }), { node: { vcpus: 1, imageVersion: 1, template: { vcpus: 8, imageVersion: 7, cloneMode: 'FULL', guestInterface: 'enp1s0' } } })
  assert.equal(refusal(await mutate(operator, 'deleteTemplate', { templateId })), 'CONFLICT templateId: The template is used by the VMs v1, v2, v3, v4, v5 and 2 more.')
  await made(operator, 'retireTemplate', { templateId }, 'template { retiredAt }')
  assert.equal(refusal(await createVm(us, { templateId })), 'WRONG_STATE templateId: This template is no longer offered.')
  await rows('delete from address'); await rows('delete from vm where template_id = ?', [decodeId('Template', templateId, 'id')])
  const { plan } = await made(operator, 'deleteTemplate', { templateId, dryRun: true }, 'deletedId plan { losses }') as unknown as { plan: { losses: string[] } }
  assert.match(plan.losses[0]!, /^The template new-\S+ is gone\.$/)
  assert.equal((await made(operator, 'deleteTemplate', { templateId }, 'deletedId')).deletedId, templateId)
  assert.equal(refusal(await mutate(operator, 'updateTemplate', { templateId, vcpus: 1 })), 'NOT_FOUND templateId: There is no such template.')
})

test('wrong templates are refused with their field', async () => {
  const create = (more: object) => mutate(operator, 'createTemplate', { name: `template-${newId()}`, os: 'Debian', imageId, ...size, ...more })
  for (const [more, code, field] of [
    [{ vcpus: 0 }, 'INVALID_INPUT', 'vcpus'], [{ memoryBytes: 1 }, 'INVALID_INPUT', 'memoryBytes'], [{ diskBytes: 20 * MiB, imageVersion: 1 }, 'INVALID_INPUT', 'diskBytes'], [{ guestInterface: 'eth0; reboot' }, 'INVALID_INPUT', 'guestInterface'],
    [{ os: '\u202e' }, 'INVALID_INPUT', 'os'], [{ description: '\u0007' }, 'INVALID_INPUT', 'description'], [{ imageId: encodeId('Image', newId()) }, 'NOT_FOUND', 'imageId'], [{ imageVersion: 99 }, 'NOT_FOUND', 'imageVersion'],
    [{ workspaceIds: [encodeId('Workspace', newId())] }, 'NOT_FOUND', 'workspaceIds.0'], [{ isPublic: true, workspaceIds: [] }, 'INVALID_INPUT', 'workspaceIds'],
  ] as const) assert.deepEqual(await create(more).then((answer) => [answer.code, answer.field]), [code, field], JSON.stringify(more))
  const templateId = await newTemplate({ imageVersion: 1, diskBytes: GiB })
  assert.deepEqual(await mutate(operator, 'updateTemplate', { templateId, diskBytes: 20 * MiB }).then(({ code, field }) => [code, field]), ['INVALID_INPUT', 'diskBytes'])
  assert.deepEqual(await mutate(operator, 'updateTemplate', { templateId, imageVersion: 1 }).then(({ code, field }) => [code, field]), ['INVALID_INPUT', 'imageVersion'])
  // Exact, whatever it says.
  const name = `<x a="b">&'; drop table template; --$(reboot)`
  await newTemplate({ name })
  assert.equal((await operator.ask<{ templates: { totalCount: number } }>('query ($name: String) { templates(name: $name) { totalCount } }', { name })).templates.totalCount, 1)
})
