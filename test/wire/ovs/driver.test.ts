// What only a real Open vSwitch can show: leftovers, takeovers, losses, and that packets carry the tag.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { patient } from '../../../server/fabric/contract.test-support.ts'
import type { Plug } from '../../../server/fabric/contract.test-support.ts'
import type { FabricEvent } from '../../../server/fabric/driver.ts'
import type { OvsFabricHost } from '../../../server/fabric/ovs/host.ts'
import type { OvsFabricOptions } from '../../../server/fabric/ovs/switch.ts'
import { KloudakError } from '../../../server/model/errors.ts'
import type { OvsPlayer } from '../../support/ovs-player.ts'
import type { TestOvsdb } from '../../support/ovsdb.ts'
import { until } from '../../support/until.ts'
import { bridges, openHost, playOn, startSwitch, uplink } from './world.ts'

let server: TestOvsdb
let player: OvsPlayer
const hosts: OvsFabricHost[] = []

before(async () => { server = await startSwitch(); player = playOn(server) })
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()))
  await player.unplugAll()
})
after(() => server[Symbol.asyncDispose]())

function opened(options: Partial<OvsFabricOptions> = {}): OvsFabricHost {
  const host = openHost(server, options)
  hosts.push(host)
  return host
}

const newPlug = (vlan: number | undefined): Plug => ({ portId: randomUUID(), domainUuid: randomUUID(), bridge: bridges[0], vlan, mac: '52:54:00:12:34:56' })
const portOf = (tap: string) => server.tool('get', 'Interface', tap, 'ofport')

