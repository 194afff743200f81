// The recording proxy: libvirt's own client speaks to libvirtd through a proxy of ours. Every frame whose number
// is in our table is decoded and encoded again and must give the same bytes; and values that stand out in a virsh
// command, or in what virsh printed, must stand in the field that we call so. The bytes alone would not notice two
// swapped fields of one type.
import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { blockJobStatus, blockJobType } from '../../../server/wire/libvirt/constants.ts'
import { messageType } from '../../../server/wire/libvirt/frame.ts'
import { procedures, type Args, type ProcedureName } from '../../../server/wire/libvirt/protocol/procedures.ts'
import { decode, encode } from '../../../server/wire/xdr/codec.ts'
import { TestLibvirtd } from '../../support/libvirtd.ts'
import { RecordingProxy } from '../../support/libvirt-proxy.ts'
import { until } from '../../support/until.ts'
import { printed, virsh } from '../../support/virsh.ts'

const daemon = new TestLibvirtd()
const destination = new TestLibvirtd()
const proxy = new RecordingProxy(join(daemon.folder, 'proxy.sock'), () => daemon.dial())
const destinationProxy = new RecordingProxy(join(destination.folder, 'proxy.sock'), () => destination.dial())
const testUri = `test+unix:///default?socket=${proxy.socketPath}`
const qemuUri = `qemu+unix:///session?socket=${proxy.socketPath}`
const destinationUri = `qemu+unix:///session?socket=${destinationProxy.socketPath}`
const listeners: ChildProcess[] = []

const inFolder = (name: string, content: string) => {
  const path = join(daemon.folder, name)
  writeFileSync(path, content)
  return path
}

/** Runs virsh; then one of the calls of that name must have had these arguments, whatever else. */
async function sends<N extends ProcedureName>(uri: string, args: string[], name: N, expected: { [K in keyof Args<N>]?: unknown }): Promise<string> {
  const since = proxy.frames.length
  const output = await virsh(uri, ...args)
  const calls = proxy.calls(name, since)
  assert.ok(calls.length > 0, `virsh ${args.join(' ')} made no call ${name}: ${output}`)
  const matches = calls.some((call) => { try { assert.partialDeepStrictEqual(call, expected); return true } catch { return false } })
  if (!matches) assert.partialDeepStrictEqual(calls[0], expected)
  return output
}

before(async () => {
  await Promise.all([daemon.start(), destination.start()])
  await Promise.all([proxy.start(), destinationProxy.start()])
  for (const uri of [testUri, qemuUri]) listeners.push(spawn('/usr/bin/virsh', ['-c', uri, 'event', '--all', '--loop'], { stdio: 'ignore' }))
  listeners.push(spawn('/usr/bin/virsh', ['-c', testUri, 'pool-event', '--event', 'lifecycle', '--loop'], { stdio: 'ignore' }))
  await until('virsh listens', () => proxy.replies('ConnectDomainEventCallbackRegisterAny').length > 30 && proxy.replies('ConnectStoragePoolEventRegisterAny').length > 0)
})
after(async () => {
  for (const listener of listeners) listener.kill()
  await Promise.all([proxy.stop(), destinationProxy.stop()])
  await Promise.all([daemon.stop(), destination.stop()])
})

