import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReport } from './read-report.ts'

const said = (parts: Record<string, string>) => readReport(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, { code: 0, text }])))

test('cards, bonds and bridges are told apart, and what software made is no card', () => {
  const { nics, bonds, bridges } = said({
    here: '192.0.2.9 50000 10.0.0.2 22',
    addresses: '1: lo    inet 127.0.0.1/8 scope host lo\\ valid_lft forever\n2: eth0    inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0\\ valid\n2: eth0    inet6 fe80::1/64 scope link \\ valid\n9: eth4@if7    inet6 2001:db8::2/64 scope global \\ valid',
    cards: [
      'card=lo', 'address=00:00:00:00:00:00', 'mtu=65536', 'type=772',
      'card=eth0', 'address=52:54:00:00:00:01', 'mtu=9000', 'speed=25000', 'carrier=1', 'type=1', 'device=yes', 'uppers=',
      'card=eth1', 'address=52:54:00:00:00:02', 'mtu=1500', 'speed=-1', 'carrier=', 'type=1', 'device=yes', 'master=bond0', 'uppers=bond0 ',
      'card=eth2', 'address=52:54:00:00:00:03', 'mtu=1500', 'speed=1000', 'carrier=0', 'type=1', 'device=yes', 'uppers=eth2.12 ',
      'card=eth4', 'address=52:54:00:00:00:04', 'mtu=1500', 'speed=10000', 'carrier=1', 'type=1', 'linked=yes', 'master=br0', 'uppers=br0 ',
      'card=bond0', 'address=52:54:00:00:00:02', 'mtu=1500', 'speed=1000', 'carrier=1', 'type=1', 'uppers=', 'mode=802.3ad 4', 'members=eth1 eth3',
      'card=br0', 'address=52:54:00:00:00:04', 'mtu=1500', 'type=1', 'uppers=', 'bridge=eth4 vnet0 ',
      'card=vnet0', 'address=fe:54:00:00:00:04', 'mtu=1500', 'type=1', 'master=br0', 'uppers=br0 ',
    ].join('\n'),
  })
  assert.deepEqual(nics.map(({ name, speedMbps, carrier, physical, master, uppers, addresses, management }) => [name, speedMbps, carrier, physical, master, uppers, addresses, management]), [
    ['eth0', 25_000, true, true, null, [], ['10.0.0.2/24'], true],
    ['eth1', null, null, true, 'bond0', [], [], false],
    ['eth2', 1_000, false, true, null, ['eth2.12'], [], false],
    ['eth4', 10_000, true, false, 'br0', [], ['2001:db8::2/64'], false],
    ['bond0', 1_000, true, false, null, [], [], false],
  ])
  assert.deepEqual(bonds, [{ name: 'bond0', mode: '802.3ad', members: ['eth1', 'eth3'], carrier: true }])
  assert.deepEqual(bridges, [{ name: 'br0', kind: 'linux', uplinks: ['eth4'] }])
})

test('processors, memory nodes, mounts and packages are read as the kernel and the distributions write them', () => {
  const report = said({
    os: 'NAME="Rocky Linux"\nVERSION_ID="9.4"\nPRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"', kernel: 'Linux 5.14.0',
    processor: 'processor\t: 0\nmodel name\t: AMD EPYC 7713\nflags\t\t: fpu svm\n', topology: '0 0\n0 1\n1 0\n1 1\n0 0\n0 1\n1 0\n1 1',
    numa: '0 0-3 1024\n1 4-7 2048\n2  x', mounts: 'proc /proc proc rw 0 0\n/dev/sda1 / ext4 rw 0 0\nfiler:/a\\040b /srv/my\\040pool nfs4 rw 0 0',
    packages: 'libvirt-daemon 9.0.0-4\nopenvswitch 3.1.0', commands: 'ip\novs-vsctl', openvswitch: 'ovs-vsctl (Open vSwitch) 3.1.0\nDB Schema 8.3.1', clock: '1700000000.250000000', datapath: '', boot: 'yes',
  })
  assert.deepEqual(report.os, { name: 'Rocky Linux 9.4 (Blue Onyx)', version: '9.4' })
  assert.deepEqual(report.cpu, { model: 'AMD EPYC 7713', flags: ['fpu', 'svm'], sockets: 2, cores: 4, threads: 8 })
  assert.deepEqual(report.numa, [{ node: 0, cpus: '0-3', memoryBytes: 1024 * 1024 }, { node: 1, cpus: '4-7', memoryBytes: 2048 * 1024 }])
  assert.deepEqual(report.mounts, [{ path: '/', source: '/dev/sda1', type: 'ext4' }, { path: '/srv/my pool', source: 'filer:/a b', type: 'nfs4' }])
  assert.equal(report.startsGuestsAtBoot, true)
  assert.deepEqual([report.openVswitchVersion, report.timeMs, report.kernelDatapath, report.packages[1]], ['3.1.0', 1_700_000_000_250, true, { name: 'openvswitch', version: '3.1.0' }])
})

test('what nobody can read is missing, and breaks nothing', () => {
  const nonsense = Object.fromEntries(['clock', 'os', 'kernel', 'processor', 'topology', 'numa', 'cards', 'addresses', 'mounts', 'folders', 'packages', 'commands', 'openvswitch', 'here', 'boot'].map((name) => [name, { code: 0, text: '\u0000=== \n\n x=y\n9' }]))
  const report = readReport(nonsense)
  assert.deepEqual([report.cpu, report.numa, report.nics, report.openVswitchVersion], [null, [], [], null])
  assert.deepEqual([readReport({}).timeMs, readReport({}).startsGuestsAtBoot, report.startsGuestsAtBoot], [null, null, null])
})
