import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { after, before, suite, test } from 'node:test'
import { KloudakError } from '../model/errors.ts'
import type { CallControl, HostEvent, HypervisorDriver, HypervisorHost, InterfaceSpec, PoolRef, VmSpec } from './driver.ts'

/** One host, and what a test needs to make a guest on it. */
export interface ContractWorld {
  host: HypervisorHost
  pool: PoolRef
  /** The file that the guests' disks are backed by. */
  image: { path: string; format: 'qcow2' | 'raw' }
  diskBytes: number
  /** Facts of the host that a spec needs; the contract adds identity, disks and interfaces. */
  machine: Pick<VmSpec, 'domainType' | 'emulator' | 'architecture' | 'machineType' | 'cpuModel' | 'memoryBytes'>
  bridge: string
  /** All that stands on the host, in a fixed order: equal before and after. */
  inventory(): Promise<string>
  close(): Promise<void>
}

export const patient: CallControl = { beforeCall() { /* always allowed */ }, timeoutMs: 60_000 }

/** Waits until `look` gives something, as long as the test runner lets the test live. */
export async function until<T>(look: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await new Promise((resolve) => { setTimeout(resolve, 20) })
  }
}

/** Reads until `wanted` has come, calling `poke` before each wait; gives all that was read. */
export async function readUntil(stream: Duplex, wanted: RegExp, poke?: () => void): Promise<string> {
  let text = ''
  const take = (chunk: Buffer) => { text += chunk.toString('latin1') }
  stream.on('data', take)
  try {
    let poked = 0
    await until(() => {
      if (poke && Date.now() - poked > 500) { poked = Date.now(); poke() }
      return wanted.test(text)
    })
    return text
  } finally { stream.off('data', take) }
}

