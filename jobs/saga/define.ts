import type { SagaContract } from '../contract/contract.ts'
import type { AnyStep, Step, StepBody } from './step.ts'

export interface Saga<Input, Deps> {
  contract: SagaContract<Input>
  steps: readonly AnyStep<Input, Deps>[]
  /** The place of the pivot; the number of steps when there is none. */
  pivot: number
}

/**
 * A maker of steps for one contract: `const step = stepsOf<typeof vmCreate, Deps>()`, then
 * `const disk = step('disk', { kind: 'idempotent', do, undo })`. Later steps read `context.output(disk)`, typed.
 * Outputs are kept as JSON. Names of undo-only steps are free; all others are the contract's.
 */
export function stepsOf<Contract extends SagaContract, Deps>() {
  type Input = Contract extends SagaContract<infer I> ? I : never
  type Name = Contract['steps'][number]['name']
  return <Output = void>(
    name: Name | `undo-${string}`,
    body: StepBody<Input, Deps, Output>,
  ): Step<Input, Deps, Output> => ({ name, body })
}

/** Throws at load when the steps are not the contract's, in the contract's order, or something stands that cannot hold. */
export function defineSaga<Input, Deps>(contract: SagaContract<Input>, { steps }: { steps: readonly AnyStep<Input, Deps>[] }): Saga<Input, Deps> {
  const wrong = (what: string) => new Error(`saga ${contract.name}: ${what}`)
  const names = steps.map(({ name }) => name)
  if (new Set(names).size !== names.length) throw wrong('two steps have one name')
  const visible = steps.filter(({ body }) => body.kind !== 'undoOnly').map(({ name }) => name)
  const agreed = contract.steps.map(({ name }) => name)
  if (visible.join() !== agreed.join()) throw wrong(`has the steps ${visible.join()}, its contract says ${agreed.join()}`)
  const pivots = steps.filter(({ body }) => body.kind === 'pivot').length
  if (pivots > 1) throw wrong('has two pivots')
  const at = steps.findIndex(({ body }) => body.kind === 'pivot')
  const pivot = at < 0 ? steps.length : at
  if (contract.isFinal && pivot > 0) throw wrong('cannot be cancelled, and yet begins before its pivot')
  if (steps.slice(pivot).some(({ body }) => body.undo)) throw wrong('undoes a step after its pivot')
  if (steps.slice(pivot).some(({ body }) => body.kind === 'atMostOnce')) throw wrong('has an at-most-once step after its pivot, where all is repeated until it succeeds')
  return { contract, steps, pivot }
}
