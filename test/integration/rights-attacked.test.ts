// What somebody tries who means harm, through the API: each was possible once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { made, madeId, mutate } from '../support/mutate.ts'
import { until } from '../support/until.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const world = await makeWorld(api.db)
const rows = <Row>(text: string, values: unknown[] = []) => api.db.em.fork().execute<Row[]>(text, values)
const idOf = (user: TestClient) => encodeId('User', user.userId)
const tokenOf = async (user: TestClient, input: object) => (await made(user, 'createApiToken', { name: 'program', ...input }, 'token')).token as string
const program = (token: string): TestClient => ({ ...api.anonymous, token, send: (query, variables = {}) => api.anonymous.send(query, variables, { authorization: `Bearer ${token}` }) })
const waiting = () => until('somebody waits', async () => (await rows("select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")).length > 0)

test('one request leaves no more in the audit than a few rows of a few KiB, whoever sends it', async () => {
  const [before] = await rows<{ bytes: string }>('select coalesce(sum(octet_length(input::text)), 0) as bytes from audit')
  const text = () => Array.from({ length: 1_000 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('')
  const input = { workspaceId: 'x', templateId: 'x', name: 'x', sshKeys: Array.from({ length: 100 }, text), interfaces: Array.from({ length: 100 }, () => ({ networkId: text(), ip: text() })) }
  const aliases = Array.from({ length: 100 }, (_, index) => `a${index}: createVm(input: $input) { __typename }`).join(' ')
  for (const who of [api.anonymous, await api.user()]) await who.send(`mutation ($input: CreateVmInput!) { ${aliases} }`, { input })
  const [after] = await rows<{ bytes: string; many: string }>('select coalesce(sum(octet_length(input::text)), 0) as bytes, count(*) as many from audit')
  assert.ok(Number(after!.bytes) - Number(before!.bytes) <= 256 * 1024, `${Number(after!.bytes) - Number(before!.bytes)} bytes in ${after!.many} rows`)
  const alone = await api.anonymous.send('mutation ($input: CreateVmInput!) { createVm(input: $input) { __typename } }', { input })
  assert.equal(alone.errors![0]!.extensions.code, 'UNAUTHENTICATED')
  const [row] = await rows<{ bytes: number; input: { name?: string } }>('select octet_length(input::text) as bytes, input from audit order by id desc limit 1')
  assert.ok(row!.bytes <= 16 * 1024, `${row!.bytes} bytes`)
})

test('a thief who refreshes twice does not outlive the owner who comes with the stolen token', async () => {
  const refresh = (refreshToken: string) => mutate(api.anonymous, 'refreshSession', { refreshToken }, 'session { refreshToken }')
  const next = async (token: string) => ((await refresh(token)).session as { refreshToken: string }).refreshToken
  const user = await api.user({ username: 'robbed' })
  const { session } = await made(api.anonymous, 'signIn', { username: 'robbed', password: 'correct horse battery' }, 'session { refreshToken }')
  const stolen = (session as { refreshToken: string }).refreshToken
  const thiefs = await next(await next(await next(stolen)))
  await rows("update session set used_at = now() - interval '1 minute' where user_id = ?", [user.userId])
  assert.equal((await refresh(stolen)).code, 'UNAUTHENTICATED')
  assert.equal((await refresh(thiefs)).code, 'UNAUTHENTICATED')
})

test('a browser that opens many tabs at once is not taken for a thief, however late one of them comes', async () => {
  await api.user({ username: 'many-tabs' })
  const { session } = await made(api.anonymous, 'signIn', { username: 'many-tabs', password: 'correct horse battery' }, 'session { refreshToken }')
  const refresh = (refreshToken: string) => mutate(api.anonymous, 'refreshSession', { refreshToken }, 'session { refreshToken }')
  const first = (session as { refreshToken: string }).refreshToken
  let newest = first
  for (let times = 0; times < 3; times++) newest = ((await refresh(newest)).session as { refreshToken: string }).refreshToken
  assert.equal((await refresh(first)).code, 'UNAUTHENTICATED')
  assert.equal((await refresh(newest)).code, undefined)
  // A mark that we did not make ends nobody's session.
  const [secret, mark] = newest.split('.') as [string, string]
  assert.equal((await refresh(`${secret}x.${mark.slice(0, -6)}AAAAAA`)).code, 'UNAUTHENTICATED')
  assert.equal((await mutate(api.anonymous, 'signOut', { refreshToken: `${secret}x.${mark.slice(0, -6)}AAAAAA` })).__typename, 'SignOutPayload')
  assert.equal((await refresh(newest)).code, undefined)
})

test('a token that may only see makes no workspaces', async () => {
  const user = await api.user({ memberships: { [world.workspaceId]: permissions } })
  const narrow = program(await tokenOf(user, { scopes: [{ workspaceId: encodeId('Workspace', world.workspaceId), permissions: [...permissions] }] }))
  const reader = program(await tokenOf(user, { scopes: [{ permissions: [] }] }))
  for (const client of [narrow, reader]) assert.equal((await mutate(client, 'createWorkspace', { name: 'by a program' })).code, 'FORBIDDEN')
  assert.deepEqual(await rows("select 1 from workspace where name = 'by a program'"), [])
  const maker = program(await tokenOf(user, { scopes: [{ permissions: ['workspace:edit'] }] }))
  assert.deepEqual((await made(maker, 'createWorkspace', { name: 'by a program' }, 'workspace { name permissions }')).workspace, { name: 'by a program', permissions: ['workspace:edit'] })
})

test('a token does not find the people of workspaces beyond its scopes', async () => {
  const [inside, outside] = [await api.workspace(), await api.workspace()]
  const user = await api.user({ memberships: { [inside]: permissions, [outside]: permissions } })
  const colleague = await api.user({ memberships: { [outside]: [] } })
  const client = program(await tokenOf(user, { scopes: [{ workspaceId: encodeId('Workspace', inside), permissions: [] }] }))
  const nodeOf = async (who: TestClient, id: string) => (await who.send<{ node: { username: string } | null }>('query ($id: ID!) { node(id: $id) { ... on User { username } } }', { id })).data.node
  assert.ok(await nodeOf(user, idOf(colleague)))
  assert.ok(await nodeOf(client, idOf(user)))
  assert.equal(await nodeOf(client, idOf(colleague)), null)
})

test('who was disabled while a password was changed has not changed it', async () => {
  const user = await api.user()
  const [before] = await rows<{ password_hash: string }>('select password_hash from user_account where id = ?', [user.userId])
  const em = api.db.em.fork()
  await em.begin()
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`access:${user.userId}`])
  const changing = mutate(user, 'changePassword', { currentPassword: 'correct horse battery', newPassword: 'another long password' })
  await waiting()
  await em.execute('update user_account set disabled_at = now() where id = ?', [user.userId])
  await em.execute('update session set revoked_at = now() where user_id = ?', [user.userId])
  await em.commit()
  assert.equal((await changing).code, 'UNAUTHENTICATED')
  assert.deepEqual(await rows('select password_hash from user_account where id = ?', [user.userId]), [before])
})

