import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { KeyRing } from '../../server/auth/key-ring.ts'
import { permissions } from '../../server/model/permissions.ts'
import { testPassword, useApi } from '../support/api.ts'
import type { Answer } from '../support/api.ts'

const api = await useApi()

interface Session { accessToken: string; refreshToken: string | null; user: { username: string } }
const session = 'session { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt user { username } }'
const signIn = (username: string, password = testPassword, cookie = false) =>
  api.anonymous.send<{ signIn: { session: Session } }>(`mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignInPayload { ${session} } } }`, { input: { username, password, cookie } })
const refresh = (refreshToken?: string | null, headers?: Record<string, string>): Promise<Answer<{ refreshSession: { session: Session } }>> =>
  api.anonymous.send(`mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { ... on RefreshSessionPayload { ${session} } } }`, { input: { refreshToken } }, headers)
const viewerOf = async (accessToken: string) => {
  const { data, errors } = await api.anonymous.send<{ viewer: { username: string } | null }>('{ viewer { username } }', {}, { authorization: `Bearer ${accessToken}` })
  return errors?.[0]?.extensions.code ?? data.viewer?.username
}
const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code

test('a name and a password open a session, whatever the case of the name', async () => {
  await api.user({ username: 'Ada' })
  const { data } = await signIn('aDA')
  assert.equal(data.signIn.session.user.username, 'Ada')
  assert.equal(await viewerOf(data.signIn.session.accessToken), 'Ada')
  assert.equal(await api.anonymous.ask<{ viewer: null }>('{ viewer { username } }').then(({ viewer }) => viewer), null)
})

test('a wrong password, an unknown name and a disabled account cannot be told apart', async () => {
  const { userId } = await api.user({ username: 'disabled' })
  await api.user({ username: 'present' })
  await api.db.em.fork().execute('update user_account set disabled_at = now() where id = ?', [userId])
  const answers = [await signIn('present', 'not the password'), await signIn('nobody-at-all'), await signIn('disabled')]
  for (const answer of answers) assert.deepEqual(answer.errors, answers[0]!.errors)
  assert.equal(codeOf(answers[0]!), 'UNAUTHENTICATED')
})

test('too many wrong passwords close the account to tries for a while, and no other account', async () => {
  await api.user({ username: 'victim' })
  await api.user({ username: 'bystander' })
  // Many at once do not slip through together.
  const tries = await Promise.all(Array.from({ length: 14 }, () => signIn('VICTIM', 'guess guess guess')))
  const codes = tries.map(codeOf)
  assert.equal(codes.filter((code) => code === 'UNAUTHENTICATED').length, 10)
  assert.equal(codes.filter((code) => code === 'RATE_LIMITED').length, 4)
  const right = await signIn('victim')
  assert.equal(codeOf(right), 'RATE_LIMITED')
  assert.ok(Number(right.errors![0]!.extensions.retryAfterMs) > 1_000)
  assert.equal(codeOf(await signIn('bystander')), undefined)
})

test('a refresh token gives the next one, twice the same within seconds, and once copied ends the session', async () => {
  await api.user({ username: 'rita' })
  const first = (await signIn('rita')).data.signIn.session
  const second = (await refresh(first.refreshToken)).data.refreshSession.session
  assert.notEqual(second.refreshToken, first.refreshToken)
  // Its answer was lost, or two tabs asked at once.
  const again = await Promise.all([refresh(first.refreshToken), refresh(first.refreshToken)])
  for (const { data } of again) assert.equal(data.refreshSession.session.refreshToken, second.refreshToken)
  assert.equal(await viewerOf(second.accessToken), 'rita')
  // Later than that it is a copy.
  await api.db.em.fork().execute("update session set used_at = used_at - interval '11 seconds' where user_id = (select id from user_account where username = 'rita')")
  assert.equal(codeOf(await refresh(first.refreshToken)), 'UNAUTHENTICATED')
  assert.equal(codeOf(await refresh(second.refreshToken)), 'UNAUTHENTICATED')
  assert.equal(await viewerOf(second.accessToken), 'UNAUTHENTICATED')
})

