import { useCallback, useState } from 'react'
import { useClient } from 'urql'
import type { TypedDocumentNode } from 'urql'
import { isProblem, problemOf } from './problem.ts'
import type { Problem } from './problem.ts'

type PayloadOf<Data> = Extract<Data[keyof Data], { __typename: `${string}Payload` }>
export type Outcome<Payload> = { payload: Payload; problem?: undefined } | { payload?: undefined; problem: Problem }

/**
 * One mutation: `act(input)` sends it under a key of its own, so that a repetition after a lost connection does nothing
 * twice, and resolves with its payload or with what went wrong. It never rejects. `withoutKey`: for the few that take none.
 */
export function useAct<Data extends object, Input extends object>(document: TypedDocumentNode<Data, { input: Input }>, { withoutKey = false } = {}): [act: (input: Input) => Promise<Outcome<PayloadOf<Data>>>, acting: boolean] {
  const client = useClient()
  const [running, setRunning] = useState(0)
  const act = useCallback(async (input: Input): Promise<Outcome<PayloadOf<Data>>> => {
    setRunning((count) => count + 1)
    try {
      const { data, error } = await client.mutation(document, { input: withoutKey ? input : { ...input, idempotencyKey: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` } }).toPromise()
      if (error) return { problem: problemOf(error) }
      const [answer] = Object.values(data!) as [{ __typename: string }]
      return isProblem(answer) ? { problem: answer } : { payload: answer as PayloadOf<Data> }
    } finally {
      setRunning((count) => count - 1)
    }
  }, [client, document, withoutKey])
  return [act, running > 0]
}
