// Accounts through the public API: sign-up, administration, and how an account that is shut out is out everywhere.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { encodeId } from '../../schema/global-id.ts'
import { testPassword, useApi } from '../support/api.ts'
import type { Answer, TestClient } from '../support/api.ts'
import { until } from '../support/until.ts'

const api = await useApi()
const superuser = await api.user({ superuser: true, username: 'operator' })
const fails = '... on UserError { code field remedy }'
interface Refusal { __typename: string; code?: string; field?: string }

const signUp = (input: object, client: TestClient = api.anonymous) =>
  client.send<{ signUp: Refusal & { session: { accessToken: string; refreshToken: string | null; user: { id: string; username: string; email: string | null; superuser: boolean } } } }>(
    `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename ${fails} ... on SignUpPayload { session { accessToken refreshToken user { id username email superuser } } } } }`, { input })
const newcomer = (username: string) => ({ username, password: testPassword, email: `${username}@example.com` })
const signIn = async (username: string, password = testPassword) => {
  const { data, errors } = await api.anonymous.send<{ signIn: { session: { accessToken: string } } }>('mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignInPayload { session { accessToken } } } }', { input: { username, password } })
  return errors?.[0]?.extensions.code ?? data.signIn.session.accessToken
}
const statusOf = async (token: string) => (await api.anonymous.send('{ viewer { id } }', {}, { authorization: `Bearer ${token}` })).status
const codeOf = ({ errors }: Answer<unknown>) => errors?.[0]?.extensions.code

interface UserAnswer extends Refusal { user: { id: string; username: string; superuser: boolean; disabledAt: string | null; email: string | null } | null; password?: string | null; plan?: { steps: string[]; losses: string[] } | null }
/** A mutation about a user, as the operator. */
async function operate(name: string, input: object, { client = superuser, withPassword = false } = {}): Promise<UserAnswer> {
  const type = name[0]!.toUpperCase() + name.slice(1)
  const { answer } = await client.ask<{ answer: UserAnswer }>(`mutation ($input: ${type}Input!) { answer: ${name}(input: $input) {
    __typename ${fails} ... on ${type}Payload { user { id username superuser disabledAt email } plan { steps losses } ${withPassword ? 'password' : ''} } } }`, { input })
  return answer
}
const relayId = ({ userId }: { userId: string }) => encodeId('User', userId)

test('who signs up is signed in, owns nothing, and can sign in again', async () => {
  const { data, headers } = await signUp({ ...newcomer('Grace'), cookie: true })
  assert.equal(data.signUp.__typename, 'SignUpPayload')
  const { user, accessToken, refreshToken } = data.signUp.session
  assert.deepEqual([user.username, user.email, user.superuser, refreshToken], ['Grace', 'Grace@example.com', false, null])
  assert.match(headers.get('set-cookie')!, /^kloudak_refresh=.*HttpOnly; SameSite=Strict/)
  const seen = await api.anonymous.send<{ workspaces: { edges: unknown[] } }>('{ workspaces { edges { cursor } } }', {}, { authorization: `Bearer ${accessToken}` })
  assert.deepEqual(seen.data.workspaces.edges, [])
  assert.equal(await statusOf(await signIn('grace')), 200)
})

test('a name in another case, width or composition is the same name, also for many at once', async () => {
  assert.equal((await signUp(newcomer('twin'))).data.signUp.__typename, 'SignUpPayload')
  for (const username of ['twin', 'TWIN', '\uff34\uff57\uff49\uff4e', 'Admin', 'operator']) {
    const { signUp: answer } = (await signUp({ ...newcomer('x'), username })).data
    assert.deepEqual([answer.__typename, answer.field], ['ConflictError', 'username'], username)
  }
  const raced = await Promise.all(['race', 'RACE', 'Race', 'rAce'].map((name) => signUp({ ...newcomer('race'), username: name })))
  assert.deepEqual(raced.map(({ data }) => data.signUp.__typename).sort(), ['ConflictError', 'ConflictError', 'ConflictError', 'SignUpPayload'])
})

