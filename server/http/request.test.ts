import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { addressKey } from '../auth/address-key.ts'
import { clientAddressOf, makeAddressList } from './client-address.ts'
import { bearerToken, isOwnOrigin, requestIdOf } from './request.ts'

const request = (headers: IncomingMessage['headers'], remoteAddress = '192.0.2.1') => ({ headers, socket: { remoteAddress } }) as IncomingMessage

test('an address behind proxies is the last one that no proxy of ours has', () => {
  const proxies = makeAddressList(['10.0.0.0/8', '2001:db8::/32', '127.0.0.1'])
  const of = (remote: string, forwarded?: string) => clientAddressOf(request({ 'x-forwarded-for': forwarded }, remote), proxies)
  assert.equal(of('192.0.2.1', '203.0.113.9'), '192.0.2.1')
  assert.equal(of('10.0.0.1'), '10.0.0.1')
  assert.equal(of('::ffff:10.0.0.1', '203.0.113.9'), '203.0.113.9')
  assert.equal(of('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.2.3.4'), '203.0.113.9')
  assert.equal(of('2001:db8::7', '2001:4860::1'), '2001:4860::1')
  assert.equal(of('127.0.0.1', 'not an address'), '127.0.0.1')
  assert.equal(of('127.0.0.1', `fe80::1%${'a'.repeat(100)}`), '127.0.0.1')
  assert.throws(() => makeAddressList(['proxy.example']), /neither/)
})

test('limits count IPv4 addresses one by one, and IPv6 by the /64', () => {
  assert.equal(addressKey('192.0.2.1'), '192.0.2.1')
  assert.equal(addressKey('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(addressKey('2001:DB8:0001:0002::9'), '2001:db8:1:2::/64')
  assert.equal(addressKey('2001:db8::9'), '2001:db8:0:0::/64')
  assert.equal(addressKey('fe80::1%eth0'), 'fe80:0:0:0::/64')
  assert.equal(addressKey('::1'), '0:0:0:0::/64')
})

test('a bearer token is taken as it stands, and what is none is not taken for nobody', () => {
  assert.equal(bearerToken('Bearer a.b-c_d'), 'a.b-c_d')
  assert.equal(bearerToken('bearer  x'), 'x')
  assert.equal(bearerToken(undefined), undefined)
  assert.equal(bearerToken(''), undefined)
  for (const bad of ['Basic x', 'Bearer', 'Bearer a b', 'Bearer é']) assert.equal(bearerToken(bad), 'malformed', bad)
})

test('pages of our own and programs pass; other sites, sandboxed pages and their friends do not', () => {
  const own = (headers: IncomingMessage['headers'], publicUrl?: string) => isOwnOrigin(request({ host: 'kloudak.test:4000', ...headers }), publicUrl)
  assert.equal(own({}), true)
  assert.equal(own({ origin: 'http://kloudak.test:4000' }), true)
  assert.equal(own({ origin: 'https://cloud.example' }, 'https://cloud.example/'), true)
  for (const origin of ['https://cloud.example', 'http://kloudak.test:4001', 'http://kloudak.test.evil', 'null', 'nonsense']) assert.equal(own({ origin }), false, origin)
  assert.equal(own({ 'sec-fetch-site': 'cross-site' }), false)
  assert.equal(own({ 'sec-fetch-site': 'same-origin' }), true)
})

test('a request id is kept when it is a plain word, and made anew otherwise', () => {
  assert.equal(requestIdOf(request({ 'x-request-id': 'job:42.a_b-c' })), 'job:42.a_b-c')
  for (const bad of ['', 'a b', 'x'.repeat(65), 'a\n"']) assert.match(requestIdOf(request({ 'x-request-id': bad })), /^[0-9a-f-]{36}$/)
})
