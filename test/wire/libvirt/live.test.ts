// The client against a real libvirtd: its test driver, and QEMU itself.
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { after, before, describe, it } from 'node:test'
import { connectLibvirt } from '../../../server/wire/libvirt/connection.ts'
import type { LibvirtConnection } from '../../../server/wire/libvirt/connection.ts'
import { domainState, lifecycleEvent, poolEvent } from '../../../server/wire/libvirt/constants.ts'
import { errorCode } from '../../../server/wire/libvirt/error-codes.ts'
import { LibvirtError } from '../../../server/wire/libvirt/errors.ts'
import { statsFlag } from '../../../server/wire/libvirt/flag-constants.ts'
import { paramsByName } from '../../../server/wire/libvirt/protocol/typed-params.ts'
import type { PoolRef } from '../../../server/wire/libvirt/protocol/types.ts'
import { TestLibvirtd } from '../../support/libvirtd.ts'
import { until } from '../../support/until.ts'

const daemon = new TestLibvirtd()
before(() => daemon.start())
after(() => daemon.stop())

const failsWith = (code: number) => (error: unknown) => error instanceof LibvirtError && error.code === code

describe('the test driver', () => {
  let connection: LibvirtConnection
  before(async () => { connection = await connectLibvirt(await daemon.dial(), { uri: 'test:///default', keepalive: { intervalMs: 5_000, count: 3 } }) })
  after(() => connection.close())

  it('knows the one domain that the test driver starts with', async () => {
    const { domains, count } = await connection.call('ConnectListAllDomains', {})
    assert.deepEqual(domains.map(({ name, id }) => [name, id]), [['test', 1]])
    assert.equal(count, 1)
    const { domain } = await connection.call('DomainLookupByName', { name: 'test' })
    assert.deepEqual(domain, domains[0])
    assert.equal((await connection.call('DomainGetState', { domain })).state, domainState.RUNNING)
    const info = await connection.call('DomainGetInfo', { domain })
    assert.deepEqual([info.state, info.memoryKiB, info.maxMemoryKiB, info.vcpus], [domainState.RUNNING, 2_097_152n, 8_388_608n, 2])
    const node = await connection.call('NodeGetInfo', {})
    assert.deepEqual(node, { model: 'i686', memoryKiB: 3_145_728n, cpus: 16, mhz: 1400, nodes: 2, sockets: 2, cores: 2, threads: 2 })
  })

  it('answers with the number of the error', async () => {
    await assert.rejects(connection.call('DomainLookupByName', { name: 'no such <domain>' }), failsWith(errorCode.NO_DOMAIN))
    await assert.rejects(connection.call('DomainDefineXmlFlags', { xml: '<domain' }), failsWith(errorCode.XML_DETAIL))
    const { domain } = await connection.call('DomainLookupByName', { name: 'test' })
    await assert.rejects(connection.call('DomainSetMemoryFlags', { domain, memoryKiB: 1n << 40n }), failsWith(errorCode.INVALID_ARG))
    await assert.rejects(connection.call('StoragePoolLookupByName', { name: 'none' }), failsWith(errorCode.NO_STORAGE_POOL))
  })

  it('reports what happens to a domain, in order, from the moment of registration', async () => {
    const { domain } = await connection.call('DomainLookupByName', { name: 'test' })
    const seen: number[] = []
    const subscription = await connection.on('lifecycle', (event) => { if (event.domain.uuid === domain.uuid) seen.push(event.event) })
    await connection.call('DomainSuspend', { domain })
    await connection.call('DomainResume', { domain })
    await connection.call('DomainDestroyFlags', { domain })
    await connection.call('DomainCreateWithFlags', { domain })
    const expected = [lifecycleEvent.SUSPENDED, lifecycleEvent.RESUMED, lifecycleEvent.STOPPED, lifecycleEvent.STARTED]
    await until('all four events', () => seen.length >= expected.length)
    assert.deepEqual(seen, expected)
    await subscription.unsubscribe()
    await connection.call('DomainSuspend', { domain })
    await connection.call('DomainResume', { domain })
    assert.deepEqual(seen, expected)
  })

  it('reports what happens to a pool', async () => {
    const seen: number[] = []
    const subscription = await connection.on('poolLifecycle', ({ pool, event }) => { if (pool.name === 'p1') seen.push(event) })
    const { pool } = await connection.call('StoragePoolDefineXml', { xml: '<pool type="dir"><name>p1</name><target><path>/p1</path></target></pool>' })
    await connection.call('StoragePoolUndefine', { pool })
    await until('both events', () => seen.length >= 2)
    assert.deepEqual(seen, [poolEvent.DEFINED, poolEvent.UNDEFINED])
    await subscription.unsubscribe()
  })
})

