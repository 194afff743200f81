// Subnets, reserved ranges, and who has which address, through the public API.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeId, encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { made, madeId, mutate, refusal } from '../support/mutate.ts'
import type { Answered } from '../support/mutate.ts'
import { at, useServers } from '../support/servers.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi({ limits: { perUser: { burst: 100_000, perSecond: 1_000 }, perAddress: { burst: 100_000, perSecond: 1_000 } } })
const world = await makeWorld(api.db, { hosts: 4 })
const operator = await api.user({ superuser: true })
const areaId = encodeId('Area', world.areaId)
const templateId = encodeId('Template', world.templateId)
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => api.db.em.fork().execute<Row[]>(query, params)

async function team() {
  const workspace = await api.workspace()
  return { workspace, workspaceId: encodeId('Workspace', workspace), member: await api.user({ memberships: { [workspace]: permissions } }) }
}
type Team = Awaited<ReturnType<typeof team>>

/** Nobody prepares it on hosts here, so it is made ready by hand. */
const ready = (id: string) => rows("update network set phase = 'ready' where id = ?", [decodeId('Network', id, 'id')])
async function newNetwork({ member, workspaceId }: Team, subnets: object[]): Promise<string> {
  const id = await madeId(member, 'createNetwork', { workspaceId, areaId, name: `net-${newId()}`, subnets }, 'network')
  await ready(id)
  return id
}
const interfaceFields = 'interfaces { id addresses { ip } }'
const createVm = ({ member, workspaceId }: Team, networkId: string, ip?: string, name = `vm-${newId()}`) => mutate(member, 'createVm', { workspaceId, areaId, templateId, name, interfaces: [{ networkId, ip }] }, `vm { id name ${interfaceFields} }`)
interface MadeVm { id: string; name: string; interfaces: { id: string; addresses: { ip: string }[] }[] }
const vmOf = (answer: Answered) => answer.vm as MadeVm
const ipsOf = (answer: Answered): string[] => { if (answer.code !== undefined) throw new Error(`${answer.code}: ${answer.message}`); return vmOf(answer).interfaces[0]!.addresses.map(({ ip }) => ip) }
interface SubnetNow { id: string; cidr: string; dns: string[]; reserved: { first: string; last: string; reason: string }[]; usage: Record<'total' | 'used' | 'resting' | 'reserved' | 'free', string> | null }
const subnetsOf = async (client: TestClient, id: string) => (await client.ask<{ network: { version: number; subnets: SubnetNow[] } }>('query ($id: ID!) { network(id: $id) { version subnets { id cidr dns reserved { first last reason } usage { total used resting reserved free } } } }', { id })).network
/** Total, used, resting, reserved, free. */
const usageOf = async (client: TestClient, id: string): Promise<number[]> => Object.values((await subnetsOf(client, id)).subnets[0]!.usage!).map(Number)
interface Interval { ip: string; vmName: string; releasedAt: string | null; vm: { id: string } | null; workspace: { id: string } | null }
const intervals = async (client: TestClient, networkId: string, args = '') => (await client.ask<{ addresses: { totalCount: number; edges: { node: Interval & { heldFrom: string } }[] } }>(
  `query ($networkId: ID!) { addresses(networkId: $networkId, first: 100${args}) { totalCount edges { node { ip vmName heldFrom releasedAt vm { id } workspace { id } } } } }`, { networkId })).addresses.edges.map(({ node }) => node)

/** As the last step of a VM's deletion does it. */
async function vmGone(id: string): Promise<void> {
  const vm = decodeId('VM', id, 'id')
  await rows('update address set released_at = now() where vm_id = ? and released_at is null', [vm])
  await rows('delete from vm where id = ?', [vm])
}

