import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestTitle, importFieldOf, importInput, importRules, newImport, readDigest } from './import-draft.ts'

const [short, long] = ['0123456789abcdef'.repeat(4), '0123456789abcdef'.repeat(8)]

test('a digest is read as its makers publish it, and its length says which one it is', () => {
  for (const line of [short, ` ${short}\n`, short.toUpperCase(), `${short}  debian-12.qcow2`, `${short} *debian-12.qcow2`, `sha256:${short}`, `SHA-256: ${short}`, `SHA256 (debian 12.qcow2) = ${short}`]) assert.deepEqual(readDigest(line), { algorithm: 'sha256', hex: short }, line)
  for (const line of [long, `${long}  ./debian-12.qcow2`, `sha512=${long}`, `SHA512 (debian-12.qcow2) = ${long}`]) assert.deepEqual(readDigest(line), { algorithm: 'sha512', hex: long }, line)
  assert.deepEqual([short, long, 'x'].map(digestTitle), ['SHA-256', 'SHA-512', undefined])
})

test('what is no digest is refused in words that tell what is missing', () => {
  assert.equal(readDigest(short.slice(1)), 'This has 63 digits. A SHA-256 has 64, a SHA-512 has 128.')
  assert.equal(readDigest('d41d8cd98f00b204e9800998ecf8427e  debian-12.qcow2'), 'This has 32 digits. A SHA-256 has 64, a SHA-512 has 128.')
  assert.equal(readDigest(`sha512:${short}`), 'This has 64 digits. A SHA-512 has 128.')
  // Two lines of a list, pasted into one: nobody can say which is meant.
  for (const line of ['', 'debian-12.qcow2', `${short.slice(1)}g`, `md5:${short}`, `${short}  debian-11.qcow2${short}  debian-12.qcow2`, `${short} ${short} x`]) assert.equal(readDigest(line), 'This is no digest. Paste the hexadecimal digits of the SHA-256 or the SHA-512.', line)
})

test('an image is sent with all that is said of it, another version only with its content', () => {
  const draft = { ...newImport, name: ' Debian 12 ', os: 'Debian', url: ' https://example.org/d.qcow2 ', digest: `${long}  d.qcow2`, poolId: 'p', isPublic: false, workspaceIds: ['w'] }
  assert.deepEqual(importInput(draft), { name: 'Debian 12', os: 'Debian', workspaceIds: ['w'], url: 'https://example.org/d.qcow2', sha512: long, poolId: 'p' })
  assert.deepEqual(importInput({ ...draft, digest: short, format: 'RAW' }, 'i'), { imageId: 'i', url: 'https://example.org/d.qcow2', sha256: short, poolId: 'p', format: 'RAW' })
})

test('what is wrong is said of its field, and another version needs no name', () => {
  const { url, poolId } = importRules(false)
  assert.match(url('ftp://example.org/d.qcow2')!, /no address of the web/)
  assert.match(url('https://ada:secret@example.org/d.qcow2')!, /holds a password/)
  assert.deepEqual([url('https://example.org/d.qcow2'), poolId('')], [null, 'Choose a pool.'])
  assert.deepEqual([Object.keys(importRules(false)), Object.keys(importRules(true))], [['name', 'os', 'workspaceIds', 'url', 'digest', 'poolId'], ['url', 'digest', 'poolId']])
  assert.deepEqual(['sha256', 'sha512', 'url', 'workspaceIds.0', null].map(importFieldOf), ['digest', 'digest', 'url', 'workspaceIds', null])
})
