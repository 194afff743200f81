import assert from 'node:assert/strict'
import { on, once } from 'node:events'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { issueAccessToken } from '../../server/auth/access-token.ts'
import { encodeId } from '../../schema/global-id.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { until } from '../support/until.ts'

const api = await useApi({ limits: { socketsPerSession: 3, messageBytes: 4_096, operationsPerSocket: 2 } })

/** What each bare connection was sent, from its opening on: an answer may come while another connection still opens. */
const inboxes = new WeakMap<WebSocket, AsyncIterator<unknown[]>>()

/** A bare connection, to say what no proper client would. */
async function bare(payload: object | undefined, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers })
  inboxes.set(socket, on(socket, 'message'))
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'connection_init', payload }))
  return socket
}
const closeCode = async (socket: WebSocket) => (await once(socket, 'close'))[0] as number
/** The next message that has not been taken yet. */
const received = async (socket: WebSocket) => JSON.parse(String((await inboxes.get(socket)!.next()).value[0])) as { type: string }

test('operations over a socket act as the user of its token', async () => {
  const user = await api.user({ username: 'socrates' })
  const socket = await bare({ authorization: `Bearer ${user.token}` })
  assert.equal((await received(socket)).type, 'connection_ack')
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ viewer { username } }' } }))
  const [message] = await once(socket, 'message')
  assert.deepEqual(JSON.parse(String(message)), { id: '1', type: 'next', payload: { data: { viewer: { username: 'socrates' } } } })
  socket.terminate()
})

test('a socket without a good token is closed with 4401', async () => {
  assert.equal(await closeCode(await bare(undefined)), 4401)
  assert.equal(await closeCode(await bare({ authorization: 'Bearer x.y.z' })), 4401)
  const user = await api.user()
  await api.db.em.fork().execute('update session set revoked_at = now() where user_id = ?', [user.userId])
  assert.equal(await closeCode(await bare({ authorization: `Bearer ${user.token}` })), 4401)
})

test('pages of other sites cannot open one, and there is none at other paths', async () => {
  const refused = (path: string, headers: Record<string, string>) => new Promise<number>((resolve, reject) => {
    const socket = new WebSocket(`${api.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { headers })
    socket.on('unexpected-response', (_request, response) => { resolve(response.statusCode!) })
    socket.on('open', () => { reject(new Error('opened')) })
    socket.on('error', () => {})
  })
  assert.equal(await refused('/graphql', { origin: 'https://evil.example' }), 403)
  assert.equal(await refused('/nowhere', {}), 404)
})

test('a socket closes at once when its session ends, or its user is disabled or gone', async () => {
  for (const sql of ['update session set revoked_at = now() where user_id = ?', 'update user_account set disabled_at = now() where id = ?', 'delete from user_account where id = ?']) {
    const user = await api.user()
    const socket = await bare({ authorization: `Bearer ${user.token}` })
    await received(socket)
    const code = closeCode(socket)
    await api.db.em.fork().execute(sql, [user.userId])
    assert.equal(await code, 4401, sql)
  }
})

test('each answer is refused or given by the rights of its own moment', async () => {
  const workspaceId = await api.workspace([], 'shared')
  const user = await api.user({ memberships: { [workspaceId]: [] } })
  const socket = await bare({ authorization: `Bearer ${user.token}` })
  await received(socket)
  const names = async (id: string) => {
    socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: '{ workspaces { edges { node { name } } } }' } }))
    for (;;) {
      const [message] = await once(socket, 'message')
      const { type, payload } = JSON.parse(String(message)) as { type: string; payload: { data: { workspaces: { edges: unknown[] } } } }
      if (type === 'next') return payload.data.workspaces.edges.length
    }
  }
  assert.equal(await names('1'), 1)
  await api.db.em.fork().execute('delete from membership where user_id = ?', [user.userId])
  assert.equal(await names('2'), 0)
  socket.terminate()
})

test('a session has so many sockets and no more; a message is so long and no longer', async () => {
  const user = await api.user()
  const sockets = []
  for (let i = 0; i < 3; i++) {
    const socket = await bare({ authorization: `Bearer ${user.token}` })
    await received(socket)
    sockets.push(socket)
  }
  assert.equal(await closeCode(await bare({ authorization: `Bearer ${user.token}` })), 4429)
  const [first] = sockets as [WebSocket]
  const code = closeCode(first)
  first.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: `{ viewer { id } } # ${'x'.repeat(5_000)}` } }))
  assert.equal(await code, 1009)
  // Its place is free again.
  const next = await bare({ authorization: `Bearer ${user.token}` })
  assert.equal((await received(next)).type, 'connection_ack')
  for (const socket of [...sockets, next]) socket.terminate()
})

test('what cannot be parsed, validated or afforded is told on its operation and leaves the socket open', async () => {
  const user = await api.user()
  const socket = await bare({ authorization: `Bearer ${user.token}` })
  await received(socket)
  for (const query of ['{', '{ nothing }', `{ ${Array.from({ length: 450 }, (_, n) => `a${n}: __typename`).join(' ')} }`.slice(0, 3_900)]) {
    socket.send(JSON.stringify({ id: query.slice(0, 8), type: 'subscribe', payload: { query } }))
    const [message] = await once(socket, 'message')
    const { type, payload } = JSON.parse(String(message)) as { type: string; payload: { extensions: { code: string } }[] }
    assert.equal(type, 'error')
    assert.equal(payload[0]!.extensions.code, 'INVALID_INPUT')
  }
  assert.equal(socket.readyState, WebSocket.OPEN)
  socket.terminate()
})

test('a socket lives as long as its token, and longer when a ping brings a newer one', async () => {
  const user = await api.user({ username: 'renewing' })
  const { sessionId } = await api.auth.verify(user.token!)
  const short = await issueAccessToken(api.auth.keys, { userId: user.userId, sessionId, username: 'renewing', superuser: false, workspaces: [] }, 2_000)
  const [ending, renewed] = [await bare({ authorization: `Bearer ${short.token}` }), await bare({ authorization: `Bearer ${short.token}` })]
  await Promise.all([received(ending), received(renewed)])
  renewed.send(JSON.stringify({ type: 'ping', payload: { authorization: `Bearer ${user.token}` } }))
  assert.equal((await received(renewed)).type, 'pong')
  assert.equal(await closeCode(ending), 4401)
  renewed.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ viewer { username } }' } }))
  assert.equal((await received(renewed)).type, 'next')
  renewed.terminate()
})

test('a socket has so many operations open and no more, and a subscription that costs too much is not opened', async () => {
  const user = await api.user()
  const workspace = encodeId('Workspace', await api.workspace([{ user, permissions: [] }]))
  const socket = await bare({ authorization: `Bearer ${user.token}` })
  await received(socket)
  interface Message { id: string; type: string; payload: unknown }
  const inbox: Message[] = []
  socket.on('message', (data: Buffer) => { inbox.push(JSON.parse(data.toString()) as Message) })
  const about = (id: string, type: string) => until(`${type} of ${id} in ${JSON.stringify(inbox)}`, () => inbox.find((message) => message.id === id && message.type === type))
  const subscribe = (id: string, selection: string) => { socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query: `subscription { events(workspaceId: "${workspace}") { ${selection} } }` } })) }
  subscribe('dear', Array.from({ length: 410 }, (_, n) => `b${n}:id`).join(' '))
  assert.match(JSON.stringify((await about('dear', 'next')).payload), /^\{"errors":.*breadth.*INVALID_INPUT/)
  await about('dear', 'complete')
  for (const id of ['1', '2', '3']) subscribe(id, 'cursor')
  assert.match(JSON.stringify((await about('3', 'error')).payload), /RATE_LIMITED/)
  // One that ends makes room. Each count is waited for: two are followed before and after the change as well.
  await until('the first and the second to be followed', () => api.hub.subscribers === 2)
  socket.send(JSON.stringify({ id: '1', type: 'complete' }))
  await until('the second alone to be followed', () => api.hub.subscribers === 1)
  subscribe('4', 'cursor')
  await until('the second and the fourth to be followed', () => api.hub.subscribers === 2)
  await api.db.em.fork().execute("update workspace set name = 'renamed' where name_key like 'team-%'")
  await Promise.all([about('2', 'next'), about('4', 'next')])
  assert.equal(inbox.some(({ id, type }) => id === '1' && type === 'next'), false)
  socket.terminate()
})