describe('through the test driver', () => {
  it('the host', async () => {
    // The test driver's own node has equal numbers of everything: one with a number of its own for each.
    const description = inFolder('node.xml', `<node><cpu><mhz>6001</mhz><model>i986</model><active>50</active><nodes>4</nodes><sockets>3</sockets><cores>5</cores><threads>7</threads></cpu><memory>654321</memory></node>`)
    await virsh(`test+unix://${description}?socket=${proxy.socketPath}`, 'nodeinfo')
    assert.deepEqual(proxy.replies('NodeGetInfo')[0], { model: 'i986', memoryKiB: 654_321n, cpus: 50, mhz: 6001, nodes: 4, sockets: 3, cores: 5, threads: 7 })
    await sends(testUri, ['nodecpustats', '--cpu', '3'], 'NodeGetCpuStats', { cpu: 3, count: 0 })
    await sends(testUri, ['nodememstats', '--cell', '5'], 'NodeGetMemoryStats', { cell: 5, count: 0 })
    await sends(testUri, ['capabilities'], 'ConnectGetCapabilities', {})
    await sends(testUri, ['hostname'], 'ConnectGetHostname', {})
    await sends(testUri, ['freecell'], 'NodeGetFreeMemory', {})
    await sends(testUri, ['domcapabilities', '--emulatorbin', 'E', '--arch', 'A', '--machine', 'M', '--virttype', 'V'], 'ConnectGetDomainCapabilities', { emulator: 'E', arch: 'A', machine: 'M', virtType: 'V' })
    const cpu = inFolder('cpu.xml', '<cpu><arch>x86_64</arch><model>qemu64</model></cpu>')
    const kind = ['--emulator', 'E', '--arch', 'A', '--machine', 'M', '--virttype', 'V']
    const named = { emulator: 'E', arch: 'A', machine: 'M', virtType: 'V' }
    await sends(testUri, ['hypervisor-cpu-compare', cpu, ...kind], 'ConnectCompareHypervisorCpu', named)
    await sends(testUri, ['hypervisor-cpu-baseline', cpu, ...kind], 'ConnectBaselineHypervisorCpu', named)
    const version = await virsh(testUri, 'version', '--daemon')
    const [major, minor] = /daemon: (\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? []
    assert.equal(Number(proxy.replies('ConnectGetLibVersion').at(-1)?.version) - Number(proxy.replies('ConnectGetLibVersion').at(-1)?.version) % 1000, major! * 1_000_000 + minor! * 1_000)
    assert.equal(proxy.replies('ConnectGetVersion').at(-1)?.version, 2n)
  })

  it('a domain', async () => {
    const info = await virsh(testUri, 'dominfo', 'test')
    const reply = proxy.replies('DomainGetInfo').at(-1)!
    assert.deepEqual([Number(reply.maxMemoryKiB), Number(reply.memoryKiB), reply.vcpus], [printed(info, 'Max memory'), printed(info, 'Used memory'), printed(info, 'CPU\\(s\\)')])
    await sends(testUri, ['list', '--all', '--with-snapshot'], 'ConnectListAllDomains', { needResults: 1, flags: 0x1003 })
    await sends(testUri, ['dumpxml', 'test', '--inactive'], 'DomainGetXmlDesc', { flags: 2 })
    await sends(testUri, ['metadata', 'test', 'urn:u', '--key', 'KEY', '--set', '<m/>'], 'DomainSetMetadata', { type: 2, metadata: '<m/>', key: 'KEY', uri: 'urn:u' })
    await sends(testUri, ['metadata', 'test', 'urn:u'], 'DomainGetMetadata', { type: 2, uri: 'urn:u' })
    await sends(testUri, ['setvcpus', 'test', '7', '--config'], 'DomainSetVcpusFlags', { vcpus: 7, flags: 2 })
    await sends(testUri, ['setmem', 'test', '65537', '--config'], 'DomainSetMemoryFlags', { memoryKiB: 65_537n, flags: 2 })
    await sends(testUri, ['domiftune', 'test', 'eth0', '--inbound', '7,8,9', '--config'], 'DomainSetInterfaceParameters', {
      device: 'eth0', flags: 2, params: [{ name: 'inbound.average', type: 'uint', value: 7 }, { name: 'inbound.peak', type: 'uint', value: 8 }, { name: 'inbound.burst', type: 'uint', value: 9 }],
    })
    await sends(testUri, ['guest-agent-timeout', 'test', '--timeout', '7'], 'DomainAgentSetResponseTimeout', { timeoutSeconds: 7 })
    await sends(testUri, ['set-user-password', 'test', 'USER', 'PASSWORD'], 'DomainSetUserPassword', { user: 'USER', password: 'PASSWORD' })
    const device = inFolder('device.xml', '<disk type="file"><source file="/x"/><target dev="vdz"/></disk>')
    await sends(testUri, ['attach-device', 'test', device, '--config'], 'DomainAttachDeviceFlags', { flags: 2 })
    await sends(testUri, ['detach-device', 'test', device, '--config'], 'DomainDetachDeviceFlags', { flags: 2 })
    await sends(testUri, ['update-device', 'test', device, '--config'], 'DomainUpdateDeviceFlags', { flags: 2 })
    await sends(testUri, ['detach-device-alias', 'test', 'ALIAS', '--config'], 'DomainDetachDeviceAlias', { alias: 'ALIAS', flags: 2 })
    await sends(testUri, ['domfsfreeze', 'test', '/a', '/b'], 'DomainFsFreeze', { mountPoints: ['/a', '/b'] })
    await sends(testUri, ['domfsthaw', 'test', '/c'], 'DomainFsThaw', { mountPoints: ['/c'] })
    await sends(testUri, ['guestinfo', 'test', '--user', '--disk'], 'DomainGetGuestInfo', { types: 1 | 32 })
    await sends(testUri, ['screenshot', 'test', join(daemon.folder, 'shot'), '--screen', '3'], 'DomainScreenshot', { screen: 3, flags: 0 })
    await sends(testUri, ['managedsave', 'test', '--bypass-cache'], 'DomainManagedSave', { flags: 1 })
    await sends(testUri, ['managedsave-remove', 'test'], 'DomainManagedSaveRemove', {})
    for (const verb of ['start', 'suspend', 'resume', 'reset', 'reboot']) await virsh(testUri, verb, 'test')
    await sends(testUri, ['shutdown', 'test', '--mode', 'agent'], 'DomainShutdownFlags', { flags: 2 })
    await sends(testUri, ['autostart', 'test'], 'DomainSetAutostart', { autostart: true })
    await virsh(testUri, 'destroy', 'test', '--graceful')
    await sends(testUri, ['start', 'test', '--paused'], 'DomainCreateWithFlags', { flags: 1 })
    await virsh(testUri, 'start', 'test')
    await sends(testUri, ['domstate', 'test', '--reason'], 'DomainGetState', {})
    await Promise.all([virsh(testUri, 'event', '--event', 'reboot', '--timeout', '1'), virsh(testUri, 'pool-event', '--event', 'refresh', '--timeout', '1')])
  })

  it('what a domain reports', async () => {
    const memory = await sends(testUri, ['dommemstat', 'test'], 'DomainMemoryStats', { flags: 0 })
    const tags = ['swap_in', 'swap_out', 'major_fault', 'minor_fault', 'unused', 'available', 'actual', 'rss']
    for (const { tag, value } of proxy.replies('DomainMemoryStats').at(-1)!.stats.filter(({ tag }) => tag < tags.length)) assert.equal(Number(value), printed(memory, `(?:^|\\n)${tags[tag]}`))

    const xml = '<domain type="test"><name>nic</name><memory>65536</memory><os><type>hvm</type></os><devices><interface type="bridge"><source bridge="br"/><target dev="NIC"/></interface></devices></domain>'
    await virsh(testUri, 'create', inFolder('nic.xml', xml))
    const traffic = await sends(testUri, ['domifstat', 'nic', 'NIC'], 'DomainInterfaceStats', { device: 'NIC' })
    const stats = proxy.replies('DomainInterfaceStats').at(-1)!
    assert.equal(new Set(Object.values(stats)).size, 8, 'a value of its own for each')
    assert.deepEqual(
      [stats.rxBytes, stats.rxPackets, stats.rxErrors, stats.rxDrops, stats.txBytes, stats.txPackets, stats.txErrors, stats.txDrops].map(Number),
      ['rx_bytes', 'rx_packets', 'rx_errs', 'rx_drop', 'tx_bytes', 'tx_packets', 'tx_errs', 'tx_drop'].map((label) => printed(traffic, label)),
    )

    const addresses = await virsh(testUri, 'domifaddr', 'nic', '--source', 'arp')
    assert.equal(proxy.calls('DomainInterfaceAddresses').at(-1)?.source, 2)
    const [networkInterface] = proxy.replies('DomainInterfaceAddresses').at(-1)!.interfaces
    const { name, addresses: list } = networkInterface!
    assert.ok(list.length > 0)
    for (const { address, prefix } of list) assert.match(addresses, new RegExp(`${name}\\s+.*${address}/${prefix}`))
    await sends(testUri, ['domstats', '--cpu-total', '--nowait', 'test'], 'ConnectGetAllDomainStats', { stats: 2, flags: 0x2000_0000 })
  })

  it('snapshots and checkpoints', async () => {
    await sends(testUri, ['snapshot-create-as', 'test', 'S1', '--atomic'], 'DomainSnapshotCreateXml', { flags: 0x80 })
    await sends(testUri, ['snapshot-list', 'test', '--leaves'], 'DomainListAllSnapshots', { needResults: 1, flags: 4 })
    await sends(testUri, ['snapshot-dumpxml', 'test', 'S1', '--security-info'], 'DomainSnapshotGetXmlDesc', { snapshot: { name: 'S1', domain: { name: 'test' } }, flags: 1 })
    await sends(testUri, ['snapshot-revert', 'test', 'S1', '--paused'], 'DomainRevertToSnapshot', { snapshot: { name: 'S1', domain: { name: 'test' } }, flags: 2 })
    await sends(testUri, ['snapshot-delete', 'test', 'S1', '--children'], 'DomainSnapshotDelete', { snapshot: { name: 'S1', domain: { name: 'test' } }, flags: 1 })
    assert.equal(proxy.calls('DomainSnapshotLookupByName').at(-1)?.name, 'S1')
    await sends(testUri, ['checkpoint-create-as', 'test', 'C1'], 'DomainCheckpointCreateXml', {})
    await sends(testUri, ['checkpoint-list', 'test', '--leaves'], 'DomainListAllCheckpoints', { needResults: 1, flags: 4 })
    await sends(testUri, ['checkpoint-delete', 'test', 'C1', '--children'], 'DomainCheckpointDelete', { checkpoint: { name: 'C1', domain: { name: 'test' } }, flags: 1 })
    await sends(testUri, ['backup-begin', 'test', inFolder('backup.xml', '<domainbackup/>'), inFolder('checkpoint.xml', '<domaincheckpoint/>'), '--reuse-external'], 'DomainBackupBegin', { backupXml: '<domainbackup/>', checkpointXml: '<domaincheckpoint/>', flags: 1 })
    await sends(testUri, ['backup-dumpxml', 'test'], 'DomainBackupGetXmlDesc', {})
  })

  it('storage', async () => {
    const pool = inFolder('pool.xml', '<pool type="dir"><name>POOL</name><target><path>/POOL</path></target></pool>')
    await virsh(testUri, 'pool-define', pool)
    await sends(testUri, ['pool-build', 'POOL', '--overwrite'], 'StoragePoolBuild', { pool: { name: 'POOL' }, flags: 8 })
    await sends(testUri, ['pool-start', 'POOL', '--build'], 'StoragePoolCreate', { flags: 1 })
    await virsh(testUri, 'pool-start', 'POOL')
    await virsh(testUri, 'pool-autostart', 'POOL')
    await virsh(testUri, 'pool-refresh', 'POOL')
    await sends(testUri, ['vol-create-as', 'POOL', 'VOL', '10000000', '--allocation', '7000000', '--prealloc-metadata'], 'StorageVolCreateXml', { pool: { name: 'POOL' }, flags: 1 })
    await virsh(testUri, 'vol-create-as', 'POOL', 'VOL', '10000000', '--allocation', '7000000')
    const poolInfo = await virsh(testUri, 'pool-info', 'POOL', '--bytes')
    const info = proxy.replies('StoragePoolGetInfo').at(-1)!
    assert.deepEqual([info.state, ...[info.capacityBytes, info.allocationBytes, info.availableBytes].map(Number)], [2, printed(poolInfo, 'Capacity'), printed(poolInfo, 'Allocation'), printed(poolInfo, 'Available')])
    assert.equal(new Set([info.capacityBytes, info.allocationBytes, info.availableBytes]).size, 3)
    const volumeInfo = await virsh(testUri, 'vol-info', 'VOL', '--pool', 'POOL', '--bytes')
    const volume = proxy.replies('StorageVolGetInfo').at(-1)!
    assert.deepEqual([volume.capacityBytes, volume.allocationBytes].map(Number), [printed(volumeInfo, 'Capacity'), printed(volumeInfo, 'Allocation')])
    assert.deepEqual([volume.capacityBytes, volume.allocationBytes], [10_000_000n, 7_000_000n])
    assert.partialDeepStrictEqual(proxy.calls('StorageVolLookupByName').at(-1), { pool: { name: 'POOL' }, name: 'VOL' })
    const named = { pool: 'POOL', name: 'VOL', key: '/POOL/VOL' }
    await sends(testUri, ['vol-path', 'VOL', '--pool', 'POOL'], 'StorageVolGetPath', { volume: named })
    await sends(testUri, ['vol-dumpxml', 'VOL', '--pool', 'POOL'], 'StorageVolGetXmlDesc', { volume: named })
    const clone = inFolder('clone.xml', '<volume><name>CLONE</name><capacity>10000000</capacity></volume>')
    await sends(testUri, ['vol-create-from', 'POOL', clone, 'VOL', '--inputpool', 'POOL', '--reflink'], 'StorageVolCreateXmlFrom', { pool: { name: 'POOL' }, source: named, flags: 2 })
    await sends(testUri, ['vol-info', '/NOWHERE'], 'StorageVolLookupByPath', { path: '/NOWHERE' })
    await sends(testUri, ['vol-resize', 'VOL', '20000000', '--pool', 'POOL', '--allocate'], 'StorageVolResize', { volume: named, capacityBytes: 20_000_000n, flags: 1 })
    await sends(testUri, ['vol-wipe', 'VOL', '--pool', 'POOL'], 'StorageVolWipe', { volume: named })
    await sends(testUri, ['vol-wipe', 'VOL', '--pool', 'POOL', '--algorithm', 'random'], 'StorageVolWipePattern', { volume: named, algorithm: 8 })
    await sends(testUri, ['vol-download', 'VOL', join(daemon.folder, 'down'), '--pool', 'POOL', '--offset', '5', '--length', '6'], 'StorageVolDownload', { volume: named, offsetBytes: 5n, lengthBytes: 6n })
    await sends(testUri, ['vol-upload', 'VOL', clone, '--pool', 'POOL', '--offset', '7', '--length', '8'], 'StorageVolUpload', { volume: named, offsetBytes: 7n, lengthBytes: 8n })
    await sends(testUri, ['vol-list', 'POOL'], 'StoragePoolListAllVolumes', { pool: { name: 'POOL' }, needResults: 1 })
    await sends(testUri, ['pool-list', '--inactive', '--persistent'], 'ConnectListAllStoragePools', { needResults: 1, flags: 5 })
    await sends(testUri, ['vol-delete', 'VOL', '--pool', 'POOL', '--delete-snapshots'], 'StorageVolDelete', { volume: named, flags: 2 })
    await virsh(testUri, 'pool-dumpxml', 'POOL')
    await virsh(testUri, 'pool-info', '00112233-4455-6677-8899-aabbccddeeff')
    await virsh(testUri, 'pool-destroy', 'POOL')
    await virsh(testUri, 'pool-undefine', 'POOL')
  })

  it('devices', async () => {
    await sends(testUri, ['nodedev-list', '--cap', 'net'], 'ConnectListAllNodeDevices', { needResults: 1, flags: 0x8000_0010 })
    await sends(testUri, ['nodedev-dumpxml', 'computer'], 'NodeDeviceGetXmlDesc', { name: 'computer' })
  })
})

describe('through QEMU', { timeout: 150_000 }, () => {
  const guest = 'guest'
  const disk = join(daemon.poolFolder, 'disk')
  before(async () => {
    await virsh(qemuUri, 'pool-create', inFolder('qemu-pool.xml', `<pool type="dir"><name>pool</name><target><path>${daemon.poolFolder}</path></target></pool>`))
    await virsh(qemuUri, 'vol-create-as', 'pool', 'disk', '8MiB', '--format', 'qcow2')
    const xml = `<domain type="qemu"><name>${guest}</name><memory unit="MiB">64</memory><vcpu>1</vcpu><os><type arch="x86_64" machine="q35">hvm</type></os>
      <cpu mode="custom" match="exact"><model>qemu64</model></cpu><devices>
      <disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="${disk}"/><target dev="vda" bus="virtio"/></disk>
      <serial type="pty"/></devices></domain>`
    await virsh(qemuUri, 'define', inFolder('guest.xml', xml), '--validate')
    const started = await virsh(qemuUri, 'start', guest, '--paused')
    assert.match(await virsh(qemuUri, 'domstate', guest), /paused/, started)
  })
  after(async () => { for (const uri of [qemuUri, destinationUri]) await virsh(uri, 'destroy', guest) })

  it('the host', async () => {
    for (const [command, name] of [['nodecpustats', 'NodeGetCpuStats'], ['nodememstats', 'NodeGetMemoryStats']] as const) {
      const since = proxy.frames.length
      const output = await virsh(qemuUri, command)
      const { count } = proxy.replies(name, since)[0]!
      assert.ok(count > 0, output)
      assert.deepEqual(proxy.calls(name, since).map((call) => [call.count, call.flags]), [[0, 0], [count, 0]])
    }
  })

  it('tuning', async () => {
    await sends(qemuUri, ['blkdeviotune', guest, 'vda', '--total-bytes-sec', '77', '--live'], 'DomainSetBlockIoTune', { disk: 'vda', params: [{ name: 'total_bytes_sec', type: 'ullong', value: 77n }], flags: 1 })
    await sends(qemuUri, ['domblkthreshold', guest, 'vda', '123456'], 'DomainSetBlockThreshold', { device: 'vda', thresholdBytes: 123_456n })
    await sends(qemuUri, ['migrate-setmaxdowntime', guest, '123'], 'DomainMigrateSetMaxDowntime', { downtimeMs: 123n, flags: 0 })
    await sends(qemuUri, ['migrate-setspeed', guest, '45'], 'DomainMigrateSetMaxSpeed', { bandwidthMiBPerSecond: 45n, flags: 0 })
    await sends(qemuUri, ['migrate-postcopy', guest], 'DomainMigrateStartPostCopy', {})
    await sends(qemuUri, ['domjobinfo', guest, '--completed'], 'DomainGetJobStats', { flags: 1 })
    await sends(qemuUri, ['domjobabort', guest], 'DomainAbortJob', {})
    await sends(qemuUri, ['domjobabort', guest, '--postcopy'], 'DomainAbortJobFlags', { flags: 1 })
  })

  it('devices that come and go', async () => {
    const tablet = inFolder('tablet.xml', '<input type="tablet" bus="usb"><alias name="ua-TABLET"/></input>')
    const attached = await virsh(qemuUri, 'attach-device', guest, tablet, '--live')
    await until(`the device is there: ${attached}`, () => proxy.events('deviceAdded').some(({ alias }) => alias === 'ua-TABLET'))
    await virsh(qemuUri, 'detach-device-alias', guest, 'ua-TABLET', '--live')
    await until('the device is gone', () => proxy.events('deviceRemoved').some(({ alias }) => alias === 'ua-TABLET'))
  })

  it('the monitor and the agent', async () => {
    const output = await sends(qemuUri, ['qemu-monitor-command', guest, '--hmp', 'info status'], 'QemuMonitorCommand', { command: 'info status', flags: 1 })
    assert.match(output, /VM status: paused/)
    await sends(qemuUri, ['qemu-agent-command', guest, '{"execute":"guest-ping"}', '--timeout', '3'], 'QemuAgentCommand', { command: '{"execute":"guest-ping"}', timeoutSeconds: 3, flags: 0 })
  })

  it('disks', async () => {
    const info = await virsh(qemuUri, 'domblkinfo', guest, 'vda')
    const reply = proxy.replies('DomainGetBlockInfo').at(-1)!
    assert.deepEqual([reply.capacityBytes, reply.allocationBytes, reply.physicalBytes].map(Number), [printed(info, 'Capacity'), printed(info, 'Allocation'), printed(info, 'Physical')])
    assert.equal(reply.capacityBytes, 8n << 20n)
    assert.notEqual(reply.allocationBytes, reply.physicalBytes)
    await sends(qemuUri, ['blockresize', guest, 'vda', '16777217B'], 'DomainBlockResize', { disk: 'vda', size: 16_777_217n, flags: 1 })
    await sends(qemuUri, ['blockcommit', guest, 'vda', '--base', '/BASE', '--top', '/TOP', '--bandwidth', '7', '--bytes'], 'DomainBlockCommit', { disk: 'vda', base: '/BASE', top: '/TOP', bandwidth: 7n, flags: 16 })
    await sends(qemuUri, ['blockpull', guest, 'vda', '--bandwidth', '9', '--bytes'], 'DomainBlockPull', { disk: 'vda', bandwidth: 9n })

    const copy = join(daemon.poolFolder, 'copy')
    await sends(qemuUri, ['blockcopy', guest, 'vda', '--dest', copy, '--format', 'raw', '--bandwidth', '65536', '--bytes', '--granularity', '65536', '--transient-job'], 'DomainBlockCopy', {
      disk: 'vda', flags: 4, params: [{ name: 'bandwidth', type: 'ullong', value: 65_536n }, { name: 'granularity', type: 'uint', value: 65_536 }],
    })
    assert.match(proxy.calls('DomainBlockCopy').at(-1)!.destinationXml, /<disk type='file'>/)
    const job = await virsh(qemuUri, 'blockjob', guest, 'vda', '--info', '--raw')
    const jobReply = proxy.replies('DomainGetBlockJobInfo').at(-1)!
    assert.equal(jobReply.found, true, job)
    assert.match(job, new RegExp(`bandwidth=${jobReply.bandwidth}\\b`))
    assert.match(job, new RegExp(`cur=${jobReply.current}\\b`))
    assert.match(job, new RegExp(`end=${jobReply.end}\\b`))
    assert.equal(jobReply.type, blockJobType.COPY)
    assert.notEqual(jobReply.current, jobReply.end)
    await sends(qemuUri, ['blockjob', guest, 'vda', '--abort', '--async'], 'DomainBlockJobAbort', { disk: 'vda', flags: 1 })
    const ended = (type: number, status: number) => proxy.events('blockJob').some((event) => event.disk === 'vda' && event.type === type && event.status === status)
    await until('both jobs have ended', () => ended(blockJobType.PULL, blockJobStatus.COMPLETED) && ended(blockJobType.COPY, blockJobStatus.CANCELED))
  })

  it('secrets', async () => {
    const uuid = '00112233-4455-6677-8899-aabbccddeeff'
    await virsh(qemuUri, 'secret-define', inFolder('secret.xml', `<secret ephemeral="no"><uuid>${uuid}</uuid><usage type="ceph"><name>USAGE</name></usage></secret>`))
    await sends(qemuUri, ['secret-set-value', uuid, Buffer.from('VALUE').toString('base64')], 'SecretSetValue', { secret: { uuid, usageType: 2, usageId: 'USAGE' }, value: Uint8Array.from(Buffer.from('VALUE')) })
    await sends(qemuUri, ['secret-list', '--no-ephemeral'], 'ConnectListAllSecrets', { needResults: 1, flags: 2 })
    await sends(qemuUri, ['secret-undefine', uuid], 'SecretUndefine', { secret: { uuid, usageType: 2, usageId: 'USAGE' } })
    assert.equal(proxy.calls('SecretLookupByUuid').at(-1)?.uuid, uuid)
  })

  it('migrations, driven by the client and from peer to peer', async () => {
    await virsh(qemuUri, 'resume', guest)
    const since = proxy.frames.length
    const output = await virsh(qemuUri, 'migrate', '--live', '--persistent', '--unsafe', '--migrateuri', `unix:${destination.folder}/run/migrate`, '--dname', guest, guest, destinationUri)
    assert.match(await virsh(destinationUri, 'domstate', guest), /running/, output)
    const begin = proxy.replies('DomainMigrateBegin3Params', since)[0]!
    const prepare = destinationProxy.replies('DomainMigratePrepare3Params')[0]!
    const finish = destinationProxy.replies('DomainMigrateFinish3Params')[0]!
    const performed = proxy.replies('DomainMigratePerform3Params', since)[0]!
    assert.match(begin.xml, /<domain/)
    assert.equal(finish.domain.name, guest)
    assert.deepEqual(destinationProxy.calls('DomainMigratePrepare3Params')[0]!.cookieIn, begin.cookieOut)
    assert.deepEqual(proxy.calls('DomainMigratePerform3Params', since)[0]!.cookieIn, prepare.cookieOut)
    assert.deepEqual(destinationProxy.calls('DomainMigrateFinish3Params')[0]!.cookieIn, performed.cookieOut)
    assert.partialDeepStrictEqual(proxy.calls('DomainMigrateConfirm3Params', since)[0], { cookieIn: finish.cookieOut, cancelled: false })
    assert.ok(proxy.calls('DomainMigratePerform3Params', since)[0]!.params.some((each) => each.name === 'migrate_uri' && each.value === `unix:${destination.folder}/run/migrate`))

    const later = destinationProxy.frames.length
    await virsh(destinationUri, 'migrate', '--live', '--p2p', '--migrateuri', 'unix:/none/there', guest, `${qemuUri}&NOTE=1`)
    const peerToPeer = destinationProxy.calls('DomainMigratePerform3Params', later)[0]!
    assert.deepEqual([peerToPeer.destinationUri, peerToPeer.flags, peerToPeer.cookieIn?.length], [`${qemuUri}&NOTE=1`, 3, 0])
    await sends(qemuUri, ['undefine', guest, '--nvram'], 'DomainUndefineFlags', { flags: 4 })
  })
})

describe('all that was recorded', () => {
  const recorded = () => [...proxy.frames, ...destinationProxy.frames]

  it('encodes to the same bytes after decoding', () => {
    const differing = new Set<string>()
    for (const { layout, body } of recorded()) {
      if (!layout) continue
      try {
        if (!encode(layout.codec, decode(layout.codec, body)).equals(body)) differing.add(layout.name)
      } catch (error) {
        differing.add(`${layout.name}: ${String(error)}`)
      }
    }
    assert.deepEqual([...differing], [])
  })

  it('has seen the calls of nearly the whole table', () => {
    const seen = new Set(recorded().filter(({ header }) => header.type === messageType.call).map(({ layout }) => layout?.name))
    assert.deepEqual(Object.keys(procedures).filter((name) => !seen.has(name) && !notCalledByVirsh.has(name)), [])
  })

  it('has seen events of both kinds', async () => {
    for (const name of ['lifecycle', 'deviceAdded', 'deviceRemoved', 'blockJob', 'jobCompleted', 'migrationIteration', 'poolLifecycle'] as const) {
      await until(`an event ${name}`, () => recorded().some(({ layout }) => layout?.name === `event ${name}`))
    }
  })
})

/** What virsh 9.0 has no command for here, or needs a terminal for. The oracle judges them, and tests of our own client. This list only shrinks. */
const notCalledByVirsh = new Set(['AuthPolkit', 'ConnectGetUri', 'DomainOpenChannel', 'DomainOpenConsole', 'DomainSetSchedulerParametersFlags'])