test('many refreshes of one token at once all get the same successor', async () => {
  await api.user({ username: 'tabs' })
  const { refreshToken } = (await signIn('tabs')).data.signIn.session
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)))
  assert.equal(new Set(answers.map(({ data }) => data.refreshSession.session.refreshToken)).size, 1)
})

test('a refresh token of nobody, of an ended session and of a disabled user is refused', async () => {
  assert.equal(codeOf(await refresh('made-up')), 'UNAUTHENTICATED')
  assert.equal(codeOf(await refresh()), 'UNAUTHENTICATED')
  await api.user({ username: 'expired' })
  const { refreshToken } = (await signIn('expired')).data.signIn.session
  await api.db.em.fork().execute("update session set expires_at = now() where user_id = (select id from user_account where username = 'expired')")
  assert.equal(codeOf(await refresh(refreshToken)), 'UNAUTHENTICATED')
  const { userId } = await api.user({ username: 'leaver' })
  const leaver = (await signIn('leaver')).data.signIn.session
  await api.db.em.fork().execute('update user_account set disabled_at = now() where id = ?', [userId])
  assert.equal(codeOf(await refresh(leaver.refreshToken)), 'UNAUTHENTICATED')
  assert.equal(await viewerOf(leaver.accessToken), 'UNAUTHENTICATED')
})

test('a browser keeps its refresh token in a cookie that scripts and other sites cannot use', async () => {
  await api.user({ username: 'browser' })
  const signedIn = await signIn('browser', testPassword, true)
  assert.equal(signedIn.data.signIn.session.refreshToken, null)
  const cookie = signedIn.headers.get('set-cookie')!
  assert.match(cookie, /^kloudak_refresh=[\w-]{43}\.[\w-]{43}; Path=\/graphql; HttpOnly; SameSite=Strict; Expires=/)
  const refreshed = await refresh(undefined, { cookie: cookie.split(';')[0]! })
  assert.equal(refreshed.data.refreshSession.session.user.username, 'browser')
  assert.equal(refreshed.data.refreshSession.session.refreshToken, null)
  const successor = refreshed.headers.get('set-cookie')!.split(';')[0]!
  assert.notEqual(successor, cookie.split(';')[0])
  const out = await api.anonymous.send('mutation { signOut(input: {}) { __typename } }', {}, { cookie: successor })
  assert.match(out.headers.get('set-cookie')!, /^kloudak_refresh=; .*Expires=Thu, 01 Jan 1970/)
  assert.equal(codeOf(await refresh(undefined, { cookie: successor })), 'UNAUTHENTICATED')
})

test('signing out ends this session, or all of them', async () => {
  await api.user({ username: 'many' })
  const [a, b, c] = await Promise.all([signIn('many'), signIn('many'), signIn('many')])
  const tokens = [a, b, c].map(({ data }) => data.signIn.session.accessToken)
  const signOut = (token: string, everywhere: boolean) => api.anonymous.send('mutation ($everywhere: Boolean) { signOut(input: { everywhere: $everywhere }) { __typename } }', { everywhere }, { authorization: `Bearer ${token}` })
  await signOut(tokens[0]!, false)
  assert.deepEqual(await Promise.all(tokens.map(viewerOf)), ['UNAUTHENTICATED', 'many', 'many'])
  await signOut(tokens[1]!, true)
  assert.deepEqual(await Promise.all(tokens.map(viewerOf)), ['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED'])
})

test('a new password ends the other sessions and replaces the old one', async () => {
  await api.user({ username: 'careful' })
  const [mine, other] = await Promise.all([signIn('careful'), signIn('careful')])
  const change = (currentPassword: string, newPassword: string) => api.anonymous.send<{ changePassword: { __typename: string; field?: string } }>(
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ... on UserError { field } } }', { input: { currentPassword, newPassword } }, { authorization: `Bearer ${mine.data.signIn.session.accessToken}` })
  assert.deepEqual((await change('wrong wrong wrong', 'another long one')).data.changePassword, { __typename: 'InvalidInputError', field: 'currentPassword' })
  assert.deepEqual((await change(testPassword, 'short')).data.changePassword, { __typename: 'InvalidInputError', field: 'newPassword' })
  assert.equal((await change(testPassword, 'another long one')).data.changePassword.__typename, 'ChangePasswordPayload')
  assert.equal(await viewerOf(mine.data.signIn.session.accessToken), 'careful')
  assert.equal(await viewerOf(other.data.signIn.session.accessToken), 'UNAUTHENTICATED')
  assert.equal(codeOf(await signIn('careful')), 'UNAUTHENTICATED')
  assert.equal(codeOf(await signIn('careful', 'another long one')), undefined)
})

