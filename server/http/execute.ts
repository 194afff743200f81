import { complexityFromQuery } from '@pothos/plugin-complexity'
import { createSourceEventStream, execute, executeSubscriptionEvent, getOperationAST, GraphQLError, mapSourceToResponseEvent, validateSubscriptionArgs } from 'graphql'
import type { ExecutionArgs, ExecutionResult } from 'graphql'
import { limits } from '../../schema/builder.ts'
import type { Context } from '../../schema/context.ts'
import { freshContext } from '../../schema/context.ts'
import { patiently } from '../app/patience.ts'
import type { Actor } from '../auth/actor.ts'
import { requireActor } from '../auth/authorize.ts'
import { SharedReads, shareReads } from '../db/shared-reads.ts'
import { asKloudakError, KloudakError } from '../model/errors.ts'
import { hasZeroByte } from './document-rules.ts'
import { publicError } from './public-error.ts'
import { questionOf, SharedAnswers } from './shared-answers.ts'
import { unquoted } from './unquoted.ts'

/** Told of each operation that ran, and of each event of a subscription: how long it took and what it ended with. */
export type OperationTold = (kind: 'query' | 'mutation' | 'subscription', seconds: number, errors: ExecutionResult['errors']) => void

/** Runs a query or mutation; its errors are fit for clients. */
export async function executeOperation(args: ExecutionArgs, told: OperationTold): Promise<ExecutionResult> {
  const begunMs = performance.now()
  const result = await runOperation(args)
  const operation = getOperationAST(args.document, args.operationName)?.operation
  told(operation === 'mutation' ? 'mutation' : 'query', (performance.now() - begunMs) / 1_000, result.errors)
  return result
}

async function runOperation(args: ExecutionArgs): Promise<ExecutionResult> {
  const context = args.contextValue as Context
  if (hasZeroByte(args.variableValues)) return { errors: [publicError(zeroByte(), context)] }
  const result = await execute(args)
  // Without data nothing ran: it is the variables that are complained about.
  return publish(result.data === undefined && result.errors ? { ...result, errors: result.errors.map((error) => unquoted(error, args.variableValues)) } : result, context)
}

const zeroByte = () => new KloudakError('INVALID_INPUT', 'Text has no zero bytes.')

/**
 * Opens a subscription. Each event is answered with a caller, rows and loaders of its own moment: whoever lost the right
 * to see gets UNAUTHENTICATED or nothing, and nobody is answered from what an earlier event had read (decision 4).
 */
export async function subscribeOperation(args: ExecutionArgs, told: OperationTold): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const context = args.contextValue as Context
  const refuse = (errors: readonly unknown[]) => ({ errors: errors.map((error) => publicError(error, context)) })
  const validated = validateSubscriptionArgs(args)
  if (!('schema' in validated)) return refuse(validated)
  if (hasZeroByte(args.variableValues)) return refuse([zeroByte()])
  try {
    refuseCostly(args)
    const stream = await createSourceEventStream(validated)
    if (!(Symbol.asyncIterator in stream)) return publish(stream, context)
    const question = questionOf(validated.operation, args.variableValues)
    const responses = mapSourceToResponseEvent(validated, stream, async (event) => {
      // A fault that passes must not end the stream, nor tell an event without its object.
      const begunMs = performance.now()
      const { result, actor } = await patiently(async () => {
        const actor = await actorOfEvent(context)
        const { reads, answers } = sharedFor(event.rootValue)
        const result = await answers.answer(actor, question, async () => {
          const fresh = freshContext({ ...context, actor })
          shareReads(fresh.em, reads)
          return executeSubscriptionEvent({ ...event, contextValue: fresh })
        })
        return { result, actor }
      }, ({ result }) => result.errors?.some(isFault) === true)
      told('subscription', (performance.now() - begunMs) / 1_000, result.errors)
      return publish(result, { ...context, actor })
    })
    return lastWords(responses, context)
  } catch (error) {
    return refuse([error])
  }
}

interface Shared { reads: SharedReads; answers: SharedAnswers }

const shared = new WeakMap<object, Shared>()

/** The hub hands one and the same event to all subscribers: what they read for it is read once, and forgotten with it. */
function sharedFor(event: unknown): Shared {
  const made = shared.get(event as object) ?? { reads: new SharedReads(), answers: new SharedAnswers() }
  if (typeof event === 'object' && event !== null) shared.set(event, made)
  return made
}

/** An error that is nobody's input and no refusal: clients would be told INTERNAL. */
const isFault = ({ originalError }: GraphQLError) => originalError !== undefined && !(originalError instanceof GraphQLError) && asKloudakError(originalError).code === 'INTERNAL'

async function actorOfEvent(context: Context): Promise<Actor> {
  const actor = await context.auth.actors.recent(requireActor(context.actor).sessionId)
  if (!actor) throw new KloudakError('UNAUTHENTICATED', 'The session has ended.', { remedy: 'Sign in again.' })
  return actor
}

/**
 * A stream that fails says why in a last result, instead of ending as if all had been told. Not a generator: one that
 * waits for an event does not hear that its client has left, and would wait, and hold its place, until the next one.
 */
function lastWords(responses: AsyncGenerator<ExecutionResult, void, void>, context: Context): AsyncGenerator<ExecutionResult, void, void> {
  let hasFailed = false
  return {
    async next() {
      if (hasFailed) return { done: true, value: undefined }
      try {
        return await responses.next()
      } catch (error) {
        hasFailed = true
        return { done: false, value: { errors: [publicError(error, context)] } }
      }
    },
    return: () => responses.return(),
    throw: (error) => responses.throw(error),
    [Symbol.asyncIterator]() { return this },
    async [Symbol.asyncDispose]() { await responses.return() },
  }
}

/** The schema checks the cost of each answer; a subscription is refused before it is opened. */
function refuseCostly({ schema, document, variableValues }: ExecutionArgs): void {
  const cost = complexityFromQuery(document, { schema, variables: { ...variableValues } })
  for (const kind of ['depth', 'breadth', 'complexity'] as const) {
    if (cost[kind] > limits[kind]) throw new KloudakError('INVALID_INPUT', `The operation is too large: its ${kind} is ${cost[kind]}, at most ${limits[kind]} is taken.`)
  }
}

function publish(result: ExecutionResult, context: Context): ExecutionResult {
  if (!result.errors) return result
  return { ...result, errors: result.errors.map((error: GraphQLError) => publicError(error, context)) }
}
