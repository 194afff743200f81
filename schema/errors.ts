import { errorGuide } from '../server/model/error-guide.ts'
import { isMendable, KloudakError, mendableCodes } from '../server/model/errors.ts'
import type { ErrorCode, MendableCode } from '../server/model/errors.ts'
import { NoHost } from '../server/model/placement/no-host.ts'
import { QuotaExceeded } from '../server/model/quota.ts'
import { builder } from './builder.ts'
import { QuotaResourceType } from './quota-resource.ts'

export const ErrorCodeType = builder.enumType('ErrorCode', {
  description: 'Every code that an error of Kloudak carries: in `UserError.code`, or in `extensions.code` of a GraphQL error.',
  values: Object.fromEntries(Object.entries(errorGuide).map(([code, { meaning }]) => [code, { value: code as ErrorCode, description: meaning }])) as Record<ErrorCode, { value: ErrorCode; description: string }>,
})

/** An error as a result: graphql-js would throw an `Error` that a resolver returns. */
class Mendable {
  readonly code: MendableCode
  readonly message: string
  readonly field: string | undefined
  readonly remedy: string | undefined
  /** The numbers behind QUOTA_EXCEEDED. */
  readonly shortage: QuotaExceeded | undefined
  /** Why each host was refused, behind a NO_CAPACITY that is about hosts. */
  readonly noHost: NoHost | undefined

  constructor(code: MendableCode, error: KloudakError) {
    this.code = code
    this.message = error.message
    this.field = error.field
    this.remedy = error.remedy
    this.shortage = error instanceof QuotaExceeded ? error : undefined
    this.noHost = error instanceof NoHost ? error : undefined
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
for (const [index, type] of userErrorTypes.entries()) type.implement({ description: errorGuide[mendableCodes[index]!].meaning, interfaces: [UserError] })

/** Its further fields stand in placement-refusals.ts, for they show hosts. */
export const noCapacityType = userErrorTypes[mendableCodes.indexOf('NO_CAPACITY')]!

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
