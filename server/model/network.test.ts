import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capacityOf, checkChosenAddress, formatVlanRanges, macFrom, parseVlanRanges, planSubnet, prefixLengthOf } from './network.ts'

test('network, broadcast and gateway are never handed out', () => {
  assert.deepEqual(planSubnet({ cidr: '10.0.0.0/24' }), { cidr: '10.0.0.0/24', gateway: '10.0.0.1', dns: [], rangeFirst: '10.0.0.1', rangeLast: '10.0.0.254' })
  const plan = planSubnet({ cidr: '10.0.0.0/24', gateway: '10.0.0.254', dns: ['1.1.1.1', '2606:4700::1111'] })
  assert.deepEqual([plan.gateway, plan.dns], ['10.0.0.254', ['1.1.1.1', '2606:4700::1111']])
  assert.equal(capacityOf(plan), 253n)
  for (const address of ['10.0.0.0', '10.0.0.255', '10.0.0.254', '10.0.1.5', '::5', 'x']) assert.throws(() => checkChosenAddress(address, plan, 'ip'), { code: 'INVALID_INPUT', field: 'ip' }, address)
  assert.equal(checkChosenAddress('10.0.0.1', plan, 'ip'), '10.0.0.1')
  assert.equal(capacityOf(planSubnet({ cidr: '10.0.0.0/30' })), 1n)
})

test('IPv6 has an anycast address and no broadcast', () => {
  const plan = planSubnet({ cidr: '2001:db8::/64' })
  assert.deepEqual([plan.gateway, plan.rangeFirst, plan.rangeLast], ['2001:db8::1', '2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff'])
  assert.equal(capacityOf(plan), 2n ** 64n - 2n)
  assert.equal(checkChosenAddress('2001:DB8::0:2', plan, 'ip'), '2001:db8::2')
})

test('a subnet that guests cannot use is refused, and the field is named', () => {
  for (const cidr of ['10.0.0.0/31', '10.0.0.0/7', '127.0.0.0/24', '169.254.0.0/16', '224.0.0.0/24', '240.0.0.0/24', '255.255.255.0/24', 'fe80::/64', 'ff02::/64', '::/64', '2001:db8::/127', '0.0.0.0/8']) assert.throws(() => planSubnet({ cidr }), { code: 'INVALID_INPUT', field: 'subnet.cidr' }, cidr)
  for (const gateway of ['10.0.0.0', '10.0.0.255', '10.0.1.1', '2001:db8::1', 'x']) assert.throws(() => planSubnet({ cidr: '10.0.0.0/24', gateway }), { code: 'INVALID_INPUT', field: 'subnet.gateway' }, gateway)
  assert.throws(() => planSubnet({ cidr: '10.0.0.0/24', dns: ['1.1.1.1', 'dns.example'] }), { code: 'INVALID_INPUT', field: 'subnet.dns.1' })
  assert.throws(() => planSubnet({ cidr: '10.0.0.0/24', dns: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4', '1.1.1.5'] }), { field: 'subnet.dns' })
})

test('a MAC is the prefix and three random octets', () => {
  assert.equal(macFrom('52:54:01', Uint8Array.of(0, 255, 16)), '52:54:01:00:ff:10')
  assert.throws(() => macFrom('52:54', Uint8Array.of(0, 0, 0)))
  assert.throws(() => macFrom('52:54:01', Uint8Array.of(0, 0)))
})

test('VLAN ranges are those of PostgreSQL, both ends included for people', () => {
  assert.deepEqual(parseVlanRanges('{[2,100),[200,4095)}'), [{ first: 2, last: 99 }, { first: 200, last: 4094 }])
  assert.equal(formatVlanRanges([{ first: 2, last: 99 }, { first: 4094, last: 4094 }]), '{[2,100),[4094,4095)}')
  for (const bad of [[], [{ first: 0, last: 5 }], [{ first: 5, last: 4095 }], [{ first: 9, last: 8 }], [{ first: 1.5, last: 8 }]]) assert.throws(() => formatVlanRanges(bad), { code: 'INVALID_INPUT' })
  assert.equal(prefixLengthOf('10.0.0.0/24'), 24)
})
