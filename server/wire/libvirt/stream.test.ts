import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, it } from 'node:test'
import { connectLibvirt, type LibvirtConnection } from './connection.ts'
import { LibvirtError, OutcomeUnknown } from './errors.ts'
import { FakeDaemon } from './fake-daemon.test-support.ts'
import { maxStreamChunkBytes, messageStatus, messageType } from './frame.ts'

const volume = { pool: 'default', name: 'disk', key: '/disk' }
const domain = { name: 'web', uuid: '00112233-4455-6677-8899-aabbccddeeff', id: 3 }
const whole = { volume, offsetBytes: 0n, lengthBytes: 0n }

async function connected(): Promise<{ daemon: FakeDaemon; connection: LibvirtConnection }> {
  const daemon = new FakeDaemon()
  for (const name of ['StorageVolUpload', 'StorageVolDownload', 'DomainOpenConsole'] as const) daemon.answer(name, () => ({}))
  return { daemon, connection: await connectLibvirt(daemon.clientEnd, { uri: 'test:///default' }) }
}

async function serialOf(daemon: FakeDaemon, name: 'StorageVolUpload' | 'StorageVolDownload' | 'DomainOpenConsole'): Promise<number> {
  return (await daemon.call(name)).header.serial
}

const lost = (error: unknown) => error instanceof OutcomeUnknown && error.reason === 'lost'

describe('an upload', () => {
  it('sends frames of the largest size and ends when the daemon has confirmed', async () => {
    const { daemon, connection } = await connected()
    const content = Buffer.alloc(maxStreamChunkBytes * 2 + 5, 7)
    const upload = await connection.openStream('StorageVolUpload', whole)
    let over = false
    const done = pipeline(Readable.from([content]), upload).then(() => { over = true })
    await daemon.sees(() => daemon.streamFrames(messageStatus.ok).length === 1)
    const sent = daemon.streamFrames(messageStatus.continue)
    assert.deepEqual(sent.map(({ body }) => body.length), [maxStreamChunkBytes, maxStreamChunkBytes, 5])
    assert.ok(Buffer.concat(sent.map(({ body }) => body)).equals(content))
    assert.equal(over, false)
    daemon.sendRaw(daemon.streamBytes('StorageVolUpload', await serialOf(daemon, 'StorageVolUpload'), messageStatus.ok))
    await done
    assert.equal(daemon.streamFrames(messageStatus.error).length, 0)
  })

  it('fails with what libvirt says in the middle, and the connection lives on', async () => {
    const { daemon, connection } = await connected()
    const upload = await connection.openStream('StorageVolUpload', whole)
    const endless = Readable.from((async function* () { for (;;) { yield Buffer.alloc(65_536); await new Promise(setImmediate) } })())
    const done = pipeline(endless, upload)
    await daemon.sees(() => daemon.streamFrames(messageStatus.continue).length >= 3)
    daemon.sendRaw(daemon.errorBytes('StorageVolUpload', await serialOf(daemon, 'StorageVolUpload'), 38, messageType.stream))
    await assert.rejects(done, (error) => error instanceof LibvirtError && error.code === 38)
    assert.equal(daemon.streamFrames(messageStatus.error).length, 0)
    assert.ok(connection.isOpen)
  })

  it('has an unknown outcome when the connection is lost before the confirmation', async () => {
    const { daemon, connection } = await connected()
    const done = pipeline(Readable.from([Buffer.alloc(10)]), await connection.openStream('StorageVolUpload', whole))
    await daemon.sees(() => daemon.streamFrames(messageStatus.ok).length === 1)
    daemon.clientEnd.destroy()
    await assert.rejects(done, lost)
  })
})

