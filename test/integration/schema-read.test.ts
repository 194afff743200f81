import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphql } from 'graphql'
import { pino } from 'pino'
import type { Caller } from '../../server/auth/actor.ts'
import { Address, Network, Subnet } from '../../server/db/entities/network.ts'
import { Disk, Vm, VmInterface } from '../../server/db/entities/vm.ts'
import { Task } from '../../server/db/entities/work.ts'
import { newId } from '../../server/model/id.ts'
import { macFrom } from '../../server/model/network.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { makeContext } from '../../schema/context.ts'
import { encodeId } from '../../schema/global-id.ts'
import { schema } from '../../schema/index.ts'
import { useTestDb } from '../support/db.ts'
import { countStatements } from '../support/statements.ts'
import { addUser, addWorkspace, makeWorld } from '../support/world.ts'

const { db } = await useTestDb()
const world = await makeWorld(db, { hosts: 3 })
const em = db.em.fork()
const stranger = await addUser(em, { [await addWorkspace(em)]: ['vm:edit'] })
const viewer = await addUser(em, { [world.workspaceId]: [] })
const network = newId()
await em.insert(Network, { id: network, workspace: world.workspaceId, area: world.areaId, name: 'net', vlan: 7, phase: 'ready' })
await em.insert(Subnet, { id: network, network, cidr: '10.0.0.0/16', gateway: '10.0.0.1', dns: ['10.0.0.1'], rangeFirst: '10.0.0.1', rangeLast: '10.0.255.254' })
const machine = { domainType: 'qemu' as const, emulator: 'q', architecture: 'x86_64', machineType: 'm', cpuModel: 'c' }
const vms = Array.from({ length: 130 }, (_, n) => ({ id: newId(), n, interfaceId: newId() }))
await em.insertMany(Vm, vms.map(({ id, n }) => ({ id, workspace: world.workspaceId, area: world.areaId, template: world.templateId, host: world.hostIds[n % 3]!, name: `vm_${n}`, hostname: `vm-${n}`, domainUuid: newId(), phase: 'ready' as const, observedPower: n % 2 ? 'running' as const : 'stopped' as const, vcpus: 1, memoryBytes: 256 * MiB, machine, sshKeys: [], createdBy: world.owner.actor!.id })))
await em.insertMany(Disk, vms.map(({ id }) => ({ id: newId(), vm: id, position: 0, pool: world.poolId, volume: id, sizeBytes: 3 * GiB })))
await em.insertMany(VmInterface, vms.map(({ id, n, interfaceId }) => ({ id: interfaceId, vm: id, position: 0, network, mac: macFrom('52:54:00', Uint8Array.of(0, 0, n)) })))
await em.insertMany(Address, vms.map(({ id, n, interfaceId }) => ({ id: newId(), subnet: network, ip: `10.0.1.${n}`, interfaceId, vmId: id })))
await em.insertMany(Task, [...vms, ...vms].map(({ id, n }) => ({ id: newId(), workspace: world.workspaceId, user: world.owner.actor!.id, method: 'createVm', objectType: 'vm', objectId: id, objectName: `vm_${n}`, state: 'done' as const })))

interface Answer { data?: Record<string, never> | null; errors?: readonly { message: string; extensions?: { code?: string } }[] }
async function ask(caller: Partial<Caller>, source: string, variableValues: Record<string, unknown> = {}): Promise<Answer> {
  const contextValue = makeContext({ actor: caller.actor, requestId: 'r', clientAddress: '::1', db, sender: undefined as never, auth: undefined as never, hub: undefined as never, statsSettings: undefined as never, statsFeed: undefined as never, refreshCookie: undefined, log: pino({ level: 'silent' }) as never })
  return JSON.parse(JSON.stringify(await graphql({ schema, source, variableValues, contextValue }))) as Answer
}
/** Reads `a.b.0.c` of an answer. */
const at = (answer: Answer, path: string): unknown => path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer.data)

const page = `query ($first: Int, $after: String) { vms(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
  id number name status phase observedPower memoryBytes version
  can { start { allowed reason } stop { allowed reason } }
  host { name state } area { name } template { name } workspace { name }
  disks { sizeBytes pool { name } } interfaces { mac network { name vlan } addresses { ip prefixLength gateway heldFrom } } lastTask { id state username } } } } }`

test('a page of 100 VMs with all that stands around them costs a bounded number of statements', async () => {
  for (const [caller, most] of [[world.superuser, 13], [world.owner, 11]] as const) {
    const { value: answer, statements } = await countStatements(() => ask(caller, page, { first: 100 }))
    assert.equal(answer.errors, undefined)
    assert.equal((at(answer, 'vms.edges') as unknown[]).length, 100)
    assert.equal(at(answer, 'vms.totalCount'), 130)
    assert.equal(at(answer, 'vms.edges.3.node.interfaces.0.addresses.0.ip'), '10.0.1.3')
    assert.equal(at(answer, 'vms.edges.3.node.interfaces.0.addresses.0.prefixLength'), 16)
    assert.equal(at(answer, 'vms.edges.3.node.interfaces.0.addresses.0.gateway'), '10.0.0.1')
    assert.ok(Math.abs(Date.parse(at(answer, 'vms.edges.3.node.interfaces.0.addresses.0.heldFrom') as string) - Date.now()) < 600_000)
    assert.equal(at(answer, 'vms.edges.3.node.disks.0.sizeBytes'), 3 * GiB)
    assert.equal(at(answer, 'vms.edges.3.node.lastTask.username'), world.owner.actor!.username)
    assert.deepEqual(at(answer, 'vms.edges.3.node.can'), { start: { allowed: false, reason: 'The VM is already running.' }, stop: { allowed: true, reason: null } })
    assert.equal(statements, most)
  }
})

