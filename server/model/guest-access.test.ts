import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkGuestPassword, checkSshKey } from './guest-access.ts'

const body = (type: string) => Buffer.concat([Buffer.of(0, 0, 0, type.length), Buffer.from(type), Buffer.of(0, 0, 0, 32), Buffer.alloc(32, 9)]).toString('base64')
const key = (type: string) => `${type} ${body(type)}`

test('a public key of each kind is taken, with or without its comment', () => {
  for (const type of ['ssh-ed25519', 'ssh-rsa', 'ecdsa-sha2-nistp256', 'sk-ssh-ed25519@openssh.com']) {
    assert.equal(checkSshKey(key(type)), key(type))
    assert.equal(checkSshKey(`  ${key(type)} ann@example <&'"\n`), `${key(type)} ann@example <&'"`)
  }
})

test('what would not let its owner in, or would do more, is refused', () => {
  const good = key('ssh-ed25519')
  const bad = ['', 'ssh-ed25519', `command="sh" ${good}`, `${good}\n${good}`, `ssh-rsa ${body('ssh-ed25519')}`, 'ssh-ed25519 !!!!', `${good} a\u0000b`, `ssh-dss ${body('ssh-dss')}`, '-----BEGIN OPENSSH PRIVATE KEY-----', `${good} ${'x'.repeat(17_000)}`, `ssh-ed25519\t${body('ssh-ed25519')}`]
  for (const line of bad) assert.throws(() => checkSshKey(line, 'sshKeys.1'), { code: 'INVALID_INPUT', field: 'sshKeys.1' }, line.slice(0, 60))
})

test('a password is text without control characters', () => {
  for (const good of ['a', `p"'$(x) ü ✓`, 'x'.repeat(128)]) assert.equal(checkGuestPassword(good), good)
  for (const bad of ['', 'x'.repeat(129), 'a\nb', 'a\u0000', '\uD800']) assert.throws(() => checkGuestPassword(bad), { code: 'INVALID_INPUT', field: 'password' })
})
