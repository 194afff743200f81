// SshHost against a real sshd on loopback.
import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { after, afterEach, before, test } from 'node:test'
import { SshAuthRefusedError, SshChannelRefusedError, SshConnectionLostError, SshHostKeyChangedError, SshNotSentError, SshUnreachableError } from '../../../server/wire/ssh/errors.ts'
import { SshHost } from '../../../server/wire/ssh/host.ts'
import type { SshHostOptions } from '../../../server/wire/ssh/host.ts'
import { scanHostKey } from '../../../server/wire/ssh/scan.ts'
import { waysOver } from '../../../server/wire/ssh/way.ts'
import { newKeyPair, TestSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

const sshd = new TestSshd()
const echoPath = join(sshd.folder, 'echo.sock')
const sinkPath = join(sshd.folder, 'sink.sock')
const servers: Server[] = []
let mostAtOnce = 0
let sunkBytes = 0
const hosts: SshHost[] = []

function listen(handler: (socket: Socket) => void, where: string | { port: number; host: string }): Promise<Server> {
  const server = createServer(handler)
  servers.push(server)
  return new Promise((resolve) => { server.listen(where, () => { resolve(server) }) })
}

before(async () => {
  await sshd.start()
  let atOnce = 0
  await listen((socket) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    socket.on('error', () => {}).on('close', () => { atOnce-- }).pipe(socket)
  }, echoPath)
  await listen((socket) => { socket.on('error', () => {}).on('data', (chunk) => { sunkBytes += chunk.length }) }, sinkPath)
})
afterEach(async () => { await Promise.all(hosts.splice(0).map((host) => host.close())) })
after(async () => {
  for (const server of servers) server.close()
  await sshd[Symbol.asyncDispose]()
})

async function fingerprint(): Promise<string> {
  return (await scanHostKey({ address: sshd.address, port: sshd.port })).fingerprint
}

async function newHost(options: SshHostOptions = {}, login: Partial<{ hostKey: string | Buffer; privateKey: string; port: number }> = {}): Promise<SshHost> {
  const host = new SshHost({ address: sshd.address, port: sshd.port, username: 'root', privateKey: sshd.clientKey.privateKey, hostKey: login.hostKey ?? await fingerprint(), ...login }, { handshakeTimeoutMs: 60_000, ...options })
  hosts.push(host)
  return host
}

/** Sends, reads back as many bytes, ends, and waits for the stream's end. */
async function roundTrip(stream: Duplex, message: Buffer, end = true): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  const done = new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer) => { chunks.push(chunk); length += chunk.length; if (length >= message.length) { stream.off('data', onData).off('error', reject); resolve() } }
    stream.on('data', onData).once('error', reject)
  })
  stream.write(message)
  await done
  if (end) await new Promise<void>((resolve) => { stream.once('close', resolve).resume().end() })
  return Buffer.concat(chunks)
}

test('a unix socket and a TCP port on the host are forwarded, byte for byte', async () => {
  const host = await newHost()
  const message = Buffer.alloc(3_000_000, 'kloudak')
  assert.equal(host.state.state, 'idle')
  const unix = await host.calls.openUnix(echoPath)
  assert.equal(host.state.state, 'connected')
  assert.ok((await roundTrip(unix, message)).equals(message))
  const tcp = await listen((socket) => { socket.pipe(socket) }, { port: 0, host: '127.0.0.1' })
  const stream = await host.bulk.openTcp({ address: '127.0.0.1', port: (tcp.address() as AddressInfo).port })
  assert.ok((await roundTrip(stream, message)).equals(message))
  await until('the slots are free again', () => host.calls.openChannels === 0 && host.bulk.openChannels === 0)
})

test('a host tells whether it has a way to an address: somebody who refuses is there, and where no route leads nobody is', async () => {
  const hasWayTo = waysOver((await newHost()).calls)
  assert.equal(await hasWayTo('127.0.0.1'), true)
  // The kernel lets no TCP connection to many at once begin.
  assert.equal(await hasWayTo('224.0.0.1'), false)
})

test('a stream ends when the peer ends it, and is closed when we destroy it', async () => {
  const host = await newHost()
  let peerClosed = 0
  const path = join(sshd.folder, 'bye.sock')
  await listen((socket) => { socket.on('error', () => {}).on('close', () => { peerClosed++ }).write('bye'); socket.once('data', () => { socket.end('end') }) }, path)
  const ended = await host.calls.openUnix(path)
  ended.write('x')
  let text = ''
  for await (const chunk of ended) text += String(chunk)
  assert.equal(text, 'byeend')
  const destroyed = await host.calls.openUnix(path)
  destroyed.destroy()
  await until('the host sees both closed', () => peerClosed === 2)
  await until('the slots are free again', () => host.calls.openChannels === 0)
})