test('what cannot be taken names its field, and makes no account', async () => {
  const count = async () => Number((await api.db.em.fork().execute<{ count: string }[]>('select count(*) from user_account'))[0]!.count)
  const before = await count()
  for (const [field, value] of [['username', 'a b'], ['username', 'x'.repeat(64)], ['username', '\u0430da'], ['username', "'; drop table user_account; --"], ['email', 'nobody'], ['email', 'a@b@c'], ['password', 'short'], ['password', 'x'.repeat(300)]] as const) {
    const { signUp: answer } = (await signUp({ ...newcomer('odd-one'), [field]: value })).data
    assert.deepEqual([answer.__typename, answer.field], ['InvalidInputError', field], value)
  }
  assert.equal(await count(), before)
})

test('a socket cannot take the cookie, and leaves no account behind that nobody is told of', async () => {
  const user = await api.user()
  const answers = user.socket().iterate({ query: `mutation { signUp(input: { username: "by-socket", password: "${testPassword}", email: "a@example.com", cookie: true }) { __typename } }` })
  for await (const { data } of answers) assert.equal((data as { signUp: Refusal }).signUp.__typename, 'InvalidInputError')
  assert.deepEqual(await api.db.em.fork().execute("select 1 from user_account where username = 'by-socket'"), [])
})

test('the operator closes sign-up; the sign-in page knows before anybody signs in', async () => {
  const isOpen = async () => (await api.anonymous.ask<{ installation: { signUpOpen: boolean } }>('{ installation { signUpOpen } }')).installation.signUpOpen
  const set = (signUpOpen: boolean) => superuser.ask(`mutation { updateInstallation(input: { signUpOpen: ${signUpOpen} }) { __typename } }`)
  assert.equal(await isOpen(), true)
  await set(false)
  assert.equal(await isOpen(), false)
  assert.equal(codeOf(await signUp(newcomer('late'))), 'FORBIDDEN')
  assert.equal((await operate('createUser', { username: 'invited' })).__typename, 'CreateUserPayload')
  await set(true)
  assert.equal((await signUp(newcomer('late'))).data.signUp.__typename, 'SignUpPayload')
  // The rest of the installation is for those who are signed in.
  assert.equal(codeOf(await api.anonymous.send('{ installation { simulated } }')), 'UNAUTHENTICATED')
})

test('one address makes so many accounts and no more', async () => {
  await api.db.em.fork().execute('delete from try_bucket')
  await Promise.all(Array.from({ length: 20 }, () => api.auth.tries.take(api.db.em.fork(), [{ name: 'sign-up 127.0.0.1', burst: 20, perSecond: 1 / 60 }])))
  assert.equal(codeOf(await signUp(newcomer('one-too-many'))), 'RATE_LIMITED')
  await api.db.em.fork().execute('delete from try_bucket')
})

test('an operator makes accounts; the password that was made is told once', async () => {
  const input = { username: 'made', email: 'made@example.com', idempotencyKey: 'make' }
  const first = await operate('createUser', input, { withPassword: true })
  assert.equal(await statusOf(await signIn('made', first.password!)), 200)
  const again = await operate('createUser', input, { withPassword: true })
  assert.deepEqual([again.user!.id, again.password], [first.user!.id, null])
  assert.equal((await operate('createUser', { username: 'MADE' })).code, 'CONFLICT')
  const dry = await operate('createUser', { username: 'never', dryRun: true }, { withPassword: true })
  assert.deepEqual([dry.user, dry.password, dry.plan!.steps], [null, null, ['The account never is made.']])
  const chosen = await operate('createUser', { username: 'chosen', password: 'chosen by the operator', superuser: true }, { withPassword: true })
  assert.deepEqual([chosen.password, chosen.user!.superuser], [null, true])
  await operate('setSuperuser', { userId: chosen.user!.id, superuser: false })
})

