// A switch with two bridges and an uplink, on which ovs-vsctl plays libvirt and the operator.
import { OvsFabricHost } from '../../../server/fabric/ovs/host.ts'
import type { OvsFabricOptions } from '../../../server/fabric/ovs/switch.ts'
import type { FabricWorld, Plug } from '../../../server/fabric/contract.test-support.ts'
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

let lastTap = 0

/** Adds a port as libvirt's virNetDevOpenvswitchAddPort does, and returns the name of its interface. */
export function plug(server: TestOvsdb, { portId, mac, bridge, vlan, domainUuid }: Plug): string {
  const tap = `vnet${lastTap++}`
  server.tool('--', '--if-exists', 'del-port', tap, '--', 'add-port', bridge, tap, ...(vlan === undefined ? [] : [`tag=${vlan}`]),
    '--', 'set', 'Interface', tap, `external-ids:attached-mac="${mac}"`,
    '--', 'set', 'Interface', tap, `external-ids:iface-id="${portId}"`,
    '--', 'set', 'Interface', tap, `external-ids:vm-id="${domainUuid}"`,
    '--', 'set', 'Interface', tap, 'external-ids:iface-status=active')
  return tap
}

export function tapsOf(server: TestOvsdb, portId: string): string[] {
  return server.tool('--bare', '--columns=name', 'find', 'Interface', `external_ids:iface-id="${portId}"`).split('\n').filter(Boolean)
}

/** What libvirt does when a guest stops. */
export function unplug(server: TestOvsdb, portId: string): void {
  for (const tap of tapsOf(server, portId)) server.tool('--if-exists', 'del-port', tap)
}

export function retag(server: TestOvsdb, portId: string, vlan: number | undefined): void {
  for (const tap of tapsOf(server, portId)) {
    if (vlan === undefined) server.tool('clear', 'Port', tap, 'tag')
    else server.tool('set', 'Port', tap, `tag=${vlan}`)
  }
}

/** All rows of the tables that describe the network, without what the switch measures or counts. */
export function inventory(server: TestOvsdb): string {
  const columns = { Bridge: 'name,datapath_type,external_ids,other_config', Port: 'name,tag,trunks,vlan_mode,external_ids,other_config', Interface: 'name,type,external_ids,options' }
  return Object.entries(columns).map(([table, names]) => server.tool('--format=csv', `--columns=${names}`, 'list', table).split('\n').sort().join('\n')).join('\n\n')
}

export function openHost(server: TestOvsdb, options: Partial<OvsFabricOptions> = {}): OvsFabricHost {
  return new OvsFabricHost({ dial: () => server.dial(), session: { backoffBaseMs: 5, backoffCapMs: 50 }, ...options })
}

export async function openWorld(): Promise<FabricWorld> {
  const server = await startSwitch()
  const host = openHost(server)
  return {
    host, bridges, uplink,
    plug: async (port) => { plug(server, port) },
    unplug: async (portId) => { unplug(server, portId) },
    retag: async (portId, vlan) => { retag(server, portId, vlan) },
    inventory: async () => inventory(server),
    async close() { await host.close(); await server[Symbol.asyncDispose]() },
  }
}
