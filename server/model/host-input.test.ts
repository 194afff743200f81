import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAddresses, checkBridges, checkFingerprint, checkFqdn, checkHostAddress, checkInterfaceName, checkLabels, checkPlace, checkSshPort, checkSshUser } from './host-input.ts'

const refused = (field: string, act: () => unknown) => { assert.throws(act, { code: 'INVALID_INPUT', field }) }

test('an address is an IP address or a name, and nothing that a program could take for an option', () => {
  assert.deepEqual([checkHostAddress('10.0.0.1'), checkHostAddress('2001:DB8::0:1'), checkHostAddress('HV1.example.com')], ['10.0.0.1', '2001:db8::1', 'hv1.example.com'])
  for (const wrong of ['', '-oProxyCommand=x', '10.0.0', '10.0.0.256', '::g', 'fe80::1%eth0', 'a b', 'a..b', 'ä.example', `${'a'.repeat(64)}.example`, 'hv1.example.com:22']) refused('address', () => checkHostAddress(wrong))
})

test('names, ports, users, bridges and labels are as the host takes them', () => {
  assert.equal(checkFqdn('Hv1.Example.com'), 'hv1.example.com')
  for (const wrong of [0, 65_536, 1.5]) refused('sshPort', () => checkSshPort(wrong))
  for (const wrong of ['', 'Root', '-l', 'a b', 'a'.repeat(33)]) refused('sshUser', () => checkSshUser(wrong))
  for (const wrong of ['', '-br', 'a/b', 'x'.repeat(16), 'br 0']) refused('publicBridge', () => checkInterfaceName(wrong, 'publicBridge'))
  refused('trunkBridge', () => { checkBridges({ publicBridge: 'br0', trunkBridge: 'br0' }) })
  assert.deepEqual(checkLabels(['ssd', 'rack=12', 'ssd']), ['rack=12', 'ssd'])
  refused('labels.1', () => checkLabels(['a', 'B']))
  refused('labels', () => checkLabels(Array.from({ length: 33 }, (_, index) => `l${index}`)))
})

test('a fingerprint is taken as ssh-keygen shows it', () => {
  const fingerprint = 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU'
  assert.equal(checkFingerprint(` ${fingerprint}=\n`, 'fingerprint'), fingerprint)
  for (const wrong of ['', 'SHA256:', `MD5:${'0'.repeat(43)}`, `256 ${fingerprint} root@h (ED25519)`]) refused('fingerprint', () => checkFingerprint(wrong, 'fingerprint'))
})

test('addresses are noted once for each purpose, and places are short words', () => {
  assert.deepEqual(checkAddresses([{ address: '2001:DB8::1', purpose: 'storage' }, { address: '10.0.0.1', purpose: 'storage' }]), [{ address: '2001:db8::1', purpose: 'storage' }, { address: '10.0.0.1', purpose: 'storage' }])
  refused('addresses.1.address', () => checkAddresses([{ address: '10.0.0.1', purpose: 'storage' }, { address: '10.0.0.1', purpose: 'storage' }]))
  refused('addresses.1.address', () => checkAddresses([{ address: '10.0.0.1', purpose: 'storage' }, { address: '::ffff:10.0.0.1', purpose: 'storage' }]))
  refused('addresses.0.address', () => checkAddresses([{ address: 'hv1', purpose: 'storage' }]))
  assert.equal(checkPlace('Hall 2, row 7', 'location'), 'Hall 2, row 7')
  refused('location', () => checkPlace('a\u0000b', 'location'))
  refused('location', () => checkPlace('x'.repeat(256), 'location'))
  refused('rack', () => checkPlace('x'.repeat(64), 'rack'))
})
