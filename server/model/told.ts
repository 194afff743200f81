import type { ErrorCode } from './errors.ts'

export interface Words { message: string; remedy?: string | undefined }
/** An error as rows keep it, as far as words go. `tenant` is missing where its maker had no words for tenants, and in old rows. */
export interface TellableError extends Words { code: ErrorCode; tenant?: Words | undefined }

const tellOperator = 'Try again; if it stays, give an operator the id of this task.'

/**
 * What tenants read of an error that has no words for them. The text that is stored may name hosts, bridges and files, so
 * no code's text is told; these are only what the code says.
 */
const byCode: Record<ErrorCode, Words> = {
  UNAUTHENTICATED: { message: 'Something that this needs lets Kloudak in no more.', remedy: tellOperator },
  FORBIDDEN: { message: 'Something that this needs does not let Kloudak do it.', remedy: tellOperator },
  NOT_FOUND: { message: 'Something that this needs is not there any more.', remedy: tellOperator },
  INVALID_INPUT: { message: 'The host cannot take what was asked for.', remedy: tellOperator },
  CONFLICT: { message: 'Something else is in the place that this needs.', remedy: tellOperator },
  WRONG_STATE: { message: 'Something that this needs is in a state that does not allow it.', remedy: tellOperator },
  QUOTA_EXCEEDED: { message: 'The workspace has used up what it may have.', remedy: 'Delete what is not needed, or ask an operator for more.' },
  NO_CAPACITY: { message: 'There is not enough room for it.', remedy: 'Try again later, or ask for less.' },
  RATE_LIMITED: { message: 'Too much was asked for at once.', remedy: 'Try again later.' },
  PLAN_CHANGED: { message: 'What this rested on has changed meanwhile.', remedy: 'Ask again.' },
  CURSOR_EXPIRED: { message: 'What this rested on is too old.', remedy: 'Ask again.' },
  OUTCOME_UNKNOWN: { message: 'The connection to the host was lost: nobody can tell whether this was carried out.', remedy: 'Look at the object, and ask again if it was not.' },
  CANCELLED: { message: 'The task was cancelled.' },
  UNAVAILABLE: { message: 'Something that this needs cannot be reached now.', remedy: 'Try again later; if it stays, give an operator the id of this task.' },
  INTERNAL: { message: 'The host could not do it.', remedy: tellOperator },
}

/** What a tenant reads of it: the words that were made for tenants, or those of its code. */
export const toldToTenant = ({ code, tenant }: TellableError): Words => tenant ?? byCode[code] ?? byCode.INTERNAL

/** What the reader reads of it. Operators read all of it. */
export const toldTo = (reader: { isOperator: boolean }, error: TellableError): Words => (reader.isOperator ? error : toldToTenant(error))
