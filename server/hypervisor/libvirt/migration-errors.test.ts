import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KloudakError } from '../../model/errors.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { LibvirtError } from '../../wire/libvirt/errors.ts'
import { systemErrno } from './errors.ts'
import { withSendingErrors } from './migration-errors.ts'

const refusal = (code: number, int1: number) => new LibvirtError('DomainMigratePerform3Params', { code, domain: 7, message: 'x', level: 2, subject: null, text1: null, text2: null, text3: null, int1, int2: 0, network: null })
const to = { host: 'hv1', uri: 'tcp:198.51.100.7:49152' }
const control = { beforeCall: () => {}, timeoutMs: 1_000 }

test('a source that does not reach the destination says where, and what to look at', () => {
  for (const errno of [systemErrno.ENETUNREACH, systemErrno.EHOSTUNREACH, systemErrno.ECONNREFUSED, systemErrno.ETIMEDOUT]) {
    const error = withSendingErrors(refusal(errorCode.SYSTEM_ERROR, errno), to, control) as KloudakError
    assert.equal(error.code, 'WRONG_STATE', 'trying again mends nothing')
    assert.match(error.message, /^hv1 .*tcp:198\.51\.100\.7:49152/)
    assert.match(error.remedy!, /49152 to 49215/)
    assert.doesNotMatch(`${error.tenant!.message} ${error.tenant!.remedy}`, /hv1|198/)
    assert.ok(error.cause instanceof LibvirtError)
  }
  const full = refusal(errorCode.SYSTEM_ERROR, systemErrno.ENOSPC)
  assert.equal(withSendingErrors(full, to, control), full)
  assert.equal((withSendingErrors(refusal(errorCode.OPERATION_FAILED, 0), to, control) as KloudakError).code, 'UNAVAILABLE')
})