/** What every driver must do, whatever stands behind it. */
export function hypervisorContract(name: string, open: () => Promise<ContractWorld>): void {
  suite(`${name} keeps the hypervisor contract`, () => {
    let world: ContractWorld
    let driver: HypervisorDriver
    before(async () => { world = await open(); driver = world.host.bind(patient); await driver.ensurePool(world.pool) })
    after(async () => { await world.close() })

    /** A VM with its disk, not yet defined. */
    async function disk(volume = `${randomUUID()}.qcow2`): Promise<VmSpec> {
      await driver.createVolume(world.pool, { name: volume, capacityBytes: world.diskBytes, backing: world.image })
      return {
        domainUuid: randomUUID(), title: `<x a="b">&'; ${volume} ]]> 🐧`, description: 'two\nlines & "more" <b>',
        owner: { installationId: randomUUID(), generation: 3, vmId: randomUUID() }, ...world.machine, vcpus: 1,
        disks: [{ pool: world.pool, volume, format: 'qcow2' }], seed: undefined,
        interfaces: [{ portId: randomUUID(), mac: randomMac(), bridge: world.bridge, vlan: 100 }],
      }
    }
    async function clear(spec: VmSpec): Promise<void> {
      await driver.removeVm(spec.domainUuid)
      for (const { pool, volume } of spec.disks) await driver.deleteVolume(pool, volume, { wipe: false })
    }
    const power = async (spec: VmSpec) => (await driver.findVm(spec.domainUuid))?.power

    test('a pool is made once and tells its room', async () => {
      await driver.ensurePool(world.pool)
      const facts = await driver.poolFacts(world.pool)
      assert.equal(facts.active, true)
      assert.ok(facts.capacityBytes >= facts.availableBytes && facts.availableBytes > 0)
      await assert.rejects(driver.poolFacts({ name: 'no-such-pool', path: '/no/such/pool' }), { code: 'NOT_FOUND' })
    })

    test('a pool is taken off the host as often as one likes, with all that is in it left alone, and never another one of its name', async () => {
      const before = await world.inventory()
      const pool: PoolRef = { name: `pool-${randomUUID()}`, path: '/tmp' }
      for (let time = 0; time < 2; time++) await driver.ensurePool(pool)
      const data = async function* () { yield new Uint8Array([1, 2, 3]) }
      const name = `${randomUUID()}.txt`
      await driver.uploadVolume(pool, { name, format: 'raw', sizeBytes: 3, data: data() })
      await driver.removePool({ ...pool, path: '/elsewhere' })
      await driver.removePool({ ...pool, source: { kind: 'netfs', format: 'nfs', hosts: ['nas'], path: '/tmp' } })
      assert.equal((await driver.poolFacts(pool)).active, true)
      for (let time = 0; time < 2; time++) await driver.removePool(pool)
      await assert.rejects(driver.poolFacts(pool), { code: 'NOT_FOUND' })
      await driver.ensurePool(pool)
      assert.deepEqual(await driver.readVolume(pool, name, 16).then((found) => [...found!]), [1, 2, 3])
      await driver.deleteVolume(pool, name, { wipe: false })
      await driver.removePool(pool)
      assert.equal(await world.inventory(), before)
    })

    test('a linked clone may be created twice, but not as another one', async () => {
      const before = await world.inventory()
      const volume = { name: `${randomUUID()}.qcow2`, capacityBytes: world.diskBytes, backing: world.image }
      const made = await driver.createVolume(world.pool, volume)
      assert.deepEqual({ ...made, allocationBytes: 0 }, { name: volume.name, path: `${world.pool.path}/${volume.name}`, capacityBytes: world.diskBytes, allocationBytes: 0, backingPath: world.image.path })
      assert.deepEqual(await driver.createVolume(world.pool, volume), made)
      assert.deepEqual(await driver.findVolume(world.pool, volume.name), made)
      assert.deepEqual((await driver.listVolumes(world.pool)).filter(({ name }) => name === volume.name), [made])
      await assert.rejects(driver.createVolume(world.pool, { ...volume, capacityBytes: world.diskBytes * 2 }), { code: 'CONFLICT' })
      await assert.rejects(driver.createVolume(world.pool, { ...volume, backing: undefined }), { code: 'CONFLICT' })
      await driver.deleteVolume(world.pool, volume.name, { wipe: true })
      await driver.deleteVolume(world.pool, volume.name, { wipe: true })
      assert.equal(await driver.findVolume(world.pool, volume.name), undefined)
      assert.equal(await world.inventory(), before)
    })

    test('a small volume is read whole, also after it was replaced', async () => {
      const before = await world.inventory()
      const name = `${randomUUID()}.json`
      assert.equal(await driver.readVolume(world.pool, name, 4096), undefined)
      for (const text of ['{"whose": "mine"}', '{"whose": "another\'s"}']) {
        const data = Buffer.from(text)
        await driver.uploadVolume(world.pool, { name, format: 'raw', sizeBytes: data.length, data: chunks(data, 5) })
        assert.equal(Buffer.from((await driver.readVolume(world.pool, name, 4096))!).toString(), text)
      }
      await assert.rejects(driver.readVolume(world.pool, name, 5), { code: 'CONFLICT' })
      const streamed = async (bytes: number) => { const read = []; for await (const piece of driver.streamVolume(world.pool, name, bytes)) read.push(piece); return Buffer.concat(read).toString() }
      assert.equal(await streamed(9), '{"whose":')
      await assert.rejects(streamed(4096), { code: 'CONFLICT' })
      await driver.deleteVolume(world.pool, name, { wipe: false })
      assert.equal(await world.inventory(), before)
    })

    test('what is uploaded is what is stored, and an upload replaces what was there', async () => {
      const before = await world.inventory()
      const name = `${randomUUID()}.raw`
      for (const [round, sizeBytes] of [3_000_001, 700_000, 700_000].entries()) {
        const data = Buffer.alloc(sizeBytes, `${round} `)
        const made = await driver.uploadVolume(world.pool, { name, format: 'raw', sizeBytes, data: chunks(data, 100_000) })
        assert.equal(made.capacityBytes, sizeBytes)
        assert.equal(await driver.checksumVolume(world.pool, name, sizeBytes), createHash('sha256').update(data).digest('hex'))
      }
      await assert.rejects(driver.checksumVolume(world.pool, 'absent.raw', 1), { code: 'NOT_FOUND' })
      await assert.rejects(async () => { for await (const piece of driver.streamVolume(world.pool, 'absent.raw', 1)) assert.ok(piece) }, { code: 'NOT_FOUND' })
      await assert.rejects(driver.uploadVolume(world.pool, { name, format: 'raw', sizeBytes: 9, data: chunks(Buffer.alloc(5), 5) }), { code: 'INVALID_INPUT' })
      await driver.deleteVolume(world.pool, name, { wipe: false })
      assert.equal(await world.inventory(), before)
    })

    test('a worker that loses its right in the middle of an upload stops there, and its successor begins anew', async () => {
      const name = `${randomUUID()}.raw`
      const data = Buffer.alloc(400_000, 'x')
      let asked = 0
      let taken = 0
      const losing = world.host.bind({ ...patient, beforeCall() { if (taken > 1) { asked++; throw new KloudakError('UNAVAILABLE', 'the lease is lost') } } })
      const counted = (async function* () { for await (const chunk of chunks(data, 100_000)) { taken++; yield chunk } })()
      await assert.rejects(losing.uploadVolume(world.pool, { name, format: 'raw', sizeBytes: data.length, data: counted }), { message: 'the lease is lost' })
      assert.deepEqual([taken, asked], [2, 1])
      await driver.uploadVolume(world.pool, { name, format: 'raw', sizeBytes: data.length, data: chunks(data, 100_000) })
      assert.equal(await driver.checksumVolume(world.pool, name, data.length), createHash('sha256').update(data).digest('hex'))
      await driver.deleteVolume(world.pool, name, { wipe: true })
    })

    test('a VM goes through all its states, each asked for twice, and leaves no trace', async () => {
      const before = await world.inventory()
      const spec = await disk()
      const { domainUuid } = spec
      assert.equal(await driver.findVm(domainUuid), undefined)
      await twice(() => driver.defineVm(spec))
      assert.deepEqual(await driver.findVm(domainUuid), { domainUuid, power: 'stopped', owner: spec.owner, startedPaused: false, guestShutDown: false })
      await twice(() => driver.startVm(domainUuid, { paused: true }))
      assert.deepEqual(await driver.findVm(domainUuid), { domainUuid, power: 'paused', owner: spec.owner, startedPaused: true, guestShutDown: false })
      await twice(() => driver.startVm(domainUuid, { paused: false }))
      assert.deepEqual((await driver.listVms()).find((vm) => vm.domainUuid === domainUuid), { domainUuid, name: `kloudak-${domainUuid}`, power: 'running', owner: spec.owner, startedPaused: false, guestShutDown: false })
      await twice(() => driver.suspendVm(domainUuid))
      assert.deepEqual(await driver.findVm(domainUuid), { domainUuid, power: 'paused', owner: spec.owner, startedPaused: false, guestShutDown: false })
      await assert.rejects(driver.startVm(domainUuid, { paused: false }), { code: 'WRONG_STATE' })
      await twice(() => driver.resumeVm(domainUuid))
      assert.equal(await power(spec), 'running')
      await driver.resetVm(domainUuid)
      assert.equal(await power(spec), 'running')
      await twice(() => driver.retitleVm(domainUuid, 'new <name>', 'new & text'))
      const owner = { ...spec.owner, generation: 4 }
      await twice(() => driver.stampVm(domainUuid, owner))
      assert.deepEqual(await driver.findVm(domainUuid), { domainUuid, power: 'running', owner, startedPaused: false, guestShutDown: false })
      await twice(() => driver.stopVm(domainUuid))
      assert.deepEqual((await driver.findVm(domainUuid))?.owner, owner, 'the stamp outlives the guest')
      await driver.stampVm(domainUuid, { ...owner, generation: 5 })
      assert.equal((await driver.findVm(domainUuid))?.owner?.generation, 5)
      assert.equal(await power(spec), 'stopped')
      await driver.retitleVm(domainUuid, '', '')
      await driver.startVm(domainUuid, { paused: false })
      await twice(() => driver.removeVm(domainUuid))
      assert.equal(await driver.findVm(domainUuid), undefined)
      await clear(spec)
      assert.equal(await world.inventory(), before)
    })

    test('a definition that differs is replaced', async () => {
      const spec = await disk()
      await driver.defineVm(spec)
      const owner = { ...spec.owner, generation: spec.owner.generation + 1 }
      await driver.defineVm({ ...spec, owner })
      assert.deepEqual((await driver.findVm(spec.domainUuid))?.owner, owner)
      await clear(spec)
    })

    test('what the power forbids is refused, and the absent is not found', async () => {
      const spec = await disk()
      await driver.defineVm(spec)
      for (const act of ['shutdownVm', 'rebootVm', 'resetVm', 'suspendVm', 'resumeVm', 'openSerial', 'openScreen'] as const) await assert.rejects(driver[act](spec.domainUuid), { code: 'WRONG_STATE' }, act)
      await assert.rejects(driver.startFlatten(spec.domainUuid, 0), { code: 'WRONG_STATE' })
      await clear(spec)
      for (const act of ['shutdownVm', 'rebootVm', 'resetVm', 'suspendVm', 'resumeVm', 'openSerial', 'openScreen'] as const) await assert.rejects(driver[act](spec.domainUuid), { code: 'NOT_FOUND' }, act)
      await assert.rejects(driver.startVm(spec.domainUuid, { paused: false }), { code: 'NOT_FOUND' })
      await driver.stopVm(spec.domainUuid)
    })

    test('network cards come and go, each asked for twice; a running machine gets its cable last', async () => {
      const before = await world.inventory()
      const spec = await disk()
      const { domainUuid, interfaces: [born] } = spec
      const [cold, hot] = [1, 2].map((): InterfaceSpec => ({ portId: randomUUID(), mac: randomMac(), bridge: world.bridge, vlan: 101 })) as [InterfaceSpec, InterfaceSpec]
      const shown = ({ portId, mac }: InterfaceSpec, isConnected = true, isDefined = true) => ({ portId, mac, isConnected, isDefined })
      const remove = (mac: string, forget = false) => driver.detachInterface(domainUuid, mac, { forget })
      await driver.defineVm(spec)
      await twice(() => driver.attachInterface(domainUuid, cold))
      await twice(() => driver.connectInterface(domainUuid, cold.mac))
      assert.deepEqual(await driver.listInterfaces(domainUuid), [shown(born!), shown(cold)])
      await twice(() => remove(born!.mac))
      await driver.startVm(domainUuid, { paused: true })
      await twice(() => driver.attachInterface(domainUuid, hot))
      assert.deepEqual(await driver.listInterfaces(domainUuid), [shown(cold), shown(hot, false)])
      await twice(() => driver.connectInterface(domainUuid, hot.mac))
      assert.deepEqual(await driver.listInterfaces(domainUuid), [shown(cold), shown(hot)])
      await assert.rejects(driver.connectInterface(domainUuid, born!.mac), { code: 'NOT_FOUND' })
      // Nobody is there to let go of it.
      await assert.rejects(remove(cold.mac), { code: 'WRONG_STATE' })
      assert.deepEqual(await driver.listInterfaces(domainUuid), [shown(cold), shown(hot)])
      await twice(() => remove(cold.mac, true))
      assert.deepEqual(await driver.listInterfaces(domainUuid), [shown(cold, true, false), shown(hot)])
      await driver.stopVm(domainUuid)
      assert.deepEqual(await driver.listInterfaces(domainUuid), [shown(hot)])
      await twice(() => remove(hot.mac))
      assert.deepEqual(await driver.listInterfaces(domainUuid), [])
      await assert.rejects(driver.setGuestPassword(domainUuid, 'root', '$6$salt$hash'), { code: 'WRONG_STATE' })
      // A host keeps its log of a machine that is removed while stopped.
      await driver.startVm(domainUuid, { paused: true })
      await clear(spec)
      for (const act of [() => driver.listInterfaces(domainUuid), () => driver.attachInterface(domainUuid, hot), () => driver.connectInterface(domainUuid, hot.mac), () => remove(hot.mac), () => driver.setGuestPassword(domainUuid, 'root', '$6$salt$hash')]) await assert.rejects(act, { code: 'NOT_FOUND' })
      assert.equal(await world.inventory(), before)
    })

    test('a guest that has not begun tells nothing of itself, and one that does not run is not asked', async () => {
      const spec = await disk()
      await driver.defineVm(spec)
      await assert.rejects(driver.seeGuest(spec.domainUuid), { code: 'WRONG_STATE' })
      await driver.startVm(spec.domainUuid, { paused: true })
      assert.deepEqual(await driver.seeGuest(spec.domainUuid), { agentAnswered: false, addresses: [] })
      const stop = await driver.watchAgents(() => { assert.fail('no agent has come') })
      await driver.removeVm(spec.domainUuid)
      await stop()
      await clear(spec)
      await assert.rejects(driver.seeGuest(spec.domainUuid), { code: 'NOT_FOUND' })
    })

    test('what runs is counted from its start, and what does not run is left out', async () => {
      const spec = await disk()
      const { domainUuid } = spec
      const mine = async () => (await driver.counters()).vms.find((vm) => vm.domainUuid === domainUuid)
      await driver.defineVm(spec)
      assert.equal(await mine(), undefined)
      await driver.startVm(domainUuid, { paused: false })
      const first = await until(mine)
      assert.deepEqual([first.disks?.length, first.interfaces?.length], [1, 1])
      assert.ok(first.memory.residentBytes! > 0)
      await until(async () => { const now = await mine(); return now !== undefined && now.life === first.life && now.cpuMs! > first.cpuMs! })
      const { cpu, memory } = await driver.counters()
      assert.ok(memory!.totalBytes > memory!.freeBytes && memory!.freeBytes > 0)
      await until(async () => (await driver.counters()).cpu!.busyMs > cpu!.busyMs)
      await driver.suspendVm(domainUuid)
      assert.equal(await mine(), undefined)
      await driver.stopVm(domainUuid)
      await driver.startVm(domainUuid, { paused: false })
      assert.notEqual((await until(mine)).life, first.life)
      await clear(spec)
    })

    test('the first event is reset, then each change is heard once and in order', async () => {
      const spec = await disk()
      const { domainUuid } = spec
      const heard: HostEvent[] = []
      const stop = await driver.watch((event) => { if (event.kind === 'reset' || ('domainUuid' in event && event.domainUuid === domainUuid)) heard.push(event) })
      await until(() => heard.length > 0)
      await driver.defineVm(spec)
      await driver.startVm(domainUuid, { paused: false })
      await driver.suspendVm(domainUuid)
      await driver.resumeVm(domainUuid)
      await driver.stopVm(domainUuid)
      await driver.removeVm(domainUuid)
      await until(() => heard.at(-1)?.kind === 'removed')
      assert.deepEqual(heard, [
        { kind: 'reset' },
        { kind: 'power', domainUuid, power: 'running', reason: 'started' },
        { kind: 'power', domainUuid, power: 'paused', reason: 'suspended' },
        { kind: 'power', domainUuid, power: 'running', reason: 'resumed' },
        { kind: 'power', domainUuid, power: 'stopped', reason: 'stopped' },
        { kind: 'removed', domainUuid },
      ])
      await stop()
      await clear(spec)
      assert.equal(heard.length, 6)
    })

    test('a linked clone is flattened while its guest lives, and a copy can be stopped', async () => {
      const spec = await disk()
      const { volume, pool } = spec.disks[0]!
      await driver.defineVm(spec)
      await driver.startVm(spec.domainUuid, { paused: true })
      await assert.rejects(driver.flattenProgress(spec.domainUuid, 0), { code: 'WRONG_STATE' })
      await twice(() => driver.cancelFlatten(spec.domainUuid, 0))
      await twice(() => driver.startFlatten(spec.domainUuid, 0))
      await until(async () => (await driver.flattenProgress(spec.domainUuid, 0)).done)
      assert.equal((await driver.findVolume(pool, volume))?.backingPath, undefined)
      await driver.startFlatten(spec.domainUuid, 0)
      assert.equal((await driver.flattenProgress(spec.domainUuid, 0)).done, true)
      await clear(spec)
    })

    test('the serial port belongs to its last reader, the screen to all, and both end with the guest', async () => {
      const spec = await disk()
      await driver.defineVm(spec)
      await driver.startVm(spec.domainUuid, { paused: false })
      const [first, second] = [await driver.openSerial(spec.domainUuid), await driver.openSerial(spec.domainUuid)]
      first.resume()
      await ended(first)
      await readUntil(second, /\S/, () => { second.write('\r') })
      const screens = [await driver.openScreen(spec.domainUuid), await driver.openScreen(spec.domainUuid)]
      for (const screen of screens) assert.match(await readUntil(screen, /\n/), /^RFB 003\.008\n/)
      await driver.stopVm(spec.domainUuid)
      for (const stream of [second, ...screens]) { stream.resume(); await ended(stream) }
      await clear(spec)
    })

    test('a worker that may no longer act does nothing', async () => {
      const spec = await disk()
      await driver.defineVm(spec)
      const before = await world.inventory()
      const stale = world.host.bind({ ...patient, beforeCall() { throw new KloudakError('UNAVAILABLE', 'the lease is lost') } })
      const acts: (() => Promise<unknown>)[] = [
        () => stale.startVm(spec.domainUuid, { paused: false }), () => stale.removeVm(spec.domainUuid), () => stale.defineVm({ ...spec, domainUuid: randomUUID() }),
        () => stale.deleteVolume(world.pool, spec.disks[0]!.volume, { wipe: true }), () => stale.ensurePool({ name: 'other', path: `${world.pool.path}/other` }),
        () => stale.createVolume(world.pool, { name: 'stale.qcow2', capacityBytes: world.diskBytes, backing: undefined }),
        () => stale.uploadVolume(world.pool, { name: 'stale.raw', format: 'raw', sizeBytes: 1, data: chunks(Buffer.alloc(1), 1) }),
        () => stale.retitleVm(spec.domainUuid, 'stale', ''),
      ]
      for (const act of acts) await assert.rejects(act(), { message: 'the lease is lost' })
      assert.equal(await world.inventory(), before)
      await clear(spec)
    })
  })
}

async function twice(act: () => Promise<unknown>): Promise<void> { await act(); await act() }

async function ended(stream: Duplex): Promise<void> {
  if (!stream.closed) await once(stream, 'close')
}

async function* chunks(data: Buffer, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < data.length; offset += chunkBytes) yield data.subarray(offset, offset + chunkBytes)
}

function randomMac(): string {
  return `52:54:00${randomUUID().replaceAll('-', '').slice(0, 6).replace(/../g, ':$&')}`
}
