import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkFenceDevice, checkRecoveryPriority } from './fence.ts'
import type { FenceDeviceInput } from './fence.ts'

const field = (hostKind: 'ssh' | 'local' | 'simulated', input: FenceDeviceInput): string | undefined => {
  try { checkFenceDevice(hostKind, input); return undefined } catch (error) { return (error as { field?: string }).field }
}

test('a device fits its host and has what its kind needs', () => {
  assert.deepEqual(checkFenceDevice('ssh', { kind: 'ipmi', address: '10.0.9.1', port: 623, username: 'root', password: 'x', options: { cipher: 3 } }), { kind: 'ipmi', address: '10.0.9.1', port: 623, username: 'root', options: { cipher: 3 } })
  assert.deepEqual(checkFenceDevice('local', { kind: 'manual' }), { kind: 'manual', address: null, port: null, username: null, options: {} })
  assert.equal(field('simulated', { kind: 'simulated' }), undefined)
  for (const kind of ['ipmi', 'redfish', 'libvirt'] as const) {
    assert.equal(field('ssh', { kind }), 'address')
    assert.equal(field('simulated', { kind, address: '10.0.0.1' }), 'kind')
    assert.equal(field('local', { kind, address: '10.0.0.1' }), 'kind', 'nobody switches off the machine under his feet')
  }
  assert.equal(field('ssh', { kind: 'simulated' }), 'kind')
  assert.deepEqual(checkFenceDevice('ssh', { kind: 'ceph', address: '2001:DB8::11' }), { kind: 'ceph', address: '2001:db8::11', port: null, username: null, options: {} })
  assert.equal(checkFenceDevice('ssh', { kind: 'ceph', address: '::ffff:10.0.8.11' }).address, '10.0.8.11', 'Ceph would take it for another client')
  assert.equal(checkFenceDevice('ssh', { kind: 'redfish', address: '::FFFF:a00:901' }).address, '10.0.9.1')
  for (const address of [undefined, 'hv1.example.net', '10.0.8']) assert.equal(field('ssh', { kind: 'ceph', address }), 'address')
  assert.equal(field('ssh', { kind: 'ceph', address: '10.0.8.11', password: 'x' }), 'password')
  for (const hostKind of ['local', 'simulated'] as const) assert.equal(field(hostKind, { kind: 'ceph', address: '10.0.8.11' }), 'kind')
  assert.equal(field('ssh', { kind: 'manual', address: '10.0.0.1' }), 'address')
  assert.equal(field('ssh', { kind: 'libvirt', address: '10.0.0.1' }), 'options.plug')
  assert.equal(field('ssh', { kind: 'redfish', address: '10.0.0.1', options: { cipher: 3 } }), 'options.cipher')
  assert.equal(field('ssh', { kind: 'ipmi', address: '10.0.0.1', options: { plug: '1' } }), 'options.plug')
})

test('what would be read as another parameter, or not as it was meant, is refused', () => {
  const device = { kind: 'ipmi', address: '10.0.0.1' } as const
  for (const text of ['a\nb', ' a', 'a ', '', '\u0000', 'a\u2028b', 'x'.repeat(256)]) {
    assert.equal(field('ssh', { ...device, password: text }), 'password', JSON.stringify(text))
    assert.equal(field('ssh', { ...device, username: text }), 'username', JSON.stringify(text))
  }
  assert.equal(field('ssh', { ...device, password: 'blank inside = #, and more' }), undefined)
  assert.equal(field('ssh', { ...device, port: 0 }), 'port')
})

test('a recovery priority is a whole number from 0 to 100', () => {
  assert.deepEqual([0, 100].map((value) => checkRecoveryPriority(value)), [0, 100])
  for (const value of [-1, 101, 0.5, Number.NaN]) assert.throws(() => checkRecoveryPriority(value), { code: 'INVALID_INPUT', field: 'recoveryPriority' })
})
