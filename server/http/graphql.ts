import { createYoga } from 'graphql-yoga'
import type { Plugin, YogaServerInstance } from 'graphql-yoga'
import { parse } from 'graphql'
import type { ExecutionArgs, Source } from 'graphql'
import type { Context } from '../../schema/context.ts'
import { schema } from '../../schema/index.ts'
import type { Log } from '../log.ts'
import { executeOperation, subscribeOperation } from './execute.ts'
import type { OperationTold } from './execute.ts'
import { introspectOnce, mutateAFewTimes, withoutZeroBytes } from './document-rules.ts'
import type { HttpLimits } from './limits.ts'
import { publicError } from './public-error.ts'

/** What a transport knows when it hands an operation over. */
export interface Transport {
  requestId: string
  log: Log
  /** Authenticates, counts, and makes the operation's context. */
  makeContext: () => Promise<Context>
  /** Told before a subscription opens, once the context is made; throws when there are too many. */
  beginStream?: () => void
}

export type Graphql = YogaServerInstance<{ transport: Transport }, Context>

/** One pipeline of parse, validate and execute for HTTP, event streams and sockets. */
export function makeGraphql(limits: HttpLimits, log: Log, told: OperationTold = () => {}): Graphql {
  const pipeline: Plugin = {
    onParse: ({ setParseFn }) => { setParseFn((source: string | Source) => parse(source, { maxTokens: limits.tokens })) },
    onValidate: ({ addValidationRule }) => {
      addValidationRule(introspectOnce)
      addValidationRule(mutateAFewTimes)
      addValidationRule(withoutZeroBytes)
      return ({ valid, result, setResult }) => { if (!valid) setResult(result.map((error) => publicError(error, { requestId: '', log }))) }
    },
    onExecute: ({ setExecuteFn }) => { setExecuteFn((args: ExecutionArgs) => executeOperation(args, told)) },
    onSubscribe: ({ args, setSubscribeFn }) => {
      const { transport } = args.contextValue as unknown as { transport: Transport }
      setSubscribeFn((operation: ExecutionArgs) => {
        try {
          transport.beginStream?.()
        } catch (error) {
          return { errors: [publicError(error, transport)] }
        }
        return subscribeOperation(operation, told)
      })
    },
  }
  return createYoga<{ transport: Transport }, Context>({
    schema,
    plugins: [pipeline],
    context: async ({ transport }) => {
      try {
        return await transport.makeContext()
      } catch (error) {
        throw publicError(error, transport, true)
      }
    },
    graphqlEndpoint: '/graphql',
    // From a package of ours, not from elsewhere: what runs on this page could use the cookie. Read when first asked for: it is 9 MB.
    renderGraphiQL: async (options) => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(options),
    graphiql: { title: 'Kloudak', subscriptionsProtocol: 'WS' },
    landingPage: false,
    // Errors of ours are public by now; what is left is about documents, and faults before there is a request.
    maskedErrors: { maskError: (error) => publicError(error, { requestId: '', log }) },
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: limits.bodyBytes,
    logging: false,
  })
}
