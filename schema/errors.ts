import { isMendable, KloudakError, mendableCodes } from '../server/model/errors.ts'
import type { ErrorCode, MendableCode } from '../server/model/errors.ts'
import { QuotaExceeded } from '../server/model/quota.ts'
import { builder } from './builder.ts'
import { QuotaResourceType } from './quota-resource.ts'

const meanings: Record<ErrorCode, string> = {
  UNAUTHENTICATED: 'Nobody is signed in, or the token has ended.',
  FORBIDDEN: 'The permission for it is missing.',
  NOT_FOUND: 'Something that the input names is not there, or not for the caller to see.',
  INVALID_INPUT: 'A value of the input cannot be taken.',
  CONFLICT: 'What the input asks for is taken: a name, an address, an idempotency key with another input.',
  WRONG_STATE: 'The object is in a state that does not allow this now.',
  QUOTA_EXCEEDED: 'The workspace has used up what it may have.',
  NO_CAPACITY: 'No host or pool has room for it.',
  RATE_LIMITED: 'Too many requests; `extensions.retryAfterMs` says when to try again.',
  PLAN_CHANGED: 'What the plan rested on has changed since it was made.',
  CURSOR_EXPIRED: 'The cursor is older than what the event stream still holds: read the list anew.',
  OUTCOME_UNKNOWN: 'The connection to a host was lost; whether the work was done is not known yet.',
  CANCELLED: 'It was cancelled.',
  UNAVAILABLE: 'A part that is needed cannot be reached now; try again.',
  INTERNAL: 'A fault of Kloudak. The log has more under the request id.',
}

export const ErrorCodeType = builder.enumType('ErrorCode', {
  description: 'Every code that an error of Kloudak carries: in `UserError.code`, or in `extensions.code` of a GraphQL error.',
  values: Object.fromEntries(Object.entries(meanings).map(([code, description]) => [code, { value: code as ErrorCode, description }])) as Record<ErrorCode, { value: ErrorCode; description: string }>,
})

/** An error as a result: graphql-js would throw an `Error` that a resolver returns. */
class Mendable {
  readonly code: MendableCode
  readonly message: string
  readonly field: string | undefined
  readonly remedy: string | undefined
  /** The numbers behind QUOTA_EXCEEDED. */
  readonly shortage: QuotaExceeded | undefined

  constructor(code: MendableCode, error: KloudakError) {
    this.code = code
    this.message = error.message
    this.field = error.field
    this.remedy = error.remedy
    this.shortage = error instanceof QuotaExceeded ? error : undefined
  }
}

const UserError = builder.interfaceRef<Mendable>('UserError').implement({
  description: 'An error that the caller can mend. It is part of a mutation\'s result.',
  fields: (t) => ({
    code: t.field({ type: ErrorCodeType, description: 'What kind of error it is.', resolve: (error) => error.code }),
    message: t.exposeString('message', { description: 'What is wrong, as a sentence for people.' }),
    field: t.string({ nullable: true, description: 'The input field at fault, as a path: `name`, `interfaces.0.networkId`.', resolve: (error) => error.field }),
    remedy: t.string({ nullable: true, description: 'What can be done about it, as a sentence.', resolve: (error) => error.remedy }),
  }),
})

const names: Record<MendableCode, string> = {
  NOT_FOUND: 'NotFoundError',
  INVALID_INPUT: 'InvalidInputError',
  CONFLICT: 'ConflictError',
  WRONG_STATE: 'WrongStateError',
  QUOTA_EXCEEDED: 'QuotaExceededError',
  NO_CAPACITY: 'NoCapacityError',
  PLAN_CHANGED: 'PlanChangedError',
}

/** The types of all errors that a caller can mend, for a result union. */
export const userErrorTypes = mendableCodes.map((code) => builder.objectRef<Mendable>(names[code]))
for (const [index, type] of userErrorTypes.entries()) type.implement({ description: meanings[mendableCodes[index]!], interfaces: [UserError] })

const shortageOf = ({ shortage }: Mendable) => {
  if (!shortage) throw new Error('QUOTA_EXCEEDED was thrown without its numbers')
  return shortage
}

builder.objectFields(userErrorTypes[mendableCodes.indexOf('QUOTA_EXCEEDED')]!, (t) => ({
  quota: t.field({ type: QuotaResourceType, description: 'Of what there is not enough left.', resolve: (error) => shortageOf(error).quota }),
  used: t.float({ description: 'How much of it the workspace has.', resolve: (error) => shortageOf(error).used }),
  asked: t.float({ description: 'How much more the input asks for.', resolve: (error) => shortageOf(error).asked }),
  limit: t.float({ description: 'How much of it the workspace may have.', resolve: (error) => shortageOf(error).limit }),
}))

/** The name of a result union's member for a value: an error by its code, anything else is the payload. */
export function resultTypeName(value: unknown, payloadName: string): string {
  return value instanceof Mendable ? names[value.code] : payloadName
}

/** Runs a verb; an error that the caller can mend becomes its result, every other is thrown on. */
export async function mendable<Value>(run: () => Promise<Value>): Promise<Value | Mendable> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof KloudakError && isMendable(error.code)) return new Mendable(error.code, error)
    throw error
  }
}
