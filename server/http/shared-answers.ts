import type { ExecutionResult } from 'graphql'
import type { Actor } from '../auth/actor.ts'

/** How long an answer is good for the next: a subscription that comes to the same event later asks anew. */
const goodForMs = 200

interface Answer { atMs: number; result: Promise<ExecutionResult> }

/**
 * The answers to one event of the stream. Subscriptions of one session that ask the same are given one answer: a session's
 * windows all follow the same things. What decides is the caller as the database knew it at this moment, the object
 * itself and not its id, so that nobody is answered by what another may see, nor by rights that have changed since.
 */
export class SharedAnswers {
  readonly #byActor = new WeakMap<Actor, Map<string, Answer>>()

  /** The answer to this question, made by whoever asks first. One with errors is each one's own. */
  async answer(actor: Actor, question: string, make: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const answers = this.#byActor.get(actor) ?? new Map<string, Answer>()
    this.#byActor.set(actor, answers)
    const nowMs = performance.now()
    const known = answers.get(question)
    if (known && nowMs - known.atMs < goodForMs) {
      const result = await known.result.catch(() => undefined)
      return result && !result.errors ? result : make()
    }
    const result = make()
    answers.set(question, { atMs: nowMs, result })
    return result
  }
}

let operations = 0
const numbers = new WeakMap<object, number>()

/** What is asked: the parsed operation, which clients that send the same text share, and its variables. */
export function questionOf(operation: object, variables: unknown): string {
  let number = numbers.get(operation)
  if (number === undefined) numbers.set(operation, number = ++operations)
  return `${number} ${JSON.stringify(variables) ?? ''}`
}
