// Consoles from a browser's socket through the API and a worker to a simulated guest.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { WebSocket } from 'ws'
import { startConsoleServer } from '../../jobs/consoles/server.ts'
import { startHeartbeat } from '../../jobs/heartbeat.ts'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { Watch } from '../../jobs/watch/watch.ts'
import { encodeId } from '../../schema/global-id.ts'
import { ConsoleBridge } from '../../server/console/bridge.ts'
import { issueConsoleTicket } from '../../server/db/queries/console-ticket.ts'
import { makeLog } from '../../server/log.ts'
import { consoleClosings } from '../../server/model/console.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { startApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { until } from '../support/until.ts'

let bridge!: ConsoleBridge
const log = makeLog('test', 'silent')
const api = await startApi({
  upgrades: ({ db, auth, hub }) => [bridge = new ConsoleBridge({ db, actors: auth.actors, hub, log, perUser: 3, pingMs: 600_000 })],
})
const em = api.db.em.fork()
const books = await writeBooks(em)
const host = await writeHost(em, books)
const sessions = new HostSessions({ db: api.db })
const closers: (() => Promise<void>)[] = []

async function startWorker(): Promise<{ url: string; stop: () => Promise<void> }> {
  const workerId = newId()
  const consoles = await startConsoleServer({ listen: '127.0.0.1', db: api.db, sessions, workerId, log })
  const heartbeat = await startHeartbeat(api.db, log, { id: workerId, consoleUrl: consoles.url })
  const watch = new Watch({ db: api.db, hub: api.hub, sessions, workerId, log, leaseTimes: { leaseMs: 5_000, tickMs: 50 } })
  await watch.start()
  let stopping: Promise<void> | undefined
  const stop = () => stopping ??= (async () => { await watch.stop(); await consoles.close(); await heartbeat.stop() })()
  closers.push(stop)
  return { url: consoles.url, stop }
}

let worker = await startWorker()
after(async () => {
  bridge.close()
  for (const close of closers) await close()
  await sessions.close()
  await api.close()
})

/** A VM that runs, in a workspace of which the user is a member with vm:console. */
async function runningVm(user: TestClient): Promise<{ id: string; domainUuid: string; workspace: string }> {
  const workspace = await api.workspace([{ user, permissions: ['vm:console'] }])
  const vm = await writeVm(em, { ...books, workspaceId: workspace }, host.id)
  const driver = await sessions.hypervisor(host.id, { beforeCall: () => {}, timeoutMs: 30_000 })
  await driver.defineVm({
    domainUuid: vm.domainUuid, title: `guest-${vm.id.slice(-6)}`, description: '', owner: { installationId: newId(), generation: 1, vmId: vm.id }, domainType: 'kvm', emulator: '', architecture: 'x86_64',
    machineType: 'q35', cpuModel: 'qemu64', vcpus: 1, memoryBytes: 64 * 1024 ** 2, disks: [], seed: undefined, interfaces: [],
  })
  await driver.startVm(vm.domainUuid, { paused: false })
  await until('the VM is seen to run', async () => (await em.execute("select 1 from vm where id = ? and observed_power = 'running'", [vm.id])).length > 0)
  return { ...vm, workspace }
}

const mutation = 'mutation ($vmId: ID!, $kind: ConsoleKind!) { openConsole(input: { vmId: $vmId, kind: $kind }) { __typename ... on OpenConsolePayload { path expiresAt } ... on UserError { message } } }'

async function ask(user: TestClient, vmId: string, kind: 'SERIAL' | 'SCREEN'): Promise<string> {
  const { openConsole } = await user.ask<{ openConsole: { __typename: string; path: string; message?: string } }>(mutation, { vmId: encodeId('VM', vmId), kind })
  assert.equal(openConsole.__typename, 'OpenConsolePayload', openConsole.message ?? '')
  return openConsole.path
}

interface Console { socket: WebSocket; read: () => Buffer; closed: Promise<number>; isClosed: () => boolean }

function connect(path: string, base = api.url.replace('http', 'ws')): Console {
  const socket = new WebSocket(base + path)
  const chunks: Buffer[] = []
  let isClosed = false
  socket.on('message', (data: Buffer, isBinary) => { assert.ok(isBinary); chunks.push(data) })
  socket.on('error', () => {})
  const closed = new Promise<number>((resolve) => { socket.once('close', (code) => { isClosed = true; resolve(code) }) })
  return { socket, read: () => Buffer.concat(chunks), closed, isClosed: () => isClosed }
}