describe('a download', () => {
  it('loses nothing that comes in one read with the reply, and shakes hands at the end', async () => {
    const { daemon, connection } = await connected()
    daemon.answer('StorageVolDownload', (_args, { serial }) => {
      daemon.sendRaw(Buffer.concat([
        daemon.replyBytes('StorageVolDownload', serial, {}),
        daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.from('one')),
        daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.from('two')),
        daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue),
      ]))
      return undefined
    })
    const download = await connection.openStream('StorageVolDownload', whole)
    const serial = await serialOf(daemon, 'StorageVolDownload')
    await daemon.sees(() => daemon.streamFrames(messageStatus.ok).some(({ header }) => header.serial === serial))
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.ok))
    assert.equal(Buffer.concat(await download.toArray() as Buffer[]).toString(), 'onetwo')
  })

  it('that nobody reads stops the connection, and goes on when somebody does', async () => {
    const { daemon, connection } = await connected()
    const download = await connection.openStream('StorageVolDownload', whole)
    const serial = await serialOf(daemon, 'StorageVolDownload')
    const block = Buffer.alloc(maxStreamChunkBytes, 1)
    let sent = 0
    while (!daemon.clientEnd.isPaused()) {
      daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, block))
      sent++
      await new Promise(setImmediate)
      assert.ok(sent < 100, 'never paused')
    }
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue))
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.ok))
    const chunks = await download.toArray() as Buffer[]
    assert.equal(chunks.reduce((sum, chunk) => sum + chunk.length, 0), sent * block.length)
  })

  it('whose first data overtake the reply that opens it is whole', async () => {
    const { daemon, connection } = await connected()
    const data = (serial: number, text: string) => daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.from(text))
    daemon.answer('StorageVolDownload', (_args, { serial }) => {
      daemon.sendRaw(Buffer.concat([data(serial, 'one'), data(serial, 'two'), daemon.replyBytes('StorageVolDownload', serial, {}), data(serial, 'three'), data(serial, '')]))
    })
    const download = await connection.openStream('StorageVolDownload', whole)
    const all = download.toArray()
    await daemon.sees(() => daemon.streamFrames(messageStatus.ok).length === 1)
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', await serialOf(daemon, 'StorageVolDownload'), messageStatus.ok))
    assert.equal(Buffer.concat(await all as Buffer[]).toString(), 'onetwothree')
  })

  it('that sends without end before it is opened ends the connection', async () => {
    const { daemon, connection } = await connected()
    daemon.answer('StorageVolDownload', (_args, { serial }) => {
      for (let megabyte = 0; megabyte < 17; megabyte++) daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.alloc(1024 * 1024)))
    })
    await assert.rejects(connection.openStream('StorageVolDownload', whole), lost)
  })

  it('given up in the middle tells the daemon once and drops the rest', async () => {
    const { daemon, connection } = await connected()
    const download = await connection.openStream('StorageVolDownload', whole)
    const serial = await serialOf(daemon, 'StorageVolDownload')
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.from('one')))
    for await (const chunk of download) { assert.equal(String(chunk), 'one'); break }
    await daemon.sees(() => daemon.streamFrames(messageStatus.error).length === 1)
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.from('two')))
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue))
    daemon.sendRaw(daemon.errorBytes('StorageVolDownload', serial, 38, messageType.stream))
    daemon.answer('DomainSuspend', () => ({}))
    await connection.call('DomainSuspend', { domain })
    assert.equal(daemon.streamFrames(messageStatus.error).length, 1)
    assert.equal(daemon.streamFrames(messageStatus.ok).length, 0)
  })

  it('is not complete when the connection is lost', async () => {
    const { daemon, connection } = await connected()
    const download = await connection.openStream('StorageVolDownload', whole)
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', await serialOf(daemon, 'StorageVolDownload'), messageStatus.continue, Buffer.from('one')))
    const all = download.toArray()
    daemon.clientEnd.destroy()
    await assert.rejects(all, lost)
  })

  it('is aborted when its opening is answered after the deadline', async () => {
    const { daemon, connection } = await connected()
    daemon.answer('StorageVolDownload', () => undefined)
    await assert.rejects(connection.openStream('StorageVolDownload', whole, { timeoutMs: 1 }), OutcomeUnknown)
    const serial = await serialOf(daemon, 'StorageVolDownload')
    daemon.sendRaw(daemon.replyBytes('StorageVolDownload', serial, {}))
    await daemon.sees(() => daemon.streamFrames(messageStatus.error).some(({ header }) => header.serial === serial))
  })

  it('with a hole in it, which nobody asked for, ends the connection', async () => {
    const { daemon, connection } = await connected()
    const download = await connection.openStream('StorageVolDownload', whole)
    const { header } = await daemon.call('StorageVolDownload')
    const hole = daemon.streamBytes('StorageVolDownload', header.serial, messageStatus.continue, Buffer.alloc(12))
    hole.writeInt32BE(messageType.streamHole, 16)
    daemon.sendRaw(hole)
    await assert.rejects(download.toArray(), lost)
  })
})