test('scanHostKey shows the key that ssh-keygen made, without logging in', async () => {
  const scanned = await scanHostKey({ address: sshd.address, port: sshd.port })
  assert.equal(scanned.publicKey, sshd.hostKey.publicKey.split(' ').slice(0, 2).join(' '))
  assert.match(scanned.fingerprint, /^SHA256:[A-Za-z0-9+/]{43}$/)
  const host = await newHost({}, { hostKey: scanned.publicKeyBlob })
  await roundTrip(await host.calls.openUnix(echoPath), Buffer.from('by blob'))
})

test('a changed host key is refused, naming both fingerprints', async () => {
  const pinned = 'SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
  const host = await newHost({}, { hostKey: pinned })
  const actualFingerprint = await fingerprint()
  await assert.rejects(host.calls.openUnix(echoPath), (error) => {
    assert.ok(error instanceof SshHostKeyChangedError)
    assert.deepEqual([error.expectedFingerprint, error.actualFingerprint], [pinned, actualFingerprint])
    return true
  })
  assert.equal(host.state.state, 'waiting')
  await assert.rejects(host.calls.openUnix(echoPath, { timeoutMs: 50 }), SshHostKeyChangedError)
})

test('a key that the host does not know is refused; a port where nobody listens is unreachable', async () => {
  await assert.rejects((await newHost({}, { privateKey: newKeyPair().privateKey })).calls.openUnix(echoPath), SshAuthRefusedError)
  const unreachable = await newHost({}, { port: 1 })
  await assert.rejects(unreachable.calls.openUnix(echoPath), (error) => error instanceof SshUnreachableError && error.stage === 'tcp')
  assert.throws(() => new SshHost({ address: 'x', port: 1, username: 'root', privateKey: 'secret text', hostKey: '' }), (error) => error instanceof TypeError && !error.message.includes('secret text'))
})

test('a server that never speaks is given up at the handshake deadline', async () => {
  const mute = await listen(() => {}, { port: 0, host: '127.0.0.1' })
  const host = await newHost({ handshakeTimeoutMs: 300 }, { port: (mute.address() as AddressInfo).port, hostKey: 'SHA256:x' })
  await assert.rejects(host.calls.openUnix(echoPath, { timeoutMs: 60_000 }), (error) => error instanceof SshUnreachableError && error.stage === 'handshake')
})

test('a socket that is not there is a refused channel, and the connection stays', async () => {
  const host = await newHost()
  await assert.rejects(host.calls.openUnix(join(sshd.folder, 'absent.sock')), SshChannelRefusedError)
  assert.equal(host.state.state, 'connected')
  await roundTrip(await host.calls.openUnix(echoPath), Buffer.from('still here'))
})

test('200 opens at once stay under the bound, and all succeed', async () => {
  const host = await newHost({ maxChannels: 16 })
  mostAtOnce = 0
  const answers = await Promise.all(Array.from({ length: 200 }, async (_, i) => {
    const stream = await host.calls.openUnix(echoPath, { timeoutMs: 60_000 })
    assert.ok(host.calls.openChannels <= 16)
    return (await roundTrip(stream, Buffer.from(`message ${i}`))).toString()
  }))
  assert.deepEqual(answers, Array.from({ length: 200 }, (_, i) => `message ${i}`))
  assert.ok(mostAtOnce > 1 && mostAtOnce <= 16, `${mostAtOnce} at once`)
})

test('opens beyond the queue, past their deadline or called off are not sent', async () => {
  const host = await newHost({ maxChannels: 1, maxQueued: 2 })
  const held = await host.calls.openUnix(echoPath)
  const late = assert.rejects(host.calls.openUnix(echoPath, { timeoutMs: 50 }), SshNotSentError)
  const calledOff = new AbortController()
  const aborted = assert.rejects(host.calls.openUnix(echoPath, { signal: calledOff.signal }), SshNotSentError)
  await assert.rejects(host.calls.openUnix(echoPath), SshNotSentError)
  calledOff.abort()
  await Promise.all([late, aborted])
  const next = host.calls.openUnix(echoPath)
  held.destroy()
  await roundTrip(await next, Buffer.from('the slot is free again'))
})

