// The audit through the API: what it tells, and to whom. That every mutation leaves one row is the matrix's business.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { testPassword, useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const world = await makeWorld(api.db)
const member = (...held: Permission[]) => api.user({ memberships: { [world.workspaceId]: held } })
const owner = await member(...permissions)
const superuser = await api.user({ superuser: true })
const workspaceId = encodeId('Workspace', world.workspaceId)

interface Entry {
  id: string; at: string; user: { username: string } | null; username: string | null; clientAddress: string; requestId: string; method: string; workspace: { id: string } | null; objectId: string | null
  objectType: string | null; objectName: string | null; input: Record<string, unknown>; dryRun: boolean; outcome: 'ALLOWED' | 'REFUSED'; code: string | null; message: string | null; task: { id: string; method: string } | null
}
const fields = 'id at user { username } username clientAddress requestId method workspace { id } objectId objectType objectName input dryRun outcome code message task { id method }'
interface Page { totalCount: number; edges: { node: Entry }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }
const ask = (client: TestClient, args: string) => client.send<{ auditEntries: Page }>(`{ auditEntries(first: 100${args && `, ${args}`}) { totalCount edges { node { ${fields} } } } }`)
async function entries(client: TestClient, args = ''): Promise<Entry[]> {
  const { data, errors } = await ask(client, args)
  assert.equal(errors, undefined)
  assert.equal(data.auditEntries.totalCount, data.auditEntries.edges.length)
  return data.auditEntries.edges.map(({ node }) => node)
}
const refusalOf = async (client: TestClient, args: string) => (await ask(client, args)).errors?.[0]?.extensions.code
const inWorkspace = `workspaceId: "${workspaceId}"`
const nameOf = async (client: TestClient) => (await client.ask<{ viewer: { username: string } }>('{ viewer { username } }')).viewer.username

const createVm = (client: TestClient, input: object, requestId = newId()) => client.send<{ createVm: { vm: { id: string } | null; code?: string } }>(
  'mutation ($input: CreateVmInput!) { createVm(input: $input) { ... on CreateVmPayload { vm { id } } ... on UserError { code } } }', { input: { workspaceId, templateId: encodeId('Template', world.templateId), ...input } }, { 'x-request-id': requestId })
const startVm = async (client: TestClient, vmId: string) => client.send(`mutation { startVm(input: { vmId: "${vmId}" }) { ... on UserError { code message } } }`)
const signIn = (username: string, password = testPassword) => api.anonymous.send(`mutation ($username: String!, $password: String!) { signIn(input: { username: $username, password: $password }) { ... on SignInPayload { session { accessToken } } } }`, { username, password })

test('an entry tells who asked for what, from where, about what, and what came of it', async () => {
  const asker = await member('vm:add')
  const username = await nameOf(asker)
  const requestId = newId()
  const { data } = await createVm(asker, { name: 'audited', password: 'hunter2-hunter2' }, requestId)
  await createVm(asker, { name: 'audited' }, `${requestId}-again`)
  await createVm(asker, { name: 'planned', dryRun: true }, `${requestId}-plan`)
  const told = (await entries(owner, `${inWorkspace}, userId: "${encodeId('User', asker.userId)}"`)).toReversed()
  assert.equal(told.length, 3)
  const who = { user: { username }, username, clientAddress: '127.0.0.1', method: 'createVm', workspace: { id: workspaceId } }
  const vmId = data.createVm.vm!.id
  assert.partialDeepStrictEqual(told[0], { ...who, requestId, objectId: vmId, objectType: 'VM', objectName: 'audited', dryRun: false, outcome: 'ALLOWED', code: null, message: null, task: { method: 'createVm' }, input: { name: 'audited', password: '[secret]' } })
  assert.partialDeepStrictEqual(told[1], { ...who, requestId: `${requestId}-again`, outcome: 'REFUSED', code: 'CONFLICT', message: 'The workspace has a VM of this name.', task: null })
  assert.partialDeepStrictEqual(told[2], { ...who, requestId: `${requestId}-plan`, dryRun: true, outcome: 'ALLOWED', task: null, objectName: 'planned' })
  assert.ok(told.every(({ at }) => Math.abs(Date.parse(at) - Date.now()) < 600_000))
  assert.equal(JSON.stringify(told).includes('hunter2'), false)
})

test('the audit of a workspace is for those who administer its members, and for superusers', async () => {
  for (const who of [await member(), await member(...permissions.filter((code) => code !== 'user:edit'))]) assert.equal(await refusalOf(who, inWorkspace), 'FORBIDDEN')
  assert.equal(await refusalOf(await api.user({ memberships: { [await api.workspace()]: permissions } }), inWorkspace), 'NOT_FOUND')
  assert.equal(await refusalOf(await api.user(), `workspaceId: "${encodeId('Workspace', newId())}"`), 'NOT_FOUND')
  assert.equal(await refusalOf(api.anonymous, ''), 'UNAUTHENTICATED')
  const all = await entries(owner, inWorkspace)
  assert.ok(all.length > 0)
  assert.deepEqual(await entries(await member('user:edit'), inWorkspace), all)
  assert.deepEqual((await entries(superuser, inWorkspace)).map(({ id }) => id), all.map(({ id }) => id))
})