const openSerial = async (user: TestClient, vmId: string) => connect(await ask(user, vmId, 'SERIAL'))
const opened = (console: Console) => until('open', () => console.socket.readyState === WebSocket.OPEN || console.isClosed())

async function say(console: Console, text: string, answer: string): Promise<void> {
  await opened(console)
  console.socket.send(Buffer.from(text))
  await until(`the answer ${answer}`, () => console.read().includes(answer))
}

test('a serial console carries bytes both ways, and all of a large paste in its order', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const console = await openSerial(user, vm.id)
  await say(console, 'hello\r', 'hello\r\n')
  const paste = Buffer.from(randomBytes(400_000).toString('hex'))
  for (let at = 0; at < paste.length; at += 100_000) console.socket.send(paste.subarray(at, at + 100_000))
  await until('the paste', () => console.read().includes(paste))
  console.socket.close()
  await console.closed
  await until('the bridge has let go', () => bridge.open === 0)
})

test('several viewers share one port, and one who comes back sees what was before', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const first = await openSerial(user, vm.id)
  await say(first, 'one\r', 'one\r\n')
  const second = await openSerial(user, vm.id)
  await until('the past', () => second.read().includes('one\r\n'))
  await say(second, 'two\r', 'two\r\n')
  await until('the other sees it too', () => first.read().includes('two\r\n'))
  assert.ok(!first.isClosed())
  for (const { socket, closed } of [first, second]) { socket.close(); await closed }
  const third = await openSerial(user, vm.id)
  await until('all of the past', () => third.read().includes('two\r\n'))
  third.socket.close()
})

test('a screen speaks RFB', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const screen = connect(await ask(user, vm.id, 'SCREEN'))
  await until('the greeting', () => screen.read().toString() === 'RFB 003.008\n')
  screen.socket.send(Buffer.from('RFB 003.008\n'))
  await until('the security types', () => screen.read().length >= 14)
  assert.deepEqual([...screen.read().subarray(12)], [1, 1])
  screen.socket.close()
  await screen.closed
})

test('a ticket opens once, within its time, at its own end; anything else is refused', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const path = await ask(user, vm.id, 'SERIAL')
  const good = connect(path)
  await say(good, 'x\r', 'x\r\n')
  assert.equal(await connect(path).closed, consoleClosings.ticketSpent.code)
  assert.equal(await connect('/console?ticket=nonsense').closed, consoleClosings.ticketSpent.code)
  assert.equal(await connect('/console').closed, consoleClosings.ticketSpent.code)
  const late = await ask(user, vm.id, 'SERIAL')
  await em.execute('update console_ticket set expires_at = now() where used_at is null')
  assert.equal(await connect(late).closed, consoleClosings.ticketSpent.code)
  // The browser's ticket is worth nothing at the worker, nor is the absence of one.
  const direct = await ask(user, vm.id, 'SERIAL')
  for (const headers of [{}, { authorization: `Ticket ${direct.split('=')[1]}` }]) {
    const socket = new WebSocket(`${worker.url}/console`, { headers })
    const status = await new Promise((resolve) => { socket.once('unexpected-response', (_request, response) => { resolve(response.statusCode) }).on('error', () => {}) })
    assert.equal(status, 401)
  }
  const [{ count } = { count: -1 }] = await em.execute<{ count: number }[]>('select count(*)::integer as count from console_ticket where octet_length(ticket_hash) <> 32')
  assert.equal(count, 0)
  good.socket.close()
  await good.closed
})

test('without the permission there is no ticket, and a ticket is worth nothing once it is gone', async () => {
  const [owner, viewer, stranger] = [await api.user(), await api.user(), await api.user()]
  const vm = await runningVm(owner)
  await em.execute("insert into membership (workspace_id, user_id, permissions) values (?, ?, '{vm:edit}')", [vm.workspace, viewer.userId])
  const variables = { vmId: encodeId('VM', vm.id), kind: 'SERIAL' }
  assert.equal((await viewer.send(mutation, variables)).errors?.[0]?.extensions.code, 'FORBIDDEN')
  assert.equal((await stranger.ask<{ openConsole: { __typename: string } }>(mutation, variables)).openConsole.__typename, 'NotFoundError')
  const path = await ask(owner, vm.id, 'SERIAL')
  await em.execute('update membership set permissions = \'{}\' where user_id = ?', [owner.userId])
  assert.equal(await connect(path).closed, consoleClosings.forbidden.code)
})