test('240 creates at once, by three teams on three servers, for 25 public addresses: 25 VMs stand, no address twice', async () => {
  const teams = [await team(), await team(), await team()]
  const networkId = await madeId(operator, 'createPublicNetwork', {
    areaId, name: 'crowded', vlan: 77, subnets: [{ cidr: '198.51.100.0/27', reserved: [{ first: '198.51.100.4', last: '198.51.100.6' }, { first: '198.51.100.30', last: '198.51.100.31' }] }],
  }, 'network')
  await ready(networkId)
  const urls = [api.url, ...await useServers(api, 2)]
  const answers = await Promise.all(Array.from({ length: 240 }, (_, n) => createVm({ ...teams[n % 3]!, member: at(teams[n % 3]!.member, urls[Math.floor(n / 3) % 3]!) }, networkId)))
  const codes = Object.fromEntries(Array.from(Map.groupBy(answers, ({ code }) => code ?? 'made'), ([code, all]) => [code, all.length]))
  assert.deepEqual(codes, { made: 25, NO_CAPACITY: 215 })
  const last = (ip: string) => Number(ip.split('.')[3])
  const given = answers.filter(({ code }) => code === undefined).flatMap(ipsOf).map(last).toSorted((a, b) => a - b)
  // Neither network, gateway, broadcast nor a reserved one.
  assert.deepEqual(given, Array.from({ length: 32 }, (_, n) => n).filter((n) => n >= 2 && n <= 29 && (n < 4 || n > 6)))
  assert.deepEqual(await usageOf(operator, networkId), [29, 25, 0, 4, 0])
  // What was refused left nothing.
  assert.deepEqual(await rows('select (select count(*)::integer from vm where workspace_id = any(?::uuid[])) as vms, (select count(*)::integer from address where on_network_id = ?) as addresses', [`{${teams.map(({ workspace }) => workspace).join()}}`, decodeId('Network', networkId, 'id')]), [{ vms: 25, addresses: 25 }])
})

test('reserved ranges are never handed out, and who asks for one is told why', async () => {
  const us = await team()
  const networkId = await newNetwork(us, [{ cidr: '10.0.0.0/28', gateway: '10.0.0.5', reserved: [{ first: '10.0.0.1', last: '10.0.0.3', reason: 'printers' }, { first: '10.0.0.6', last: '10.0.0.13' }] }])
  assert.deepEqual((await subnetsOf(us.member, networkId)).subnets[0]!.reserved, [{ first: '10.0.0.1', last: '10.0.0.3', reason: 'printers' }, { first: '10.0.0.6', last: '10.0.0.13', reason: '' }])
  assert.deepEqual(await usageOf(us.member, networkId), [13, 0, 0, 11, 2])
  assert.equal(refusal(await createVm(us, networkId, '10.0.0.2')), 'INVALID_INPUT interfaces.0.ip: 10.0.0.2 lies in the reserved range from 10.0.0.1 to 10.0.0.3 (printers).')
  assert.equal(refusal(await createVm(us, networkId, '10.0.0.13')), 'INVALID_INPUT interfaces.0.ip: 10.0.0.13 lies in the reserved range from 10.0.0.6 to 10.0.0.13.')
  assert.equal(refusal(await createVm(us, networkId, '10.0.0.5')), 'INVALID_INPUT interfaces.0.ip: 10.0.0.5 is the gateway of this subnet.')
  assert.deepEqual([ipsOf(await createVm(us, networkId)), ipsOf(await createVm(us, networkId))], [['10.0.0.4'], ['10.0.0.14']])
  assert.equal((await createVm(us, networkId)).code, 'NO_CAPACITY')
  assert.deepEqual(await usageOf(us.member, networkId), [13, 2, 0, 11, 0])
})

