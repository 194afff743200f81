// The errors of the wire as the fabric's contract names them.
import { KloudakError } from '../../model/errors.ts'
import { OvsdbConnectionLostError, OvsdbError, OvsdbNotOwnerError, OvsdbNotSentError, OvsdbOutcomeUnknownError } from '../../wire/ovsdb/errors.ts'

/** The error that the caller gets; what is a KloudakError already (the control's own refusal, for one) stays as it is. */
export function fabricError(error: unknown): unknown {
  if (error instanceof KloudakError) return error
  if (error instanceof OvsdbNotSentError) return new KloudakError('UNAVAILABLE', 'The switch database of the host cannot be reached.', { cause: error })
  if (error instanceof OvsdbConnectionLostError) return new KloudakError('UNAVAILABLE', 'The connection to the switch database of the host was lost while reading.', { cause: error })
  if (error instanceof OvsdbOutcomeUnknownError) return new KloudakError('OUTCOME_UNKNOWN', 'No answer came from the switch database: the change may have been made, or not.', { cause: error })
  if (error instanceof OvsdbNotOwnerError) return new KloudakError('UNAVAILABLE', 'Another worker acts on the switch of this host.', { cause: error })
  if (error instanceof OvsdbError) return new KloudakError('INTERNAL', 'The switch database of the host refused the change.', { cause: error })
  return error
}