test('each opening stands in the audit, allowed or refused, with who came from where', async () => {
  const user = await api.user({ username: 'console-user' })
  const vm = await runningVm(user)
  const path = await ask(user, vm.id, 'SERIAL')
  const good = connect(path)
  await say(good, 'x\r', 'x\r\n')
  await connect(path).closed
  const spare = await ask(user, vm.id, 'SCREEN')
  await em.execute("update membership set permissions = '{}' where user_id = ?", [user.userId])
  await connect(spare).closed
  await good.closed
  await connect('/console?ticket=of-nobody').closed
  const rows = await until('all four rows', async () => {
    const found = await em.execute<Record<string, unknown>[]>(
      "select username, user_id, client_address, workspace_id, object_type, object_id, input, error_code from audit where method = 'console' and (object_id = ? or object_id is null) order by id desc limit 4", [vm.id])
    return found[0]?.object_id === null ? found.toReversed() : undefined
  })
  const about = { client_address: '127.0.0.1', workspace_id: vm.workspace, object_type: 'vm', object_id: vm.id }
  const [known, nobody] = [{ username: 'console-user', user_id: user.userId }, { username: null, user_id: null }]
  assert.deepEqual(rows, [
    { ...known, ...about, input: { kind: 'SERIAL' }, error_code: null },
    // Who holds a ticket that was spent is not proven.
    { ...nobody, ...about, input: { kind: 'SERIAL' }, error_code: 'UNAUTHENTICATED' },
    { ...known, ...about, input: { kind: 'SCREEN' }, error_code: 'FORBIDDEN' },
    { ...nobody, client_address: '127.0.0.1', workspace_id: null, object_type: null, object_id: null, input: {}, error_code: 'UNAUTHENTICATED' },
  ])
})

test('a console that is open is cut off when the right or the session ends', async () => {
  for (const end of ["update membership set permissions = '{}' where user_id = ?", 'delete from membership where user_id = ?', 'update session set revoked_at = now() where user_id = ?', 'update user_account set disabled_at = now() where id = ?']) {
    const user = await api.user()
    const vm = await runningVm(user)
    const console = await openSerial(user, vm.id)
    await say(console, 'x\r', 'x\r\n')
    await em.execute(end, [user.userId])
    assert.equal(await console.closed, consoleClosings.forbidden.code, end)
  }
})

test('a console closes when its user is disabled, signs out everywhere, or revokes the API token that opened it', async () => {
  const operator = await api.user({ superuser: true })
  const endings: [string, (user: TestClient) => Promise<{ console: Console; end: () => Promise<unknown> }>][] = [
    ['disableUser', async (user) => {
      const console = await openSerial(user, (await runningVm(user)).id)
      return { console, end: () => operator.ask('mutation ($userId: ID!) { disableUser(input: { userId: $userId }) { __typename } }', { userId: encodeId('User', user.userId) }) }
    }],
    ['signOut everywhere', async (user) => {
      const console = await openSerial(user, (await runningVm(user)).id)
      return { console, end: () => user.ask('mutation { signOut(input: { everywhere: true }) { __typename } }') }
    }],
    ['revokeApiToken', async (user) => {
      const vm = await runningVm(user)
      const { createApiToken: { token, apiToken } } = await user.ask<{ createApiToken: { token: string; apiToken: { id: string } } }>('mutation { createApiToken(input: { name: "c", scopes: [{ permissions: ["vm:console"] }] }) { ... on CreateApiTokenPayload { token apiToken { id } } } }')
      const { data } = await api.anonymous.send<{ openConsole: { path: string } }>(mutation, { vmId: encodeId('VM', vm.id), kind: 'SERIAL' }, { authorization: `Bearer ${token}` })
      return { console: connect(data.openConsole.path), end: () => user.ask('mutation ($tokenId: ID!) { revokeApiToken(input: { tokenId: $tokenId }) { __typename } }', { tokenId: apiToken.id }) }
    }],
  ]
  for (const [name, prepare] of endings) {
    const { console, end } = await prepare(await api.user())
    await say(console, 'x\r', 'x\r\n')
    await end()
    assert.equal(await console.closed, consoleClosings.forbidden.code, name)
  }
})

