import type { z } from 'zod'

export interface ContractStep<Name extends string = string> {
  name: Name
  /** What people read while it runs, for example 'Create the disk'. */
  title: string
}

/**
 * What those who ask for work and those who do it agree on: a saga's name, the version of its definition, its input,
 * the objects it has to itself, and the steps that people see. The body stands in `jobs/sagas/`.
 */
export interface SagaContract<Input = unknown, Name extends string = string, StepName extends string = string> {
  name: Name
  /** Raised when the steps or the input change; a worker takes only the versions that it knows (decision 9). */
  definition: number
  input: z.ZodType<Input>
  /** Keys of the objects, as objectKey makes them. Work that shares a key runs in the order of asking. */
  locks(input: Input): readonly string[]
  steps: readonly ContractStep<StepName>[]
  /** From the asking on there is only forward: it cannot be cancelled, not even before it begins. Its first step is then the pivot. */
  isFinal?: true
}

/** Keeps the literal names of the saga and of its steps, so that a body cannot misspell them. */
export function defineContract<Input, const Name extends string, const StepName extends string>(
  contract: SagaContract<Input, Name, StepName>,
): SagaContract<Input, Name, StepName> {
  return contract
}

export type LockedKind = 'outage' | 'rejoin' | 'fence-device' | 'vm' | 'network' | 'image' | 'host' | 'pool' | 'workspace' | 'drift' | 'duty'

/** `vm:0198f…`: one line of waiting for each object, whatever the kind of work. */
export function objectKey(kind: LockedKind, id: string): string {
  return `${kind}:${id}`
}

/** The input as the contract wants it; throws ZodError. Called when the work is asked for and again when it runs. */
export function parseInput<Input>(contract: SagaContract<Input>, input: unknown): Input {
  return contract.input.parse(input)
}