test('sign-ins belong to no workspace: superusers see all of them, everybody else their own', async () => {
  const [ada, bob] = [await api.user({ username: 'audit-ada' }), await api.user({ username: 'audit-bob' })]
  await signIn('audit-ada')
  await signIn('audit-bob')
  await signIn('audit-ada', 'not the password')
  const signIns = 'methods: ["signIn"]'
  assert.deepEqual((await entries(ada, signIns)).map(({ username, outcome, clientAddress, input }) => ({ username, outcome, clientAddress, input })),
    [{ username: 'audit-ada', outcome: 'ALLOWED', clientAddress: '127.0.0.1', input: { username: 'audit-ada', password: '[secret]', cookie: false } }])
  assert.deepEqual((await entries(bob, signIns)).map(({ username }) => username), ['audit-bob'])
  assert.deepEqual(await entries(ada, `userId: "${encodeId('User', bob.userId)}"`), [])
  assert.deepEqual(await entries(owner, `${inWorkspace}, ${signIns}`), [])
  const all = await entries(superuser, signIns)
  assert.deepEqual(all.map(({ username, outcome, code, input }) => [username, input.username, outcome, code]),
    [[null, 'audit-ada', 'REFUSED', 'UNAUTHENTICATED'], ['audit-bob', 'audit-bob', 'ALLOWED', null], ['audit-ada', 'audit-ada', 'ALLOWED', null]])
})

test('an API token reads the audit of its workspaces if its scopes say so, and nothing else of its user', async () => {
  const user = await member(...permissions)
  await signIn(await nameOf(user))
  const tokenOf = async (code: Permission) => {
    const { createApiToken } = await user.ask<{ createApiToken: { token: string } }>(`mutation { createApiToken(input: { name: "${code}", scopes: [{ workspaceId: "${workspaceId}", permissions: ["${code}"] }] }) { ... on CreateApiTokenPayload { token } } }`)
    return async (args: string) => {
      const { data, errors } = await api.anonymous.send<{ auditEntries: Page }>(`{ auditEntries(first: 100, ${args}) { totalCount edges { node { method workspace { id } } } } }`, {}, { authorization: `Bearer ${createApiToken.token}` })
      return errors?.[0]?.extensions.code ?? data.auditEntries.edges.map(({ node }) => node)
    }
  }
  const [weak, strong] = [await tokenOf('vm:edit'), await tokenOf('user:edit')]
  assert.equal(await weak(inWorkspace), 'FORBIDDEN')
  assert.deepEqual(await weak(`userId: "${encodeId('User', user.userId)}"`), [])
  assert.deepEqual(await strong('methods: ["signIn"]'), [])
  assert.ok((await strong('outcome: ALLOWED') as Entry[]).every(({ workspace }) => workspace?.id === workspaceId))
  assert.equal((await strong(inWorkspace)).length, (await entries(owner, inWorkspace)).length)
})

test('whoever was refused learns nothing from it of what is not theirs to see', async () => {
  const vmId = (await createVm(owner, { name: 'hidden' })).data.createVm.vm!.id
  const stranger = await api.user()
  const missing = encodeId('VM', newId())
  await startVm(stranger, vmId)
  await startVm(stranger, missing)
  const [forMissing, forHidden] = await entries(stranger, 'methods: ["startVm"]')
  const same = ({ outcome, code, message, workspace, objectId, objectName, objectType }: Entry) => ({ outcome, code, message, workspace, objectId, objectName, objectType })
  assert.deepEqual(same(forHidden!), same(forMissing!))
  assert.equal(forHidden!.objectName, null)
  for (const id of [vmId, missing]) assert.deepEqual(await entries(stranger, `objectId: "${id}"`), [])
  const [seen] = await entries(owner, `${inWorkspace}, objectId: "${vmId}", outcome: REFUSED`)
  assert.partialDeepStrictEqual(seen, { user: null, username: await nameOf(stranger), objectName: 'hidden', code: 'NOT_FOUND' })
})

test('filters and pages', async () => {
  const started = new Date()
  const vmId = (await createVm(owner, { name: 'filtered' })).data.createVm.vm!.id
  await startVm(owner, vmId)
  await startVm(await member(), vmId)
  const listed = async (args: string) => (await entries(owner, `${inWorkspace}${args}`)).map(({ method, outcome }) => `${method} ${outcome}`)
  const onVm = `, objectId: "${vmId}"`
  assert.deepEqual(await listed(onVm), ['startVm REFUSED', 'startVm REFUSED', 'createVm ALLOWED'])
  assert.deepEqual(await listed(`${onVm}, outcome: ALLOWED`), ['createVm ALLOWED'])
  assert.deepEqual(await listed(`${onVm}, methods: ["startVm"], userId: "${encodeId('User', owner.userId)}"`), ['startVm REFUSED'])
  assert.deepEqual(await listed(`, since: "${started.toISOString()}"`), ['startVm REFUSED', 'startVm REFUSED', 'createVm ALLOWED'])
  assert.equal((await listed(`, until: "${started.toISOString()}"`)).includes('startVm ALLOWED'), false)
  assert.deepEqual(await listed(', methods: []'), [])

  const all = (await entries(owner, inWorkspace)).map(({ id }) => id)
  const walked: string[] = []
  for (let after: string | null = null, more = true; more;) {
    const { auditEntries }: { auditEntries: Page } = await owner.ask(`query ($after: String) { auditEntries(${inWorkspace}, first: 2, after: $after) { edges { node { id } } pageInfo { endCursor hasNextPage } } }`, { after })
    walked.push(...auditEntries.edges.map(({ node }) => node.id))
    ;({ endCursor: after, hasNextPage: more } = auditEntries.pageInfo)
  }
  assert.deepEqual(walked, all)
})
