// Subscriptions over sockets and event streams: what a client is shown when it, its connection or its server goes away.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { EventHub } from '../../server/events/hub.ts'
import { bossSender, openBoss } from '../../server/db/boss.ts'
import { createHttpServer } from '../../server/http/server.ts'
import { makeLog } from '../../server/log.ts'
import { newId } from '../../server/model/id.ts'
import { encodeId } from '../../schema/global-id.ts'
import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { sagaQueue } from '../../jobs/contract/queue.ts'
import { startApi } from '../support/api.ts'
import type { GraphqlError, TestClient } from '../support/api.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { countStatements } from '../support/statements.ts'
import { settledCursor } from '../support/settled-cursor.ts'
import { until } from '../support/until.ts'

const api = await startApi()
const em = api.db.em.fork()
const books = await writeBooks(em)
const host = await writeHost(em, books)
const closers: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closers) await close()
  await api.close()
})

interface VmChange { cursor: string; kind: string; id: string; version: number; vm: { name: string; version: number } | null }
const vmChanged = 'subscription ($workspaceId: ID, $vmId: ID, $after: String) { vmChanged(workspaceId: $workspaceId, vmId: $vmId, after: $after) { cursor kind id version vm { name version } } }'

interface Following { changes: VmChange[]; errors: GraphqlError[]; ended: Promise<void>; stop: () => void }

function follow(socket: Client, variables: Record<string, unknown>): Following {
  const changes: VmChange[] = []
  const errors: GraphqlError[] = []
  let stop = () => {}
  const ended = new Promise<void>((resolve) => {
    stop = socket.subscribe<{ vmChanged: VmChange }>({ query: vmChanged, variables }, {
      next: ({ data, errors: found }) => { if (data?.vmChanged) changes.push(data.vmChanged); if (found) errors.push(...found as unknown as GraphqlError[]) },
      error: (error) => { if (Array.isArray(error)) errors.push(...error as GraphqlError[]); resolve() },
      complete: () => { resolve() },
    })
  })
  return { changes, errors, ended, stop }
}

async function member(permissions: readonly never[] = []): Promise<{ client: TestClient; workspace: string; workspaceId: string }> {
  const client = await api.user()
  const workspace = await api.workspace([{ user: client, permissions }])
  return { client, workspace, workspaceId: encodeId('Workspace', workspace) }
}
const newVm = (workspace: string) => writeVm(api.db.em.fork(), { ...books, workspaceId: workspace }, host.id)
const rename = (id: string, name: string) => api.db.em.fork().execute('update vm set name = ? where id = ?', [name, id])
const eventCursor = (client: TestClient) => settledCursor(api.db, async () => (await client.ask<{ eventCursor: string }>('{ eventCursor }')).eventCursor)

test('a VM is shown when it comes, changes and goes, to members alone', async () => {
  const { client, workspace, workspaceId } = await member()
  const { client: stranger, workspaceId: elsewhere } = await member()
  const after = await eventCursor(client)
  const own = follow(client.socket(), { workspaceId, after })
  const other = follow(stranger.socket(), { workspaceId: elsewhere, after })
  const refused = follow(stranger.socket(), { workspaceId, after })
  const vm = await newVm(workspace)
  await until('created', () => own.changes.length === 1)
  const one = follow(client.socket(), { vmId: encodeId('VM', vm.id), after })
  await rename(vm.id, 'renamed')
  await until('changed', () => own.changes.length === 2 && one.changes.length === 2)
  await api.db.em.fork().execute('delete from vm where id = ?', [vm.id])
  await until('deleted', () => own.changes.length === 3 && one.changes.length === 3)
  assert.deepEqual(own.changes.map(({ kind, id, version, vm }) => [kind, id, version, vm?.version]), [
    ['CREATED', encodeId('VM', vm.id), 1, 1], ['CHANGED', encodeId('VM', vm.id), 2, 2], ['DELETED', encodeId('VM', vm.id), 3, undefined],
  ])
  assert.equal(own.changes[1]!.vm?.name, 'renamed')
  await refused.ended
  assert.equal(refused.errors[0]?.extensions.code, 'NOT_FOUND')
  assert.deepEqual(refused.changes, [])
  assert.deepEqual(other.changes, [])
  for (const { stop } of [own, one, other]) stop()
  await until('all are given up', () => api.hub.subscribers === 0)
})

test('arguments: one scope, a real cursor, and anonymous people are refused', async () => {
  const { client, workspaceId } = await member()
  const codes = await Promise.all([{}, { workspaceId, vmId: encodeId('VM', newId()) }, { workspaceId, after: 'no cursor' }, { vmId: encodeId('VM', newId()) }].map(async (variables) => {
    const refused = follow(client.socket(), variables)
    await refused.ended
    return refused.errors[0]?.extensions.code
  }))
  assert.deepEqual(codes, ['INVALID_INPUT', 'INVALID_INPUT', 'INVALID_INPUT', 'NOT_FOUND'])
})

