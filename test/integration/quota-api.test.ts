// Quotas as clients set, see, follow and meet them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { followUsage as usageFollower } from '../../server/app/quota-follow.ts'
import type { UsageChange } from '../../server/app/quota-follow.ts'
import { permissions } from '../../server/model/permissions.ts'
import { GiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { countStatements } from '../support/statements.ts'
import { settledCursor } from '../support/settled-cursor.ts'
import { until } from '../support/until.ts'
import { readyNetwork } from '../support/verbs.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const em = api.db.em.fork()
const world = await makeWorld(api.db)
const operator = await api.user({ superuser: true })

interface Quota { resource: string; limit: number | null; used: number }
interface Refusal { code?: string; field?: string; message?: string; quota?: string; used?: number; asked?: number; limit?: number }

async function team() {
  const owner = await api.user()
  const workspace = await api.workspace([{ user: owner, permissions }])
  return { owner, workspace, workspaceId: encodeId('Workspace', workspace) }
}
const setQuota = async (client: TestClient, input: object) => (await client.send<{ setWorkspaceQuota: Refusal }>('mutation ($input: SetWorkspaceQuotaInput!) { setWorkspaceQuota(input: $input) { __typename ... on UserError { code field } } }', { input }))
const createVm = async (client: TestClient, workspaceId: string, more: object = {}) => (await client.ask<{ createVm: Refusal & { vm?: { id: string } } }>(
  'mutation ($input: CreateVmInput!) { createVm(input: $input) { ... on CreateVmPayload { vm { id } } ... on UserError { code field message } ... on QuotaExceededError { quota used asked limit } } }',
  { input: { workspaceId, templateId: encodeId('Template', world.templateId), areaId: encodeId('Area', world.areaId), name: `vm-${Math.random()}`, ...more } })).createVm
const quotasOf = async (client: TestClient, id: string) => (await client.ask<{ node: { quotas: Quota[] } | null }>('query ($id: ID!) { node(id: $id) { ... on Workspace { quotas { resource limit used } } } }', { id })).node?.quotas
const only = (quotas: Quota[] | undefined, resource: string) => { const { limit, used } = quotas!.find((quota) => quota.resource === resource)!; return [limit, used] }
const resources = ['VMS', 'VCPUS', 'MEMORY_BYTES', 'DISK_BYTES', 'NETWORKS', 'ROUTERS', 'ADDRESSES', 'SNAPSHOTS']

const cursorOf = (client: TestClient) => settledCursor(api.db, async () => (await client.ask<{ eventCursor: string }>('{ eventCursor }')).eventCursor)

test('a superuser sets limits, members see them, and a create beyond them is refused with its numbers', async () => {
  const { owner, workspaceId } = await team()
  assert.deepEqual(await quotasOf(owner, workspaceId), resources.map((resource) => ({ resource, limit: null, used: 0 })))
  await setQuota(operator, { workspaceId, limits: [{ resource: 'VMS', limit: 1 }, { resource: 'MEMORY_BYTES', limit: 2 ** 52 }, { resource: 'ROUTERS', limit: 3 }] })
  assert.ok((await createVm(owner, workspaceId)).vm)
  assert.deepEqual(await createVm(owner, workspaceId), { code: 'QUOTA_EXCEEDED', field: 'workspaceId', message: 'The workspace\'s quota of VMs is 1: 1 used, 1 more asked for.', quota: 'VMS', used: 1, asked: 1, limit: 1 })
  const quotas = await quotasOf(owner, workspaceId)
  assert.deepEqual([only(quotas, 'VMS'), only(quotas, 'MEMORY_BYTES'), only(quotas, 'DISK_BYTES'), only(quotas, 'ROUTERS')], [[1, 1], [2 ** 52, 256 * 1024 ** 2], [null, GiB], [3, 0]])
  // What is not named stays; null ends a limit; below the usage takes nothing away.
  await setQuota(operator, { workspaceId, limits: [{ resource: 'VMS', limit: 0 }, { resource: 'MEMORY_BYTES', limit: null }] })
  const after = await quotasOf(owner, workspaceId)
  assert.deepEqual([only(after, 'VMS'), only(after, 'MEMORY_BYTES'), only(after, 'ROUTERS')], [[0, 1], [null, 256 * 1024 ** 2], [3, 0]])
  assert.equal((await createVm(owner, workspaceId)).quota, 'VMS')
  const stranger = await api.user()
  assert.equal(await quotasOf(stranger, workspaceId), undefined)
})

test('limits that are no limits are refused with their field', async () => {
  const { owner, workspaceId } = await team()
  const refused = async (limits: object[], id = workspaceId) => (await setQuota(operator, { workspaceId: id, limits })).data.setWorkspaceQuota.field
  assert.equal(await refused([]), 'limits')
  assert.equal(await refused([{ resource: 'VMS', limit: 1 }, { resource: 'VMS', limit: 2 }]), 'limits.1.resource')
  for (const limit of [-1, 1.5, 2 ** 53]) assert.equal(await refused([{ resource: 'VMS', limit }]), 'limits.0.limit')
  assert.equal(await refused([{ resource: 'VMS', limit: 1 }], encodeId('Workspace', world.hostIds[0]!)), 'workspaceId')
  assert.equal((await setQuota(owner, { workspaceId, limits: [{ resource: 'VMS', limit: 1 }] })).errors?.[0]?.extensions.code, 'FORBIDDEN')
  assert.deepEqual(only(await quotasOf(owner, workspaceId), 'VMS'), [null, 0])
})

test('a new workspace begins with the default quota, and one that exists keeps its own', async () => {
  const { workspaceId: older } = await team()
  const setDefault = (limits: object[]) => operator.ask('mutation ($limits: [QuotaLimitInput!]!) { setDefaultQuota(input: { limits: $limits }) { __typename ... on SetDefaultQuotaPayload { installation { defaultQuota { resource limit } } } } }', { limits })
  assert.deepEqual(await setDefault([{ resource: 'VMS', limit: 2 }, { resource: 'SNAPSHOTS', limit: 5 }]), {
    setDefaultQuota: { __typename: 'SetDefaultQuotaPayload', installation: { defaultQuota: resources.map((resource) => ({ resource, limit: resource === 'VMS' ? 2 : resource === 'SNAPSHOTS' ? 5 : null })) } },
  })
  const anybody = await api.user()
  const { createWorkspace } = await anybody.ask<{ createWorkspace: { workspace: { quotas: Quota[] } } }>('mutation { createWorkspace(input: { name: "limited from birth" }) { ... on CreateWorkspacePayload { workspace { quotas { resource limit used } } } } }')
  assert.deepEqual([only(createWorkspace.workspace.quotas, 'VMS'), only(createWorkspace.workspace.quotas, 'SNAPSHOTS'), only(createWorkspace.workspace.quotas, 'VCPUS')], [[2, 0], [5, 0], [null, 0]])
  assert.deepEqual(only(await quotasOf(operator, older), 'VMS'), [null, 0])
  await setDefault([{ resource: 'VMS' }, { resource: 'SNAPSHOTS', limit: null }])
  assert.deepEqual(only(await quotasOf(operator, (await team()).workspaceId), 'VMS'), [null, 0])
})

test('the quotas of a hundred workspaces cost two statements', async () => {
  const reader = await api.user({ memberships: Object.fromEntries(await Promise.all(Array.from({ length: 100 }, async () => [await api.workspace(), []]))) })
  const cost = async (first: number) => (await countStatements(async () => {
    const { workspaces } = await reader.ask<{ workspaces: { edges: { node: { quotas: Quota[] } }[] } }>('query ($first: Int) { workspaces(first: $first) { edges { node { id quotas { resource limit used } } } } }', { first })
    assert.equal(workspaces.edges.filter(({ node }) => node.quotas.length === resources.length).length, first)
  })).statements
  const [one, hundred] = [await cost(1), await cost(100)]
  assert.equal(hundred, one)
  const bare = (await countStatements(() => reader.ask('{ workspaces(first: 100) { edges { node { id } } } }'))).statements
  assert.equal(hundred - bare, 2)
})

interface Change { cursor: string; quotas: Quota[] }

function followUsage(client: TestClient, variables: object) {
  const changes: Change[] = []
  const errors: { extensions: { code: string } }[] = []
  let isOver = false
  const stop = client.socket().subscribe<{ usageChanged: Change }>(
    { query: 'subscription ($workspaceId: ID!, $after: String) { usageChanged(workspaceId: $workspaceId, after: $after) { cursor at quotas { resource limit used } } }', variables: variables as Record<string, unknown> },
    {
      next: ({ data, errors: found }) => { if (data) changes.push(data.usageChanged); if (found) errors.push(...found as never[]) },
      error: (error) => { if (Array.isArray(error)) errors.push(...error as never[]); isOver = true },
      complete: () => { isOver = true },
    })
  return { changes, errors, stop, isOver: () => isOver }
}

test('a follower is told the usage after each change, and only when it is another', async () => {
  const { owner, workspace, workspaceId } = await team()
  const after = await cursorOf(owner)
  const { changes, stop } = followUsage(owner, { workspaceId, after })
  const told = (what: string, resource: string, expected: [number | null, number]) => until(`${what} is told`, () => changes.length > 0 && String(only(changes.at(-1)!.quotas, resource)) === String(expected))
  await setQuota(operator, { workspaceId, limits: [{ resource: 'VMS', limit: 7 }] })
  await told('the limit', 'VMS', [7, 0])
  const network = encodeId('Network', await readyNetwork(api.db, { ...world, workspaceId: workspace }))
  await told('the network', 'NETWORKS', [null, 1])
  const { vm } = await createVm(owner, workspaceId, { interfaces: [{ networkId: network }] })
  await told('the VM', 'VMS', [7, 1])
  assert.deepEqual([only(changes.at(-1)!.quotas, 'ADDRESSES'), only(changes.at(-1)!.quotas, 'DISK_BYTES')], [[null, 1], [null, GiB]])
  assert.deepEqual(changes.at(-1)!.quotas, await quotasOf(owner, workspaceId))
  const id = Buffer.from(vm!.id, 'base64url').toString().slice('VM:'.length)
  const before = changes.length
  // Another power state takes nothing of any quota: the next that is told is the deletion.
  await em.execute("update vm set observed_power = 'running' where id = ?", [id])
  const between = await cursorOf(owner)
  await em.transactional(async (em) => {
    await em.execute('update address set released_at = now() where vm_id = ?', [id])
    await em.execute('delete from vm where id = ?', [id])
  })
  await told('the end of the VM', 'VMS', [7, 0])
  assert.equal(changes.length, before + 1)
  assert.deepEqual(only(changes.at(-1)!.quotas, 'ADDRESSES'), [null, 0])
  stop()
  // Whoever comes back after a cursor is told what it missed.
  const again = followUsage(owner, { workspaceId, after: between })
  await until('the missed change', () => again.changes.length === 1)
  assert.deepEqual(only(again.changes[0]!.quotas, 'VMS'), [7, 0])
  again.stop()
  await until('both are given up', () => api.hub.subscribers === 0)
})

test('what changes at once is told once', async () => {
  const { owner, workspace, workspaceId } = await team()
  const { changes, stop } = followUsage(owner, { workspaceId, after: await cursorOf(owner) })
  await em.transactional(async (em) => {
    for (let n = 0; n < 40; n++) await em.execute('insert into network (id, workspace_id, area_id, name, vlan) values (gen_random_uuid(), ?, ?, ?, ?)', [workspace, world.areaId, `net-${n}`, 500 + n])
  })
  // Where another transaction was open, the cursor stands before the workspace's own birth: that may be told first.
  const told = () => changes.map(({ quotas }) => only(quotas, 'NETWORKS')).filter(([, used]) => used !== 0)
  await until('the networks', () => told().length > 0)
  await setQuota(operator, { workspaceId, limits: [{ resource: 'NETWORKS', limit: 50 }] })
  await until('the limit', () => told().length > 1)
  assert.deepEqual(told(), [[null, 40], [50, 40]])
  stop()
})

test('a count that fails is made again, and the change is told', async () => {
  const { owner, workspace } = await team()
  const [{ sessionId }] = await em.execute<[{ sessionId: string }]>('select id as "sessionId" from session where user_id = ?', [owner.userId])
  let counts = 0
  const counted = { em: { fork: () => { counts++; return api.db.em.fork() } } } as typeof api.db
  const following = usageFollower({ actor: await api.auth.actors.now(sessionId), hub: api.hub, auth: api.auth, db: counted }, workspace, await api.hub.currentCursor())
  const next = following.next()
  await em.execute('alter table quota rename to quota_away')
  try {
    await em.execute('insert into network (id, workspace_id, area_id, name, vlan) values (gen_random_uuid(), ?, ?, ?, ?)', [workspace, world.areaId, 'counted late', 700])
    await until('it is counted again', () => counts >= 2)
  } finally { await em.execute('alter table quota_away rename to quota') }
  const { quotas } = (await next).value as UsageChange
  assert.equal(quotas.find(({ resource }) => resource === 'networks')?.used, 1)
  await following.return!()
  await until('it is given up', () => api.hub.subscribers === 0)
})

test('strangers are refused, and a member who is removed is closed', async () => {
  const { owner, workspaceId } = await team()
  const stranger = followUsage((await team()).owner, { workspaceId })
  await until('the refusal', () => stranger.errors[0]?.extensions.code === 'NOT_FOUND')
  const following = followUsage(owner, { workspaceId, after: await cursorOf(owner) })
  await createVm(owner, workspaceId)
  await until('the change', () => following.changes.length === 1)
  await em.execute('delete from membership where user_id = ?', [owner.userId])
  await until('it is closed', () => following.isOver())
  assert.equal(following.errors[0]?.extensions.code, 'NOT_FOUND')
  await until('nobody is left in the hub', () => api.hub.subscribers === 0)
})