test('other services verify a token by the published keys, and a rotation logs nobody out', async () => {
  const workspaceId = await api.workspace([], 'red team')
  await api.user({ username: 'walter', memberships: { [workspaceId]: ['vm:edit'] } })
  const before = (await signIn('walter')).data.signIn.session.accessToken
  await api.auth.keys.rotate({ atOnce: true })
  const after = (await signIn('walter')).data.signIn.session.accessToken
  assert.notEqual(decodeProtectedHeader(before).kid, decodeProtectedHeader(after).kid)
  assert.deepEqual(await Promise.all([before, after].map(viewerOf)), ['walter', 'walter'])
  const keys = createRemoteJWKSet(new URL(`${api.url}/.well-known/jwks.json`))
  for (const token of [before, after]) {
    const { payload } = await jwtVerify(token, keys, { issuer: 'kloudak', audience: 'kloudak' })
    assert.deepEqual(payload.workspaces, { 'red team': ['vm:edit'] })
    assert.equal(payload.exp! - payload.iat!, 600)
  }
  const published = await (await fetch(`${api.url}/.well-known/jwks.json`)).json() as { keys: Record<string, unknown>[] }
  assert.equal(published.keys.length, 2)
  for (const key of published.keys) assert.equal('d' in key, false)
  const stored = await api.db.em.fork().execute<{ text: string }[]>("select encode(private_sealed, 'escape') || public_jwk::text as text from signing_key")
  for (const { text } of stored) assert.doesNotMatch(text, /"d"/)
})

test('the next token tells what has changed since: a name, a permission, who is a superuser', async () => {
  const workspace = await api.workspace([], 'before')
  const { userId } = await api.user({ username: 'changing', memberships: { [workspace]: ['vm:edit'] } })
  const first = (await signIn('changing')).data.signIn.session
  // What a service knows that has nothing but the published keys.
  const keys = createLocalJWKSet(await (await fetch(`${api.url}/.well-known/jwks.json`)).json() as { keys: never[] })
  const claims = async (token: string) => {
    const { payload } = await jwtVerify(token, keys, { issuer: 'kloudak', audience: 'kloudak', algorithms: ['EdDSA'], typ: 'at+jwt' })
    return { sub: payload.sub, name: payload.name, superuser: payload.superuser, workspaces: payload.workspaces }
  }
  assert.deepEqual(await claims(first.accessToken), { sub: userId, name: 'changing', superuser: false, workspaces: { before: ['vm:edit'] } })
  const em = api.db.em.fork()
  await em.execute("update workspace set name = 'after', name_key = 'after' where id = ?", [workspace])
  await em.execute("update membership set permissions = '{vm:edit,vm:add}' where user_id = ?", [userId])
  await em.execute('update user_account set superuser = true where id = ?', [userId])
  const second = (await refresh(first.refreshToken)).data.refreshSession.session
  assert.deepEqual(await claims(second.accessToken), { sub: userId, name: 'changing', superuser: true, workspaces: { after: ['vm:edit', 'vm:add'] } })
})

test('a new key is published before it signs, and is known to every process the moment it does', async () => {
  const [one, two] = [new KeyRing(api.db, api.masterKey), new KeyRing(api.db, api.masterKey)]
  const old = (await one.signingKey()).kid
  assert.ok(await two.verifyingKey(old))
  await one.rotate()
  assert.equal((await one.signingKey()).kid, old)
  const { keys } = await one.jwks()
  const next = String(keys[0]!.kid)
  assert.notEqual(next, old)
  assert.ok(await two.verifyingKey(next))
  await api.db.em.fork().execute("update signing_key set created_at = created_at - interval '6 minutes'")
  assert.equal((await new KeyRing(api.db, api.masterKey).signingKey()).kid, next)
  await one.rotate({ atOnce: true })
  assert.notEqual((await one.signingKey()).kid, next)
  assert.ok(await two.verifyingKey((await one.signingKey()).kid))
  assert.ok(await new KeyRing(api.db, api.masterKey).verifyingKey(next))
})

