import type { CallControl } from '../../model/call-control.ts'
import { KloudakError } from '../../model/errors.ts'
import { TenantWords } from '../../model/tenant-words.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { hasErrno, refusedWith, systemErrno } from './errors.ts'

/** The refusals of a migration that an operator can understand, in words; all others as they are. */
export function withMigrationErrors(error: unknown, host: string, { signal }: CallControl): unknown {
  if (refusedWith(error, errorCode.MIGRATE_UNSAFE)) return new KloudakError('WRONG_STATE', `${host} does not take the VM's disks for ones that both hosts share.`, { cause: error, remedy: 'Use a pool that both hosts share, and check its mount on them.' })
  // Stopped by us, or by somebody on the host; or the guest ended meanwhile.
  if (refusedWith(error, errorCode.OPERATION_ABORTED, errorCode.OPERATION_FAILED)) return signal?.aborted ? new KloudakError('CANCELLED', 'The migration was stopped.', { cause: error }) : new KloudakError('UNAVAILABLE', `The migration broke off on ${host}.`, { cause: error })
  if (refusedWith(error, errorCode.CPU_INCOMPATIBLE)) return new KloudakError('WRONG_STATE', `${host} cannot run the VM's processor.`, { cause: error, remedy: 'Choose another host.' })
  return error
}

const { ENETUNREACH, ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH } = systemErrno

/** The same of sending, which begins with a connection from the source's libvirt to the destination. */
export function withSendingErrors(error: unknown, { host, uri }: { host: string; uri: string }, control: CallControl): unknown {
  if (!hasErrno(error, ENETUNREACH, ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH)) return withMigrationErrors(error, host, control)
  return new KloudakError('WRONG_STATE', `${host} did not reach ${uri}, where the other host takes VMs that move.`, {
    cause: error, remedy: 'Check the address for migrations of that host, and that TCP to its ports 49152 to 49215 gets through.', tenant: TenantWords.fixed('The host of the VM did not reach the one that the VM was to move to.'),
  })
}
