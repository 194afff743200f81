import { GraphQLError } from 'graphql'
import { asKloudakError, errorCodes } from '../model/errors.ts'
import type { ErrorCode, KloudakError } from '../model/errors.ts'
import type { Log } from '../log.ts'

/** HTTP's own status for refusals that concern the whole request. */
const statusOf: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429 }

/**
 * An error as clients see it: code, message, and what can be done, never a cause. What is not ours becomes INTERNAL
 * with the request id, and the cause goes to the log. `wholeRequest`: nothing of the operation ran.
 */
export function publicError(thrown: unknown, { requestId, log }: { requestId: string; log: Log }, wholeRequest = false): GraphQLError {
  const located = thrown instanceof GraphQLError ? thrown : undefined
  const cause = located ? located.originalError : thrown
  // graphql-js itself complains about documents and variables; scalars of ours throw these too.
  if (located && (cause == null || cause instanceof GraphQLError)) {
    const extensions = { ...cause?.extensions, ...located.extensions }
    // The codes are a closed set: GRAPHQL_VALIDATION_FAILED and its like are input that cannot be taken.
    return new GraphQLError(located.message, { ...place(located), extensions: { ...extensions, code: isCode(extensions.code) ? extensions.code : 'INVALID_INPUT' } })
  }
  const error = asKloudakError(cause)
  if (error.code === 'INTERNAL') log.error({ err: cause, path: located?.path?.join('.') }, 'a request failed inside')
  const status = wholeRequest ? statusOf[error.code] : undefined
  const extensions = {
    code: error.code,
    field: error.field,
    remedy: error.remedy,
    retryAfterMs: error.retryAfterMs,
    ...(error.code === 'INTERNAL' ? { requestId: requestId || undefined } : {}),
    ...(status ? { http: { status, ...(error.retryAfterMs === undefined ? {} : { headers: { 'retry-after': String(Math.ceil(error.retryAfterMs / 1_000)) } }) } } : {}),
  }
  return new GraphQLError(error.message, { ...(located ? place(located) : {}), extensions: JSON.parse(JSON.stringify(extensions)) as Record<string, unknown> })
}

const isCode = (code: unknown): code is ErrorCode => (errorCodes as readonly unknown[]).includes(code)
const place = ({ nodes, source, positions, path }: GraphQLError) => ({ nodes, source, positions, path })

/** How errors outside of GraphQL answer: a status and a JSON body of the same words. */
export function httpProblem(error: KloudakError): { status: number; body: string } {
  const status = { ...statusOf, FORBIDDEN: 403, NOT_FOUND: 404, INVALID_INPUT: 400, UNAVAILABLE: 503 }[error.code as string] ?? 500
  return { status, body: JSON.stringify({ error: { code: error.code, message: error.message, retryAfterMs: error.retryAfterMs } }) }
}
