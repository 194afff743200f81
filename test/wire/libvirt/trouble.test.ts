// The client against a real libvirtd in trouble: guests that hang, a daemon that hangs, a daemon that dies.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { connectLibvirt } from '../../../server/wire/libvirt/connection.ts'
import { domainState, lifecycleDetail, lifecycleEvent } from '../../../server/wire/libvirt/constants.ts'
import { LibvirtError, NotSent, OutcomeUnknown } from '../../../server/wire/libvirt/errors.ts'
import { migrateFlag, startFlag } from '../../../server/wire/libvirt/flag-constants.ts'
import { LibvirtPool } from '../../../server/wire/libvirt/pool.ts'
import { param, type TypedParam } from '../../../server/wire/libvirt/protocol/typed-params.ts'
import { program, type DomainRef } from '../../../server/wire/libvirt/protocol/types.ts'
import { firmwareGuest } from '../../support/guest-xml.ts'
import { reach, TestLibvirtd } from '../../support/libvirtd.ts'
import { RecordingProxy } from '../../support/libvirt-proxy.ts'
import { until } from '../../support/until.ts'

const uri = 'qemu:///session'

describe('a guest that hangs', { timeout: 120_000 }, () => {
  const daemon = new TestLibvirtd()
  const proxy = new RecordingProxy(join(daemon.folder, 'proxy.sock'), () => daemon.dial())
  let pool: LibvirtPool
  let domain: DomainRef
  before(async () => {
    await daemon.start()
    await proxy.start()
    pool = new LibvirtPool({ dial: () => reach(proxy.socketPath), uri, jobConnections: 1, keepalive: { intervalMs: 200, count: 50 } })
    domain = (await pool.job('DomainCreateXml', { xml: firmwareGuest('frozen') })).domain
  })
  after(async () => { await pool.close(); await proxy.stop(); await daemon.stop() })

  it('blocks its own calls and nothing else, and no connection is given up for it', async () => {
    const [qemu] = daemon.guestPids()
    const jobs = await pool.events()
    process.kill(qemu!, 'SIGSTOP')
    const blocked = Array.from({ length: 12 }, () => pool.job('QemuMonitorCommand', { domain, command: '{"execute":"query-status"}' }))
    for (let round = 0; round < 20; round++) {
      assert.equal((await pool.call('DomainGetState', { domain })).state, domainState.RUNNING)
      assert.equal((await pool.call('ConnectListAllDomains', {})).count, 1)
    }
    // With five places taken the daemon would read nothing more, and so answer no ping.
    const job = proxy.frames.find(({ layout }) => layout?.name === 'QemuMonitorCommand')!.connection
    const pongs = () => proxy.frames.filter(({ from, connection, header }) => from === 'daemon' && connection === job && header.program === program.keepalive && header.procedure === 2)
    const before = pongs().length
    await until('the daemon answers pings on the connection of the blocked calls', () => pongs().length >= before + 8)
    assert.equal(proxy.calls('QemuMonitorCommand').length, 4)
    process.kill(qemu!, 'SIGCONT')
    for (const { result } of await Promise.all(blocked)) assert.equal((JSON.parse(result) as { return: { running: boolean } }).return.running, true)
    assert.equal(await pool.events(), jobs)
  })

  it('leaves the outcome unknown at a deadline, and the places are free again when it goes on', async () => {
    const [qemu] = daemon.guestPids()
    process.kill(qemu!, 'SIGSTOP')
    const connection = await connectLibvirt(await daemon.dial(), { uri })
    const calls = Array.from({ length: 5 }, () => connection.call('QemuMonitorCommand', { domain, command: '{"execute":"query-status"}' }, { timeoutMs: 300 }))
    const ends = await Promise.allSettled(calls)
    assert.deepEqual(ends.map((end) => end.status === 'rejected' && (end.reason as Error).name), [...Array.from({ length: 4 }, () => 'OutcomeUnknown'), 'NotSent'])
    assert.ok(connection.isStuck)
    process.kill(qemu!, 'SIGCONT')
    assert.equal((await connection.call('DomainGetState', { domain })).state, domainState.RUNNING)
    assert.equal(connection.isStuck, false)
    await connection.close()
  })

  it('reports state and reason, event and detail in their places', async () => {
    const connection = await connectLibvirt(await daemon.dial(), { uri })
    const seen: [number, number][] = []
    await connection.on('lifecycle', ({ event, detail }) => { seen.push([event, detail]) }, { domain })
    await connection.call('DomainSuspend', { domain })
    assert.deepEqual(await connection.call('DomainGetState', { domain }), { state: domainState.PAUSED, reason: 1 })
    await connection.call('DomainDestroyFlags', { domain })
    await until('the end is reported', () => seen.some(([event]) => event === lifecycleEvent.STOPPED))
    // QEMU may still say that it was asked to shut down, in between.
    assert.deepEqual(seen.filter(([event]) => event !== lifecycleEvent.SHUTDOWN), [[lifecycleEvent.SUSPENDED, lifecycleDetail.SUSPENDED.PAUSED], [lifecycleEvent.STOPPED, lifecycleDetail.STOPPED.DESTROYED]])
    await connection.close()
  })
})