test('a range that is reserved later leaves VMs their addresses, and the plan names them', async () => {
  const us = await team()
  const networkId = await newNetwork(us, [{ cidr: '10.0.0.0/29', dns: ['1.1.1.1'] }])
  const first = vmOf(await createVm(us, networkId, undefined, 'early'))
  const { subnets: [subnet], version } = await subnetsOf(us.member, networkId)
  const change = { subnetId: subnet!.id, reserved: [{ first: '10.0.0.0', last: '10.0.0.4', reason: 'ours' }], dns: ['9.9.9.9', '2620:fe::fe'] }
  const { plan } = await made(us.member, 'updateSubnet', { ...change, dryRun: true }, 'plan { steps }')
  assert.equal(plan!.steps.at(-1), 'VMs keep addresses that are reserved now: early.')
  assert.deepEqual(await subnetsOf(us.member, networkId), { version, subnets: [subnet] })
  await made(us.member, 'updateSubnet', change, 'subnet { cidr }')
  const after = await subnetsOf(us.member, networkId)
  assert.ok(after.version > version)
  assert.deepEqual(after.subnets[0]!.dns, ['9.9.9.9', '2620:fe::fe'])
  assert.deepEqual(await usageOf(us.member, networkId), [5, 1, 0, 2, 2])
  assert.deepEqual(ipsOf(await createVm(us, networkId)), ['10.0.0.5'])
  await vmGone(first.id)
  // Resting, then kept: given to nobody.
  assert.deepEqual(await usageOf(us.member, networkId), [5, 1, 1, 2, 1])
  await rows("update address set released_at = now() - interval '61 seconds' where vm_id = ?", [decodeId('VM', first.id, 'id')])
  assert.deepEqual(await usageOf(us.member, networkId), [5, 1, 0, 3, 1])
  assert.deepEqual(ipsOf(await createVm(us, networkId)), ['10.0.0.6'])
  assert.equal((await createVm(us, networkId)).code, 'NO_CAPACITY')
  await made(us.member, 'updateSubnet', { subnetId: subnet!.id, reserved: [] }, 'subnet { cidr }')
  assert.deepEqual(ipsOf(await createVm(us, networkId)), ['10.0.0.2'])
})

test('a whole subnet is added in one go; when the older ones are full it takes over', async () => {
  const us = await team()
  const networkId = await newNetwork(us, [{ cidr: '10.0.0.0/30' }])
  assert.deepEqual(ipsOf(await createVm(us, networkId)), ['10.0.0.2'])
  assert.equal((await createVm(us, networkId)).code, 'NO_CAPACITY')
  const add = (subnet: object, client = us.member) => mutate(client, 'addSubnet', { networkId, subnet }, 'network { subnets { cidr } }')
  assert.equal(refusal(await add({ cidr: '10.0.0.0/24' })), 'CONFLICT subnet.cidr: The subnet overlaps 10.0.0.0/30 of this network.')
  assert.deepEqual((await add({ cidr: '10.0.1.0/29' })).network, { subnets: [{ cidr: '10.0.0.0/30' }, { cidr: '10.0.1.0/29' }] })
  assert.deepEqual(ipsOf(await createVm(us, networkId)), ['10.0.1.2'])
  assert.deepEqual(ipsOf(await createVm(us, networkId, '10.0.1.6')), ['10.0.1.6'])
  assert.equal(refusal(await createVm(us, networkId, '10.0.2.6')), 'INVALID_INPUT interfaces.0.ip: The network has no subnet with this address, only 10.0.0.0/30, 10.0.1.0/29.')
  // Another family: from now on guests get both.
  assert.equal((await add({ cidr: '2001:db8:7::/64', gateway: '2001:db8:7::1', reserved: [{ first: '2001:db8:7::', last: '2001:db8:7::ffff' }] })).code, undefined)
  assert.deepEqual(ipsOf(await createVm(us, networkId)), ['10.0.1.3', '2001:db8:7::1:0'])
  assert.deepEqual(ipsOf(await createVm(us, networkId, '2001:DB8:7::A:0')), ['10.0.1.4', '2001:db8:7::a:0'])
  const v6 = (await subnetsOf(us.member, networkId)).subnets[2]!
  assert.deepEqual(v6.usage, { total: String(2n ** 64n - 2n), used: '2', resting: '0', reserved: '65534', free: String(2n ** 64n - 2n - 65_536n) })
  // The subnet-router anycast address is reserved here and refused anyhow.
  assert.equal((await createVm(us, networkId, '2001:db8:7::')).code, 'INVALID_INPUT')
  const stranger = await team()
  assert.equal(refusal(await add({ cidr: '10.5.0.0/24' }, stranger.member)), 'NOT_FOUND networkId: There is no such network.')
})

