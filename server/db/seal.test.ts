import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { seal, unseal } from './seal.ts'

const place = { table: 'host', id: '0198f000-0000-7000-8000-000000000001' }

test('what is sealed opens with its key, in its row, unchanged', () => {
  const key = randomBytes(32)
  const sealed = seal(key, place, 'a private key')
  assert.equal(unseal(key, place, sealed).toString(), 'a private key')
  assert.equal(unseal([randomBytes(32), key], place, sealed).toString(), 'a private key')
  assert.equal(sealed.includes('private'), false)
  assert.throws(() => unseal(randomBytes(32), place, sealed), /no master key/)
  assert.throws(() => unseal(key, { ...place, id: '0198f000-0000-7000-8000-000000000002' }, sealed))
  const bent = Buffer.from(sealed)
  bent[bent.length - 1]! ^= 1
  assert.throws(() => unseal(key, place, bent))
})
