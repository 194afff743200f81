// API tokens through the public API: what they may, what they may not, and that they are secrets.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { encodeId } from '../../schema/global-id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { testPassword, useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { until } from '../support/until.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const world = await makeWorld(api.db)
const workspaceOf = (id: string) => encodeId('Workspace', id)

interface ApiToken { id: string; name: string; superuser: boolean; expiresAt: string; revokedAt: string | null; lastUsedAt: string | null; scopes: { workspace: { name: string } | null; allWorkspaces: boolean; permissions: string[] }[] }
interface Created { __typename: string; code?: string; field?: string; token: string | null; apiToken: ApiToken | null }
const fields = 'id name superuser expiresAt revokedAt lastUsedAt scopes { workspace { name } allWorkspaces permissions }'
const create = async (user: TestClient, input: object): Promise<Created> => {
  const { createApiToken } = await user.ask<{ createApiToken: Created }>(`mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) {
    __typename ... on UserError { code field } ... on CreateApiTokenPayload { token apiToken { ${fields} } } } }`, { input: { name: 'program', ...input } })
  return createApiToken
}
/** The API as a program with this token sees it. */
const asProgram = (token: string) => ({
  send: <Data>(query: string, variables: object = {}) => api.anonymous.send<Data>(query, variables, { authorization: `Bearer ${token}` }),
})
const statusOf = async (token: string) => (await asProgram(token).send('{ viewer { username } }')).status
const names = async (token: string) => (await asProgram(token).send<{ workspaces: { edges: { node: { name: string } }[] } }>('{ workspaces { edges { node { name } } } }')).data.workspaces.edges.map(({ node }) => node.name).sort()
const codeOf = async (token: string, query: string, variables: object = {}) => {
  const { data, errors } = await asProgram(token).send<Record<string, { code?: string; __typename: string }>>(query, variables)
  return errors?.[0]?.extensions.code ?? Object.values(data)[0]?.code ?? 'done'
}
const createNetwork = (token: string, workspaceId: string, name: string) => codeOf(token, 'mutation ($input: CreateNetworkInput!) { createNetwork(input: $input) { __typename ... on UserError { code } } }', {
  input: { workspaceId: workspaceOf(workspaceId), areaId: encodeId('Area', world.areaId), name, subnets: [{ cidr: '10.0.0.0/24' }] },
})
const listed = async (user: TestClient) => (await user.ask<{ apiTokens: { totalCount: number; edges: { node: ApiToken }[] } }>(`{ apiTokens { totalCount edges { node { ${fields} } } } }`)).apiTokens.edges.map(({ node }) => node)
const revoke = (user: TestClient, tokenId: string) => user.ask<{ revokeApiToken: { __typename: string; code?: string; apiToken?: ApiToken } }>(`mutation ($tokenId: ID!) { revokeApiToken(input: { tokenId: $tokenId }) { __typename ... on UserError { code } ... on RevokeApiTokenPayload { apiToken { ${fields} } } } }`, { tokenId })

test('a token is told once, and is nowhere in the database or the log', async () => {
  const user = await api.user()
  const { token, apiToken } = await create(user, { scopes: [{ permissions: [] }], idempotencyKey: 'once' })
  assert.match(token!, /^kld_[\w-]{43}$/)
  const again = await create(user, { scopes: [{ permissions: [] }], idempotencyKey: 'once' })
  assert.deepEqual([again.token, again.apiToken!.id], [null, apiToken!.id])
  const dry = await create(user, { scopes: [{ permissions: [] }], dryRun: true })
  assert.deepEqual([dry.token, dry.apiToken], [null, null])
  assert.equal((await listed(user)).length, 1)

  assert.equal(await statusOf(token!), 200)
  const secret = token!.slice(4)
  const tables = await api.db.em.fork().execute<{ name: string }[]>("select table_name as name from information_schema.tables where table_schema = 'public'")
  for (const { name } of tables) {
    const rows = await api.db.em.fork().execute<{ text: string }[]>(`select "${name}"::text as text from "${name}"`)
    for (const { text } of rows) assert.ok(![secret, Buffer.from(secret).toString('hex'), Buffer.from(token!).toString('base64'), Buffer.from(secret, 'base64url').toString('hex')].some((shape) => text.includes(shape)), name)
  }
  assert.ok(!JSON.stringify(api.logged).includes(secret))
})