describe('QEMU', () => {
  let connection: LibvirtConnection
  let pool: PoolRef
  before(async () => {
    connection = await connectLibvirt(await daemon.dial(), { uri: 'qemu:///session' })
    const xml = `<pool type="dir"><name>pool</name><target><path>${daemon.poolFolder}</path></target></pool>`
    pool = (await connection.call('StoragePoolDefineXml', { xml })).pool
    await connection.call('StoragePoolCreate', { pool })
  })
  after(() => connection.close())

  it('uploads and downloads a volume byte for byte', async () => {
    const content = randomBytes(3 * 1024 * 1024 + 17)
    const xml = `<volume><name>blob</name><capacity>${content.length}</capacity><target><format type="raw"/></target></volume>`
    const { volume } = await connection.call('StorageVolCreateXml', { pool, xml })
    const upload = await connection.openStream('StorageVolUpload', { volume, offsetBytes: 0n, lengthBytes: BigInt(content.length) })
    await pipeline(Readable.from([content.subarray(0, 1_000_000), content.subarray(1_000_000)]), upload)
    assert.deepEqual(readFileSync(volume.key), content)

    const download = await connection.openStream('StorageVolDownload', { volume, offsetBytes: 0n, lengthBytes: 0n })
    const chunks: Buffer[] = []
    for await (const chunk of download) chunks.push(chunk as Buffer)
    assert.deepEqual(Buffer.concat(chunks), content)
    assert.equal(Number((await connection.call('StorageVolGetInfo', { volume })).capacityBytes), content.length)
  })

  it('gives up a download in the middle, and the connection lives on', async () => {
    const { volume } = await connection.call('StorageVolLookupByName', { pool, name: 'blob' })
    const download = await connection.openStream('StorageVolDownload', { volume, offsetBytes: 0n, lengthBytes: 0n })
    for await (const chunk of download) { assert.ok((chunk as Buffer).length > 0); break }
    assert.ok(download.destroyed)
    assert.equal((await connection.call('StorageVolLookupByPath', { path: volume.key })).volume.name, 'blob')
  })

  it('fails an upload behind the end of any file with what libvirt said', async () => {
    const { volume } = await connection.call('StorageVolLookupByName', { pool, name: 'blob' })
    await assert.rejects(connection.openStream('StorageVolUpload', { volume, offsetBytes: 1n << 63n, lengthBytes: 10n }), LibvirtError)
    await connection.call('StorageVolDelete', { volume })
    await assert.rejects(connection.call('StorageVolGetInfo', { volume }), failsWith(errorCode.NO_STORAGE_VOL))
  })

  it('runs a guest: start, firmware on the console, statistics, monitor, power off', { timeout: 120_000 }, async () => {
    const uuid = randomUUID()
    const xml = `<domain type='qemu'><name>guest</name><uuid>${uuid}</uuid><memory unit='MiB'>64</memory><vcpu>1</vcpu>
      <os><type arch='x86_64' machine='q35'>hvm</type><bios useserial='yes'/></os><devices><serial type='pty'/></devices></domain>`
    const { domain } = await connection.call('DomainDefineXmlFlags', { xml })
    assert.deepEqual({ uuid: domain.uuid, id: domain.id }, { uuid, id: -1 })
    const seen: number[] = []
    const subscription = await connection.on('lifecycle', ({ event }) => { seen.push(event) }, { domain })
    const { domain: running } = await connection.call('DomainCreateWithFlags', { domain, flags: 1 })
    assert.ok(running.id > 0)

    const consoleConnection = await connectLibvirt(await daemon.dial(), { uri: 'qemu:///session' })
    const console = await consoleConnection.openStream('DomainOpenConsole', { domain: running })
    let output = ''
    console.on('data', (chunk: Buffer) => { output += chunk.toString('latin1') })
    await connection.call('DomainResume', { domain: running })
    await until('the firmware speaks on the console', () => output.includes('SeaBIOS'), 60_000)
    console.write('x')

    const { records } = await connection.call('ConnectGetAllDomainStats', { domains: [running], stats: 0, flags: statsFlag.NOWAIT })
    const stats = paramsByName(records[0]!.params)
    assert.equal(stats.get('state.state'), domainState.RUNNING)
    assert.equal(stats.get('balloon.maximum'), 65_536n)
    const { result } = await connection.call('QemuMonitorCommand', { domain: running, command: '{"execute":"query-status"}' })
    assert.equal((JSON.parse(result) as { return: { status: string } }).return.status, 'running')

    await assert.rejects(connection.call('DomainCreateWithFlags', { domain }), failsWith(errorCode.OPERATION_INVALID))
    await connection.call('DomainDestroyFlags', { domain: running })
    await connection.call('DomainUndefineFlags', { domain })
    await until('the domain is gone', () => seen.includes(lifecycleEvent.UNDEFINED))
    await assert.rejects(connection.call('DomainLookupByUuid', { uuid }), failsWith(errorCode.NO_DOMAIN))
    await until('the console ends with its guest', () => console.destroyed)
    await subscription.unsubscribe()
    await consoleConnection.close()
  })
})