test('a sign-out by refresh token waits for what the session has under way', async () => {
  const user = await api.user({ username: 'leaving' })
  const { session } = await made(api.anonymous, 'signIn', { username: 'leaving', password: 'correct horse battery' }, 'session { refreshToken }')
  const em = api.db.em.fork()
  await em.begin()
  await em.execute('select pg_advisory_xact_lock_shared(hashtextextended(?, 0))', [`access:${user.userId}`])
  let isOut = false
  const out = mutate(api.anonymous, 'signOut', { refreshToken: (session as { refreshToken: string }).refreshToken }).then((answer) => { isOut = true; return answer })
  await Promise.race([waiting(), out])
  assert.equal(isOut, false)
  await em.commit()
  assert.equal((await out).__typename, 'SignOutPayload')
})

test('the end of a token belongs to the plan, to the key and to the audit', async () => {
  const user = await api.user()
  const [soon, late] = [new Date(Date.now() + 3_600_000).toISOString(), new Date(Date.now() + 300 * 86_400_000).toISOString()]
  const { plan } = await made(user, 'createApiToken', { name: 'planned', scopes: [], expiresAt: soon, dryRun: true }, 'plan { hash steps losses }')
  assert.equal((await mutate(user, 'createApiToken', { name: 'planned', scopes: [], expiresAt: late, planHash: plan!.hash })).code, 'PLAN_CHANGED')
  await made(user, 'createApiToken', { name: 'keyed', scopes: [], expiresAt: soon, idempotencyKey: 'once' }, 'token')
  assert.equal((await mutate(user, 'createApiToken', { name: 'keyed', scopes: [], expiresAt: late, idempotencyKey: 'once' })).code, 'CONFLICT')
  const [entry] = await rows<{ input: { expiresAt: unknown } }>("select input from audit where user_id = ? and error_code is null order by id desc limit 1", [user.userId])
  assert.equal(entry!.input.expiresAt, soon)
})

