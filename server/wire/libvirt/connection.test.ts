import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connectLibvirt } from './connection.ts'
import type { ConnectOptions, LibvirtConnection } from './connection.ts'
import { errorCode } from './error-codes.ts'
import { LibvirtError, NotSent, OutcomeUnknown, ProtocolError } from './errors.ts'
import { FakeDaemon, frameOf } from './fake-daemon.test-support.ts'
import { messageStatus, messageType } from './frame.ts'
import { RpcPeer } from './peer.ts'
import type { DomainRef } from './protocol/types.ts'

const domain: DomainRef = { name: 'web', uuid: '00112233-4455-6677-8899-aabbccddeeff', id: 3 }
const blockedCall = ['DomainReset', { domain }] as const

async function connected(options: Partial<ConnectOptions> = {}): Promise<{ daemon: FakeDaemon; connection: LibvirtConnection }> {
  const daemon = new FakeDaemon()
  return { daemon, connection: await connectLibvirt(daemon.clientEnd, { uri: 'test:///default', ...options }) }
}

const unknown = (reason: OutcomeUnknown['reason']) => (error: unknown) => error instanceof OutcomeUnknown && error.reason === reason
const notSent = (reason: NotSent['reason']) => (error: unknown) => error instanceof NotSent && error.reason === reason

describe('opening', () => {
  it('asks for authentication, then opens', async () => {
    const { daemon } = await connected({ readOnly: true })
    assert.deepEqual(daemon.received.map(({ header }) => header.procedure), [66, 1])
    assert.equal(daemon.received[1]!.body.toString('hex'), `000000010000000f${Buffer.from('test:///default').toString('hex')}0000000001`)
  })

  it('refuses a daemon that wants an authentication which is not known', async () => {
    const daemon = new FakeDaemon()
    daemon.answer('AuthList', () => ({ types: [1] }))
    await assert.rejects(connectLibvirt(daemon.clientEnd, { uri: 'test:///default' }), ProtocolError)
    assert.ok(daemon.clientEnd.destroyed)
  })

  it('gives up a daemon that says nothing', async () => {
    const daemon = new FakeDaemon()
    daemon.answer('AuthList', () => undefined)
    await assert.rejects(connectLibvirt(daemon.clientEnd, { uri: 'test:///default', timeoutMs: 1 }), unknown('aborted'))
    assert.ok(daemon.clientEnd.destroyed)
  })
})

describe('calls', () => {
  it('get the answers that carry their serials, in whatever order', async () => {
    const { daemon, connection } = await connected()
    const first = connection.call('DomainLookupByName', { name: 'a' })
    const second = connection.call('DomainLookupByName', { name: 'b' })
    const [a, b] = [await daemon.call('DomainLookupByName', 1), await daemon.call('DomainLookupByName', 2)]
    daemon.sendRaw(Buffer.concat([
      daemon.replyBytes('DomainLookupByName', b.header.serial, { domain: { ...domain, name: 'b' } }),
      daemon.replyBytes('DomainLookupByName', a.header.serial, { domain: { ...domain, name: 'a' } }),
    ]))
    assert.deepEqual([(await first).domain.name, (await second).domain.name], ['a', 'b'])
  })

  it('fail with what libvirt says', async () => {
    const { daemon, connection } = await connected()
    const call = connection.call('DomainLookupByName', { name: 'a' })
    const { header } = await daemon.call('DomainLookupByName')
    daemon.sendRaw(daemon.errorBytes('DomainLookupByName', header.serial, errorCode.NO_DOMAIN))
    await assert.rejects(call, (error) => error instanceof LibvirtError && error.code === errorCode.NO_DOMAIN && error.domain === 10 && !error.isUnsupported)
  })

  it('are at most four in flight; the others wait, and none starves', async () => {
    const { daemon, connection } = await connected()
    const calls = Array.from({ length: 10 }, () => connection.call(...blockedCall))
    for (let answered = 0; answered < 10; answered++) {
      const { header } = await daemon.call('DomainReset', answered + 1)
      assert.equal(daemon.calls('DomainReset').length, Math.min(10, answered + 4))
      daemon.sendRaw(daemon.replyBytes('DomainReset', header.serial, {}))
    }
    await Promise.all(calls)
  })

  it('that cannot be encoded are not sent, and say which field', async () => {
    const { daemon, connection } = await connected()
    await assert.rejects(connection.call('DomainLookupByName', { name: 'a\0b' }), (error) => notSent('invalid')(error) && /name: .*NUL/.test(String((error as Error).cause)))
    assert.equal(daemon.calls('DomainLookupByName').length, 0)
  })

  it('ask right before they leave whether they still may', async () => {
    const { daemon, connection } = await connected()
    const blocked = Array.from({ length: 4 }, () => connection.call(...blockedCall))
    let mayAct = true
    const beforeSend = () => { if (!mayAct) throw new Error('lease lost') }
    const waiting = connection.call('DomainSuspend', { domain }, { beforeSend })
    mayAct = false
    daemon.sendRaw(daemon.replyBytes('DomainReset', daemon.calls('DomainReset')[0]!.header.serial, {}))
    await assert.rejects(waiting, (error) => notSent('refused')(error) && ((error as Error).cause as Error).message === 'lease lost')
    assert.equal(daemon.calls('DomainSuspend').length, 0)
    connection.destroy()
    await Promise.allSettled(blocked)
  })
})

