// The fabric on a real host of the lab: through SSH, on a switch that moves packets.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { fabricContract, patient } from '../../server/fabric/contract.test-support.ts'
import type { FabricEvent } from '../../server/fabric/driver.ts'
import { OvsFabricHost } from '../../server/fabric/ovs/host.ts'
import { SshHost } from '../../server/wire/ssh/host.ts'
import { useLab } from '../support/lab.ts'
import { mountPointsIn, OvsPlayer } from '../support/ovs-player.ts'
import { until } from '../support/until.ts'

const world = useLab({ hosts: 1 })
const open: { close(): Promise<void> }[] = []
after(async () => { for (const each of open.toReversed()) await each.close() })

/** Without QEMU there is no tap, so the switch makes a device of its own for each port. */
function player(): OvsPlayer {
  return new OvsPlayer(async (...args) => {
    const { code, stdout, stderr } = await world.lab.exec(1, ['ovs-vsctl', ...args])
    if (code !== 0) throw new Error(stderr)
    return stdout.trim()
  }, ['type=internal'])
}

function connect(): { ssh: SshHost; fabric: OvsFabricHost } {
  const host = world.lab.hosts[0]!
  const ssh = new SshHost({ address: host.address, port: host.sshPort, username: host.sshUser, privateKey: host.privateKey.text, hostKey: host.hostKey.fingerprint }, { backoffCapMs: 1_000 })
  const fabric = new OvsFabricHost({ dial: (signal) => ssh.calls.openUnix('/run/openvswitch/db.sock', { signal }), session: { backoffCapMs: 1_000 } })
  open.push(ssh, fabric)
  return { ssh, fabric }
}

fabricContract('Open vSwitch on a lab host, through SSH', async () => {
  const { ssh, fabric } = connect()
  const played = player()
  return {
    host: fabric, bridges: ['private-br', 'public-br'], uplink: 'eth2',
    plug: async (port) => { await played.plug(port) },
    unplug: (portId) => played.unplug(portId),
    retag: (portId, vlan) => played.retag(portId, vlan),
    mountPoints: async () => mountPointsIn((await world.lab.exec(1, ['cat', '/proc/mounts'])).stdout),
    refuseFigures: () => played.refuseFigures(),
    inventory: () => played.inventory(),
    async close() { await fabric.close(); await ssh.close() },
  }
})

test('a host whose management cable is pulled is lost, and back with all its ports when it is mended', async () => {
  const { ssh, fabric } = connect()
  const driver = fabric.bind(patient)
  const heard: FabricEvent['kind'][] = []
  await driver.watch(({ kind }) => { heard.push(kind) })
  await until('reset', () => heard.length === 1)
  await world.lab.cut(1, 'mgmt')
  await until('the silence is noticed', () => heard.at(-1) === 'lost', 60_000)
  const portId = randomUUID()
  await player().plug({ portId, mac: '52:54:00:00:00:99', bridge: 'private-br', vlan: 42, domainUuid: randomUUID() })
  await assert.rejects(fabric.bind({ ...patient, timeoutMs: 50 }).findPort(portId), { code: 'UNAVAILABLE' })
  await world.lab.heal(1)
  await until('reset', () => heard.at(-1) === 'reset', 60_000)
  assert.equal((await driver.findPort(portId))?.vlan, 42)
  assert.equal(ssh.state.state, 'connected')
})
