import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KloudakError } from '../../model/errors.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { LibvirtError, NotSent, OutcomeUnknown } from '../../wire/libvirt/errors.ts'
import { fromWire, withContractErrors } from './errors.ts'

const refusal = (code: number, int1 = 0) => new LibvirtError('Call', { code, domain: 0, message: 'No space left, no domain, busy', level: 2, subject: null, text1: null, text2: null, text3: null, int1, int2: 0, network: null })
const codeOf = (error: unknown) => (fromWire(error, 'hv1') as KloudakError).code

test('refusals are told apart by their number alone', () => {
  const expected: [Error, string][] = [
    [refusal(errorCode.NO_DOMAIN), 'NOT_FOUND'], [refusal(errorCode.NO_STORAGE_POOL), 'NOT_FOUND'], [refusal(errorCode.NO_STORAGE_VOL), 'NOT_FOUND'], [refusal(errorCode.OPERATION_INVALID), 'WRONG_STATE'],
    [refusal(errorCode.STORAGE_VOL_EXIST), 'CONFLICT'], [refusal(errorCode.SYSTEM_ERROR, 28), 'NO_CAPACITY'], [refusal(errorCode.SYSTEM_ERROR, 5), 'INTERNAL'], [refusal(errorCode.INTERNAL_ERROR), 'INTERNAL'],
    [refusal(errorCode.OPERATION_TIMEOUT), 'UNAVAILABLE'], [refusal(errorCode.XML_ERROR), 'INTERNAL'],
  ]
  for (const [error, code] of expected) assert.equal(codeOf(error), code)
  assert.equal((fromWire(refusal(errorCode.INTERNAL_ERROR), 'hv1') as Error).cause instanceof LibvirtError, true)
})

test('not sent, unknown and cancelled are three things', () => {
  assert.equal(codeOf(new OutcomeUnknown('Call', 'lost')), 'OUTCOME_UNKNOWN')
  assert.equal(codeOf(new OutcomeUnknown('Call', 'deadline')), 'OUTCOME_UNKNOWN')
  assert.equal(codeOf(new NotSent('Call', 'closed')), 'UNAVAILABLE')
  assert.equal(codeOf(new NotSent('Call', 'deadline')), 'UNAVAILABLE')
  assert.equal(codeOf(new NotSent('Call', 'aborted')), 'CANCELLED')
})

test('what the control threw comes back as it was, and so does what is no error of the wire', async () => {
  const own = new Error('the lease is lost')
  assert.equal(fromWire(new NotSent('Call', 'refused', own), 'hv1'), own)
  const known = new KloudakError('CONFLICT', 'x')
  const verbs = withContractErrors({ fails: async () => { throw known }, refuses: async () => { throw refusal(errorCode.NO_DOMAIN) }, works: async (a: number) => a + 1 }, 'hv1')
  await assert.rejects(verbs.fails(), known)
  await assert.rejects(verbs.refuses(), { code: 'NOT_FOUND' })
  assert.equal(await verbs.works(1), 2)
})