describe('deadlines and aborts', () => {
  it('after sending leave the outcome unknown, and the place stays taken until the daemon answers', async () => {
    const { daemon, connection } = await connected()
    const controller = new AbortController()
    const calls = Array.from({ length: 4 }, () => connection.call(...blockedCall, { signal: controller.signal }))
    const waiting = connection.call('DomainSuspend', { domain })
    controller.abort()
    for (const call of calls) await assert.rejects(call, unknown('aborted'))
    assert.ok(connection.isStuck)
    assert.equal(daemon.calls('DomainSuspend').length, 0)
    daemon.sendRaw(daemon.replyBytes('DomainReset', daemon.calls('DomainReset')[0]!.header.serial, {}))
    const { header } = await daemon.call('DomainSuspend')
    daemon.sendRaw(daemon.replyBytes('DomainSuspend', header.serial, {}))
    await waiting
  })

  it('before sending mean that nothing happened', async () => {
    const { daemon, connection } = await connected()
    const blocked = Array.from({ length: 4 }, () => connection.call(...blockedCall))
    await assert.rejects(connection.call('DomainSuspend', { domain }, { timeoutMs: 1 }), notSent('deadline'))
    const controller = new AbortController()
    const waiting = connection.call('DomainSuspend', { domain }, { signal: controller.signal })
    controller.abort()
    await assert.rejects(waiting, notSent('aborted'))
    await assert.rejects(connection.call('DomainSuspend', { domain }, { signal: controller.signal }), notSent('aborted'))
    connection.destroy()
    await Promise.allSettled(blocked)
    assert.equal(daemon.calls('DomainSuspend').length, 0)
  })
})

describe('a lost connection', () => {
  it('leaves sent calls unknown, queued ones not sent, later ones not sent', async () => {
    const { daemon, connection } = await connected()
    const sent = Array.from({ length: 4 }, () => connection.call(...blockedCall))
    const queued = connection.call(...blockedCall)
    daemon.sendRaw(null as unknown as Buffer)
    for (const call of sent) await assert.rejects(call, unknown('lost'))
    await assert.rejects(queued, notSent('closed'))
    await assert.rejects(connection.call(...blockedCall), notSent('closed'))
    assert.match(String(await connection.closed), /closed the connection/)
  })

  it('is not reported as a loss when this side closed it', async () => {
    const { daemon, connection } = await connected()
    await connection.close()
    assert.equal(await connection.closed, undefined)
    assert.equal(daemon.calls('ConnectClose').length, 1)
    await connection.close()
  })
})

describe('events', () => {
  it('reach the handler even when they come in one read with the registration', async () => {
    const { daemon, connection } = await connected()
    const seen: number[] = []
    const registration = connection.on('lifecycle', ({ event }) => { seen.push(event) }, { domain })
    const { header } = await daemon.call('ConnectDomainEventCallbackRegisterAny')
    daemon.sendRaw(Buffer.concat([
      daemon.replyBytes('ConnectDomainEventCallbackRegisterAny', header.serial, { callbackId: 5 }),
      daemon.eventBytes('lifecycle', { callbackId: 5, domain, event: 2, detail: 0 }),
      daemon.eventBytes('lifecycle', { callbackId: 6, domain, event: 3, detail: 0 }),
      daemon.eventBytes('reboot', { callbackId: 5, domain }),
    ]))
    const subscription = await registration
    assert.deepEqual(seen, [2])
    daemon.answer('ConnectDomainEventCallbackDeregisterAny', () => ({}))
    await subscription.unsubscribe()
    daemon.sendRaw(daemon.eventBytes('lifecycle', { callbackId: 5, domain, event: 4, detail: 0 }))
    assert.deepEqual(seen, [2])
  })

  it('are deregistered when the registration came too late', async () => {
    const { daemon, connection } = await connected()
    daemon.answer('ConnectStoragePoolEventDeregisterAny', () => ({}))
    await assert.rejects(connection.on('poolLifecycle', () => assert.fail('not registered'), { timeoutMs: 1 }), unknown('deadline'))
    const { header } = await daemon.call('ConnectStoragePoolEventRegisterAny')
    daemon.sendRaw(daemon.replyBytes('ConnectStoragePoolEventRegisterAny', header.serial, { callbackId: 9 }))
    assert.equal((await daemon.call('ConnectStoragePoolEventDeregisterAny')).body.toString('hex'), '00000009')
  })
})

