import { KloudakError } from '../../model/errors.ts'
import { hostError, hostSilent } from '../../model/host-error.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { LibvirtError, NotSent, OutcomeUnknown } from '../../wire/libvirt/errors.ts'

export const systemErrno = { ENOENT: 2, EEXIST: 17, ENOSPC: 28, ENETUNREACH: 101, ETIMEDOUT: 110, ECONNREFUSED: 111, EHOSTUNREACH: 113, EDQUOT: 122 } as const

/** Whether libvirt refused with one of these numbers. */
export function refusedWith(error: unknown, ...codes: number[]): error is LibvirtError {
  return error instanceof LibvirtError && codes.includes(error.code)
}

/** Whether an error of the operating system lies beneath. */
export function hasErrno(error: unknown, ...numbers: number[]): boolean {
  return refusedWith(error, errorCode.SYSTEM_ERROR) && numbers.includes(error.int1)
}

/** Errors of the wire as the contract names them; everything else stays as it is. `host` is for the person who reads it. */
export function fromWire(error: unknown, host: string): unknown {
  if (error instanceof NotSent) return fromNotSent(error, host)
  if (error instanceof OutcomeUnknown) return new KloudakError('OUTCOME_UNKNOWN', `${host} did not answer to ${error.procedure}: it may have been carried out, or not.`, { cause: error, tenant: hostSilent })
  if (!(error instanceof LibvirtError)) return error
  if (refusedWith(error, errorCode.NO_DOMAIN)) return hostError('NOT_FOUND', host, (host) => `There is no such VM on ${host}.`, { cause: error })
  if (refusedWith(error, errorCode.NO_STORAGE_POOL)) return hostError('NOT_FOUND', host, (host) => `There is no such pool on ${host}.`, { cause: error })
  if (refusedWith(error, errorCode.NO_STORAGE_VOL)) return hostError('NOT_FOUND', host, (host) => `There is no such volume on ${host}.`, { cause: error })
  if (refusedWith(error, errorCode.OPERATION_INVALID)) return hostError('WRONG_STATE', host, (host) => `The state on ${host} does not allow this.`, { cause: error })
  if (refusedWith(error, errorCode.STORAGE_VOL_EXIST, errorCode.DOM_EXIST)) return hostError('CONFLICT', host, (host) => `Something else has that name on ${host}.`, { cause: error })
  if (refusedWith(error, errorCode.NO_MEMORY) || hasErrno(error, systemErrno.ENOSPC, systemErrno.EDQUOT)) return hostError('NO_CAPACITY', host, (host) => `${host} is full.`, { cause: error, remedy: 'Free some room on it, or choose another.', tenantRemedy: 'Try again later, or ask for less.' })
  if (refusedWith(error, errorCode.OPERATION_TIMEOUT, errorCode.RESOURCE_BUSY)) return hostError('UNAVAILABLE', host, (host) => `${host} is busy with another operation on the same object.`, { cause: error, retryAfterMs: 2_000 })
  return hostError('INTERNAL', host, (host) => `${host} could not do it.`, { cause: error, remedy: 'The host\'s own error is in the log.', tenantRemedy: 'Try again; if it stays, give an operator the id of this task.' })
}

function fromNotSent(error: NotSent, host: string): unknown {
  // What `beforeCall` threw is the caller's own error.
  if (error.reason === 'refused') return error.cause
  if (error.reason === 'aborted') return new KloudakError('CANCELLED', 'The work was cancelled.', { cause: error })
  if (error.reason === 'invalid') return new KloudakError('INTERNAL', `The request ${error.procedure} cannot be written.`, { cause: error })
  return hostError('UNAVAILABLE', host, (host) => `${host} cannot be reached.`, { cause: error })
}

/** The same object with every method's errors as the contract names them. */
export function withContractErrors<T extends object>(verbs: T, host: string): T {
  const wrapped = Object.entries(verbs).map(([name, verb]: [string, (...args: unknown[]) => Promise<unknown>]) => [name, async (...args: unknown[]) => {
    try { return await verb(...args) } catch (error) { throw fromWire(error, host) }
  }])
  return Object.fromEntries(wrapped) as T
}

export async function* piecesWithContractErrors(pieces: AsyncIterable<Uint8Array>, host: string): AsyncGenerator<Uint8Array> {
  try { yield* pieces } catch (error) { throw fromWire(error, host) }
}