test('superusers list and search accounts, page by page', async () => {
  for (const name of ['list-a', 'list-b', 'list-c', 'list_d']) await operate('createUser', { username: name, email: `${name}@list.example` })
  interface Page { users: { totalCount: number; edges: { node: { username: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }
  const page = (args: string) => superuser.ask<Page>(`{ users(${args}) { totalCount edges { node { username } } pageInfo { endCursor hasNextPage } } }`).then(({ users }) => users)
  const names = ({ edges }: Page['users']) => edges.map(({ node }) => node.username)
  const first = await page('text: "LIST-", first: 2')
  assert.deepEqual([names(first), first.totalCount, first.pageInfo.hasNextPage], [['list-a', 'list-b'], 3, true])
  assert.deepEqual(names(await page(`text: "list-", first: 2, after: "${first.pageInfo.endCursor}"`)), ['list-c'])
  // A wildcard is a letter.
  assert.deepEqual(names(await page('text: "list_"')), ['list_d'])
  assert.deepEqual(names(await page('superuser: true')), ['operator'])
  assert.deepEqual(names(await page('disabled: true')), [])
})

test('an email address is told to its owner and to superusers, and to nobody else', async () => {
  const workspace = await api.workspace()
  const [one, other] = [await api.user({ memberships: { [workspace]: [] } }), await api.user({ memberships: { [workspace]: [] } })]
  assert.equal((await operate('updateProfile', { email: 'one@Example.com' }, { client: one })).user!.email, 'one@example.com')
  const seenBy = async (client: TestClient) => (await client.ask<{ node: { email: string | null; disabledAt: string | null } }>(`{ node(id: "${relayId(one)}") { ... on User { email disabledAt } } }`)).node.email
  assert.deepEqual([await seenBy(one), await seenBy(superuser), await seenBy(other)], ['one@example.com', 'one@example.com', null])
  assert.equal((await operate('updateProfile', {}, { client: one })).user!.email, 'one@example.com')
  assert.equal((await operate('updateProfile', { email: null }, { client: one })).user!.email, null)
})

/** A socket and an event stream of the user, both open and following. */
async function following(user: TestClient): Promise<{ closed: Promise<[number, boolean]> }> {
  const workspace = encodeId('Workspace', await api.workspace([{ user, permissions: [] }]))
  const query = `subscription { events(workspaceId: "${workspace}") { cursor } }`
  const before = api.hub.subscribers
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${user.token}` } }))
  await once(socket, 'message')
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
  const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${user.token}` }, body: JSON.stringify({ query }) })
  const streamed = (async () => { try { for await (const _chunk of response.body!); } catch { /* cut off */ } return true })()
  await until('both follow', () => api.hub.subscribers === before + 2)
  return { closed: Promise.all([once(socket, 'close').then(([code]) => code as number), streamed]) }
}

test('a disabled account is out of its sockets, event streams and sessions, also after it is enabled again', async () => {
  const user = await api.user({ username: 'leaving' })
  const { closed } = await following(user)
  const dry = await operate('disableUser', { userId: relayId(user), dryRun: true })
  assert.deepEqual(dry.plan!.losses, ['All sessions and API tokens of leaving end. Its VMs go on.'])
  assert.equal(await statusOf(user.token!), 200)
  assert.ok((await operate('disableUser', { userId: relayId(user) })).user!.disabledAt)
  assert.deepEqual(await closed, [4401, true])
  assert.equal(await statusOf(user.token!), 401)
  assert.equal(await signIn('leaving'), 'UNAUTHENTICATED')
  assert.equal((await operate('enableUser', { userId: relayId(user) })).user!.disabledAt, null)
  assert.equal(await statusOf(user.token!), 401)
  assert.equal(await statusOf(await signIn('leaving')), 200)
})

test('signing out everywhere closes sockets and event streams of all sessions', async () => {
  const user = await api.user({ username: 'everywhere' })
  const { closed } = await following(user)
  const elsewhere = await signIn('everywhere')
  const out = await api.anonymous.send('mutation { signOut(input: { everywhere: true }) { __typename } }', {}, { authorization: `Bearer ${elsewhere}` })
  assert.equal(out.status, 200)
  assert.deepEqual(await closed, [4401, true])
})