test('a token sees and may do what its scopes name, and nothing else', async () => {
  const [red, blue] = [await api.workspace([], 'red'), await api.workspace([], 'blue')]
  const user = await api.user({ memberships: { [red]: permissions, [blue]: permissions } })
  const { token, apiToken } = await create(user, { scopes: [{ workspaceId: workspaceOf(red), permissions: ['network:add'] }] })
  assert.deepEqual(apiToken!.scopes, [{ workspace: { name: 'red' }, allWorkspaces: false, permissions: ['network:add'] }])
  assert.deepEqual(await names(token!), ['red'])
  assert.equal(await createNetwork(token!, red, 'allowed'), 'done')
  assert.equal(await createNetwork(token!, blue, 'hidden'), 'NOT_FOUND')
  assert.equal(await codeOf(token!, 'mutation ($id: ID!) { updateNetwork(input: { networkId: $id, name: "x" }) { __typename ... on UserError { code } } }', { id: (await asProgram(token!).send<{ networks: { edges: { node: { id: string } }[] } }>('{ networks { edges { node { id } } } }')).data.networks.edges[0]!.node.id }), 'FORBIDDEN')

  const reader = await create(user, { scopes: [{ permissions: [] }] })
  assert.deepEqual(await names(reader.token!), ['blue', 'red'])
  assert.equal(await createNetwork(reader.token!, red, 'refused'), 'FORBIDDEN')
  const nothing = await create(user, { scopes: [] })
  assert.deepEqual(await names(nothing.token!), [])
})

test('a token never has more than its user has at that moment', async () => {
  const [mine, later] = [await api.workspace([], 'mine'), await api.workspace([], 'later')]
  const user = await api.user({ memberships: { [mine]: ['network:add'] } })
  const { token } = await create(user, { scopes: [{ permissions }] })
  assert.equal(await createNetwork(token!, mine, 'first'), 'done')
  await api.db.em.fork().execute("update membership set permissions = '{}' where user_id = ?", [user.userId])
  assert.equal(await createNetwork(token!, mine, 'second'), 'FORBIDDEN')
  await api.db.em.fork().execute("insert into membership (workspace_id, user_id, permissions) values (?, ?, '{network:add}')", [later, user.userId])
  assert.equal(await createNetwork(token!, later, 'third'), 'done')
  await api.db.em.fork().execute('delete from membership where user_id = ?', [user.userId])
  assert.deepEqual(await names(token!), [])
})

test('a superuser\'s token is one only if that was said, and only while its user is one', async () => {
  const workspace = await api.workspace([], 'of others')
  const user = await api.user({ superuser: true })
  const plain = (await create(user, { scopes: [{ permissions }] })).token!
  assert.equal(await codeOf(plain, '{ hosts { edges { cursor } } }'), 'FORBIDDEN')
  assert.deepEqual(await names(plain), [])
  const { token, apiToken } = await create(user, { scopes: [], superuser: true })
  assert.equal(apiToken!.superuser, true)
  assert.equal(await codeOf(token!, '{ hosts { edges { cursor } } }'), 'done')
  assert.equal(await createNetwork(token!, workspace, 'by the operator'), 'done')
  await api.db.em.fork().execute('update user_account set superuser = false where id = ?', [user.userId])
  assert.equal(await codeOf(token!, '{ hosts { edges { cursor } } }'), 'FORBIDDEN')
  const nobody = await create(await api.user(), { scopes: [], superuser: true })
  assert.deepEqual([nobody.code, nobody.field], ['INVALID_INPUT', 'superuser'])
})

