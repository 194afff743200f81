import { authExchange } from '@urql/exchange-auth'
import { retryExchange } from '@urql/exchange-retry'
import { Client, fetchExchange, subscriptionExchange } from 'urql'
import type { CombinedError, Operation, SubscriptionForwarder } from 'urql'
import { makeCache } from './lib/cache.ts'
import { newestExchange } from './lib/newest.ts'
import { accessToken, endsSoon, refresh } from './lib/session.ts'
import { client as socket } from './lib/socket.ts'

const hasCode = (error: CombinedError, ...codes: string[]) => error.graphQLErrors.some(({ extensions }) => codes.includes(String(extensions.code)))

const auth = authExchange((utilities) => Promise.resolve({
  addAuthToOperation: (operation) => {
    const token = accessToken()
    return token ? utilities.appendHeaders(operation, { authorization: `Bearer ${token}` }) : operation
  },
  willAuthError: () => endsSoon(),
  didAuthError: (error) => hasCode(error, 'UNAUTHENTICATED'),
  // Without an answer the operation goes out as it is, fails, and is tried again.
  refreshAuth: () => refresh().catch(() => undefined),
}))

/** What may be sent twice: a query, and a mutation whose key makes its repetition harmless. */
function mayRepeat({ kind, variables }: Operation): boolean {
  return kind === 'query' || (kind === 'mutation' && typeof (variables as { input?: { idempotencyKey?: unknown } }).input?.idempotencyKey === 'string')
}

const retry = retryExchange({
  initialDelayMs: 300, maxDelayMs: 5_000, randomDelay: true, maxNumberAttempts: 8,
  retryIf: (error, operation) => mayRepeat(operation) && (error.networkError !== undefined || hasCode(error, 'UNAVAILABLE', 'RATE_LIMITED')),
})

/**
 * Streams over the socket. graphql-ws sends the payload anew with every connection, so `after` is read at that moment:
 * the stream goes on behind the last change that was handled, whatever was lost meanwhile.
 */
const forward: SubscriptionForwarder = ({ query, variables }) => ({
  subscribe: (sink) => {
    let after = variables?.after as string | undefined
    const payload = { query: query!, get variables() { return { ...variables, after } } }
    const unsubscribe = socket.subscribe<Record<string, { cursor?: string }>>(payload, {
      next: (result) => {
        sink.next(result as never)
        for (const change of Object.values(result.data ?? {})) after = change?.cursor ?? after
      },
      error: (error) => {
        if (Array.isArray(error)) { sink.next({ errors: error }); sink.complete() } else sink.error(error)
      },
      complete: () => { sink.complete() },
    })
    return { unsubscribe }
  },
})

/**
 * A client with a cache of its own. It lives as long as the stream that keeps its cache true: whoever changes the
 * workspace or loses the stream for good begins with an empty one.
 */
export const makeClient = () => new Client({
  url: '/graphql',
  preferGetMethod: false,
  requestPolicy: 'cache-first',
  fetchOptions: { credentials: 'same-origin' },
  exchanges: [makeCache(), newestExchange(), retry, auth, subscriptionExchange({ forwardSubscription: forward }), fetchExchange],
})
