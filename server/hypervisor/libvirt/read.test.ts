// What real hosts wrote (libvirt 9.0.0 with QEMU 7.2, taken from a lab host), read back.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { readDisks, readInterfaces, readOwner, readScreenSocket } from './domain-read.ts'
import { readCapabilities, readDomainCapabilities, versionText } from './facts-read.ts'
import { readVolume, volumeXml } from './storage-xml.ts'
import { find, readXml, textOf } from './xml.ts'

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}.xml`, import.meta.url), 'utf8')

test('a live domain: its disks without the CD, its screen\'s socket', () => {
  const xml = fixture('domain-live')
  assert.deepEqual(readDisks(xml), [{ target: 'vda', path: '/srv/kloudak/pool/web.qcow2', hasBacking: false }])
  assert.equal(readScreenSocket(xml), '/var/lib/libvirt/qemu/domain-1-kloudak-11111111-111/vnc.sock')
  assert.equal(textOf(find(readXml(xml), 'title')), `<x a="b">&'; web ]]> 🐧`)
})

test('a disk on another one, and a definition that does not tell', () => {
  const disk = (backing: string) => `<domain><devices><disk type='file'><source file='/a'/>${backing}<target dev='vda'/></disk></devices></domain>`
  assert.equal(readDisks(disk(`<backingStore type='file'><format type='qcow2'/><source file='/b'/><backingStore/></backingStore>`))[0]?.hasBacking, true)
  assert.equal(readDisks(disk(''))[0]?.hasBacking, undefined)
  assert.equal(readScreenSocket('<domain><devices/></domain>'), undefined)
})

test('network cards by the id of their port; only a link that is said to be down is one', () => {
  const live = fixture('domain-live')
  const [card, ...more] = readInterfaces(live)
  assert.equal(more.length, 0)
  assert.deepEqual([card!.portId, card!.mac, card!.isConnected], ['22222222-1111-4111-8111-111111111111', '52:54:00:00:00:01', true])
  assert.equal(find(card!.element, 'alias')?.attributes['name'], 'net0')
  for (const [link, isConnected] of [["<link state='down'/>", false], ["<link state='up'/>", true]] as const) assert.equal(readInterfaces(live.replace("<target dev='vnet0'/>", `<target dev='vnet0'/>${link}`))[0]!.isConnected, isConnected)
  // A card that others gave it is theirs.
  assert.deepEqual(readInterfaces("<domain><devices><interface type='network'><mac address='52:54:00:00:00:02'/></interface></devices></domain>"), [])
})

test('the owner is whole or none', () => {
  assert.deepEqual(readOwner('<owner installation="i" generation="12" vm="v"/>'), { installationId: 'i', generation: 12, vmId: 'v' })
  for (const xml of ['<owner installation="i" vm="v"/>', '<owner installation="i" generation="x" vm="v"/>', '<owner installation="" generation="1" vm="v"/>', '<owner generation="1" vm="v"/>']) assert.equal(readOwner(xml), undefined)
})

test('capabilities: the emulator of the host\'s own architecture, and whether KVM is offered', () => {
  const xml = fixture('capabilities-qemu')
  assert.deepEqual(readCapabilities(xml), { hostUuid: '12045d64-ec59-4670-904e-e17bc9aa2a73', architecture: 'x86_64', emulator: '/usr/bin/qemu-system-x86_64', offersKvm: false })
  assert.equal(readCapabilities(xml.replaceAll(`<domain type='qemu'/>`, `<domain type='qemu'/><domain type='kvm'/>`)).offersKvm, true)
  assert.throws(() => readCapabilities('<capabilities><host><uuid>u</uuid><cpu><arch>riscv64</arch></cpu></host></capabilities>'), /no emulator for riscv64/)
})

test('domain capabilities: a machine type with its version, and the newest model that runs whole', () => {
  const xml = fixture('domain-capabilities-qemu')
  assert.deepEqual(readDomainCapabilities(xml), { machineType: 'pc-q35-7.2', cpuModel: 'Westmere' })
  assert.equal(readDomainCapabilities(xml.replace(`usable='no' vendor='AMD'>EPYC-Rome<`, `usable='yes' vendor='AMD'>EPYC-Rome<`)).cpuModel, 'EPYC-Rome')
  assert.equal(versionText(9_000_000n), '9.0.0')
  assert.equal(versionText(7_002_022n), '7.2.22')
})

test('volumes, read and written', () => {
  const { allocationBytes, ...clone } = readVolume(fixture('volume-clone'))
  assert.deepEqual(clone, { name: 'clone.qcow2', path: '/srv/kloudak/pool/clone.qcow2', format: 'qcow2', capacityBytes: 1_073_741_824, backingPath: '/srv/kloudak/pool/web.qcow2' })
  assert.ok(allocationBytes > 0)
  const made = readXml(volumeXml({ name: 'a"<b', format: 'qcow2', capacityBytes: 5, allocationBytes: 0, backing: { path: '/i&j', format: 'raw' } }))
  assert.deepEqual([textOf(find(made, 'name')), textOf(find(made, 'target', 'compat')), textOf(find(made, 'backingStore', 'path')), find(made, 'backingStore', 'format')?.attributes['type']], ['a"<b', '1.1', '/i&j', 'raw'])
  assert.equal(find(readXml(volumeXml({ name: 'a', format: 'raw', capacityBytes: 5, allocationBytes: 5, backing: undefined })), 'target', 'compat'), undefined)
})