test('a member who is removed is closed, and told no more', async () => {
  const { client, workspace, workspaceId } = await member()
  const vm = await newVm(workspace)
  const following = follow(client.socket(), { workspaceId, after: await eventCursor(client) })
  await rename(vm.id, 'seen')
  await until('the change', () => following.changes.length === 1)
  await api.db.em.fork().execute('delete from membership where user_id = ?', [client.userId])
  await rename(vm.id, 'unseen')
  await following.ended
  assert.equal(following.changes.length, 1)
  assert.equal(following.errors[0]?.extensions.code, 'NOT_FOUND')
  await until('nobody is left in the hub', () => api.hub.subscribers === 0)
})

test('a member who is removed is closed, too, when the notice of it is lost and nothing happens', async (t) => {
  const { client, workspace, workspaceId } = await member()
  const other = await member()
  const vm = await newVm(workspace)
  const following = follow(client.socket(), { workspaceId, after: await eventCursor(client) })
  const staying = follow(other.client.socket(), { workspaceId: other.workspaceId, after: await eventCursor(client) })
  await rename(vm.id, 'seen')
  await until('the change', () => following.changes.length === 1)
  const em = api.db.em.fork()
  await em.execute('alter table membership disable trigger membership_access')
  try {
    await em.execute('delete from membership where user_id = ?', [client.userId])
    const revoked = performance.now()
    await following.ended
    t.diagnostic(`closed ${Math.round(performance.now() - revoked)} ms after the change`)
  } finally {
    await em.execute('alter table membership enable trigger membership_access')
  }
  assert.equal(following.errors[0]?.extensions.code, 'NOT_FOUND')
  const kept = await newVm(other.workspace)
  await until('the other stream goes on', () => staying.changes.length === 1)
  assert.equal(staying.changes[0]!.id, encodeId('VM', kept.id))
  staying.stop()
  await until('nobody is left in the hub', () => api.hub.subscribers === 0)
})

test('superusers follow everything, with the object as a node', async () => {
  const operator = await api.user({ superuser: true })
  const plain = await api.user()
  const query = 'subscription ($after: String) { events(after: $after) { kind type id node { id __typename ... on Host { name state } } } }'
  const after = await eventCursor(operator)
  const seen: { type: string; node: { __typename: string; state: string } | null }[] = []
  const stop = operator.socket().subscribe<{ events: (typeof seen)[number] }>({ query, variables: { after } }, { next: ({ data }) => { if (data) seen.push(data.events) }, error: () => {}, complete: () => {} })
  const refusal = await new Promise<GraphqlError[]>((resolve) => { plain.socket().subscribe({ query, variables: { after } }, { next: ({ errors }) => { if (errors) resolve(errors as unknown as GraphqlError[]) }, error: (error) => { resolve(error as GraphqlError[]) }, complete: () => {} }) })
  assert.equal(refusal[0]?.extensions.code, 'NOT_FOUND')
  await api.db.em.fork().execute("update host set state = 'suspect' where id = ?", [host.id])
  await until('the host', () => seen.some(({ type, node }) => type === 'Host' && node?.__typename === 'Host' && node.state === 'SUSPECT'))
  stop()
  await until('the stream is given up', () => api.hub.subscribers === 0)
})

