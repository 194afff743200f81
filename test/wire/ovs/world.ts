// A switch of our own with two bridges and an uplink.
import { readFile } from 'node:fs/promises'
import { OvsFabricHost } from '../../../server/fabric/ovs/host.ts'
import type { OvsFabricOptions } from '../../../server/fabric/ovs/switch.ts'
import type { FabricWorld } from '../../../server/fabric/contract.test-support.ts'
import { mountPointsIn, OvsPlayer } from '../../support/ovs-player.ts'
import { TestOvsdb } from '../../support/ovsdb.ts'

export const bridges: [string, string] = ['private-br', 'public-br']
export const uplink = 'eth2'

export async function startSwitch(): Promise<TestOvsdb> {
  const server = new TestOvsdb()
  await server.start()
  await server.startSwitch()
  // Written by ovs-ctl, the packages' start script.
  server.tool('set', 'Open_vSwitch', '.', 'ovs_version=3.1.0')
  for (const bridge of bridges) server.tool('add-br', bridge, '--', 'set', 'Bridge', bridge, 'datapath_type=dummy')
  server.tool('add-port', bridges[0], uplink)
  // What must not be taken for an uplink.
  server.tool('add-port', bridges[0], 'tunnel', '--', 'set', 'Interface', 'tunnel', 'type=patch', 'options:peer=other')
  return server
}

export const playOn = (server: TestOvsdb) => new OvsPlayer((...args) => Promise.resolve(server.tool(...args)))

export function openHost(server: TestOvsdb, options: Partial<OvsFabricOptions> = {}): OvsFabricHost {
  return new OvsFabricHost({ dial: () => server.dial(), session: { backoffBaseMs: 5, backoffCapMs: 50 }, ...options })
}

export async function openWorld(): Promise<FabricWorld> {
  const server = await startSwitch()
  const host = openHost(server)
  const player = playOn(server)
  return {
    host, bridges, uplink,
    plug: async (port) => { await player.plug(port) },
    unplug: (portId) => player.unplug(portId),
    retag: (portId, vlan) => player.retag(portId, vlan),
    mountPoints: async () => mountPointsIn(await readFile('/proc/mounts', 'utf8')),
    refuseFigures: () => player.refuseFigures(),
    inventory: () => player.inventory(),
    async close() { await host.close(); await server[Symbol.asyncDispose]() },
  }
}