test('a new password from an operator ends all that was open, and is told once', async () => {
  const user = await api.user({ username: 'forgetful' })
  const { closed } = await following(user)
  const input = { userId: relayId(user), idempotencyKey: 'reset' }
  const { password } = await operate('resetUserPassword', input, { withPassword: true })
  assert.deepEqual(await closed, [4401, true])
  assert.equal(await signIn('forgetful'), 'UNAUTHENTICATED')
  assert.equal(await statusOf(await signIn('forgetful', password!)), 200)
  assert.equal((await operate('resetUserPassword', input, { withPassword: true })).password, null)
  assert.equal(await statusOf(await signIn('forgetful', password!)), 200)
})

test('an operator changes their own password as everybody does', async () => {
  const answer = await operate('resetUserPassword', { userId: relayId(superuser) })
  assert.deepEqual([answer.code, answer.field], ['INVALID_INPUT', 'userId'])
})

test('a sign-in that was under way when the password was replaced opens nothing', async () => {
  const user = await api.user({ username: 'overtaken' })
  // The reset waits to commit, and the sign-in, whose password was right, waits for it.
  const em = api.db.em.fork()
  await em.begin()
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`access:${user.userId}`])
  const signingIn = signIn('overtaken')
  await until('the sign-in waits', async () => (await api.db.em.fork().execute("select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")).length > 0)
  await em.execute("update user_account set password_hash = 'another' where id = ?", [user.userId])
  await em.commit()
  assert.equal(await signingIn, 'UNAUTHENTICATED')
})

test('no operation of a user who is disabled starts after that has committed', async () => {
  const user = await api.user()
  // In flight: it holds the user's rights until it ends, and the operator waits for it.
  const em = api.db.em.fork()
  await em.begin()
  await em.execute('select pg_advisory_xact_lock_shared(hashtextextended(?, 0))', [`access:${user.userId}`])
  const disabling = operate('disableUser', { userId: relayId(user) })
  await until('the operator waits', async () => (await api.db.em.fork().execute("select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")).length > 0)
  assert.deepEqual(await api.db.em.fork().execute('select disabled_at from user_account where id = ?', [user.userId]), [{ disabled_at: null }])
  await em.commit()
  assert.ok((await disabling).user!.disabledAt)
})

test('the last superuser who can sign in stays one, also when two demote each other at once', async () => {
  const only = relayId(superuser)
  for (const [name, input] of [['disableUser', {}], ['setSuperuser', { superuser: false }]] as const) {
    assert.deepEqual((await operate(name, { userId: only, ...input })).code, 'WRONG_STATE')
  }
  const second = await api.user({ superuser: true, username: 'second' })
  const disabled = await api.user({ superuser: true, username: 'disabled' })
  await operate('disableUser', { userId: relayId(disabled) })
  const answers = await Promise.allSettled([
    operate('setSuperuser', { userId: relayId(second), superuser: false }),
    operate('setSuperuser', { userId: only, superuser: false }, { client: second }),
  ])
  const left = await api.db.em.fork().execute<{ id: string }[]>('select id from user_account where superuser and disabled_at is null')
  assert.equal(left.length, 1, JSON.stringify(answers))
  // For the tests that follow.
  await api.db.em.fork().execute("update user_account set superuser = username = 'operator'")
  // One who cannot sign in does not count, and may be demoted at any time.
  assert.equal((await operate('setSuperuser', { userId: relayId(disabled), superuser: false })).__typename, 'SetSuperuserPayload')
})

test('who is not there cannot be operated on', async () => {
  for (const name of ['disableUser', 'enableUser', 'resetUserPassword']) assert.equal((await operate(name, { userId: encodeId('User', '0198f000-0000-7000-8000-00000000dead') })).code, 'NOT_FOUND', name)
})