test('when the server is killed, open streams are lost, and the connection comes back with backoff', async () => {
  const host = await newHost({ backoffBaseMs: 20, backoffCapMs: 100, random: () => 0.5 })
  const states: string[] = []
  const delays: number[] = []
  host.onStateChange((status) => { states.push(status.state); if (status.retryInMs !== undefined) delays.push(status.retryInMs) })
  const stream = await host.calls.openUnix(echoPath)
  const lost = new Promise<Error>((resolve) => { stream.once('error', resolve) })
  await sshd.kill()
  assert.ok(await lost instanceof SshConnectionLostError)
  await until('three attempts failed', () => delays.length >= 4)
  // Half-way between base and three times the one before: 40, 70, 100 (the cap), 100.
  assert.deepEqual(delays.slice(0, 4), [40, 70, 100, 100])
  await sshd.start()
  await until('connected again', () => host.state.state === 'connected')
  assert.deepEqual(states.slice(0, 5), ['connecting', 'connected', 'waiting', 'connecting', 'waiting'])
  await roundTrip(await host.calls.openUnix(echoPath), Buffer.from('again'))
})

test('a host that falls silent is found by keepalive', async () => {
  const host = await newHost({ keepaliveIntervalMs: 100, keepaliveCount: 2 })
  const stream = await host.calls.openUnix(echoPath)
  const lost = new Promise<Error>((resolve) => { stream.once('error', resolve) })
  const { thaw } = sshd.freezeSessions()
  try {
    assert.ok(await lost instanceof SshConnectionLostError)
  } finally {
    thaw()
  }
})

test('a big transfer on bulk does not hold up a small round trip on calls', async () => {
  const host = await newHost()
  const call = await host.calls.openUnix(echoPath)
  const bulk = await host.bulk.openUnix(sinkPath)
  sunkBytes = 0
  const totalBytes = 128 * 1024 * 1024
  const chunk = Buffer.alloc(1024 * 1024)
  let queuedBytes = 0
  const feed = () => { while (queuedBytes < totalBytes) { queuedBytes += chunk.length; if (!bulk.write(chunk)) { bulk.once('drain', feed); return } } }
  feed()
  await until('the transfer runs', () => sunkBytes > 0)
  let during = 0
  const isRunning = () => sunkBytes < totalBytes
  for (; isRunning(); during++) {
    const message = Buffer.from(`call ${during}`)
    assert.ok((await roundTrip(call, message, false)).equals(message))
  }
  assert.ok(during >= 20, `only ${during} round trips fitted into the transfer`)
})

test('the bulk connection is closed when idle and dialled again when needed', async () => {
  const host = await newHost({ bulkIdleCloseMs: 20 })
  for (let i = 0; i < 2; i++) {
    await roundTrip(await host.bulk.openUnix(echoPath), Buffer.from('once'))
    await until('idle', () => host.bulk.status.state === 'idle')
  }
  assert.equal(host.state.state, 'idle')
})

test('close() ends streams and refuses what comes after', async () => {
  const host = await newHost()
  const stream = await host.calls.openUnix(echoPath)
  const ended = new Promise((resolve) => { stream.once('close', resolve) })
  await host.close()
  await ended
  assert.equal(host.state.state, 'closed')
  await assert.rejects(host.calls.openUnix(echoPath), SshNotSentError)
})

test('close() does not wait for a host that has fallen silent', async () => {
  const host = await newHost({ keepaliveIntervalMs: 3_600_000 })
  await host.calls.openUnix(echoPath)
  const { thaw } = sshd.freezeSessions()
  try {
    await host.close()
  } finally {
    thaw()
  }
})

test('a small message is acknowledged at once on calls, by a packet of ours that changes nothing', async () => {
  let sentBytes = 0
  const proxy = await listen((socket) => {
    const onward = connect(sshd.port, '127.0.0.1')
    socket.on('error', () => {}).on('data', (chunk) => { sentBytes += chunk.length }).pipe(onward).on('error', () => {}).pipe(socket)
  }, { port: 0, host: '127.0.0.1' })
  const path = join(sshd.folder, 'events.sock')
  const pushers: Socket[] = []
  await listen((socket) => { pushers.push(socket.on('error', () => {})) }, path)
  const host = await newHost({ keepaliveIntervalMs: 3_600_000 }, { port: (proxy.address() as AddressInfo).port })
  const events = await host.calls.openUnix(path)
  const pusher = await until('the stream stands on the host', () => pushers[0])
  for (let i = 0; i < 3; i++) {
    const arrived = new Promise((resolve) => { events.once('data', resolve) })
    const before = sentBytes
    pusher.write('event')
    await arrived
    await until('something is sent back', () => sentBytes > before)
  }
  await roundTrip(await host.calls.openUnix(echoPath), Buffer.from('channels open as before'))
})