/** What leaves the uplink when a guest's broadcast comes in at its tap, as the switch itself says. */
function tagOnUplink(tap: string): string | undefined {
  const trace = server.askSwitch('ofproto/trace', bridges[0], `in_port=${portOf(tap)},dl_src=52:54:00:12:34:56,dl_dst=ff:ff:ff:ff:ff:ff`)
  return /push_vlan\(vid=(\d+)/.exec(trace)?.[1]
}

test('once ensureVlan has answered, the packets of the guest carry the tag', async () => {
  const driver = opened().bind(patient)
  const port = newPlug(31)
  const tap = await player.plug(port)
  assert.equal(tagOnUplink(tap), '31')
  await driver.ensureVlan({ ...port, vlan: 32 })
  assert.equal(tagOnUplink(tap), '32')
  await driver.ensureVlan({ ...port, vlan: undefined })
  assert.equal(tagOnUplink(tap), undefined)
})

test('a trunk, a native VLAN and a list of trunks are no access VLAN, and are corrected', async () => {
  const driver = opened().bind(patient)
  const port = newPlug(40)
  const tap = await player.plug(port)
  for (const fault of [['vlan_mode=trunk'], ['vlan_mode=native-untagged'], ['trunks=40,41'], ['vlan_mode=dot1q-tunnel']]) {
    server.tool('set', 'Port', tap, ...fault)
    assert.equal((await driver.findPort(port.portId))?.vlan, undefined)
    for (const vlan of [40, undefined]) {
      server.tool('set', 'Port', tap, ...fault)
      await driver.ensureVlan({ ...port, vlan })
      assert.equal(server.tool('get', 'Port', tap, 'tag', 'trunks', 'vlan_mode'), `${vlan ?? '[]'}\n[]\n[]`)
    }
    server.tool('set', 'Port', tap, 'tag=40')
  }
})

test('the port of a former life never hides the living one, is corrected with it, and goes with it', async () => {
  const driver = opened().bind(patient)
  const port = newPlug(50)
  // A kernel device that is gone: the switch has no port number for it.
  server.tool('--no-wait', 'add-port', bridges[0], 'vnet-former', 'tag=51', '--', 'set', 'Interface', 'vnet-former', 'type=absent', `external-ids:iface-id="${port.portId}"`)
  await assert.rejects(opened().bind({ ...patient, timeoutMs: 300 }).ensureVlan(port), { code: 'NOT_FOUND' })
  await player.plug(port)
  assert.equal((await driver.findPort(port.portId))?.vlan, 50)
  assert.equal((await driver.ensureVlan(port)).domainUuid, port.domainUuid)
  assert.equal(server.tool('get', 'Port', 'vnet-former', 'tag'), '50')
  const before = await player.inventory()
  await driver.removePort(port.portId)
  assert.deepEqual(await player.taps(port.portId), [])
  assert.notEqual(await player.inventory(), before)
  assert.deepEqual((await driver.facts()).bridges.find(({ name }) => name === bridges[0])?.uplinks, [uplink])
})

test('of a bond only the interface with the id is removed', async () => {
  const driver = opened().bind(patient)
  const portId = randomUUID()
  server.tool('add-bond', bridges[0], 'bond0', 'eth5', 'eth6', '--', 'set', 'Interface', 'eth6', `external-ids:iface-id="${portId}"`)
  assert.deepEqual((await driver.facts()).bridges.find(({ name }) => name === bridges[0])?.uplinks, ['bond0', uplink])
  await driver.removePort(portId)
  assert.equal(server.tool('list-ifaces', bridges[0]).includes('eth6'), false)
  assert.equal(server.tool('list-ifaces', bridges[0]).includes('eth5'), true)
  server.tool('del-port', 'bond0')
})

test('a worker from which the switch was taken cannot write, unless its lease still holds', async () => {
  let leaseHolds = true
  const check = () => { if (!leaseHolds) throw new KloudakError('UNAVAILABLE', 'the lease is lost') }
  const stale = opened({ beforeTake: check })
  const port = newPlug(60)
  const tap = await player.plug(port)
  const driver = stale.bind({ ...patient, beforeCall: check })
  await driver.ensureVlan(port)
  const successor = opened()
  await successor.bind(patient).ensureVlan({ ...port, vlan: 61 })
  // Both may act: whoever writes takes the lock, and the other takes it back at its next write.
  await driver.ensureVlan({ ...port, vlan: 62 })
  await successor.bind(patient).ensureVlan({ ...port, vlan: 63 })
  leaseHolds = false
  await assert.rejects(driver.ensureVlan({ ...port, vlan: 64 }), { message: 'the lease is lost' })
  // A check that is right before the request leaves and wrong when it arrives: the lock is what holds then.
  let asked = 0
  const late = stale.bind({ ...patient, beforeCall: () => { if (++asked > 2) check() } })
  await assert.rejects(late.ensureVlan({ ...port, vlan: 65 }), { message: 'the lease is lost' })
  assert.equal(server.tool('get', 'Port', tap, 'tag'), '63')
  server.cut()
  await until('the successor is back', () => successor.isConnected)
  await assert.rejects(stale.bind({ ...patient, timeoutMs: 300 }).listPorts(), { code: 'UNAVAILABLE' })
})

test('a switch that does not run leaves a change unproven', async () => {
  const driver = opened().bind({ ...patient, timeoutMs: 500 })
  const port = newPlug(70)
  await player.plug(port)
  await driver.ensureVlan(port)
  await server.stopSwitch()
  try {
    await assert.rejects(driver.ensureVlan({ ...port, vlan: 71 }), { code: 'OUTCOME_UNKNOWN' })
  } finally {
    await server.startSwitch()
  }
  assert.equal((await opened().bind(patient).ensureVlan({ ...port, vlan: 71 })).vlan, 71)
})

test('a database that falls silent under a write leaves the outcome unknown, under a read it is unavailable', async () => {
  const host = opened({ session: { client: { echoIntervalMs: 60_000 } } })
  const port = newPlug(80)
  await player.plug(port)
  await host.bind(patient).ensureVlan(port)
  let stopBefore: 'read' | 'write' = 'read'
  let calls = 0
  const control = { timeoutMs: 300, beforeCall: () => { calls++; if (stopBefore === 'read' || calls === 2) server.signal('SIGSTOP') } }
  try {
    await assert.rejects(host.bind(control).findPort(port.portId), { code: 'UNAVAILABLE' })
    server.signal('SIGCONT')
    stopBefore = 'write'
    calls = 0
    await assert.rejects(host.bind({ ...control, timeoutMs: 2_000 }).ensureVlan({ ...port, vlan: 81 }), { code: 'OUTCOME_UNKNOWN' })
  } finally {
    server.signal('SIGCONT')
  }
  assert.equal((await host.bind(patient).ensureVlan({ ...port, vlan: 81 })).vlan, 81)
})

test('when the database restarts, who watches hears lost, then reset, and reads what changed meanwhile', async () => {
  const host = opened()
  const driver = host.bind(patient)
  const heard: FabricEvent['kind'][] = []
  await driver.watch(({ kind }) => { heard.push(kind) })
  await until('reset', () => heard.length === 1)
  const port = newPlug(90)
  await player.plug(port)
  await until('the port is told', () => heard.includes('port'))
  await server.stop()
  await until('the loss is told', () => heard.at(-1) === 'lost')
  await assert.rejects(host.bind({ ...patient, timeoutMs: 50 }).listPorts(), { code: 'UNAVAILABLE' })
  await server.start()
  await until('reset', () => heard.at(-1) === 'reset')
  assert.deepEqual(heard.filter((kind) => kind !== 'port'), ['reset', 'lost', 'reset'])
  assert.equal((await driver.findPort(port.portId))?.vlan, 90)
})

test('what comes in through the uplink is counted, and guests and tunnels are not', async () => {
  const driver = opened().bind(patient)
  await player.plug(newPlug(31))
  const before = await until('the uplink to tell', async () => (await driver.counters()).uplinks, 20_000)
  const frame = `ffffffffffff5254001234560800${'00'.repeat(100)}`
  for (let n = 0; n < 5; n++) server.askSwitch('netdev-dummy/receive', uplink, frame)
  // The switch brings its counters up to date every five seconds.
  const after = await until('five more', async () => { const { uplinks: now } = await driver.counters(); return now!.receivedPackets >= before.receivedPackets + 5 ? now : undefined }, 20_000)
  assert.deepEqual([after.receivedPackets - before.receivedPackets, after.receivedBytes - before.receivedBytes], [5, 5 * frame.length / 2])
})
