import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isoImage } from './iso9660.ts'
import type { SeedSpec } from './seed.ts'
import { seedFiles, seedImage } from './seed.ts'

const spec: SeedSpec = {
  instanceId: '0190b0a0-0000-7000-8000-000000000001', hostname: 'web-1', domain: 'area.example', passwordHash: '$6$salt$hash', sshKeys: ['ssh-ed25519 AAAA me@here'], userData: undefined,
  interfaces: [
    { name: 'eth0', mac: '52:54:00:AA:BB:01', addresses: ['10.1.0.5/24', 'fd00::5/64'], gateways: ['10.1.0.1', 'fd00::1'], nameservers: ['10.1.0.2'], searchDomains: ['area.example'] },
    { name: 'eth1', mac: '52:54:00:aa:bb:02', addresses: [], gateways: [], nameservers: [], searchDomains: [] },
  ],
}

/** The files of an image, read by the Joliet or the primary volume, with every both-endian pair compared. */
function readIso(image: Uint8Array, descriptorSector: number): { label: string; files: Record<string, string> } {
  const bytes = Buffer.from(image)
  const joliet = descriptorSector === 17
  const decode = (raw: Buffer) => (joliet ? Buffer.from(raw).swap16().toString('utf16le') : raw.toString('latin1'))
  const both = (offset: number) => {
    assert.equal(bytes.readUInt32LE(offset), bytes.readUInt32BE(offset + 4))
    return bytes.readUInt32LE(offset)
  }
  const descriptor = descriptorSector * 2048
  assert.deepEqual([bytes[descriptor], bytes.toString('latin1', descriptor + 1, descriptor + 6)], [joliet ? 2 : 1, 'CD001'])
  assert.equal(both(descriptor + 80) * 2048, bytes.length)
  const files: Record<string, string> = {}
  const root = both(descriptor + 156 + 2) * 2048
  assert.equal(bytes.readUInt32LE(bytes.readUInt32LE(descriptor + 140) * 2048 + 2) * 2048, root)
  assert.equal(bytes.readUInt32BE(bytes.readUInt32BE(descriptor + 148) * 2048 + 2) * 2048, root)
  for (let at = root; bytes[at] !== 0; at += bytes[at]!) {
    assert.equal(bytes[at]! % 2, 0)
    if (bytes[at + 25] === 2) { assert.equal(both(at + 2) * 2048, root); continue }
    const start = both(at + 2) * 2048
    files[decode(bytes.subarray(at + 33, at + 33 + bytes[at + 32]!))] = bytes.toString('utf8', start, start + both(at + 10))
  }
  return { label: decode(bytes.subarray(descriptor + 40, descriptor + 72)).trimEnd(), files }
}

test('the image is labelled and holds the three files, for readers with Joliet and without', () => {
  const files = seedFiles(spec)
  const joliet = readIso(seedImage(spec), 17)
  assert.equal(joliet.label, 'cidata')
  assert.deepEqual(joliet.files, { 'meta-data;1': files['meta-data'], 'network-config;1': files['network-config'], 'user-data;1': files['user-data'] })
  assert.deepEqual(Object.keys(readIso(seedImage(spec), 16).files), ['META-DATA;1', 'NETWORK-CONFIG;1', 'USER-DATA;1'])
  assert.equal(Buffer.compare(seedImage(spec), seedImage(structuredClone(spec))), 0)
})

test('files of every size up to and past a sector are whole', () => {
  for (const length of [0, 1, 2047, 2048, 2049, 300_000]) {
    const image = isoImage('x', [{ name: 'b', data: Buffer.alloc(length, 'b') }, { name: 'a', data: Buffer.from('first') }])
    assert.deepEqual(readIso(image, 17).files, { 'a;1': 'first', 'b;1': 'b'.repeat(length) })
  }
  assert.throws(() => isoImage('x', [{ name: '../a', data: Buffer.alloc(0) }]), /not a file name/)
  assert.throws(() => isoImage('x y', []), /not a volume label/)
})

