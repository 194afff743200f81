import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import ssh2 from 'ssh2'
import { checkSshKey } from '../model/guest-access.ts'
import { makeSshKeyPair } from './ssh-key-pair.ts'

test('a pair is read by an SSH client as one key, and each is another', () => {
  const seen = new Set<string>()
  for (const comment of ['', 'root@web', 'x'.repeat(63), '"; rm -rf / #']) {
    const { publicKey, privateKey } = makeSshKeyPair(comment)
    assert.equal(checkSshKey(publicKey), publicKey.trim())
    const read = ssh2.utils.parseKey(privateKey)
    assert.ok(!(read instanceof Error))
    assert.equal(read.type, 'ssh-ed25519')
    assert.equal(read.comment, comment)
    assert.equal(read.getPublicSSH().toString('base64'), publicKey.split(' ')[1])
    const data = Buffer.from('to be signed')
    assert.ok(verify(null, data, createPublicKey(read.getPublicPEM()), sign(null, data, createPrivateKey(read.getPrivatePEM()))))
    seen.add(privateKey)
  }
  assert.equal(seen.size, 4)
  assert.throws(() => makeSshKeyPair('two\nlines'))
})
