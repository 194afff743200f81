import type { CallControl } from '../../model/call-control.ts'
import { KloudakError } from '../../model/errors.ts'
import { errorCode } from '../../wire/libvirt/error-codes.ts'
import { refusedWith } from './errors.ts'

/** The refusals of a migration that an operator can understand, in words; all others as they are. */
export function withMigrationErrors(error: unknown, host: string, { signal }: CallControl): unknown {
  if (refusedWith(error, errorCode.MIGRATE_UNSAFE)) return new KloudakError('WRONG_STATE', `${host} does not take the VM's disks for ones that both hosts share.`, { cause: error, remedy: 'Use a pool that both hosts share, and check its mount on them.' })
  // Stopped by us, or by somebody on the host; or the guest ended meanwhile.
  if (refusedWith(error, errorCode.OPERATION_ABORTED, errorCode.OPERATION_FAILED)) return signal?.aborted ? new KloudakError('CANCELLED', 'The migration was stopped.', { cause: error }) : new KloudakError('UNAVAILABLE', `The migration broke off on ${host}.`, { cause: error })
  if (refusedWith(error, errorCode.CPU_INCOMPATIBLE)) return new KloudakError('WRONG_STATE', `${host} cannot run the VM's processor.`, { cause: error, remedy: 'Choose another host.' })
  return error
}