test('server-sent events carry the same stream', async () => {
  const { client, workspace, workspaceId } = await member()
  const abort = new AbortController()
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST', signal: abort.signal, body: JSON.stringify({ query: vmChanged, variables: { workspaceId, after: await eventCursor(client) } }),
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${client.token}` },
  })
  const vm = await newVm(workspace)
  let text = ''
  for await (const chunk of response.body!) {
    text += Buffer.from(chunk).toString()
    if (text.includes(encodeId('VM', vm.id))) break
  }
  assert.match(text, /event: next/)
  abort.abort()
  await until('the stream is given up', () => api.hub.subscribers === 0)
})

/** Another server on the same database and keys; killed without a farewell by `kill`. */
async function startServer(): Promise<{ url: string; kill: () => Promise<void> }> {
  const log = makeLog('test', 'silent')
  const hub = await EventHub.open({ url: api.databaseUrl })
  const boss = await openBoss({ url: api.databaseUrl, applicationName: 'test-api', onError: () => {}, queues: [sagaQueue], supervise: false })
  const http = createHttpServer({ config: { publicUrl: undefined, webFolder: '/nonexistent' }, log, db: api.db, sender: bossSender(boss), hub, auth: api.auth })
  const url = `ws://127.0.0.1:${await http.listen(0, '127.0.0.1')}/graphql`
  return { url, kill: async () => { await Promise.all([hub.close(), http.close(0), boss.stop({ graceful: false })]) } }
}

test('a client whose server is killed again and again misses nothing and sees nothing twice', async () => {
  const { client, workspace, workspaceId } = await member()
  const vms = await Promise.all([1, 2, 3, 4].map(() => newVm(workspace)))
  let after = await eventCursor(client)
  const seen: VmChange[] = []
  const perVm = 60
  const writers = vms.map(async ({ id }) => { for (let i = 1; i <= perVm; i++) await rename(id, `${id.slice(-8)}-${i}`) })
  const last = new Map<string, number>()
  let kills = 0
  while (kills < 8 || [...last.values()].filter((version) => version === perVm + 1).length < vms.length) {
    const server = await startServer()
    const socket = createClient({ url: server.url, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0, connectionParams: { authorization: `Bearer ${client.token}` } })
    const following = follow(socket, { workspaceId, after })
    const enough = kills < 8 ? 1 + (kills % 5) : Infinity
    await until('changes', () => {
      for (const { id, version } of following.changes) last.set(id, version)
      return following.changes.length >= enough || [...last.values()].filter((version) => version === perVm + 1).length === vms.length
    })
    await server.kill()
    await following.ended
    seen.push(...following.changes)
    for (const { id, version } of following.changes) last.set(id, version)
    after = seen.at(-1)?.cursor ?? after
    kills++
    await socket.dispose()
  }
  await Promise.all(writers)
  const told = new Map<string, number>()
  for (const { id, version } of seen) {
    // A cursor stands before whatever another transaction of the server still held back: also before the creation, then.
    assert.ok(version > (told.get(id) ?? 0), `${id} was told version ${version} after ${told.get(id)}`)
    told.set(id, version)
  }
  assert.deepEqual(new Set(told.keys()), new Set(vms.map(({ id }) => encodeId('VM', id))))
  for (const version of told.values()) assert.equal(version, perVm + 1)
  assert.equal(new Set(seen.map(({ cursor }) => cursor)).size, seen.length)
})

test('a database that fails for a moment while a change is told ends no stream, and no change is told without its object', async () => {
  const { client, workspace, workspaceId } = await member()
  const vm = await newVm(workspace)
  const { changes, errors, stop } = follow(client.socket(), { workspaceId, after: await eventCursor(client) })
  await rename(vm.id, 'before')
  await until('it follows', () => changes.length === 1)
  const { actors } = api.auth
  const recent = actors.recent.bind(actors)
  let asked = 0
  actors.recent = (sessionId) => { asked++; return recent(sessionId) }
  // What the right to see is read from, and then what the VM is read from.
  for (const [name, away, back] of [
    ['first', 'alter table session rename to session_away', 'alter table session_away rename to session'],
    ['second', 'alter table vm rename column hostname to hostname_away', 'alter table vm rename column hostname_away to hostname'],
  ] as const) {
    actors.forget()
    await api.db.em.fork().execute(away)
    asked = 0
    await rename(vm.id, name)
    await until('it is tried again', () => asked >= 3)
    await api.db.em.fork().execute(back)
    await until('the change is told', () => changes.at(-1)?.vm?.name === name)
  }
  actors.recent = recent
  assert.deepEqual(changes.map(({ vm }) => vm?.name), ['before', 'first', 'second'])
  assert.deepEqual(errors, [])
  stop()
})

test('one change told to many is read once for all, and shown to each as far as they may see', async () => {
  const { client: viewer, workspace, workspaceId } = await member()
  const superuser = await api.user({ superuser: true })
  const vm = await newVm(workspace)
  const query = 'subscription ($workspaceId: ID) { vmChanged(workspaceId: $workspaceId) { vm { name host { name } } } }'
  const already = api.hub.subscribers
  // Some may still hear of its creation, and read it when it is renamed already: the last word of each counts.
  const told = new Map<TestClient, Map<number, { name: string; host: { name: string } | null }>>()
  const each = 25
  for (const client of [viewer, superuser]) {
    const heard = new Map<number, { name: string; host: { name: string } | null }>()
    told.set(client, heard)
    const socket = client.socket()
    for (let follower = 0; follower < each; follower++) socket.subscribe<{ vmChanged: { vm: { name: string; host: { name: string } | null } } }>({ query, variables: { workspaceId } }, {
      next: ({ data }) => { if (data?.vmChanged.vm.name === 'renamed') heard.set(follower, data.vmChanged.vm) }, error: () => {}, complete: () => {},
    })
  }
  await until('all follow', () => api.hub.subscribers >= already + 2 * each)
  const { statements } = await countStatements(async () => {
    await rename(vm.id, 'renamed')
    await until('all are told', () => [...told.values()].every(({ size }) => size === each))
  })
  assert.ok(statements < each, `${statements} statements for ${2 * each} followers`)
  for (const { host: shown } of told.get(viewer)!.values()) assert.equal(shown, null)
  for (const { host: shown } of told.get(superuser)!.values()) assert.deepEqual(shown, { name: host.name })
})
