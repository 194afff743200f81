import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDigest, checkImageUrl } from './image-input.ts'

test('a digest is one of two kinds, in hex', () => {
  assert.deepEqual(checkDigest({ sha256: ` ${'AB'.repeat(32)}\n` }), { algorithm: 'sha256', hex: 'ab'.repeat(32) })
  assert.deepEqual(checkDigest({ sha256: null, sha512: 'ab'.repeat(64) }), { algorithm: 'sha512', hex: 'ab'.repeat(64) })
  for (const [input, field] of [[{}, 'sha256'], [{ sha256: 'ab'.repeat(32), sha512: 'ab'.repeat(64) }, 'sha256'], [{ sha256: 'ab'.repeat(64) }, 'sha256'], [{ sha512: 'xy'.repeat(64) }, 'sha512'], [{ sha256: '' }, 'sha256']] as const) {
    assert.throws(() => checkDigest(input), { code: 'INVALID_INPUT', field })
  }
})

test('an address is of the web, and holds no password', () => {
  assert.equal(checkImageUrl('https://example.org/a b.qcow2#part'), 'https://example.org/a%20b.qcow2')
  assert.equal(checkImageUrl('http://[fd00::1]:8080/a?b=c'), 'http://[fd00::1]:8080/a?b=c')
  for (const text of ['', 'debian.qcow2', 'file:///etc/passwd', 'ftp://example.org/a', 'javascript:1', 'https://', `https://example.org/${'a'.repeat(2_000)}`, 'https://me:secret@example.org/a', 'https://me@example.org/a']) {
    assert.throws(() => checkImageUrl(text), { code: 'INVALID_INPUT', field: 'url' })
  }
})