test('a subnet goes when nothing uses it, and who had its addresses stays known', async () => {
  const us = await team()
  const networkId = await newNetwork(us, [{ cidr: '10.0.0.0/24' }, { cidr: '10.1.0.0/24' }])
  const { id } = vmOf(await createVm(us, networkId, '10.1.0.9', 'former'))
  const subnetId = (await subnetsOf(us.member, networkId)).subnets[1]!.id
  assert.equal(refusal(await mutate(us.member, 'removeSubnet', { subnetId })), 'CONFLICT subnetId: The subnet is used by former.')
  const stranger = await team()
  const missing = 'NOT_FOUND subnetId: There is no such subnet.'
  for (const [verb, more] of [['removeSubnet', {}], ['updateSubnet', { dns: [] }]] as const) {
    for (const wanted of [subnetId, encodeId('Subnet', newId())]) assert.equal(refusal(await mutate(stranger.member, verb, { subnetId: wanted, ...more })), missing)
  }
  await vmGone(id)
  await made(us.member, 'removeSubnet', { subnetId }, 'deletedId')
  assert.deepEqual((await subnetsOf(us.member, networkId)).subnets.map(({ cidr }) => cidr), ['10.0.0.0/24'])
  const [was] = await intervals(us.member, networkId, ', ip: "10.1.0.9", history: true')
  assert.deepEqual([was!.vmName, was!.vm, was!.workspace], ['former', null, { id: us.workspaceId }])
  assert.equal(refusal(await mutate(us.member, 'removeSubnet', { subnetId })), missing)
})

test('one network\'s subnets and public ones of an area lie apart; networks that are isolated may overlap', async () => {
  const [us, them] = [await team(), await team()]
  const create = (subnets: object[]) => mutate(us.member, 'createNetwork', { workspaceId: us.workspaceId, areaId, name: `net-${newId()}`, subnets })
  assert.equal(refusal(await create([{ cidr: '10.0.0.0/16' }, { cidr: '10.0.9.0/24' }])), 'INVALID_INPUT subnets.1.cidr: The subnet overlaps 10.0.0.0/16 of the same network.')
  await newNetwork(us, [{ cidr: '10.20.0.0/16' }])
  await newNetwork(us, [{ cidr: '10.20.0.0/16' }])
  await newNetwork(them, [{ cidr: '10.20.0.0/16' }])
  const open = (name: string, vlan: number | undefined, cidr: string, area = areaId) => mutate(operator, 'createPublicNetwork', { areaId: area, name, vlan, subnets: [{ cidr }] }, 'network { id vlan kind workspace { id } } task { method }')
  assert.deepEqual(await open('dmz', undefined, '203.0.113.0/25').then(({ network, task }) => [network, task]).then(([network, task]) => [{ ...network as object, id: '' }, task]), [{ id: '', vlan: null, kind: 'PUBLIC', workspace: null }, { method: 'createPublicNetwork' }])
  assert.equal(refusal(await open('other', undefined, '203.0.113.128/25')), 'CONFLICT vlan: The public network dmz of the area is without a tag already.')
  assert.equal(refusal(await open('dmz', 5, '203.0.113.128/25')), 'CONFLICT name: There is a public network of this name.')
  assert.equal(refusal(await open('other', 5, '203.0.113.64/26')), 'CONFLICT subnets.0.cidr: The subnet overlaps 203.0.113.0/25 of the public network dmz.')
  assert.equal((await open('other', 5, '203.0.113.128/25')).code, undefined)
  assert.equal(refusal(await open('third', 5, '192.0.2.0/25')), 'CONFLICT vlan: The public network other of the area has this VLAN.')
  assert.equal((await open('third', 4095, '192.0.2.0/25')).field, 'vlan')
  // Elsewhere the same is another thing.
  const elsewhere = await madeId(operator, 'createArea', { name: `area-${newId()}` }, 'area')
  assert.equal((await open('far', undefined, '203.0.113.0/25', elsewhere)).code, undefined)
  const [{ id: dmz }] = await rows<{ id: string }>("select id from network where name = 'dmz'") as [{ id: string }]
  const addTo = (client: TestClient, cidr: string) => mutate(client, 'addSubnet', { networkId: encodeId('Network', dmz), subnet: { cidr } })
  assert.equal(refusal(await addTo(operator, '203.0.113.192/26')), 'CONFLICT subnet.cidr: The subnet overlaps 203.0.113.128/25 of the public network other.')
  assert.equal((await addTo(us.member, '192.0.2.128/25')).code, 'FORBIDDEN')
  assert.equal((await addTo(operator, '192.0.2.128/25')).code, undefined)
})