test('a crowd that comes to a server with a key that it does not know yet is let in, all of it', async () => {
  const maker = new KeyRing(api.db, api.masterKey)
  const late = new KeyRing(api.db, api.masterKey)
  const crowd = async (kid: string) => (await Promise.all(Array.from({ length: 200 }, () => late.verifyingKey(kid)))).filter((key) => key !== undefined).length
  assert.equal(await crowd((await maker.signingKey()).kid), 200)
  await maker.rotate({ atOnce: true })
  assert.equal(await crowd((await maker.signingKey()).kid), 200)
  assert.equal(await crowd('nobody\'s'), 0)
})

test('tokens that were changed, that another key signed, or that are no tokens are refused', async () => {
  await api.user({ username: 'target' })
  const token = (await signIn('target')).data.signIn.session.accessToken
  const [head, body, signature] = token.split('.') as [string, string, string]
  const claims = decodeJwt(token)
  const reencode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const forged = [
    `${head}.${reencode({ ...claims, exp: claims.exp! + 9_999 })}.${signature}`,
    `${reencode({ alg: 'none', kid: decodeProtectedHeader(token).kid })}.${body}.`,
    `${reencode({ alg: 'HS256', kid: decodeProtectedHeader(token).kid, typ: 'at+jwt' })}.${body}.${signature}`,
    `${reencode({ ...decodeProtectedHeader(token), kid: 'unknown' })}.${body}.${signature}`,
    'x', 'a.b.c', '..', token.slice(0, -2),
  ]
  for (const bad of forged) assert.equal(await viewerOf(bad), 'UNAUTHENTICATED', bad)
  assert.equal(await viewerOf(token), 'target')
  const { status, headers } = await api.anonymous.send('{ viewer { username } }', {}, { authorization: 'Basic YTpi' })
  assert.equal(status, 401)
  assert.ok(headers.get('x-request-id'))
  // What is published must be what verifies here: a set with one wrong key opens nothing.
  await assert.rejects(jwtVerify(token, createLocalJWKSet({ keys: [] })))
})

test('the creator of a workspace may do everything in it, and a name is given once', async () => {
  const creator = await api.user()
  const create = 'mutation ($name: String!, $key: String) { createWorkspace(input: { name: $name, idempotencyKey: $key }) { __typename ... on CreateWorkspacePayload { workspace { id name permissions } } ... on UserError { code field } } }'
  type Created = { createWorkspace: { __typename: string; workspace: { id: string; name: string; permissions: string[] } } }
  const { createWorkspace: first } = await creator.ask<Created>(create, { name: 'Blue', key: 'once' })
  assert.deepEqual([first.workspace.name, first.workspace.permissions], ['Blue', [...permissions]])
  const { workspaces } = await creator.ask<{ workspaces: { edges: { node: { id: string } }[] } }>('{ workspaces { edges { node { id } } } }')
  assert.deepEqual(workspaces.edges.map(({ node }) => node.id), [first.workspace.id])
  assert.deepEqual((await creator.ask<Created>(create, { name: 'Blue', key: 'once' })).createWorkspace, first)
  const others = await Promise.all([1, 2, 3].map(() => api.user()))
  const answers = await Promise.all(others.map((user) => user.ask<Created>(create, { name: 'blue', key: 'once' })))
  for (const answer of answers) assert.deepEqual(answer.createWorkspace, { __typename: 'ConflictError', code: 'CONFLICT', field: 'name' })
  const raced = await Promise.all(others.map((user) => user.ask<Created>(create, { name: 'Green' })))
  assert.deepEqual(raced.map((answer) => answer.createWorkspace.__typename).sort(), ['ConflictError', 'ConflictError', 'CreateWorkspacePayload'])
})