test('a token cannot widen itself, outlive itself, or touch its user\'s account', async () => {
  const user = await api.user({ superuser: true })
  const other = await api.user()
  const token = (await create(user, { scopes: [{ permissions }], superuser: true })).token!
  const userId = encodeId('User', other.userId)
  const refused: [string, object][] = [
    ['createApiToken', { name: 'another', scopes: [] }],
    ['changePassword', { currentPassword: testPassword, newPassword: 'another long password' }],
    ['updateProfile', { email: 'thief@example.com' }],
    ['signOut', { everywhere: true }],
    ['setSuperuser', { userId, superuser: true }],
    ['resetUserPassword', { userId }],
    ['createUser', { username: 'accomplice', superuser: true }],
    ['revokeApiToken', { tokenId: (await listed(user))[0]!.id }],
  ]
  for (const [name, input] of refused) {
    assert.equal(await codeOf(token, `mutation ($input: ${name[0]!.toUpperCase() + name.slice(1)}Input!) { ${name}(input: $input) { __typename ... on UserError { code } } }`, { input }), 'FORBIDDEN', name)
  }
  assert.equal(await codeOf(token, '{ apiTokens { totalCount } }'), 'FORBIDDEN')
  // Nor is it a refresh token.
  assert.equal(await codeOf(token, 'mutation ($token: String!) { refreshSession(input: { refreshToken: $token }) { __typename } }', { token }), 'UNAUTHENTICATED')
  assert.equal(await statusOf(token), 200)
  // What it may do is to end itself.
  assert.equal(await codeOf(token, 'mutation { signOut(input: {}) { __typename } }'), 'done')
  assert.equal(await statusOf(token), 401)
})

test('a token that is revoked, has ended, was changed or was never given opens nothing', async () => {
  const user = await api.user()
  const { token, apiToken } = await create(user, { scopes: [{ permissions: [] }] })
  for (const bad of ['kld_', 'kld_x', `${token!.slice(0, -2)}AA`, token!.toUpperCase()]) assert.equal(await statusOf(bad), 401, bad)
  assert.equal(await statusOf(token!), 200)
  assert.ok((await revoke(user, apiToken!.id)).revokeApiToken.apiToken!.revokedAt)
  assert.equal(await statusOf(token!), 401)
  // Once more does no harm.
  assert.equal((await revoke(user, apiToken!.id)).revokeApiToken.__typename, 'RevokeApiTokenPayload')
  const ending = await create(user, { scopes: [], expiresAt: new Date(Date.now() + 60_000) })
  assert.equal(await statusOf(ending.token!), 200)
  await api.db.em.fork().execute("update session set expires_at = now() where kind = 'token' and revoked_at is null")
  assert.equal(await statusOf(ending.token!), 401)
  // It signs in nobody, and no session of the user was touched.
  assert.equal((await user.send('{ viewer { id } }')).status, 200)
})

test('many tokens are revoked at once without waiting for each other in a circle', async () => {
  const user = await api.user()
  const tokens = await Promise.all(Array.from({ length: 12 }, () => create(user, { scopes: [] })))
  const answers = await Promise.all(tokens.map(({ apiToken }) => revoke(user, apiToken!.id)))
  assert.ok(answers.every(({ revokeApiToken }) => revokeApiToken.__typename === 'RevokeApiTokenPayload'))
  const [{ deadlocks }] = await api.db.em.fork().execute<[{ deadlocks: string }]>('select deadlocks from pg_stat_database where datname = current_database()')
  assert.equal(Number(deadlocks), 0)
})

test('tokens of others are not there', async () => {
  const [owner, other, superuser] = [await api.user(), await api.user(), await api.user({ superuser: true })]
  const { token, apiToken } = await create(owner, { scopes: [] })
  for (const stranger of [other, superuser]) {
    assert.deepEqual(await listed(stranger), [])
    assert.equal((await revoke(stranger, apiToken!.id)).revokeApiToken.code, 'NOT_FOUND')
  }
  assert.equal(await statusOf(token!), 200)
  // Nor is a sign-in an API token.
  const { sessionId } = await api.auth.verify(owner.token!)
  assert.equal((await revoke(owner, encodeId('ApiToken', sessionId))).revokeApiToken.code, 'NOT_FOUND')
})