test('on a public network each team sees its own addresses, a superuser all, and nobody learns who had one but them', async () => {
  const [us, them] = [await team(), await team()]
  const networkId = await madeId(operator, 'createPublicNetwork', { areaId, name: `public-${newId()}`, vlan: 200, subnets: [{ cidr: '192.0.2.0/28' }] }, 'network')
  await ready(networkId)
  const ours = vmOf(await createVm(us, networkId, undefined, 'ours'))
  await createVm(them, networkId, undefined, 'secret-of-theirs')
  const names = async (client: TestClient, args = '') => (await intervals(client, networkId, args)).map(({ ip, vmName }) => `${ip} ${vmName}`)
  assert.deepEqual(await names(operator), ['192.0.2.2 ours', '192.0.2.3 secret-of-theirs'])
  assert.deepEqual(await names(us.member), ['192.0.2.2 ours'])
  assert.deepEqual(await names(us.member, ', ip: "192.0.2.3"'), [])
  assert.deepEqual((await us.member.ask<{ addresses: { totalCount: number } }>('query ($id: ID!) { addresses(networkId: $id, history: true) { totalCount } }', { id: networkId })).addresses.totalCount, 1)
  // How full it is would tell of the others.
  assert.deepEqual([(await subnetsOf(us.member, networkId)).subnets[0]!.usage, (await subnetsOf(operator, networkId)).subnets[0]!.usage?.used], [null, '2'])
  // The address changes hands: each sees its own time with it.
  const [{ now: before }] = await rows<{ now: Date }>('select clock_timestamp() as now') as [{ now: Date }]
  await vmGone(ours.id)
  await rows("update address set held_from = held_from - interval '1 hour', released_at = now() - interval '30 minutes' where vm_id = ?", [decodeId('VM', ours.id, 'id')])
  assert.deepEqual(ipsOf(await createVm(them, networkId, undefined, 'next-of-theirs')), ['192.0.2.2'])
  assert.deepEqual(await names(operator, ', ip: "192.0.2.2", history: true'), ['192.0.2.2 ours', '192.0.2.2 next-of-theirs'])
  const then = new Date(new Date(before).getTime() - 2_700_000).toISOString()
  assert.deepEqual(await names(operator, `, ip: "192.0.2.2", at: "${then}"`), ['192.0.2.2 ours'])
  assert.deepEqual(await names(us.member, `, at: "${then}"`), ['192.0.2.2 ours'])
  assert.deepEqual(await names(us.member), [])
  assert.deepEqual(await names(them.member, ', history: true'), ['192.0.2.3 secret-of-theirs', '192.0.2.2 next-of-theirs'])
  assert.deepEqual(await names(them.member, `, at: "${then}"`), [])
  // A network that one does not see is as empty as one that is not there.
  const hidden = await newNetwork(us, [{ cidr: '10.0.0.0/24' }])
  await createVm(us, hidden)
  assert.deepEqual(await intervals(them.member, hidden, ', history: true'), await intervals(them.member, encodeId('Network', newId()), ', history: true'))
  assert.equal((await intervals(us.member, hidden)).length, 1)
})