describe('a stream that fails in one read with the reply that opened it', () => {
  /** From a task of its own, as a socket's data comes: then errors are emitted before any promise goes on. */
  const fromSocket = (send: () => void) => { setImmediate(send); return undefined }

  it('is a stream that could not be opened', async () => {
    const { daemon, connection } = await connected()
    for (const name of ['StorageVolUpload', 'StorageVolDownload'] as const) {
      daemon.answer(name, (_args, { serial }) => fromSocket(() => {
        daemon.sendRaw(Buffer.concat([daemon.replyBytes(name, serial, {}), daemon.errorBytes(name, serial, 38, messageType.stream)]))
      }))
      await assert.rejects(connection.openStream(name, whole), (error) => error instanceof LibvirtError && error.code === 38)
    }
    assert.ok(connection.isOpen)
  })

  it('also when the whole connection fails in that moment', async () => {
    const { daemon, connection } = await connected()
    daemon.answer('StorageVolDownload', (_args, { serial }) => fromSocket(() => {
      daemon.sendRaw(Buffer.concat([daemon.replyBytes('StorageVolDownload', serial, {}), Buffer.from('00000000', 'hex')]))
    }))
    await assert.rejects(connection.openStream('StorageVolDownload', whole), lost)
  })

  it('keeps an error that nobody hears for whoever uses it later', async () => {
    const { daemon, connection } = await connected()
    const download = await connection.openStream('StorageVolDownload', whole)
    daemon.clientEnd.destroy()
    await once(daemon.clientEnd, 'close')
    await new Promise(setImmediate)
    await assert.rejects(download.toArray(), lost)
  })
})

describe('a daemon that stops in the middle', () => {
  const silent = (error: unknown) => error instanceof OutcomeUnknown && error.reason === 'deadline'

  it('is given up in a download', async () => {
    const { daemon, connection } = await connected()
    const download = await connection.openStream('StorageVolDownload', whole, { idleTimeoutMs: 5 })
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', await serialOf(daemon, 'StorageVolDownload'), messageStatus.continue, Buffer.from('one')))
    await assert.rejects(download.toArray(), silent)
    await daemon.sees(() => daemon.streamFrames(messageStatus.error).length === 1)
  })

  it('is given up when it does not confirm an upload', async () => {
    const { connection } = await connected()
    await assert.rejects(pipeline(Readable.from([Buffer.alloc(10)]), await connection.openStream('StorageVolUpload', whole, { idleTimeoutMs: 5 })), silent)
  })

  it('is not blamed for a reader or a source that is slow', async () => {
    const { daemon, connection } = await connected()
    const upload = await connection.openStream('StorageVolUpload', whole, { idleTimeoutMs: 5 })
    upload.write('one')
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    assert.equal(upload.destroyed, false)
    upload.destroy()
    const download = await connection.openStream('StorageVolDownload', whole, { idleTimeoutMs: 5 })
    const serial = await serialOf(daemon, 'StorageVolDownload')
    daemon.sendRaw(Buffer.concat(Array.from({ length: 8 }, () => daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.alloc(maxStreamChunkBytes)))))
    assert.ok(daemon.clientEnd.isPaused())
    await new Promise((resolve) => { setTimeout(resolve, 50) })
    assert.equal(download.destroyed, false)
    download.destroy()
  })

  it('can be left by an abort at any time', async () => {
    const { daemon, connection } = await connected()
    const controller = new AbortController()
    const upload = await connection.openStream('StorageVolUpload', whole, { signal: controller.signal })
    const failed = once(upload, 'error')
    controller.abort()
    assert.equal(((await failed)[0] as Error).name, 'AbortError')
    await daemon.sees(() => daemon.streamFrames(messageStatus.error).length === 1)
  })
})

describe('a console', () => {
  it('carries both ways and ends with its guest', async () => {
    const { daemon, connection } = await connected()
    const console = await connection.openStream('DomainOpenConsole', { domain })
    const serial = await serialOf(daemon, 'DomainOpenConsole')
    console.write('ls\n')
    await daemon.sees(() => daemon.streamFrames(messageStatus.continue).length === 1)
    assert.equal(daemon.streamFrames(messageStatus.continue)[0]!.body.toString(), 'ls\n')
    daemon.sendRaw(daemon.streamBytes('DomainOpenConsole', serial, messageStatus.continue, Buffer.from('bin')))
    const [output] = await once(console, 'data') as [Buffer]
    assert.equal(output.toString(), 'bin')
    daemon.sendRaw(daemon.streamBytes('DomainOpenConsole', serial, messageStatus.continue))
    await daemon.sees(() => daemon.streamFrames(messageStatus.ok).length === 1)
    daemon.sendRaw(daemon.streamBytes('DomainOpenConsole', serial, messageStatus.ok))
    await once(console, 'close')
    assert.equal(daemon.streamFrames(messageStatus.error).length, 0)
  })

  it('needs a connection without keepalive, which a paused one would starve', async () => {
    const daemon = new FakeDaemon()
    const connection = await connectLibvirt(daemon.clientEnd, { uri: 'test:///default', keepalive: { intervalMs: 60_000, count: 3 } })
    await assert.rejects(connection.openStream('DomainOpenConsole', { domain }), TypeError)
    await connection.close()
  })
})
