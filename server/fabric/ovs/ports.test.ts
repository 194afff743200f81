import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row, Table } from '../../wire/ovsdb/column.ts'
import { fabricFacts, observedPorts, portChanges, portRows } from './ports.ts'
import type { Rows } from './ports.ts'

interface Link { name: string; type?: string; ids?: Record<string, string>; ofport?: number; error?: string }
interface Settings { tag?: number; trunks?: number[]; mode?: string; links: Link[] }

/** The rows of a database with these bridges, each with its ports by name. */
function rowsOf(bridges: Record<string, Record<string, Settings>>): Rows {
  const tables = { Open_vSwitch: new Map<string, unknown>([['s', { ovs_version: '3.1.0', bridges: Object.keys(bridges), next_cfg: 0, cur_cfg: 0 }]]), Bridge: new Map<string, unknown>(), Port: new Map<string, unknown>(), Interface: new Map<string, unknown>() }
  for (const [bridge, ports] of Object.entries(bridges)) {
    tables.Bridge.set(bridge, { name: bridge, datapath_type: '', ports: Object.keys(ports).map((name) => `${bridge}/${name}`) })
    for (const [name, { tag, trunks = [], mode, links }] of Object.entries(ports)) {
      tables.Port.set(`${bridge}/${name}`, { name, tag, trunks, vlan_mode: mode, interfaces: links.map((link) => `i-${link.name}`) })
      for (const { name, type = '', ids = {}, ofport, error } of links) tables.Interface.set(`i-${name}`, { name, type, external_ids: new Map(Object.entries(ids)), ofport, error })
    }
  }
  return <T extends Table>(table: T) => tables[table.name as keyof typeof tables] as ReadonlyMap<string, Row<T>>
}

const tap = (name: string, ids: Record<string, string>, ofport?: number): Link => ({ name, ids, ofport })

test('a port is what its interface says it is; what others wrote beside it does not matter', () => {
  const rows = rowsOf({ 'private-br': {
    vnet0: { tag: 7, links: [tap('vnet0', { 'iface-id': 'a', 'attached-mac': '52:54:00:00:00:01', 'vm-id': 'd', __proto__x: 'y' }, 3)] },
    vnet1: { links: [tap('vnet1', { 'iface-id': 'b', 'vm-uuid': 'e' }, 4)] },
    eth2: { links: [{ name: 'eth2' }] },
  } })
  assert.deepEqual([...observedPorts(rows).values()], [
    { portId: 'a', bridge: 'private-br', vlan: 7, mac: '52:54:00:00:00:01', domainUuid: 'd' },
    { portId: 'b', bridge: 'private-br', vlan: undefined, mac: undefined, domainUuid: 'e' },
  ])
})

test('only an access port has a VLAN', () => {
  const vlanOf = (settings: Omit<Settings, 'links'>) => observedPorts(rowsOf({ br: { p: { ...settings, links: [tap('p', { 'iface-id': 'a' })] } } })).get('a')?.vlan
  assert.equal(vlanOf({ tag: 7 }), 7)
  assert.equal(vlanOf({ tag: 0 }), 0)
  assert.equal(vlanOf({ tag: 7, mode: 'access' }), 7)
  for (const mode of ['trunk', 'native-tagged', 'native-untagged', 'dot1q-tunnel']) assert.equal(vlanOf({ tag: 7, mode }), undefined, mode)
  assert.equal(vlanOf({ tag: 7, trunks: [8] }), undefined)
})

test('of two ports with one id the one that is up counts, in whatever order they stand', () => {
  const dead = { tag: 1, links: [tap('vnet0', { 'iface-id': 'a' }, -1)] }
  const alive = { tag: 2, links: [tap('vnet1', { 'iface-id': 'a' }, 9)] }
  for (const ports of [{ vnet0: dead, vnet1: alive }, { vnet1: alive, vnet0: dead }]) {
    const rows = rowsOf({ br: ports })
    assert.equal(observedPorts(rows).get('a')?.vlan, 2)
    assert.deepEqual(portRows(rows).map(({ isUp }) => isUp), [false, true])
  }
})

test('uplinks are cards and bonds, not the bridge itself, tunnels, patches or guests', () => {
  const facts = fabricFacts(rowsOf({
    'public-br': { eth1: { links: [{ name: 'eth1', type: 'system' }] }, 'public-br': { links: [{ name: 'public-br', type: 'internal' }] }, geneve0: { links: [{ name: 'geneve0', type: 'geneve' }] } },
    'private-br': { bond0: { links: [{ name: 'eth2' }, { name: 'eth3' }] }, patch0: { links: [{ name: 'patch0', type: 'patch' }] }, vnet0: { links: [tap('vnet0', { 'iface-id': 'a' }, 1)] } },
  }))
  assert.deepEqual(facts, { version: '3.1.0', bridges: [{ name: 'private-br', datapathType: 'system', uplinks: ['bond0'] }, { name: 'public-br', datapathType: 'system', uplinks: ['eth1'] }] })
})

test('changes are told for what differs, and for nothing else', () => {
  const port = (portId: string, vlan: number) => ({ portId, bridge: 'br', vlan, mac: undefined, domainUuid: undefined })
  const before = new Map([['same', port('same', 1)], ['other', port('other', 2)], ['gone', port('gone', 3)]])
  const after = new Map([['same', port('same', 1)], ['other', port('other', 20)], ['new', port('new', 4)]])
  assert.deepEqual(portChanges(before, after), { changed: [port('other', 20), port('new', 4)], removed: ['gone'] })
})