/** A subscription over HTTP to the changes of a workspace. */
function stream(user: TestClient, workspaceId: string, accept: string, signal?: AbortSignal): Promise<Response> {
  const workspace = encodeId('Workspace', workspaceId)
  return fetch(`${api.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${user.token}` }, signal,
    body: JSON.stringify({ query: `subscription { events(workspaceId: "${workspace}") { cursor } }` }),
  })
}

for (const accept of ['text/event-stream', 'TEXT/Event-Stream', '*/*', 'application/json;q=0.1, text/*']) {
  test(`an event stream over HTTP that was asked for as ${accept} ends when its session does`, async () => {
    const user = await api.user()
    const response = await stream(user, await api.workspace([{ user, permissions: [] }]), accept)
    assert.equal(response.headers.get('content-type'), 'text/event-stream')
    await api.db.em.fork().execute('update session set revoked_at = now() where user_id = ?', [user.userId])
    // It says so, or is cut: it does not stay.
    await response.text().catch((error: unknown) => { assert.match(String(error), /terminated/) })
  })
}

test('event streams and sockets of a session count together', async () => {
  const user = await api.user()
  const workspace = await api.workspace([{ user, permissions: [] }])
  const sockets = [await bare({ authorization: `Bearer ${user.token}` }), await bare({ authorization: `Bearer ${user.token}` }), await bare({ authorization: `Bearer ${user.token}` })]
  for (const socket of sockets) assert.equal((await received(socket)).type, 'connection_ack')
  for (const accept of ['text/event-stream', '*/*']) assert.match(await (await stream(user, workspace, accept, AbortSignal.timeout(20_000))).text(), /RATE_LIMITED/)
  for (const socket of sockets) socket.terminate()
})

test('graphql-ws, the usual client, asks and is told', async () => {
  const user = await api.user({ username: 'usual' })
  const answers = []
  for await (const answer of user.socket().iterate({ query: '{ viewer { username } }' })) answers.push(answer.data)
  assert.deepEqual(answers, [{ viewer: { username: 'usual' } }])
})
