import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { seedFiles } from '../../server/hypervisor/seed/seed.ts'

const library = fileURLToPath(new URL('root/lib/seed/', import.meta.url))

/** What the guest makes of a text, one line for each thing to do. */
function read(program: string, text: string, ...options: string[]): string[] {
  return execFileSync('awk', ['-f', `${library}json.awk`, '-f', `${library}${program}.awk`, ...options], { input: text, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).split('\n').slice(0, -1)
}

const spec = {
  instanceId: '0199c0de', hostname: 'web-1', domain: 'example.org', passwordHash: '$6$ab/.$cd', sshKeys: ['ssh-ed25519 AAAA a@b', 'ssh-ed25519 BBBB "c" \\d'], userData: undefined,
  interfaces: [
    { name: 'eth0', mac: '52:54:00:AA:00:01', addresses: ['10.0.0.5/24', 'fd00::5/64'], gateways: ['10.0.0.1', 'fd00::1'], nameservers: ['10.0.0.2'], searchDomains: ['example.org'] },
    { name: 'eth1', mac: '52:54:00:aa:00:02', addresses: [], gateways: [], nameservers: [], searchDomains: [] },
  ],
}

test('the network of the seed, interface by interface', () => {
  assert.deepEqual(read('network', seedFiles(spec)['network-config']), [
    'link 52:54:00:aa:00:01 eth0', 'no-link-local', 'up', 'no-accept-ra', 'address 10.0.0.5/24', 'address fd00::5/64', 'nameserver 10.0.0.2', 'search example.org', 'route default 10.0.0.1', 'route default fd00::1',
    'link 52:54:00:aa:00:02 eth1', 'no-link-local', 'up', 'no-accept-ra',
  ])
})

test('the user data of the seed', () => {
  assert.deepEqual(read('user-data', seedFiles(spec)['user-data']), ['hostname web-1', 'ssh_pwauth false', 'hash root $6$ab/.$cd', 'key root ssh-ed25519 AAAA a@b', 'key root ssh-ed25519 BBBB "c" \\\\d'])
})

test('the meta data, as JSON and as YAML', () => {
  for (const text of [seedFiles(spec)['meta-data'], 'instance-id: 0199c0de\n', '# note\ninstance-id: "0199c0de"\r\n']) assert.deepEqual(read('print', text, '-v', 'wanted=/instance-id'), ['0199c0de'])
})

test('every escape of JSON, and text of any kind on one line', () => {
  const value = 'a"b\\c\nd\te\rf/ é€😀 \u0001'
  for (const text of [JSON.stringify({ deep: [{ key: value }] }), String.raw`{"deep":[{"key":"a\"b\\c\nd\te\rf\/ \u00e9\u20AC\uD83D\uDE00 \u0001"}]}`]) {
    assert.deepEqual(read('print', text, '-v', 'wanted=/deep/0/key'), [String.raw`a"b\\c\nd\te\rf/ é€😀 ` + '\u0001'])
  }
})