test('the network configuration names each card by its MAC and hears no advertisements', () => {
  const { version, ethernets } = JSON.parse(seedFiles(spec)['network-config']) as { version: number; ethernets: Record<string, object> }
  assert.equal(version, 2)
  assert.deepEqual(ethernets['eth0'], {
    match: { macaddress: '52:54:00:aa:bb:01' }, 'set-name': 'eth0', dhcp4: false, dhcp6: false, 'accept-ra': false, 'link-local': [], addresses: ['10.1.0.5/24', 'fd00::5/64'],
    routes: [{ to: '0.0.0.0/0', via: '10.1.0.1' }], gateway6: 'fd00::1', nameservers: { addresses: ['10.1.0.2'], search: ['area.example'] },
  })
  assert.deepEqual(Object.keys(ethernets), ['eth0', 'eth1'])
})

function config(text: string): Record<string, unknown> {
  assert.equal(text.slice(0, 14), '#cloud-config\n')
  return JSON.parse(text.slice(14)) as Record<string, unknown>
}

test('root gets the hash and the keys, and a password alone opens ssh only when there is no key', () => {
  assert.deepEqual(config(seedFiles(spec)['user-data']), {
    hostname: 'web-1', fqdn: 'web-1.area.example', manage_etc_hosts: true, disable_root: false, ssh_pwauth: false, ssh_authorized_keys: ['ssh-ed25519 AAAA me@here'],
    chpasswd: { expire: false, users: [{ name: 'root', password: '$6$salt$hash', type: 'hash' }] },
  })
  assert.equal(config(seedFiles({ ...spec, sshKeys: [] })['user-data'])['ssh_pwauth'], true)
  const bare = config(seedFiles({ ...spec, sshKeys: [], passwordHash: undefined, domain: undefined })['user-data'])
  assert.deepEqual([bare['ssh_pwauth'], 'chpasswd' in bare, bare['fqdn']], [false, false, 'web-1'])
})

test('hostile text stays inside its string', () => {
  const key = 'ssh-ed25519 AAAA "\n- runcmd: [reboot] # ${x} 🐧\u0085\u2028\uFEFF\u007F: {'
  const text = seedFiles({ ...spec, sshKeys: [key] })['user-data']
  assert.deepEqual(config(text)['ssh_authorized_keys'], [key])
  assert.equal(text.split('\n').length, 3)
  assert.match(text, /🐧\\u0085\\u2028\\ufeff\\u007f/)
  assert.throws(() => seedFiles({ ...spec, hostname: '\uD83D' }), /surrogate/)
})

test('user data goes first, ours second, and lists are joined', () => {
  const own = '#cloud-config\nhostname: mine\nssh_authorized_keys: [theirs]\n# é'
  const text = seedFiles({ ...spec, userData: own })['user-data']
  const [head, ...parts] = text.split(/^--kloudak-[0-9a-f]{64}(?:--)?$/m)
  assert.match(head!, /^Content-Type: multipart\/mixed; boundary="kloudak-[0-9a-f]{64}"\nMIME-Version: 1.0\n\n$/)
  const bodies = parts.slice(0, 2).map((part) => Buffer.from(part.split('\n\n')[1]!, 'base64').toString())
  assert.equal(bodies[0], own)
  const { merge_how: merging, ...rest } = config(bodies[1]!)
  assert.deepEqual(rest, config(seedFiles(spec)['user-data']))
  assert.deepEqual(merging, [{ name: 'dict', settings: ['no_replace', 'recurse_list'] }, { name: 'list', settings: ['append'] }, { name: 'str', settings: [] }])
  assert.throws(() => seedFiles({ ...spec, userData: 'hello' }), { code: 'INVALID_INPUT' })
})

test('a MIME message of the user stays a message, nested in ours', () => {
  const own = 'Content-Type: multipart/mixed; boundary="b"\nMIME-Version: 1.0\n\n--b\nContent-Type: text/x-shellscript\n\n#!/bin/sh\n--b--\n'
  assert.ok(seedFiles({ ...spec, userData: own })['user-data'].includes(`\n${own}\n--kloudak-`))
})
