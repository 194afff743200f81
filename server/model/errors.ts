import { TenantWords } from './tenant-words.ts'

/** The closed set of error codes. `docs/errors.md` says cause and remedy of each. */
export const errorCodes = [
  'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'INVALID_INPUT', 'CONFLICT', 'WRONG_STATE', 'QUOTA_EXCEEDED', 'NO_CAPACITY',
  'RATE_LIMITED', 'PLAN_CHANGED', 'CURSOR_EXPIRED', 'OUTCOME_UNKNOWN', 'CANCELLED', 'UNAVAILABLE', 'INTERNAL',
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** Codes that a user can mend: they are part of a mutation's result; the others travel as GraphQL errors with `extensions.code`. */
export const mendableCodes = ['NOT_FOUND', 'INVALID_INPUT', 'CONFLICT', 'WRONG_STATE', 'QUOTA_EXCEEDED', 'NO_CAPACITY', 'PLAN_CHANGED'] as const satisfies readonly ErrorCode[]
export type MendableCode = (typeof mendableCodes)[number]

export interface ErrorDetail {
  /** Path of the input field at fault, for example `name` or `interfaces.0.networkId`. */
  field?: string
  /** What the reader can do about it, as a sentence. */
  remedy?: string
  /** What tenants read instead of message and remedy, when it came about on hosts; without it they read what the code says. */
  tenant?: TenantWords | undefined
  /** The error that caused this one; logged, never shown to tenants. */
  cause?: unknown
  /** When trying again makes sense, milliseconds from now. */
  retryAfterMs?: number
}

/** Every error that Kloudak raises on purpose. Anything else that reaches a boundary is INTERNAL. */
export class KloudakError extends Error {
  override readonly name = 'KloudakError'
  readonly code: ErrorCode
  readonly field: string | undefined
  readonly remedy: string | undefined
  readonly tenant: TenantWords | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.code = code
    this.field = detail.field
    this.remedy = detail.remedy
    this.tenant = detail.tenant
    this.retryAfterMs = detail.retryAfterMs
  }
}

/**
 * Nothing is wrong, but the time has not come: something else must happen first, a person's review for one. A saga waits
 * for it as long as it takes, and no try is lost.
 */
export class NotYet extends KloudakError {
  constructor(message: string, { retryAfterMs = 60_000, ...detail }: ErrorDetail = {}) {
    super('UNAVAILABLE', message, { ...detail, retryAfterMs })
  }
}

/** The host that something was to be done on is down or fenced: it comes back, or what is on it starts elsewhere. */
export class HostAway extends NotYet {
  constructor(name: string) {
    const remedy = 'This goes on by itself when the host is back, or its VMs have started elsewhere.'
    super(`Host ${name} is down.`, { retryAfterMs: 5_000, remedy, tenant: TenantWords.fixed('A host that this needs is down.', remedy) })
  }
}

export function isMendable(code: ErrorCode): code is MendableCode {
  return (mendableCodes as readonly ErrorCode[]).includes(code)
}

/** Any thrown value as a KloudakError; what is not ours becomes INTERNAL with the original as its cause. */
export function asKloudakError(thrown: unknown): KloudakError {
  if (thrown instanceof KloudakError) return thrown
  return new KloudakError('INTERNAL', 'Something went wrong inside Kloudak.', { cause: thrown, remedy: 'Try again; when it stays, give an operator the request id.', tenant: TenantWords.fixed('Something went wrong inside Kloudak.', 'Try again; when it stays, give an operator the id of the task.') })
}