test('names that look the same are the same', async () => {
  const user = await api.user()
  await made(user, 'createWorkspace', { name: 'Research Group' }, '__typename')
  for (const name of ['Research\u00a0Group', 'Research  Group', 'Research\u2009Group', 'Resear\u034fch Group', 'Research Group\ufe0f', 'Research\u3164Group', 'Ｒesearch Group', 'Research Group\u2800', 'Re\u017fearch Group', '\u0130'.repeat(63)]) {
    const answer = await mutate(user, 'createWorkspace', { name })
    assert.ok(answer.code === 'CONFLICT' || answer.code === 'INVALID_INPUT', `${JSON.stringify(name)} ${answer.code}`)
  }
})

test('many who ask at once do not get more tokens than a user has', async () => {
  const user = await api.user()
  await rows("insert into session (id, user_id, kind, name, scopes, token_hash, expires_at) select gen_random_uuid(), ?, 'token', 'old', '[]', decode(md5(random()::text), 'hex'), now() + interval '1 day' from generate_series(1, 98)", [user.userId])
  const answers = await Promise.all(Array.from({ length: 8 }, () => mutate(user, 'createApiToken', { name: 'one more', scopes: [] })))
  assert.equal(answers.filter(({ code }) => code === undefined).length, 2, JSON.stringify(answers))
})

test('a tenant\'s plan of a deletion names no pool', async () => {
  const owner = await api.user({ memberships: { [world.workspaceId]: permissions } })
  await rows("update pool set name = 'hidden-pool' where id = ?", [world.poolId])
  const vmId = await madeId(owner, 'createVm', { workspaceId: encodeId('Workspace', world.workspaceId), templateId: encodeId('Template', world.templateId), name: 'planned' }, 'vm')
  const fields = 'plan { steps losses hash }'
  const { plan } = await made(owner, 'deleteVm', { vmId, dryRun: true }, fields)
  assert.ok(plan!.losses.some((loss) => loss.startsWith('Its disk of')))
  assert.equal(JSON.stringify(plan).includes('hidden-pool'), false)
  const operators = await made(await api.user({ superuser: true }), 'deleteVm', { vmId, dryRun: true }, fields)
  assert.ok(JSON.stringify(operators.plan).includes('hidden-pool'))
})

test('a session that the audit could not be told of reaches nobody, not even in a cookie', async () => {
  const user = await api.user({ username: 'unrecorded' })
  await rows('delete from session where user_id = ?', [user.userId])
  await rows('alter table audit rename to audit_away')
  const asked = api.anonymous.send('mutation { signIn(input: { username: "unrecorded", password: "correct horse battery", cookie: true }) { __typename } }')
  await Promise.allSettled([asked])
  await rows('alter table audit_away rename to audit')
  const answer = await asked
  assert.equal(answer.errors![0]!.extensions.code, 'INTERNAL')
  assert.equal(answer.headers.get('set-cookie'), null)
})