test('a member who is reduced or removed by an owner loses the console that is open', async (t) => {
  for (const [name, wanted, payload] of [['updateMember', { permissions: ['vm:edit'] }, 'member { id }'], ['removeMember', {}, 'memberId']] as const) {
    const [owner, user] = [await api.user(), await api.user()]
    const vm = await runningVm(user)
    await em.execute('insert into membership (workspace_id, user_id, permissions) values (?, ?, ?)', [vm.workspace, owner.userId, `{${permissions.join(',')}}`])
    const console = await openSerial(user, vm.id)
    await say(console, 'x\r', 'x\r\n')
    const [{ id }] = await em.execute<[{ id: string }]>('select id from membership where user_id = ?', [user.userId])
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}`
    const answer = await owner.ask<Record<string, { __typename: string }>>(`mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Payload { ${payload} } } }`, { input: { memberId: encodeId('Member', id), ...wanted } })
    const answered = performance.now()
    assert.equal(answer[name]!.__typename, `${type}Payload`)
    assert.equal(await console.closed, consoleClosings.forbidden.code)
    t.diagnostic(`${name}: closed ${Math.round(performance.now() - answered)} ms after the answer`)
  }
})

test('a console is cut off, too, when the notice of the change is lost', async (t) => {
  const user = await api.user()
  const vm = await runningVm(user)
  const console = await openSerial(user, vm.id)
  await say(console, 'x\r', 'x\r\n')
  await em.execute('alter table membership disable trigger membership_access')
  try {
    // The session stays as good as it was: it is the permission that is looked at.
    await em.execute("update membership set permissions = '{vm:edit}' where user_id = ?", [user.userId])
    const revoked = performance.now()
    assert.equal(await console.closed, consoleClosings.forbidden.code)
    t.diagnostic(`closed ${Math.round(performance.now() - revoked)} ms after the change`)
  } finally {
    await em.execute('alter table membership enable trigger membership_access')
  }
})

test('a user has a bounded number of consoles', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const consoles = [await openSerial(user, vm.id), await openSerial(user, vm.id), await openSerial(user, vm.id)]
  for (const console of consoles) await say(console, 'x\r', 'x\r\n')
  assert.equal(await (await openSerial(user, vm.id)).closed, consoleClosings.tooMany.code)
  for (const { socket, closed } of consoles) { socket.close(); await closed }
})

test('a guest that stops ends its consoles, and there are none for one that is off', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const [serial, screen] = [await openSerial(user, vm.id), connect(await ask(user, vm.id, 'SCREEN'))]
  await say(serial, 'x\r', 'x\r\n')
  await until('the greeting', () => screen.read().length > 0)
  const spare = await ask(user, vm.id, 'SCREEN')
  sessions.world.place(host).host.guestStops(vm.domainUuid, 'guest-shutdown')
  assert.deepEqual(await Promise.all([serial.closed, screen.closed]), [consoleClosings.ended.code, consoleClosings.ended.code])
  assert.equal(await connect(spare).closed, consoleClosings.ended.code)
  await until('the row says so', async () => (await em.execute("select 1 from vm where id = ? and observed_power = 'stopped'", [vm.id])).length > 0)
  const { openConsole } = await user.ask<{ openConsole: { __typename: string } }>(mutation, { vmId: encodeId('VM', vm.id), kind: 'SERIAL' })
  assert.equal(openConsole.__typename, 'WrongStateError')
})

test('when the worker goes away its consoles end as unavailable, and the next worker gives them anew', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const console = await openSerial(user, vm.id)
  await say(console, 'before\r', 'before\r\n')
  await worker.stop()
  assert.equal(await console.closed, consoleClosings.unavailable.code)
  assert.equal(await (await openSerial(user, vm.id)).closed, consoleClosings.unavailable.code)
  worker = await startWorker()
  const again = await openSerial(user, vm.id)
  await say(again, 'after\r', 'after\r\n')
  again.socket.close()
  await again.closed
})

test('the worker shows a console of its own hosts alone', async () => {
  const user = await api.user()
  const vm = await runningVm(user)
  const [{ id: sessionId } = { id: '' }] = await em.execute<{ id: string }[]>('select id from session where user_id = ?', [user.userId])
  const { ticket } = await issueConsoleTicket(em, 'worker', { vmId: vm.id, userId: user.userId, sessionId, kind: 'serial' })
  const other = await startConsoleServer({ listen: '127.0.0.1', db: api.db, sessions, workerId: newId(), log })
  closers.push(() => other.close())
  const socket = new WebSocket(`${other.url}/console`, { headers: { authorization: `Ticket ${ticket}` } })
  const status = await new Promise((resolve) => { socket.once('unexpected-response', (_request, response) => { resolve(response.statusCode) }).on('error', () => {}) })
  assert.equal(status, 503)
})
