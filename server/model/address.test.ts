import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contains, formatCidr, formatIp, lastOf, overlap, parseCidr, parseIp } from './address.ts'

test('addresses are read and written in one way each', () => {
  const same = ['0.0.0.0', '10.0.0.5', '255.255.255.255', '::', '::1', '2001:db8::5', 'fe80::1:2:3', '1:2:3:4:5:6:7:8', '1:0:0:4::8', '::ffff:0:0:1', '1::']
  for (const text of same) assert.equal(formatIp(parseIp(text)!), text, text)
  const other = { '2001:DB8:0:0:0:0:0:5': '2001:db8::5', '::FFFF:10.72.58.12': '10.72.58.12', '::ffff:a48:3a0c': '10.72.58.12', '0:0:0:0:0:ffff:10.72.58.12': '10.72.58.12', '::ffff:0:0': '0.0.0.0', '::ffff:ffff:ffff': '255.255.255.255', '::fffe:a00:1': '::fffe:a00:1', '::10.0.0.1': '::a00:1', '64:ff9b::10.0.0.1': '64:ff9b::a00:1', '1:0:0:0:5:0:0:0': '1::5:0:0:0', '0:0:0:0:0:0:0:0': '::', '1:2:3:4:5:6:7::': '1:2:3:4:5:6:7:0', '2001:0db8::0005': '2001:db8::5', '1:0:3:4:5:6:7:8': '1:0:3:4:5:6:7:8' }
  for (const [text, canonical] of Object.entries(other)) assert.equal(formatIp(parseIp(text)!), canonical, text)
  const wrong = ['', '10.0.0', '10.0.0.256', '010.0.0.1', '10.0.0.1/24', '10.0.0.1 ', '1.2.3.4.5', '0x0a.0.0.1', ':::', ':', '1::2::3', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7', '12345::', 'fe80::1%eth0', '1.2.3.4::', '::1.2.3', '1:2:3:4:5:6:7:8::', 'g::', '١.0.0.1', '-1.0.0.0']
  for (const text of wrong) assert.equal(parseIp(text), undefined, text)
})

test('every address survives being written and read', () => {
  for (let n = 0; n < 2_000; n++) {
    const words = crypto.getRandomValues(new Uint16Array(8)).map((word) => (word % 3 === 0 ? 0 : word))
    const value = words.reduce((sum, word) => sum * 65536n + BigInt(word), 0n)
    assert.deepEqual(parseIp(formatIp({ family: 6, value })), { family: 6, value })
    const v4 = value & 0xffffffffn
    assert.deepEqual(parseIp(formatIp({ family: 4, value: v4 })), { family: 4, value: v4 })
  }
})

test('a block has no bits beyond its prefix, and says what was meant', () => {
  for (const text of ['10.0.0.0/24', '0.0.0.0/0', '10.1.2.3/32', '2001:db8::/64', '::/0', '::1/128']) assert.equal(formatCidr(parseCidr(text)), text)
  assert.throws(() => parseCidr('10.0.0.5/24', 'subnet'), { code: 'INVALID_INPUT', field: 'subnet', remedy: /10\.0\.0\.0\/24/ })
  for (const text of ['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0/24/24', 'x/24', '::ffff:10.0.0.0/24', '::ffff:10.0.0.0/120', '2001:db8::/129']) assert.throws(() => parseCidr(text), { code: 'INVALID_INPUT' }, text)
})

test('blocks know what lies in them', () => {
  const block = parseCidr('10.0.0.0/30')
  assert.equal(formatIp({ family: 4, value: lastOf(block) }), '10.0.0.3')
  assert.deepEqual(['9.255.255.255', '10.0.0.0', '10.0.0.3', '10.0.0.4', '::a00:1'].map((text) => contains(block, parseIp(text)!)), [false, true, true, false, false])
  assert.equal(overlap(parseCidr('10.0.0.0/8'), parseCidr('10.9.0.0/16')), true)
  assert.equal(overlap(parseCidr('10.0.0.0/16'), parseCidr('10.1.0.0/16')), false)
  assert.equal(overlap(parseCidr('0.0.0.0/0'), parseCidr('::/0')), false)
})
