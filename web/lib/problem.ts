import type { CombinedError } from 'urql'
import type { ErrorCode } from '../gql/graphql.ts'

/** What went wrong, for a person: the sentence, what to do about it, and the input field at fault. */
export interface Problem {
  code: ErrorCode | 'OFFLINE'
  message: string
  remedy?: string | null
  field?: string | null
  /** For finding it in the server's log. */
  requestId?: string
}

export const offline: Problem = { code: 'OFFLINE', message: 'Kloudak cannot be reached.', remedy: 'Check your connection. This page goes on by itself when the server is back.' }

interface WireError { message: string; extensions?: Record<string, unknown> }

/** The error of a GraphQL answer as a person reads it. */
export function problemOfErrors(errors: readonly WireError[]): Problem {
  const { message = 'Something went wrong.', extensions = {} } = errors[0] ?? {}
  return {
    code: (extensions.code as ErrorCode | undefined) ?? 'INTERNAL',
    message,
    remedy: extensions.remedy as string | undefined,
    field: extensions.field as string | undefined,
    requestId: extensions.requestId as string | undefined,
  }
}

export function problemOf(error: CombinedError): Problem {
  return error.networkError ? offline : problemOfErrors(error.graphQLErrors)
}

export const isProblem = (value: { __typename?: string }): value is Problem & { __typename: string } => value.__typename?.endsWith('Error') === true
