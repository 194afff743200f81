import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RbdSource } from '../../model/pool.ts'
import type { PoolRef, VmSpec } from '../driver.ts'
import { diskTarget, domainName, domainXml, heldUri, ownerUri } from './domain-xml.ts'
import { childrenOf, find, readXml, textOf } from './xml.ts'

const pool = { name: 'shared', path: '/srv/kloudak/pool' }
const spec: VmSpec = {
  domainUuid: '11111111-1111-4111-8111-111111111111', title: `<x a="b">&'; web ]]> 🐧`, description: 'two\nlines </description>', owner: { installationId: 'in"st', generation: 3, vmId: 'vm<' },
  domainType: 'qemu', emulator: '/usr/bin/qemu-system-x86_64', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'Westmere',
  vcpus: 2, memoryBytes: 128 * 1024 ** 2, disks: [{ pool, volume: 'web.qcow2', format: 'qcow2' }, { pool, volume: 'data.raw', format: 'raw' }], seed: { pool, volume: 'web.iso', format: 'raw' },
  interfaces: [{ portId: '22222222-1111-4111-8111-111111111111', mac: '52:54:00:00:00:01', bridge: 'private-br', vlan: 7 }, { portId: 'p2', mac: '52:54:00:00:00:02', bridge: 'public-br', vlan: undefined }],
}
const devicesOf = (vm: VmSpec) => find(readXml(domainXml(vm)), 'devices')

test('identity comes from the UUID, words are carried whole, the owner stands in the metadata', () => {
  const domain = readXml(domainXml(spec))
  assert.equal(textOf(find(domain, 'name')), 'kloudak-11111111-1111-4111-8111-111111111111')
  assert.equal(textOf(find(domain, 'uuid')), spec.domainUuid)
  assert.equal(textOf(find(domain, 'title')), spec.title)
  assert.equal(textOf(find(domain, 'description')), spec.description)
  const [owner, held] = find(domain, 'metadata')!.children
  assert.deepEqual(owner, { name: 'kloudak:owner', attributes: { 'xmlns:kloudak': ownerUri, installation: 'in"st', generation: '3', vm: 'vm<' }, children: [] })
  assert.deepEqual(held, { name: 'kloudak:held', attributes: { 'xmlns:kloudak': heldUri }, children: [] })
  assert.equal(textOf(find(readXml(domainXml(spec, 'adopted')), 'name')), 'adopted')
  assert.equal(find(readXml(domainXml({ ...spec, title: '', description: '' })), 'title'), undefined)
  assert.notEqual(domainName('a'), domainName('b'))
})

test('a disk of Ceph is a device of the network, raw, with a key that is named and not told; its seed too', () => {
  const source: RbdSource = { kind: 'rbd', monitors: ['10.0.0.1:6789', 'ceph-2'], pool: 'vms', user: 'kloudak', secretUuid: '33333333-1111-4111-8111-111111111111' }
  const ceph: PoolRef = { name: 'ceph', path: 'vms', source }
  const disks = childrenOf(devicesOf({ ...spec, disks: [{ pool: ceph, volume: 'web', format: 'raw' }, spec.disks[0]!], seed: { pool: ceph, volume: 'web.iso', format: 'raw' } }), 'disk')
  assert.deepEqual(disks.map(({ attributes }) => attributes['type']), ['network', 'file', 'network'])
  const [web, , seed] = disks.map((disk) => find(disk, 'source')!)
  assert.deepEqual([web!.attributes, seed!.attributes['name']], [{ protocol: 'rbd', name: 'vms/web' }, 'vms/web.iso'])
  assert.deepEqual(childrenOf(web, 'host').map(({ attributes }) => attributes), [{ name: '10.0.0.1', port: '6789' }, { name: 'ceph-2' }])
  assert.deepEqual([find(web, 'auth')?.attributes, find(web, 'auth', 'secret')?.attributes], [{ username: 'kloudak' }, { type: 'ceph', uuid: source.secretUuid }])
  assert.deepEqual([find(disks[0], 'driver')?.attributes['type'], find(disks[0], 'driver')?.attributes['cache']], ['raw', 'none'])
})