test('the name in the history is the last that the VM had', async () => {
  const us = await team()
  const networkId = await newNetwork(us, [{ cidr: '10.0.0.0/24' }])
  const { id } = vmOf(await createVm(us, networkId, undefined, 'young'))
  await rows("update vm set name = 'renamed' where id = ?", [decodeId('VM', id, 'id')])
  assert.deepEqual((await intervals(us.member, networkId)).map(({ vmName, vm }) => [vmName, vm]), [['renamed', { id }]])
  await vmGone(id)
  assert.deepEqual((await intervals(us.member, networkId, ', history: true')).map(({ vmName, vm, releasedAt }) => [vmName, vm, releasedAt !== null]), [['renamed', null, true]])
})

test('wrong subnets and ranges are refused with their field', async () => {
  const us = await team()
  const create = (subnet: object) => mutate(us.member, 'createNetwork', { workspaceId: us.workspaceId, areaId, name: `net-${newId()}`, subnets: [{ cidr: '10.0.0.0/24', ...subnet }] })
  for (const [subnet, field] of [
    [{ cidr: '10.0.0.1/24' }, 'cidr'], [{ cidr: '127.0.0.0/24' }, 'cidr'], [{ gateway: '10.0.0.255' }, 'gateway'], [{ rangeFirst: '10.0.0.0' }, 'rangeFirst'], [{ rangeLast: '10.0.0.255' }, 'rangeLast'], [{ rangeFirst: '10.0.0.9', rangeLast: '10.0.0.8' }, 'rangeLast'],
    [{ reserved: [{ first: '10.0.1.1', last: '10.0.1.1' }] }, 'reserved.0.first'], [{ reserved: [{ first: '10.0.0.1', last: '10.0.1.1' }] }, 'reserved.0.last'], [{ reserved: [{ first: '10.0.0.9', last: '10.0.0.8' }] }, 'reserved.0.last'],
    [{ reserved: [{ first: '10.0.0.1', last: '10.0.0.5' }, { first: '10.0.0.5', last: '10.0.0.6' }] }, 'reserved.1'], [{ reserved: [{ first: '10.0.0.1', last: '::1' }] }, 'reserved.0.last'], [{ reserved: [{ first: '10.0.0.1', last: '10.0.0.1', reason: '\u202e' }] }, 'reserved.0.reason'],
    [{ reserved: Array.from({ length: 65 }, (_, n) => ({ first: `10.0.0.${n}`, last: `10.0.0.${n}` })) }, 'reserved'],
  ] as const) assert.deepEqual(await create(subnet).then(({ code, field: where }) => [code, where]), ['INVALID_INPUT', `subnets.0.${field}`], JSON.stringify(subnet))
  assert.equal((await us.member.send('query ($id: ID!) { addresses(networkId: $id, ip: "x") { totalCount } }', { id: encodeId('Network', newId()) })).errors?.[0]?.extensions.field, 'ip')
})

test('an address rests also when its subnet is removed and added again', async () => {
  const us = await team()
  const networkId = await newNetwork(us, [{ cidr: '10.0.9.0/28' }])
  const first = vmOf(await createVm(us, networkId))
  const ip = first.interfaces[0]!.addresses[0]!.ip
  await vmGone(first.id)
  await made(us.member, 'removeSubnet', { subnetId: (await subnetsOf(us.member, networkId)).subnets[0]!.id }, '__typename')
  await made(us.member, 'addSubnet', { networkId, subnet: { cidr: '10.0.9.0/28' } }, '__typename')
  assert.equal(refusal(await createVm(us, networkId, ip)), `CONFLICT interfaces.0.ip: ${ip} is taken, or was released less than a minute ago.`)
  assert.notDeepEqual(ipsOf(await createVm(us, networkId)), [ip])
  await rows("update address set released_at = released_at - interval '2 minutes' where subnet_id is null and on_network_id = ?", [decodeId('Network', networkId, 'id')])
  assert.deepEqual(ipsOf(await createVm(us, networkId)), [ip])
})