describe('keepalive', () => {
  it('answers a ping whatever the calls do', async () => {
    const { daemon, connection } = await connected()
    const blocked = Array.from({ length: 6 }, () => connection.call(...blockedCall))
    daemon.sendRaw(frameOf({ program: 0x6b65_6570, procedure: 1, type: messageType.event }))
    await daemon.sees(() => daemon.received.some(({ header }) => header.program === 0x6b65_6570 && header.procedure === 2))
    connection.destroy()
    await Promise.allSettled(blocked)
  })

  it('gives up a silent peer', async () => {
    const { daemon, connection } = await connected({ keepalive: { intervalMs: 1, count: 2 } })
    assert.equal(daemon.calls('ConnectSupportsFeature')[0]!.body.toString('hex'), '0000000a')
    assert.match(String(await connection.closed), /nothing was heard/)
    assert.equal(daemon.received.filter(({ header }) => header.program === 0x6b65_6570 && header.procedure === 1).length, 2)
  })

  it('is not started with a daemon that does not know it', async () => {
    const daemon = new FakeDaemon()
    daemon.answer('ConnectSupportsFeature', () => ({ supported: false }))
    const connection = await connectLibvirt(daemon.clientEnd, { uri: 'test:///default', keepalive: { intervalMs: 1, count: 1 } })
    daemon.answer('DomainLookupByName', (_args, { serial }) => { setTimeout(() => { daemon.sendRaw(daemon.replyBytes('DomainLookupByName', serial, { domain })) }, 30); return undefined })
    await connection.call('DomainLookupByName', { name: 'web' })
    assert.ok(connection.isOpen)
  })
})

describe('a hostile peer', () => {
  const header = (serial: number) => ({ procedure: 23, serial, status: messageStatus.ok })
  const breaches: [string, (serial: number) => Buffer][] = [
    ['an impossible length', () => Buffer.from('00000003', 'hex')],
    ['a length of 4 GiB', () => Buffer.from('ffffffff', 'hex')],
    ['another version', (serial) => { const frame = frameOf(header(serial)); frame.writeUInt32BE(9, 8); return frame }],
    ['a reply that nobody asked for', () => frameOf(header(0xdead))],
    ['the reply of another procedure', (serial) => frameOf({ ...header(serial), procedure: 24 })],
    ['a call', (serial) => frameOf({ ...header(serial), type: messageType.call })],
    ['a reply with file descriptors', (serial) => frameOf({ ...header(serial), type: messageType.replyWithFds })],
    ['a reply that is too short', (serial) => frameOf(header(serial), Buffer.from('00000003', 'hex'))],
    ['trailing bytes', (serial) => frameOf(header(serial), Buffer.from(`0000000161000000${'00'.repeat(16)}0000000100000000`, 'hex'))],
    ['a string longer than its frame', (serial) => frameOf(header(serial), Buffer.from('003fffff61000000', 'hex'))],
    ['a string longer than any may be', (serial) => frameOf(header(serial), Buffer.from('ffffffff61000000', 'hex'))],
    ['an error without a body', (serial) => frameOf({ ...header(serial), status: messageStatus.error })],
    ['an event that is too short', () => frameOf({ procedure: 318, type: messageType.event }, Buffer.from('00000001', 'hex'))],
    ['the loss of its hypervisor driver', () => frameOf({ procedure: 362, type: messageType.event }, Buffer.from('00000001', 'hex'))],
  ]
  for (const [what, bytes] of breaches) {
    it(`ends the connection by ${what}, with the outcome unknown`, async () => {
      const { daemon, connection } = await connected()
      const call = connection.call('DomainLookupByName', { name: 'web' })
      const { header: { serial } } = await daemon.call('DomainLookupByName')
      daemon.sendRaw(bytes(serial))
      await assert.rejects(call, (error) => unknown('lost')(error) && (error as Error).cause instanceof ProtocolError)
      assert.ok(await connection.closed instanceof ProtocolError)
      assert.ok(daemon.clientEnd.destroyed)
    })
  }

  it('that pings and does not read gets no heap of answers', () => {
    let sent = 0
    const peer = new RpcPeer({ send: () => { sent++; return sent < 10 }, onFailure: (error) => { throw error } })
    const ping = frameOf({ program: 0x6b65_6570, procedure: 1, type: messageType.event })
    for (let count = 0; count < 1_000; count++) peer.receive(ping)
    assert.equal(sent, 10)
    peer.drained()
    peer.receive(ping)
    assert.equal(sent, 11)
  })

  it('may send events and stream frames that concern nobody', async () => {
    const { daemon, connection } = await connected()
    daemon.sendRaw(Buffer.concat([
      frameOf({ procedure: 9_999, type: messageType.event }, Buffer.alloc(3)),
      frameOf({ procedure: 209, type: messageType.stream, serial: 77, status: messageStatus.continue }, Buffer.alloc(8)),
      frameOf({ program: 0x6b65_6570, procedure: 2, type: messageType.event }),
    ]))
    daemon.answer('DomainLookupByName', () => ({ domain }))
    assert.deepEqual(await connection.call('DomainLookupByName', { name: 'web' }), { domain })
  })
})
