import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KloudakError } from '../model/errors.ts'
import { checkPassword } from '../model/password.ts'
import { Bounded } from './bounded.ts'
import { hashPassword, isOutdated, verifyPassword } from './password.ts'

test('a password opens its own hash and no other', async () => {
  const hash = await hashPassword('correct horse battery')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await verifyPassword('correct horse battery', hash), true)
  assert.equal(await verifyPassword('correct horse batterx', hash), false)
  assert.equal(await verifyPassword('correct horse battery', undefined), false)
  assert.equal(isOutdated(hash), false)
})

test('a hash that the reference implementation made at another cost is read, and called outdated', async () => {
  // echo -n password | argon2 somesalt -id -v 13 -m 16 -t 2 -p 1 (test.c of the reference implementation)
  const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  assert.equal(await verifyPassword('password', hash), true)
  assert.equal(isOutdated(hash), true)
})

test('the same letters differently composed are the same password', async () => {
  assert.equal(await verifyPassword('cafe\u0301 au lait noir', await hashPassword('caf\u00e9 au lait noir')), true)
})

test('passwords of odd lengths and shapes are refused', () => {
  for (const bad of ['', 'short', 'x'.repeat(257), `${'x'.repeat(12)}\0`, `${'x'.repeat(12)}\ud800`]) {
    assert.throws(() => checkPassword(bad), (error) => error instanceof KloudakError && error.code === 'INVALID_INPUT' && error.field === 'password')
  }
  assert.equal(checkPassword('twelve chars'), 'twelve chars')
})

test('no more run at once than allowed, and no more wait', async () => {
  const bounded = new Bounded(2, 1)
  let running = 0
  let most = 0
  const gates: (() => void)[] = []
  const work = () => bounded.run(async () => { most = Math.max(most, ++running); await new Promise<void>((resolve) => { gates.push(resolve) }); running-- })
  const started = [work(), work(), work()]
  await assert.rejects(work(), (error) => error instanceof KloudakError && error.code === 'UNAVAILABLE')
  gates[0]!()
  await started[0]
  while (gates.length < 3) await new Promise((resolve) => { setImmediate(resolve) })
  gates[1]!(); gates[2]!()
  await Promise.all(started)
  assert.equal(most, 2)
})