describe('a daemon in trouble', { timeout: 120_000 }, () => {
  const daemon = new TestLibvirtd()
  before(() => daemon.start())
  after(() => daemon.stop())

  it('that hangs is noticed by keepalive; what was under way is unknown', async () => {
    const connection = await connectLibvirt(await daemon.dial(), { uri: 'test:///default', keepalive: { intervalMs: 100, count: 20 } })
    daemon.signal('SIGSTOP')
    try {
      const calls = Array.from({ length: 5 }, () => connection.call('ConnectGetHostname', {}))
      const ends = await Promise.allSettled(calls)
      assert.ok(ends.slice(0, 4).every((end) => end.status === 'rejected' && end.reason instanceof OutcomeUnknown && end.reason.reason === 'lost'))
      assert.ok(ends[4]!.status === 'rejected' && ends[4]!.reason instanceof NotSent)
      assert.match(String(await connection.closed), /nothing was heard/)
    } finally {
      daemon.signal('SIGCONT')
    }
  })

  it('that dies leaves what was under way unknown, and the pool reaches its successor', async () => {
    const pool = new LibvirtPool({ dial: () => daemon.dial(), uri: 'test:///default' })
    const connection = await pool.events()
    daemon.signal('SIGSTOP')
    const call = pool.call('ConnectGetHostname', {})
    const stream = pool.openStream('DomainOpenConsole', { domain: { name: 'x', uuid: '00112233-4455-6677-8899-aabbccddeeff', id: 1 } })
    const ends = Promise.allSettled([call, stream])
    await until('the call is under way', () => connection.load > 0)
    daemon.signal('SIGKILL')
    const [called, streamed] = await ends
    assert.ok(called.status === 'rejected' && called.reason instanceof OutcomeUnknown && called.reason.reason === 'lost')
    assert.ok(streamed.status === 'rejected' && streamed.reason instanceof NotSent)
    await assert.rejects(pool.call('ConnectGetHostname', {}), NotSent)
    await daemon.start()
    assert.ok((await pool.call('ConnectGetHostname', {})).hostname.length > 0)
    await pool.close()
  })
})

describe('a live migration driven from here', { timeout: 120_000 }, () => {
  const source = new TestLibvirtd()
  const destination = new TestLibvirtd()
  before(() => Promise.all([source.start(), destination.start()]))
  after(async () => { await source.stop(); await destination.stop() })

  it('carries a running guest over, and is undone when the destination refuses', async () => {
    const from = await connectLibvirt(await source.dial(), { uri })
    const to = await connectLibvirt(await destination.dial(), { uri })
    const { domain } = await from.call('DomainCreateXml', { xml: firmwareGuest('wanderer'), flags: startFlag.PAUSED })
    await from.call('DomainResume', { domain })
    const flags = migrateFlag.LIVE
    const sourceFlags = flags | migrateFlag.CHANGE_PROTECTION
    const begin = async (migrateUri: string) => {
      const asked = [param.string('migrate_uri', migrateUri), param.string('destination_name', domain.name)]
      const { cookieOut, xml } = await from.call('DomainMigrateBegin3Params', { domain, params: asked, flags: sourceFlags })
      return { params: [...asked, param.string('destination_xml', xml)] satisfies TypedParam[], cookieIn: cookieOut }
    }

    const refused = await begin('nonsense:///there')
    await assert.rejects(to.call('DomainMigratePrepare3Params', { ...refused, flags }), LibvirtError)
    await from.call('DomainMigrateConfirm3Params', { domain, params: refused.params, cookieIn: new Uint8Array(0), flags: sourceFlags, cancelled: true })
    assert.equal((await from.call('DomainGetState', { domain })).state, domainState.RUNNING)

    const { params, cookieIn } = await begin(`unix:${destination.folder}/run/migrate`)
    const prepared = await to.call('DomainMigratePrepare3Params', { params, cookieIn, flags })
    const performed = await from.call('DomainMigratePerform3Params', { domain, params, cookieIn: prepared.cookieOut, flags: sourceFlags })
    const finished = await to.call('DomainMigrateFinish3Params', { params, cookieIn: performed.cookieOut, flags, cancelled: false })
    await from.call('DomainMigrateConfirm3Params', { domain, params, cookieIn: finished.cookieOut, flags: sourceFlags, cancelled: false })
    assert.equal(finished.domain.uuid, domain.uuid)
    assert.deepEqual((await to.call('ConnectListAllDomains', {})).domains.map(({ uuid }) => uuid), [domain.uuid])
    assert.deepEqual((await from.call('ConnectListAllDomains', {})).domains, [])
    await to.call('DomainDestroyFlags', { domain: finished.domain })
    await Promise.all([from.close(), to.close()])
  })
})