test('what is offered to a workspace of others cannot be asked for by its id', async () => {
  const [mine, theirs] = [await api.workspace(), await api.workspace()]
  const [member, both] = [await api.user({ memberships: { [mine]: [] } }), await api.user({ memberships: { [mine]: [], [theirs]: [] } })]
  const templateId = await madeId(await api.user({ superuser: true }), 'createTemplate', {
    name: 'offered to two', os: 'Debian', imageId: encodeId('Image', (await rows<{ id: string }>('select id from image'))[0]!.id), vcpus: 1, memoryBytes: 134_217_728, diskBytes: 1_073_741_824, workspaceIds: [mine, theirs].map((id) => encodeId('Workspace', id)),
  }, 'template')
  const offered = async (who: TestClient, workspace: string) => {
    const { templates } = await who.ask<{ templates: { totalCount: number; edges: { node: { id: string } }[] } }>('query ($workspaceId: ID!) { templates(first: 100, workspaceId: $workspaceId) { totalCount edges { node { id } } } }', { workspaceId: encodeId('Workspace', workspace) })
    assert.equal(templates.totalCount, templates.edges.length)
    return templates.edges.some(({ node }) => node.id === templateId)
  }
  assert.deepEqual([await offered(member, mine), await offered(both, theirs)], [true, true])
  assert.equal(await offered(member, theirs), false)
})

test('a plan that changes nothing is none for removing an address', async () => {
  const user = await api.user()
  await made(user, 'updateProfile', { email: 'kept@example.com' }, '__typename')
  const { plan } = await made(user, 'updateProfile', { dryRun: true }, 'plan { hash steps losses }')
  assert.equal((await mutate(user, 'updateProfile', { email: null, planHash: plan!.hash })).code, 'PLAN_CHANGED')
  assert.deepEqual(await rows('select email from user_account where id = ?', [user.userId]), [{ email: 'kept@example.com' }])
})

test('a tenant cannot keep a server busy with passwords of guests', async () => {
  const [greedy, other] = [await api.user({ memberships: { [world.workspaceId]: permissions } }), await api.user({ memberships: { [world.workspaceId]: permissions } })]
  const plan = (who: TestClient) => mutate(who, 'createVm', { workspaceId: encodeId('Workspace', world.workspaceId), templateId: encodeId('Template', world.templateId), name: 'never made', password: 'a guest password', dryRun: true })
  let code: string | undefined
  for (let times = 0; times < 500 && code === undefined; times++) ({ code } = await plan(greedy))
  assert.equal(code, 'RATE_LIMITED')
  assert.equal((await plan(other)).code, undefined)
})

test('no account is made and no password is changed that the audit cannot be told of', async () => {
  const user = await api.user()
  const hashed = () => rows('select password_hash from user_account where id = ?', [user.userId])
  const before = await hashed()
  await rows('alter table audit rename to audit_away')
  const answers = await Promise.allSettled([
    mutate(api.anonymous, 'signUp', { username: 'unheard-of', password: 'a long enough password', email: 'x@example.com' }),
    mutate(user, 'changePassword', { currentPassword: 'correct horse battery', newPassword: 'another long password' }),
  ])
  await rows('alter table audit_away rename to audit')
  assert.deepEqual(answers.map((answer) => answer.status === 'fulfilled' && answer.value.code), ['INTERNAL', 'INTERNAL'])
  assert.deepEqual(await rows("select 1 from user_account where username = 'unheard-of'"), [])
  assert.deepEqual(await hashed(), before)
  await made(api.anonymous, 'signUp', { username: 'unheard-of', password: 'a long enough password', email: 'x@example.com' }, '__typename')
  assert.deepEqual(await rows("select username, user_id is not null and session_id is not null as known from audit where method = 'signUp' and error_code is null"), [{ username: 'unheard-of', known: true }])
})
