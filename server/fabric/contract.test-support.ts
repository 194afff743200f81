import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import type { CallControl } from '../model/call-control.ts'
import { KloudakError } from '../model/errors.ts'
import type { FabricDriver, FabricEvent, FabricHost, ObservedPort } from './driver.ts'

export interface Plug { portId: string; mac: string; bridge: string; vlan: number | undefined; domainUuid: string }

/** One host, and what happens on it without Kloudak's doing. */
export interface FabricWorld {
  host: FabricHost
  /** Two bridges; the first has an uplink. */
  bridges: [string, string]
  uplink: string
  /** What the hypervisor does when a guest starts and stops. */
  plug(port: Plug): Promise<void>
  unplug(portId: string): Promise<void>
  /** Someone on the host changes the tag of a port by hand; undefined takes it away. */
  retag(portId: string, vlan: number | undefined): Promise<void>
  /** The mount points of the host's local file systems that can be written to. */
  mountPoints(): Promise<string[]>
  /** An operator on the host says that its switch shall not tell figures of it. */
  refuseFigures(): Promise<void>
  /** All that stands on the host, in a fixed order: equal before and after. */
  inventory(): Promise<string>
  close(): Promise<void>
}

export const patient: CallControl = { beforeCall() { /* always allowed */ }, timeoutMs: 60_000 }

async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!await look()) await new Promise((resolve) => { setTimeout(resolve, 10) })
}

