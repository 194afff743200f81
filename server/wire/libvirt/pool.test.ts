import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { NotSent, OutcomeUnknown } from './errors.ts'
import { FakeDaemon } from './fake-daemon.test-support.ts'
import { messageStatus } from './frame.ts'
import { LibvirtPool } from './pool.ts'

const domain = { name: 'web', uuid: '00112233-4455-6677-8899-aabbccddeeff', id: 3 }
const volume = { pool: 'default', name: 'disk', key: '/disk' }

/** A pool, and the daemons that it dialled in order. */
function pooled({ jobConnections = 2 } = {}): { pool: LibvirtPool; daemons: FakeDaemon[] } {
  const daemons: FakeDaemon[] = []
  const dial = () => {
    const daemon = new FakeDaemon()
    daemon.answer('DomainLookupByName', () => ({ domain }))
    daemon.answer('StorageVolDownload', () => ({}))
    daemons.push(daemon)
    return Promise.resolve(daemon.clientEnd)
  }
  return { pool: new LibvirtPool({ dial, uri: 'test:///default', keepalive: { intervalMs: 60_000, count: 3 }, jobConnections }), daemons }
}

const resets = (daemons: FakeDaemon[]) => daemons.map((daemon) => daemon.calls('DomainReset').length)

describe('a pool', () => {
  it('answers quick reads while jobs block all their places', async () => {
    const { pool, daemons } = pooled()
    const jobs = Promise.allSettled(Array.from({ length: 12 }, () => pool.job('DomainReset', { domain })))
    assert.equal((await pool.call('DomainLookupByName', { name: 'web' })).domain.name, 'web')
    assert.equal(daemons.length, 3)
    assert.deepEqual(resets(daemons).toSorted((a, b) => a - b), [0, 4, 4])
    await pool.close()
    for (const job of await jobs) {
      assert.ok(job.status === 'rejected' && (job.reason instanceof OutcomeUnknown || job.reason instanceof NotSent))
    }
  })

  it('dials once for calls that come together, and keeps the connection', async () => {
    const { pool, daemons } = pooled()
    await Promise.all([1, 2, 3].map(() => pool.call('DomainLookupByName', { name: 'web' })))
    await pool.call('DomainLookupByName', { name: 'web' })
    assert.equal(daemons.length, 1)
    assert.equal(await pool.events(), await pool.events())
    await pool.close()
  })

  it('uses a job connection that is idle before it makes another', async () => {
    const { pool, daemons } = pooled()
    await pool.job('DomainLookupByName', { name: 'web' })
    await pool.job('DomainLookupByName', { name: 'web' })
    assert.equal(daemons.length, 1)
    await pool.close()
  })

  it('dials anew after a loss, and tells who listened', async () => {
    const { pool, daemons } = pooled()
    const first = await pool.events()
    daemons[0]!.clientEnd.destroy()
    assert.ok(await first.closed instanceof Error)
    const second = await pool.events()
    assert.notEqual(second, first)
    assert.ok(second.isOpen)
    await pool.close()
  })

  it('leaves a connection behind when abandoned calls hold all its places', async () => {
    const { pool, daemons } = pooled({ jobConnections: 1 })
    await Promise.allSettled(Array.from({ length: 4 }, () => pool.job('DomainReset', { domain }, { timeoutMs: 5 })))
    assert.equal((await pool.job('DomainLookupByName', { name: 'web' })).domain.name, 'web')
    assert.equal(daemons.length, 2)
    assert.ok(daemons[0]!.clientEnd.destroyed)
    await pool.close()
  })

  it('gives each stream a connection without keepalive that ends with it', async () => {
    const { pool, daemons } = pooled()
    const stream = await pool.openStream('StorageVolDownload', { volume, offsetBytes: 0n, lengthBytes: 0n })
    const daemon = daemons[0]!
    assert.equal(daemon.calls('ConnectSupportsFeature').length, 0)
    const { header: { serial } } = await daemon.call('StorageVolDownload')
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.from('x')))
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.continue))
    daemon.sendRaw(daemon.streamBytes('StorageVolDownload', serial, messageStatus.ok))
    assert.equal(String(await stream.toArray()), 'x')
    if (!daemon.clientEnd.destroyed) await once(daemon.clientEnd, 'close')
    assert.equal(daemon.calls('ConnectClose').length, 1)
    await pool.close()
  })

  it('counts the time of dialling against the deadline, and closes what came too late', async () => {
    const late: ((daemon: FakeDaemon) => void)[] = []
    const pool = new LibvirtPool({ dial: () => new Promise((resolve) => { late.push((daemon) => { resolve(daemon.clientEnd) }) }), uri: 'test:///default' })
    const outOfTime = (error: unknown) => error instanceof NotSent && error.reason === 'deadline'
    await assert.rejects(pool.call('DomainSuspend', { domain }, { timeoutMs: 5 }), outOfTime)
    await assert.rejects(pool.openStream('DomainOpenConsole', { domain }, { timeoutMs: 5 }), outOfTime)
    await assert.rejects(pool.job('DomainSuspend', { domain }, { signal: AbortSignal.abort() }), (error) => error instanceof NotSent && error.reason === 'aborted')
    const daemons = late.map(() => new FakeDaemon())
    assert.equal(daemons.length, 3)
    late[1]!(daemons[1]!)
    await daemons[1]!.call('ConnectClose')
    await pool.close()
    for (const index of [0, 2]) {
      const gone = once(daemons[index]!.clientEnd, 'close')
      late[index]!(daemons[index]!)
      await gone
    }
    for (const daemon of daemons) assert.ok(daemon.clientEnd.destroyed)
    assert.ok(daemons.every((daemon) => daemon.calls('DomainSuspend').length + daemon.calls('DomainOpenConsole').length === 0))
  })

  it('closes at once although a stream is not read', async () => {
    const { pool, daemons } = pooled()
    const stream = await pool.openStream('StorageVolDownload', { volume, offsetBytes: 0n, lengthBytes: 0n })
    const failed = once(stream, 'error')
    const { header: { serial } } = await daemons[0]!.call('StorageVolDownload')
    daemons[0]!.sendRaw(Buffer.concat(Array.from({ length: 8 }, () => daemons[0]!.streamBytes('StorageVolDownload', serial, messageStatus.continue, Buffer.alloc(262_120)))))
    assert.ok(daemons[0]!.clientEnd.isPaused())
    await pool.close()
    assert.ok((await failed)[0] instanceof OutcomeUnknown)
    assert.equal(daemons[0]!.calls('ConnectClose').length, 0)
  })

  it('says that nothing was sent when the host cannot be reached, or the pool is closed', async () => {
    const pool = new LibvirtPool({ dial: () => Promise.reject(new Error('no route')), uri: 'test:///default' })
    const unreachable = (error: unknown) => error instanceof NotSent && error.reason === 'closed' && (error.cause as Error).message === 'no route'
    await assert.rejects(pool.call('DomainSuspend', { domain }), unreachable)
    await assert.rejects(pool.job('DomainSuspend', { domain }), unreachable)
    await assert.rejects(pool.openStream('DomainOpenConsole', { domain }), unreachable)
    await pool.close()
    await assert.rejects(pool.call('DomainSuspend', { domain }), NotSent)
  })
})