test('tokens are listed newest first with their last use, which is kept coarsely', async () => {
  const user = await api.user()
  const used = await create(user, { name: 'used', scopes: [{ permissions: ['vm:edit'] }] })
  await create(user, { name: 'unused', scopes: [] })
  await statusOf(used.token!)
  const [unused, first] = await listed(user)
  assert.deepEqual([unused!.name, unused!.lastUsedAt, first!.name], ['unused', null, 'used'])
  await statusOf(used.token!)
  assert.equal((await listed(user))[1]!.lastUsedAt, first!.lastUsedAt)
  await api.db.em.fork().execute("update session set used_at = used_at - interval '2 minutes' where name = 'used'")
  await statusOf(used.token!)
  assert.ok(Date.parse((await listed(user))[1]!.lastUsedAt!) >= Date.parse(first!.lastUsedAt!))
})

test('what a token cannot be made of names its field', async () => {
  const user = await api.user()
  const foreign = workspaceOf(await api.workspace())
  const bad: [object, string, string][] = [
    [{ name: '', scopes: [] }, 'INVALID_INPUT', 'name'],
    [{ scopes: [{ permissions: ['vm:everything'] }] }, 'INVALID_INPUT', 'scopes.0.permissions'],
    [{ scopes: [{ permissions: [] }, { workspaceId: foreign, permissions: [] }] }, 'NOT_FOUND', 'scopes.1.workspaceId'],
    [{ scopes: [], expiresAt: new Date(Date.now() - 1_000) }, 'INVALID_INPUT', 'expiresAt'],
    [{ scopes: [], expiresAt: new Date(Date.now() + 400 * 86_400_000) }, 'INVALID_INPUT', 'expiresAt'],
    [{ scopes: Array.from({ length: 101 }, () => ({ permissions: [] })) }, 'INVALID_INPUT', 'scopes'],
  ]
  for (const [input, code, field] of bad) {
    const answer = await create(user, input)
    assert.deepEqual([answer.code, answer.field], [code, field])
  }
  await Promise.all(Array.from({ length: 100 }, () => create(user, { scopes: [] })))
  assert.equal((await create(user, { scopes: [] })).code, 'WRONG_STATE')
})

test('a socket and an event stream of a token close when it is revoked, and those of other sessions stay', async () => {
  const workspace = await api.workspace()
  const user = await api.user({ memberships: { [workspace]: permissions } })
  const { token, apiToken } = await create(user, { scopes: [{ permissions: [] }] })
  const query = `subscription { events(workspaceId: "${workspaceOf(workspace)}") { cursor } }`
  const open = async (bearer: string) => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } }))
    await once(socket, 'message')
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
    return socket
  }
  const [ofToken, ofUser] = [await open(token!), await open(user.token!)]
  const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` }, body: JSON.stringify({ query }) })
  const streamed = (async () => { try { for await (const _chunk of response.body!); } catch { /* cut off */ } })()
  await until('all three follow', () => api.hub.subscribers === 3)
  const closed = once(ofToken, 'close')
  await revoke(user, apiToken!.id)
  assert.equal((await closed)[0], 4401)
  await streamed
  await until('what was cut off is let go', () => api.hub.subscribers === 1)
  assert.equal(ofUser.readyState, WebSocket.OPEN)
  ofUser.terminate()
})

test('a new password and a sign-out everywhere leave API tokens; an operator\'s reset ends them', async () => {
  const user = await api.user()
  const { token } = await create(user, { scopes: [] })
  await user.ask(`mutation { changePassword(input: { currentPassword: "${testPassword}", newPassword: "another long password" }) { __typename } }`)
  await user.ask('mutation { signOut(input: { everywhere: true }) { __typename } }')
  assert.equal(await statusOf(token!), 200)
  const operator = await api.user({ superuser: true })
  await operator.ask('mutation ($userId: ID!) { resetUserPassword(input: { userId: $userId }) { __typename } }', { userId: encodeId('User', user.userId) })
  assert.equal(await statusOf(token!), 401)
})