test('the machine is the one of the VM\'s birth, in UTC, and never another processor', () => {
  const domain = readXml(domainXml(spec))
  assert.deepEqual(find(domain, 'os', 'type'), { name: 'type', attributes: { arch: 'x86_64', machine: 'pc-q35-7.2' }, children: ['hvm'] })
  assert.equal(textOf(find(domain, 'cpu', 'model')), 'Westmere')
  assert.equal(find(domain, 'cpu', 'model')?.attributes['fallback'], 'forbid')
  assert.deepEqual([find(domain, 'memory')?.attributes['unit'], textOf(find(domain, 'memory')), textOf(find(domain, 'vcpu'))], ['b', '134217728', '2'])
  assert.equal(find(domain, 'clock')?.attributes['offset'], 'utc')
  assert.deepEqual(['on_poweroff', 'on_reboot', 'on_crash'].map((name) => textOf(find(domain, name))), ['destroy', 'restart', 'preserve'])
  assert.ok(find(domain, 'features', 'tcg', 'tb-cache'))
  const kvm = readXml(domainXml({ ...spec, domainType: 'kvm' }))
  assert.equal(kvm.attributes['type'], 'kvm')
  assert.equal(find(kvm, 'features', 'tcg'), undefined)
})

test('disks pass the page cache by and give freed blocks back; the seed is a CD on SCSI', () => {
  const [first, second, seed, ...more] = childrenOf(devicesOf(spec), 'disk')
  assert.equal(more.length, 0)
  assert.deepEqual(find(first, 'driver')?.attributes, { name: 'qemu', type: 'qcow2', cache: 'none', discard: 'unmap' })
  assert.deepEqual([find(first, 'source')?.attributes['file'], find(first, 'target')?.attributes], ['/srv/kloudak/pool/web.qcow2', { dev: 'vda', bus: 'virtio' }])
  assert.deepEqual([find(first, 'boot')?.attributes['order'], find(second, 'boot')], ['1', undefined])
  assert.equal(find(second, 'driver')?.attributes['type'], 'raw')
  assert.deepEqual([seed?.attributes['device'], find(seed, 'target')?.attributes, find(seed, 'readonly') !== undefined], ['cdrom', { dev: 'sda', bus: 'scsi' }, true])
  assert.equal(childrenOf(devicesOf({ ...spec, seed: undefined }), 'disk').length, 2)
  assert.deepEqual([0, 25, 26, 701, 702].map(diskTarget), ['vda', 'vdz', 'vdaa', 'vdzz', 'vdaaa'])
})

test('a port is named by its id and carries its VLAN; without one it carries none', () => {
  const [tagged, plain] = childrenOf(devicesOf(spec), 'interface')
  assert.deepEqual(find(tagged, 'virtualport', 'parameters')?.attributes, { interfaceid: spec.interfaces[0]!.portId })
  assert.deepEqual([find(tagged, 'source')?.attributes, find(tagged, 'mac')?.attributes, find(tagged, 'vlan', 'tag')?.attributes], [{ bridge: 'private-br' }, { address: '52:54:00:00:00:01' }, { id: '7' }])
  assert.equal(find(plain, 'vlan'), undefined)
})

test('there is a root port for every device and eight to spare', () => {
  const ports = (vm: VmSpec) => childrenOf(devicesOf(vm), 'controller').filter(({ attributes }) => attributes['model'] === 'pcie-root-port').length
  assert.equal(ports(spec), 2 + 2 + 5 + 8)
  assert.equal(ports({ ...spec, disks: [], interfaces: [] }), 5 + 8)
})

test('nothing listens on TCP: the screen is a socket of the host', () => {
  assert.deepEqual(find(devicesOf(spec), 'graphics'), { name: 'graphics', attributes: { type: 'vnc' }, children: [{ name: 'listen', attributes: { type: 'socket' }, children: [] }] })
})

test('text that XML cannot carry is refused before anything reaches the host', () => {
  assert.throws(() => domainXml({ ...spec, title: 'bell\u0007' }), { code: 'INVALID_INPUT' })
})
