import assert from 'node:assert/strict'
import { test } from 'node:test'
import { secretMark, withoutSecrets } from './secrets.ts'

test('secrets are marked wherever they stand, nulls left out, the rest kept', () => {
  assert.deepEqual(
    withoutSecrets({ name: 'web', password: 'hunter2', userData: null, count: 3, at: new Date(0), nested: [{ privateKey: 'k', ip: '10.0.0.1' }], on: false }),
    { name: 'web', password: secretMark, count: 3, at: new Date(0).toISOString(), nested: [{ privateKey: secretMark, ip: '10.0.0.1' }], on: false },
  )
})

test('a private key is marked in whatever field it stands', () => {
  assert.deepEqual(withoutSecrets({ sshKeys: ['ssh-ed25519 AAAA', '-----BEGIN OPENSSH PRIVATE KEY-----\nx'] }), { sshKeys: ['ssh-ed25519 AAAA', secretMark] })
})

test('what is long as a whole is cut as a whole, whatever it consists of', () => {
  const text = 'a'.repeat(1_000)
  const kept = withoutSecrets({ name: 'kept', cards: Array.from({ length: 100 }, () => ({ networkId: text, ip: text })), keys: Array.from({ length: 100 }, () => text), password: 'hunter2', last: text })
  assert.partialDeepStrictEqual(kept, { name: 'kept', keys: [], password: secretMark, last: '…' })
  assert.ok(JSON.stringify(kept).length < 12_000)
})

test('long texts and lists are cut, and broken text is mended, so that a row can hold them', () => {
  const kept = withoutSecrets({ text: 'a'.repeat(5_000), list: Array.from({ length: 500 }, (_, index) => index), broken: 'x\ud800' }) as { text: string; list: number[]; broken: string }
  assert.equal(kept.text.length, 1_025)
  assert.equal(kept.list.length, 100)
  assert.equal(kept.broken, 'x\ufffd')
})