/** What every fabric driver must do, whatever stands behind it. */
export function fabricContract(name: string, open: () => Promise<FabricWorld>): void {
  suite(`${name} keeps the fabric contract`, () => {
    let world: FabricWorld
    let driver: FabricDriver
    before(async () => { world = await open(); driver = world.host.bind(patient) })
    after(async () => { await world.close() })

    let number = 0
    const newPlug = (vlan: number | undefined = 100 + number): Plug => ({
      portId: randomUUID(), domainUuid: randomUUID(), bridge: world.bridges[0], vlan, mac: `52:54:00:00:00:${(++number).toString(16).padStart(2, '0')}`,
    })
    const observed = ({ portId, bridge, vlan, mac, domainUuid }: Plug): ObservedPort => ({ portId, bridge, vlan, mac, domainUuid })

    test('the host tells its version and its bridges with their uplinks, and no port of a guest among them', async () => {
      const plug = newPlug()
      await world.plug(plug)
      const facts = await driver.facts()
      assert.match(facts.version, /^\d+\.\d+/)
      assert.deepEqual(facts.bridges.map(({ name }) => name).sort(), [...world.bridges].sort())
      assert.deepEqual(facts.bridges.find(({ name }) => name === world.bridges[0])?.uplinks, [world.uplink])
      assert.ok(facts.bridges.every(({ datapathType }) => datapathType.length > 0))
      await world.unplug(plug.portId)
    })

    test('ports are found by their id, with bridge, VLAN, MAC and domain', async () => {
      const plugs = [newPlug(), newPlug(), newPlug(undefined)]
      for (const plug of plugs) await world.plug(plug)
      for (const plug of plugs) assert.deepEqual(await driver.findPort(plug.portId), observed(plug))
      const listed = new Map((await driver.listPorts()).map((port) => [port.portId, port]))
      assert.deepEqual(listed, new Map(plugs.map((plug) => [plug.portId, observed(plug)])))
      assert.equal(await driver.findPort(randomUUID()), undefined)
      for (const { portId } of plugs) await world.unplug(portId)
      assert.deepEqual(await driver.listPorts(), [])
    })

    test('a right VLAN is left alone, a wrong one corrected, a missing one set, one too many taken away', async () => {
      const plug = newPlug(7)
      await world.plug(plug)
      const before = await world.inventory()
      assert.deepEqual(await driver.ensureVlan(plug), observed(plug))
      assert.equal(await world.inventory(), before)
      for (const wrong of [8, undefined]) {
        await world.retag(plug.portId, wrong)
        assert.equal((await driver.findPort(plug.portId))?.vlan, wrong)
        assert.deepEqual(await driver.ensureVlan(plug), observed(plug))
        assert.equal(await world.inventory(), before)
      }
      const untagged = { ...plug, vlan: undefined }
      assert.deepEqual(await driver.ensureVlan(untagged), observed(untagged))
      await world.unplug(plug.portId)
    })

    test('a port that comes late is waited for, one that never comes is not found', async () => {
      const plug = newPlug(9)
      const waiting = driver.ensureVlan({ ...plug, vlan: 10 })
      const other = newPlug()
      await world.plug(other)
      await world.plug(plug)
      assert.deepEqual(await waiting, { ...observed(plug), vlan: 10 })
      await assert.rejects(world.host.bind({ ...patient, timeoutMs: 200 }).ensureVlan(newPlug()), { code: 'NOT_FOUND' })
      const calledOff = new AbortController()
      const cancelled = assert.rejects(world.host.bind({ ...patient, signal: calledOff.signal }).ensureVlan(newPlug()), { code: 'CANCELLED' })
      calledOff.abort()
      await cancelled
      for (const { portId } of [plug, other]) await world.unplug(portId)
    })

    test('a port on another bridge is a conflict, and is not touched', async () => {
      const plug = { ...newPlug(), bridge: world.bridges[1] }
      await world.plug(plug)
      const before = await world.inventory()
      await assert.rejects(driver.ensureVlan({ ...plug, bridge: world.bridges[0], vlan: 55 }), { code: 'CONFLICT' })
      assert.equal(await world.inventory(), before)
      await world.unplug(plug.portId)
    })

    test('a leftover port is removed, twice, and nothing else with it', async () => {
      const kept = newPlug()
      await world.plug(kept)
      const before = await world.inventory()
      const leftover = newPlug()
      await world.plug(leftover)
      await driver.removePort(leftover.portId)
      await driver.removePort(leftover.portId)
      assert.equal(await driver.findPort(leftover.portId), undefined)
      assert.equal(await world.inventory(), before)
      await world.unplug(kept.portId)
    })

    test('who watches hears reset first, then each change', async () => {
      const heard: FabricEvent[] = []
      const stop = await driver.watch((event) => { heard.push(event) })
      await until(() => heard.length > 0)
      const plug = newPlug(20)
      await world.plug(plug)
      await until(() => heard.some((event) => event.kind === 'port' && event.port.vlan === 20))
      await world.retag(plug.portId, 21)
      await until(() => heard.some((event) => event.kind === 'port' && event.port.vlan === 21))
      await driver.ensureVlan(plug)
      await world.unplug(plug.portId)
      await until(() => heard.at(-1)?.kind === 'port-removed')
      assert.deepEqual(heard, [
        { kind: 'reset' },
        { kind: 'port', port: observed(plug) },
        { kind: 'port', port: { ...observed(plug), vlan: 21 } },
        { kind: 'port', port: observed(plug) },
        { kind: 'port-removed', portId: plug.portId },
      ] satisfies FabricEvent[])
      await stop()
      await world.plug(plug)
      await world.unplug(plug.portId)
      await driver.listPorts()
      assert.equal(heard.length, 5)
    })

    test('a worker that may no longer act does nothing', async () => {
      const plug = newPlug()
      await world.plug(plug)
      const before = await world.inventory()
      const stale = world.host.bind({ ...patient, beforeCall() { throw new KloudakError('UNAVAILABLE', 'the lease is lost') } })
      for (const act of [() => stale.ensureVlan({ ...plug, vlan: 66 }), () => stale.removePort(plug.portId), () => stale.listPorts(), () => stale.facts(), () => stale.counters(), () => stale.askForFigures()]) await assert.rejects(act(), { message: 'the lease is lost' })
      assert.equal(await world.inventory(), before)
      await world.unplug(plug.portId)
    })

    test('a host tells its load and its file systems once it is asked to, and not when its operator refuses', async () => {
      assert.equal((await driver.counters()).figures, 'undecided')
      const before = await world.inventory()
      for (let n = 0; n < 2; n++) await driver.askForFigures()
      assert.equal(await world.inventory(), before)
      const figures = async () => { const { figures: now } = await driver.counters(); assert.ok(now !== 'undecided'); return now }
      await until(async () => (await figures()).load !== null)
      const { load, fileSystems } = await figures()
      for (const value of Object.values(load!)) assert.ok(value >= 0 && value < 10_000, `${value}`)
      assert.deepEqual(Object.keys(load!), ['load1', 'load5', 'load15'])
      assert.deepEqual(fileSystems?.map(({ mountPoint }) => mountPoint).sort() ?? [], (await world.mountPoints()).sort())
      for (const { sizeBytes, usedBytes } of fileSystems ?? []) assert.ok(sizeBytes > 0 && usedBytes >= 0 && usedBytes <= sizeBytes)
      await world.refuseFigures()
      await driver.askForFigures()
      await until(async () => (await figures()).load === null)
      assert.deepEqual(await figures(), { load: null, fileSystems: null })
    })

    test('many pieces of work at once do not disturb each other', async () => {
      const plugs = Array.from({ length: 20 }, () => newPlug())
      const work = plugs.map((plug, index) => driver.ensureVlan({ ...plug, vlan: 1_000 + index }))
      for (const plug of plugs) await world.plug(plug)
      assert.deepEqual((await Promise.all(work)).map(({ vlan }) => vlan), plugs.map((_, index) => 1_000 + index))
      await Promise.all(plugs.map(({ portId }) => driver.removePort(portId)))
      assert.deepEqual(await driver.listPorts(), [])
    })
  })
}
