import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guestAddresses, readGuestAddress } from './guest-address.ts'

test('of what a guest claims only addresses are kept at which it could be reached', () => {
  const told = { '10.0.0.5': '10.0.0.5', '2001:DB8:0:0::5': '2001:db8::5', '127.0.0.1': undefined, '::1': undefined, 'fe80::1': undefined, '169.254.1.1': undefined, '10.0.0.5/24': undefined, "1'; drop table": undefined, '': undefined }
  for (const [text, expected] of Object.entries(told)) assert.equal(readGuestAddress(text), expected, text)
})

test('a guest that claims the whole internet is heard up to a bound', () => {
  const all = Array.from({ length: 1_000 }, (_, index) => ({ mac: `52:54:00:00:00:${String(10 + (index % 10))}`, ip: `10.0.${index >> 8}.${index & 255}`, source: 'agent' }))
  const kept = guestAddresses([...all, ...all])
  assert.equal(kept.length, 64)
  assert.deepEqual(guestAddresses([{ mac: '52:54:00:AA:00:01', ip: '10.0.0.1', source: 'agent' }, { mac: 'lo', ip: '10.0.0.2', source: 'agent' }]), [{ mac: '52:54:00:aa:00:01', ip: '10.0.0.1', source: 'agent' }])
  assert.equal(guestAddresses(all.filter(({ mac }) => mac.endsWith('10'))).length, 16)
})
