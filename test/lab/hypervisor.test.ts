// The libvirt driver against a real host, over ssh as the product reaches it: the contract that simulated hosts keep too,
// and what only a real guest can show.
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { copyFileSync, createReadStream, existsSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { buildGuestImage } from '../../lab/guest/image.ts'
import { defaultImageFolder } from '../../lab/state.ts'
import type { ContractWorld } from '../../server/hypervisor/contract.test-support.ts'
import { hypervisorContract, patient, readUntil, until } from '../../server/hypervisor/contract.test-support.ts'
import type { HostEvent, HostFacts, HypervisorDriver, HypervisorHost, VmSpec } from '../../server/hypervisor/driver.ts'
import type { SeedSpec } from '../../server/hypervisor/seed/seed.ts'
import { seedImage } from '../../server/hypervisor/seed/seed.ts'
import type { KloudakError } from '../../server/model/errors.ts'
import { useLab } from '../support/lab.ts'
import { labInventory, openLabHypervisor } from '../support/lab-hypervisor.ts'

// Hooks at the root of a file start all at once; in a suite each waits for the one before.
suite('the libvirt driver on a lab host', () => {
  const given = useLab({ hosts: 2 })
  const pool = { name: 'kloudak', path: '/srv/kloudak/pool' }
  const image = { path: `${pool.path}/image.qcow2`, format: 'qcow2' as const }
  const MiB = 1024 ** 2
  let host: HypervisorHost
  let driver: HypervisorDriver
  let facts: HostFacts
  let diskBytes: number

  before(async () => {
    const built = await buildGuestImage({ folder: defaultImageFolder() })
    copyFileSync(built.path, join(given.lab.poolFolder, 'image.qcow2'))
    diskBytes = built.virtualSizeBytes
    host = openLabHypervisor(given.lab.hosts[0]!)
    driver = host.bind(patient)
    // A loaded machine may refuse the first connection.
    facts = await until(() => driver.facts().catch((error: KloudakError) => { if (error.code !== 'UNAVAILABLE') throw error; return undefined }))
  }, { timeout: 300_000 })
  after(() => host.close())

  hypervisorContract('a libvirt host', async (): Promise<ContractWorld> => {
    const own = openLabHypervisor(given.lab.hosts[0]!)
    return {
      host: own, pool, image, diskBytes, machine: { ...facts, memoryBytes: 96 * MiB }, bridge: given.lab.hosts[0]!.trunkBridge,
      inventory: () => labInventory(given.lab, 1), close: () => own.close(),
    }
  })

  test('the host tells what it is, and that without KVM guests are emulated', async () => {
    const lab = given.lab.hosts[0]!
    assert.deepEqual([facts.hostname, facts.hostUuid, facts.domainType, facts.architecture], [lab.name, lab.hostUuid, 'qemu', 'x86_64'])
    assert.match(facts.machineType, /^pc-q35-\d+\.\d+$/)
    assert.match(facts.libvirtVersion, /^\d+\.\d+\.\d+$/)
    assert.ok(facts.cpus > 0 && facts.memoryBytes > facts.freeMemoryBytes && facts.freeMemoryBytes > 0)
    await driver.ensurePool(pool)
  })

  /** A guest of the lab's image with a seed, defined and started. */
  async function boot(name: string, seed: Partial<SeedSpec> = {}): Promise<VmSpec> {
    const vmId = randomUUID()
    const mac = '52:54:00:12:34:56'
    const content = seedImage({ instanceId: vmId, hostname: name, domain: undefined, passwordHash: undefined, sshKeys: [], userData: undefined, interfaces: [{ name: 'eth0', mac, addresses: ['10.9.0.7/24', 'fd09::7/64'], gateways: ['10.9.0.1', 'fd09::1'], nameservers: ['10.9.0.2'], searchDomains: [] }], ...seed })
    await driver.createVolume(pool, { name: `${vmId}.qcow2`, capacityBytes: diskBytes, backing: image })
    await driver.uploadVolume(pool, { name: `${vmId}.iso`, format: 'raw', sizeBytes: content.length, data: (async function* () { yield content })() })
    const spec: VmSpec = {
      ...facts, domainUuid: randomUUID(), title: name, description: '', owner: { installationId: randomUUID(), generation: 1, vmId }, vcpus: 1, memoryBytes: 96 * MiB,
      disks: [{ pool, volume: `${vmId}.qcow2`, format: 'qcow2' }], seed: { pool, volume: `${vmId}.iso`, format: 'raw' },
      interfaces: [{ portId: randomUUID(), mac, bridge: given.lab.hosts[0]!.trunkBridge, vlan: 42 }],
    }
    await driver.defineVm(spec)
    await driver.startVm(spec.domainUuid, { paused: false })
    return spec
  }

  async function clear(spec: VmSpec): Promise<void> {
    await driver.removeVm(spec.domainUuid)
    for (const { volume } of [...spec.disks, spec.seed!]) await driver.deleteVolume(pool, volume, { wipe: true })
  }

  test('a guest boots, honours its seed on the serial console, shows its screen, and goes without a trace', { timeout: 120_000 }, async () => {
    const before = await labInventory(given.lab, 1)
    // The hash of `secret`.
    const spec = await boot('seeded', { passwordHash: '$6$kloudak$T6WNSPAhEP2cKy9Vtgj8CuCJPvuTogPdDPp8tKbBhrZ4NYu6NfnWomngtcNUEAcee7QGgcLRQTFEVZEfthyWf/' })
    const serial = await driver.openSerial(spec.domainUuid)
    await readUntil(serial, /seeded login: $/, () => { serial.write('\r') })
    serial.write('root\n')
    await readUntil(serial, /Password: $/)
    // login throws away what was typed before it read: then it is typed again.
    await readUntil(serial, /root@seeded:/, () => { serial.write('secret\n') })
    serial.write('\nip addr show eth0; ip route; ip -6 route; cat /etc/resolv.conf; echo "e"nd\n')
    const shown = await readUntil(serial, /end\r/)
    for (const wanted of [/10\.9\.0\.7\/24/, /fd09::7\/64/, /default via 10\.9\.0\.1/, /default via fd09::1/, /nameserver 10\.9\.0\.2/, /52:54:00:12:34:56/]) assert.match(shown, wanted)
    assert.match(await readUntil(await driver.openScreen(spec.domainUuid), /\n/), /^RFB 003\.008\n/)
    const port = (await given.lab.exec(1, ['ovs-vsctl', '--bare', '--columns=name', 'find', 'Interface', `external_ids:iface-id="${spec.interfaces[0]!.portId}"`])).stdout.trim()
    assert.equal((await given.lab.exec(1, ['ovs-vsctl', 'get', 'Port', port, 'tag'])).stdout.trim(), '42')
    await clear(spec)
    assert.equal(await labInventory(given.lab, 1), before)
  })

  test('a guest that is asked to shut down ends itself, and one that is killed is called crashed', { timeout: 120_000 }, async () => {
    const spec = await boot('ending')
    const { domainUuid } = spec
    const heard: HostEvent[] = []
    const stop = await driver.watch((event) => { if (!('domainUuid' in event) || event.domainUuid === domainUuid) heard.push(event) })
    const serial = await driver.openSerial(domainUuid)
    await readUntil(serial, /ending login: $/, () => { serial.write('\r') })
    await driver.shutdownVm(domainUuid)
    await until(() => heard.length > 1)
    await driver.startVm(domainUuid, { paused: false })
    assert.notEqual((await given.lab.exec(1, ['pkill', '-KILL', '-f', domainUuid])).code, 127)
    await until(() => heard.length > 3)
    assert.deepEqual(heard, [
      { kind: 'reset' },
      { kind: 'power', domainUuid, power: 'stopped', reason: 'guest-shutdown' },
      { kind: 'power', domainUuid, power: 'running', reason: 'started' },
      { kind: 'power', domainUuid, power: 'crashed', reason: 'failed' },
    ])
    assert.equal((await driver.findVm(domainUuid))?.power, 'crashed')
    await driver.startVm(domainUuid, { paused: false })
    await stop()
    await clear(spec)
  })

  test('a host that hangs leaves the outcome unknown, and what it was told happens when it wakes', { timeout: 120_000 }, async () => {
    const spec = await boot('hanging')
    await driver.stopVm(spec.domainUuid)
    const daemon = (await given.lab.exec(1, ['cat', '/run/libvirtd.pid'])).stdout.trim()
    const hurried = host.bind({ ...patient, timeoutMs: 500 })
    await given.lab.exec(1, ['kill', '-STOP', daemon])
    try {
      await assert.rejects(hurried.startVm(spec.domainUuid, { paused: true }), { code: 'OUTCOME_UNKNOWN' })
    } finally { await given.lab.exec(1, ['kill', '-CONT', daemon]) }
    await until(async () => (await driver.findVm(spec.domainUuid).catch(() => undefined))?.startedPaused)
    await clear(spec)
  })

  test('a restart of libvirt is a lost connection and no more: guests run on, and one that waits still waits', { timeout: 120_000 }, async () => {
    const running = await boot('running')
    const waiting = await boot('waiting')
    await driver.stopVm(waiting.domainUuid)
    await driver.startVm(waiting.domainUuid, { paused: true })
    const heard: HostEvent[] = []
    const stop = await driver.watch((event) => { heard.push(event) })
    const daemon = (await given.lab.exec(1, ['cat', '/run/libvirtd.pid'])).stdout.trim()
    await given.lab.exec(1, ['kill', '-KILL', daemon])
    await until(() => heard.at(-1)?.kind === 'lost')
    await given.lab.exec(1, ['libvirtd', '-d'])
    await until(() => heard.at(-1)?.kind === 'reset')
    assert.deepEqual(heard.map(({ kind }) => kind), ['reset', 'lost', 'reset'])
    assert.equal((await driver.findVm(running.domainUuid))?.power, 'running')
    assert.equal((await driver.findVm(waiting.domainUuid))?.startedPaused, true)
    await stop()
    await clear(running)
    await clear(waiting)
  })

  test('a reboot is the guest\'s own affair: it comes up again, and its power never changed', { timeout: 180_000 }, async () => {
    const spec = await boot('rebooting')
    const serial = await driver.openSerial(spec.domainUuid)
    await readUntil(serial, /rebooting login: $/, () => { serial.write('\r') })
    const heard: HostEvent[] = []
    const stop = await driver.watch((event) => { heard.push(event) })
    await driver.rebootVm(spec.domainUuid)
    await readUntil(serial, /rebooting is up/)
    await driver.resetVm(spec.domainUuid)
    await readUntil(serial, /rebooting is up/)
    assert.deepEqual(heard, [{ kind: 'reset' }])
    assert.equal((await driver.findVm(spec.domainUuid))?.power, 'running')
    await stop()
    await clear(spec)
  })

  test('a copy is stopped in its middle, and the disk stays a clone that works', { timeout: 120_000 }, async () => {
    const sizeBytes = 768 * MiB
    const piece = Buffer.alloc(4 * MiB, 'not a hole')
    const data = async function* () { for (let sent = 0; sent < sizeBytes; sent += piece.length) yield piece }
    const base = await driver.uploadVolume(pool, { name: 'base.raw', format: 'raw', sizeBytes, data: data() })
    await driver.createVolume(pool, { name: 'copied.qcow2', capacityBytes: sizeBytes, backing: { path: base.path, format: 'raw' } })
    const spec = await boot('copying')
    await driver.stopVm(spec.domainUuid)
    await driver.defineVm({ ...spec, disks: [...spec.disks, { pool, volume: 'copied.qcow2', format: 'qcow2' }] })
    await driver.startVm(spec.domainUuid, { paused: true })
    await driver.startFlatten(spec.domainUuid, 1)
    const { done, totalBytes } = await driver.flattenProgress(spec.domainUuid, 1)
    assert.deepEqual([done, totalBytes], [false, sizeBytes])
    await driver.cancelFlatten(spec.domainUuid, 1)
    await assert.rejects(driver.flattenProgress(spec.domainUuid, 1), { code: 'WRONG_STATE' })
    assert.equal((await driver.findVolume(pool, 'copied.qcow2'))?.backingPath, base.path)
    await driver.startFlatten(spec.domainUuid, 1)
    await until(async () => (await driver.flattenProgress(spec.domainUuid, 1)).done)
    assert.equal((await driver.findVolume(pool, 'copied.qcow2'))?.backingPath, undefined)
    await clear(spec)
    for (const name of ['copied.qcow2', 'base.raw']) await driver.deleteVolume(pool, name, { wipe: false })
  })

  test('people on the host read the names that people gave, and domains of others are left to them', async () => {
    const foreign = { xml: '<domain type="qemu"><name>foreign</name><memory unit="MiB">64</memory><os><type machine="q35">hvm</type></os></domain>', uuid: '' }
    await given.lab.exec(1, ['sh', '-c', 'cat > /tmp/foreign.xml; virsh define /tmp/foreign.xml'], { input: foreign.xml })
    foreign.uuid = (await given.lab.exec(1, ['virsh', 'domuuid', 'foreign'])).stdout.trim()
    const spec = await boot('named')
    const words = async () => [(await given.lab.exec(1, ['virsh', 'desc', spec.domainUuid, '--title'])).stdout.trimEnd(), (await given.lab.exec(1, ['virsh', 'desc', spec.domainUuid])).stdout.trimEnd()]
    assert.equal((await words())[0], 'named')
    const hostile = [`<x a="b">&'; $(reboot) ]]> 🐧`, 'two\n</description><b>&amp;']
    await driver.retitleVm(spec.domainUuid, hostile[0]!, hostile[1]!)
    assert.deepEqual(await words(), hostile)
    await driver.stopVm(spec.domainUuid)
    assert.deepEqual(await words(), hostile, 'the definition knows it too')
    await assert.rejects(driver.retitleVm(spec.domainUuid, 'two\nlines', ''), { code: 'INVALID_INPUT' })
    const listed = await driver.listVms()
    assert.deepEqual(listed.find(({ domainUuid }) => domainUuid === foreign.uuid), { domainUuid: foreign.uuid, name: 'foreign', power: 'stopped', owner: undefined, startedPaused: false, guestShutDown: false })
    assert.deepEqual(listed.find(({ domainUuid }) => domainUuid === spec.domainUuid)?.owner, spec.owner)
    await clear(spec)
    await given.lab.exec(1, ['virsh', 'undefine', 'foreign'])
  })

  test('a full pool says that it is full, and one whose folder is not there is not made', async () => {
    const small = { name: 'small', path: '/srv/kloudak/small' }
    await assert.rejects(driver.ensurePool(small), { code: 'INTERNAL' })
    assert.equal((await given.lab.exec(1, ['test', '-e', small.path])).code, 1)
    await given.lab.exec(1, ['sh', '-euc', 'mkdir "$0"; mount -t tmpfs -o size=8m small "$0"', small.path])
    await driver.ensurePool(small)
    assert.equal((await driver.poolFacts(small)).capacityBytes, 8 * MiB)
    const sizeBytes = 16 * MiB
    await assert.rejects(driver.uploadVolume(small, { name: 'big.raw', format: 'raw', sizeBytes, data: (async function* () { yield Buffer.alloc(sizeBytes) })() }), { code: 'NO_CAPACITY' })
    await driver.deleteVolume(small, 'big.raw', { wipe: false })
    assert.deepEqual(await driver.listVolumes(small), [])
    await assert.rejects(driver.ensurePool({ ...small, path: '/srv/kloudak/other' }), { code: 'CONFLICT' })
    await given.lab.exec(1, ['sh', '-euc', 'virsh pool-destroy small; virsh pool-undefine small; umount "$0"; rmdir "$0"', small.path])
  })

  test('an uploaded qcow2 file is known for what it is, and can carry a clone', { timeout: 120_000 }, async () => {
    const before = await labInventory(given.lab, 1)
    const file = join(given.lab.poolFolder, 'image.qcow2')
    const sizeBytes = statSync(file).size
    const made = await driver.uploadVolume(pool, { name: 'copy.qcow2', format: 'qcow2', sizeBytes, data: createReadStream(file) })
    assert.equal(made.capacityBytes, diskBytes)
    assert.equal(await driver.checksumVolume(pool, 'copy.qcow2', sizeBytes), createHash('sha256').update(readFileSync(file)).digest('hex'))
    const clone = await driver.createVolume(pool, { name: 'clone.qcow2', capacityBytes: diskBytes * 2, backing: { path: made.path, format: 'qcow2' } })
    assert.deepEqual([clone.capacityBytes, clone.backingPath], [diskBytes * 2, made.path])
    for (const name of ['clone.qcow2', 'copy.qcow2']) await driver.deleteVolume(pool, name, { wipe: true })
    assert.equal(await labInventory(given.lab, 1), before)
  })

  test('a small volume is read and written anew by several at once: each waits for the others', async () => {
    const texts = ['one', 'two'].map((text) => Buffer.from(text))
    const write = (text: Buffer) => driver.uploadVolume(pool, { name: 'marker', format: 'raw', sizeBytes: text.length, data: (async function* () { yield text })() })
    await write(texts[0]!)
    for (let round = 0; round < 25; round++) {
      const [, , ...read] = await Promise.all([write(texts[0]!), write(texts[1]!), ...Array.from({ length: 4 }, () => driver.readVolume(pool, 'marker', 64))])
      for (const text of read) assert.ok(texts.some((one) => one.equals(text!)), `it held ${Buffer.from(text!).toString()}`)
    }
    await driver.deleteVolume(pool, 'marker', { wipe: false })
  })

  test('a small volume that two hosts write at once is there for both, whoever came first', { timeout: 120_000 }, async () => {
    const second = openLabHypervisor(given.lab.hosts[1]!)
    try {
      const drivers = [driver, second.bind(patient)]
      for (const one of drivers) await one.ensurePool(pool)
      const text = Buffer.from('one and the same')
      for (let round = 0; round < 40; round++) {
        const reading = Promise.all(drivers.map((one) => one.readVolume(pool, 'marker', 64)))
        const written = await Promise.all(drivers.map((one) => one.uploadVolume(pool, { name: 'marker', format: 'raw', sizeBytes: text.length, data: (async function* () { yield text })() })))
        assert.deepEqual(written.map(({ capacityBytes }) => capacityBytes), [text.length, text.length])
        for (const seen of await reading) if (seen && seen.some((byte) => byte !== 0)) assert.deepEqual(Buffer.from(seen), text)
        for (const one of drivers) assert.deepEqual(Buffer.from((await one.readVolume(pool, 'marker', 64))!), text)
        await drivers[round % 2]!.deleteVolume(pool, 'marker', { wipe: false })
      }
    } finally { await second.close() }
  })

  test('what another host wrote into the shared folder is found, taken for what it is, and removed', { timeout: 120_000 }, async () => {
    const path = join(given.lab.poolFolder, 'foreign.qcow2')
    const make = () => given.lab.exec(1, ['qemu-img', 'create', '-q', '-f', 'qcow2', `${pool.path}/foreign.qcow2`, '64M'])
    await make()
    assert.equal((await driver.findVolume(pool, 'foreign.qcow2'))?.capacityBytes, 64 * MiB)
    rmSync(path)
    assert.equal(await driver.findVolume(pool, 'foreign.qcow2'), undefined)
    await make()
    await assert.rejects(driver.createVolume(pool, { name: 'foreign.qcow2', capacityBytes: 32 * MiB, backing: undefined }), { code: 'CONFLICT' })
    await driver.createVolume(pool, { name: 'foreign.qcow2', capacityBytes: 64 * MiB, backing: undefined })
    await driver.deleteVolume(pool, 'foreign.qcow2', { wipe: false })
    await make()
    await driver.uploadVolume(pool, { name: 'foreign.qcow2', format: 'raw', sizeBytes: 3, data: (async function* () { yield Buffer.from('own') })() })
    assert.equal(readFileSync(path, 'utf8'), 'own')
    await driver.deleteVolume(pool, 'foreign.qcow2', { wipe: false })
    await make()
    await driver.deleteVolume(pool, 'foreign.qcow2', { wipe: false })
    assert.equal(existsSync(path), false)
  })

  test('a listener hears that the connection was lost, and `reset` when it is back', { timeout: 120_000 }, async () => {
    const heard: string[] = []
    const stop = await driver.watch(({ kind }) => { heard.push(kind) })
    await given.lab.cut(1, 'mgmt')
    await until(() => heard.includes('lost'))
    await until(() => host.bind({ ...patient, timeoutMs: 500 }).listVms().then(() => false, (error: KloudakError) => error.code === 'UNAVAILABLE'))
    await given.lab.heal(1, 'mgmt')
    await until(() => heard.at(-1) === 'reset' && heard.length > 2)
    assert.deepEqual(heard, ['reset', 'lost', 'reset'])
    await stop()
    await driver.listVms()
  })
})
