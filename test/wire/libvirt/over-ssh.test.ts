// The client over a channel of an ssh connection, which is how every host but this machine is reached.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { lifecycleEvent } from '../../../server/wire/libvirt/constants.ts'
import { NotSent, OutcomeUnknown } from '../../../server/wire/libvirt/errors.ts'
import { LibvirtPool } from '../../../server/wire/libvirt/pool.ts'
import type { PoolRef, VolumeRef } from '../../../server/wire/libvirt/protocol/types.ts'
import { SshHost } from '../../../server/wire/ssh/host.ts'
import { scanHostKey } from '../../../server/wire/ssh/scan.ts'
import { TestLibvirtd } from '../../support/libvirtd.ts'
import { TestSshd } from '../../support/sshd.ts'
import { until } from '../../support/until.ts'

describe('libvirt over ssh', { timeout: 120_000 }, () => {
  const daemon = new TestLibvirtd()
  const sshd = new TestSshd()
  const content = randomBytes(9 * 1024 * 1024 + 11)
  let host: SshHost
  before(async () => {
    await Promise.all([daemon.start(), sshd.start()])
    const { fingerprint } = await scanHostKey({ address: sshd.address, port: sshd.port })
    host = new SshHost({ address: sshd.address, port: sshd.port, username: 'root', privateKey: sshd.clientKey.privateKey, hostKey: fingerprint }, { handshakeTimeoutMs: 60_000 })
  })
  after(async () => {
    await host.close()
    await sshd[Symbol.asyncDispose]()
    await daemon.stop()
  })

  const reach = (uri: string) => new LibvirtPool({
    dial: () => host.calls.openUnix(daemon.socketPath), dialStream: () => host.bulk.openUnix(daemon.socketPath), uri, keepalive: { intervalMs: 2_000, count: 5 },
  })

  it('calls, and hears events', async () => {
    const pool = reach('test:///default')
    const { domain } = await pool.call('DomainLookupByName', { name: 'test' })
    const seen: number[] = []
    await (await pool.events()).on('lifecycle', ({ event }) => { seen.push(event) }, { domain })
    await pool.job('DomainSuspend', { domain })
    await pool.job('DomainResume', { domain })
    await until('both events', () => seen.length >= 2)
    assert.deepEqual(seen, [lifecycleEvent.SUSPENDED, lifecycleEvent.RESUMED])
    await pool.close()
  })

  it('carries streams while calls go on, byte for byte', async () => {
    const pool = reach('qemu:///session')
    const { pool: storage } = await pool.job('StoragePoolDefineXml', { xml: `<pool type="dir"><name>pool</name><target><path>${daemon.poolFolder}</path></target></pool>` })
    await pool.job('StoragePoolCreate', { pool: storage })
    const volumes = await Promise.all([1, 2, 3].map((number) => create(pool, storage, `v${number}`)))
    let calls = 0
    const transfers = new AbortController()
    const asking = (async () => { while (!transfers.signal.aborted) { await pool.call('ConnectListAllDomains', {}); calls++ } })()
    await Promise.all(volumes.map(async (volume) => {
      await pipeline(Readable.from([content.subarray(0, 5_000_000), content.subarray(5_000_000)]), await pool.openStream('StorageVolUpload', { volume, offsetBytes: 0n, lengthBytes: BigInt(content.length) }, { idleTimeoutMs: 60_000 }))
      const download = await pool.openStream('StorageVolDownload', { volume, offsetBytes: 0n, lengthBytes: 0n }, { idleTimeoutMs: 60_000 })
      assert.ok(Buffer.concat(await download.toArray() as Buffer[]).equals(content))
    }))
    transfers.abort()
    await asking
    assert.ok(calls > 0)
    await pool.close()
  })

  const create = async (pool: LibvirtPool, storage: PoolRef, name: string): Promise<VolumeRef> => {
    const xml = `<volume><name>${name}</name><capacity>${content.length}</capacity></volume>`
    return (await pool.job('StorageVolCreateXml', { pool: storage, xml })).volume
  }

  it('leaves the outcome unknown when the network goes, and nothing is sent into it', async () => {
    const pool = reach('test:///default')
    const connection = await pool.events()
    daemon.signal('SIGSTOP')
    const underWay = Promise.allSettled([pool.call('ConnectGetHostname', {})])
    await until('the call is under way', () => connection.load > 0)
    await sshd.kill()
    const [end] = await underWay
    assert.ok(end.status === 'rejected' && end.reason instanceof OutcomeUnknown)
    await assert.rejects(pool.call('ConnectGetHostname', {}, { timeoutMs: 500 }), NotSent)
    daemon.signal('SIGCONT')
    await sshd.start()
    host.calls.retryNow()
    assert.ok((await pool.call('ConnectGetHostname', {})).hostname.length > 0)
    await pool.close()
  })
})