test('pages join without gap or repeat, forward and backward', async () => {
  const seen: string[] = []
  for (let after: string | null = null, more = true; more;) {
    const answer = await ask(viewer, page, { first: 49, after })
    seen.push(...(at(answer, 'vms.edges') as { node: { name: string } }[]).map(({ node }) => node.name))
    more = at(answer, 'vms.pageInfo.hasNextPage') as boolean
    after = at(answer, 'vms.pageInfo.endCursor') as string
  }
  assert.deepEqual(seen, vms.map(({ n }) => `vm_${n}`))
  const back = await ask(viewer, '{ vms(last: 2) { edges { node { name } } pageInfo { hasPreviousPage } } }')
  assert.deepEqual(at(back, 'vms.edges'), [{ node: { name: 'vm_128' } }, { node: { name: 'vm_129' } }])
  const tasks = await ask(viewer, '{ tasks(first: 2) { totalCount edges { node { objectName vm { name } } } } }')
  assert.deepEqual(at(tasks, 'tasks.edges'), [{ node: { objectName: 'vm_129', vm: { name: 'vm_129' } } }, { node: { objectName: 'vm_128', vm: { name: 'vm_128' } } }])
  assert.equal(at(tasks, 'tasks.totalCount'), 260)
})

test('filters take their text literally and their states by meaning', async () => {
  const count = async (args: string) => at(await ask(viewer, `{ vms(${args}) { totalCount } }`), 'vms.totalCount')
  assert.equal(await count('name: "VM_12"'), 11)
  assert.equal(await count('name: "%"'), 0)
  assert.equal(await count(`name: "'; drop table vm; --"`), 0)
  assert.equal(await count('statuses: [UP]'), 65)
  assert.equal(await count('statuses: []'), 0)
  assert.equal(await count(`networkId: "${encodeId('Network', network)}"`), 130)
  assert.equal(await count(`workspaceId: "${encodeId('Workspace', newId())}"`), 0)
  const onHost = `{ vms(hostId: "${encodeId('Host', world.hostIds[0]!)}") { totalCount edges { node { name } } } }`
  assert.equal(at(await ask(world.superuser, onHost), 'vms.totalCount'), 44)
  assert.deepEqual(at(await ask(viewer, onHost), 'vms'), { totalCount: 0, edges: [] }, 'tenants do not learn which VMs are together')
})

test('a stranger cannot tell what is hidden from what is not there', async () => {
  const ids = [encodeId('VM', vms[0]!.id), encodeId('Network', network), encodeId('Workspace', world.workspaceId), encodeId('Host', world.hostIds[0]!), encodeId('Pool', world.poolId)]
  const absent = ids.map((id) => encodeId(Buffer.from(id, 'base64url').toString().split(':')[0]!, newId()))
  const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
  const [hidden, nothing] = [await ask(stranger, nodes, { ids }), await ask(stranger, nodes, { ids: absent })]
  assert.deepEqual(hidden, nothing)
  assert.deepEqual(hidden.data, { nodes: [null, null, null, null, null] })
  for (const list of ['vms', 'networks', 'tasks']) assert.deepEqual(at(await ask(stranger, `{ ${list} { totalCount edges { cursor } } }`), list), { totalCount: 0, edges: [] })
  const seen = await ask(viewer, nodes, { ids })
  assert.deepEqual(at(seen, 'nodes'), [...ids.slice(0, 3).map((id) => ({ id })), null, null])
  assert.deepEqual(at(await ask(world.superuser, nodes, { ids }), 'nodes'), ids.map((id) => ({ id })))
})

test('hosts and pools are for superusers, and nobody reads without signing in', async () => {
  for (const list of ['hosts', 'pools']) {
    assert.equal((await ask(viewer, `{ ${list} { totalCount } }`)).errors?.[0]?.message, 'This is for superusers.')
    assert.equal((await ask(world.superuser, `{ ${list} { totalCount } }`)).errors, undefined)
  }
  assert.equal(at(await ask(viewer, page, { first: 1 }), 'vms.edges.0.node.host'), null)
  for (const list of ['vms', 'networks', 'tasks', 'areas', 'templates', 'images', 'hosts', 'pools', 'workspaces']) {
    assert.equal((await ask({}, `{ ${list} { totalCount } }`)).errors?.[0]?.message, 'Sign in first.', list)
  }
})
