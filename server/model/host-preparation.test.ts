import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DiscoveredNic, Discovery } from './host-discovery.ts'
import { preparationOf, withParents } from './host-preparation.ts'

const nic = (name: string, more: Partial<DiscoveredNic> = {}): DiscoveredNic => ({ name, mac: '', mtu: 1500, speedMbps: null, carrier: true, physical: true, master: null, uppers: [], addresses: [], management: false, ...more })
const discovery: Discovery = {
  shell: 'answered', os: null, kernel: null, cpu: null, numa: [], bonds: [], mounts: [], packages: [], commands: [], openVswitchVersion: null, kernelDatapath: true, startsGuestsAtBoot: null, clockOffsetMs: null,
  nics: [
    nic('eth0', { addresses: ['10.0.0.2/24'], management: true }), nic('eth1'), nic('eth2'), nic('eth3', { addresses: ['10.1.0.2/24'] }), nic('eth4', { master: 'bond0' }), nic('bond0', { physical: false }),
    nic('eth5', { uppers: ['eth5.12'] }), nic('eth6', { addresses: null }), nic('eth7'),
  ],
  bridges: [{ name: 'other', kind: 'ovs', uplinks: ['eth7'] }], folders: [{ path: '/srv', exists: true }, { path: '/srv/pool', exists: false }],
}
const asked = { host: 'h', publicBridge: 'public-br', trunkBridge: 'private-br', publicUplink: undefined, trunkUplink: undefined, poolFolders: [] }

test('bridges and folders that are missing are made, and nothing else', () => {
  assert.deepEqual(preparationOf({ ...asked, publicUplink: 'eth1', trunkUplink: 'bond0', poolFolders: withParents('/srv/pool') }, discovery), {
    bridges: [{ name: 'public-br', uplink: 'eth1', datapath: 'system' }, { name: 'private-br', uplink: 'bond0', datapath: 'system' }], folders: ['/srv/pool'],
  })
  assert.deepEqual(preparationOf(asked, discovery), { bridges: [], folders: [] })
  const made = { ...discovery, bridges: [{ name: 'public-br', kind: 'ovs' as const, uplinks: ['eth1'] }, { name: 'private-br', kind: 'ovs' as const, uplinks: [] }] }
  assert.deepEqual(preparationOf({ ...asked, publicUplink: 'eth1', trunkUplink: 'eth2' }, { ...made, kernelDatapath: false }).bridges, [{ name: 'private-br', uplink: 'eth2', datapath: 'netdev' }])
})

test('a card that carries anything else is never taken, and free ones are named', () => {
  for (const [uplink, words] of Object.entries({ eth0: /by which Kloudak reaches/, eth3: /has the address 10\.1/, eth4: /belongs to bond0/, eth5: /carries eth5\.12/, eth6: /nothing on the host can tell/i, eth7: /in the bridge other/, eth9: /no network card eth9/, 'a b': /1 to 15 letters/ })) {
    assert.throws(() => preparationOf({ ...asked, trunkUplink: uplink }, discovery), (error: { code: string; field: string; message: string; remedy?: string }) => {
      assert.deepEqual([error.code, error.field], ['INVALID_INPUT', 'trunkUplink'])
      assert.match(error.message, words)
      if (['eth0', 'eth9'].includes(uplink)) assert.equal(error.remedy, 'Name one of eth1, eth2, bond0.')
      return true
    })
  }
  assert.throws(() => preparationOf({ ...asked, publicUplink: 'eth1', trunkUplink: 'eth1' }, discovery), { code: 'INVALID_INPUT', field: 'trunkUplink' })
  const taken = { ...discovery, bridges: [{ name: 'public-br', kind: 'ovs' as const, uplinks: ['eth2'] }] }
  assert.throws(() => preparationOf({ ...asked, publicUplink: 'eth1' }, taken), { code: 'INVALID_INPUT', message: /through eth2 already/ })
})

test('a folder comes after all that it stands in', () => {
  assert.deepEqual(withParents('/srv/a/b'), ['/srv', '/srv/a', '/srv/a/b'])
})
