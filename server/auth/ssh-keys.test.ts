import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPairSync } from 'node:crypto'
import { makeSshKeyPair } from './ssh-key-pair.ts'
import { fingerprintOfLine, publicHalfOf } from './ssh-keys.ts'

test('the public half of a key is found, and what is no unlocked private key is refused without repeating it', () => {
  const { publicKey, privateKey } = makeSshKeyPair('kloudak@hv1')
  assert.equal(publicHalfOf(privateKey, 'kloudak@hv1'), publicKey)
  const locked = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'secret' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey
  for (const wrong of ['', 'a private key', publicKey, privateKey.slice(0, 200), locked, 'x'.repeat(100_000)]) {
    assert.throws(() => publicHalfOf(wrong, 'c'), (error: { code: string; field: string; message: string; remedy: string }) => error.code === 'INVALID_INPUT' && error.field === 'privateKey' && (wrong === '' || !`${error.message}${error.remedy}`.includes(wrong)))
  }
})

test('the fingerprint is the one that ssh-keygen shows', () => {
  const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github'
  assert.equal(fingerprintOfLine(line), 'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
})
