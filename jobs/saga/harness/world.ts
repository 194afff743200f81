import type { Db } from '../../../server/db/orm.ts'
import type { Registry } from '../registry.ts'

export type Ending = 'done' | 'failed' | 'cancelled'

/** What can go wrong with one request to a host; the simulated host's own words. */
export type HostFault = 'unsent' | 'refused' | 'lost-before' | 'lost-after'

/** Books and hosts of one run, of which nothing is shared with another run. */
export interface World {
  registry: Registry
  /** Asks for the work as the verb does. */
  ask(): Promise<{ taskId: string; sagaId: string }>
  hosts: {
    /** Requests made of the hosts so far. */
    seen(): number
    /** The nth request from now on meets this fault (1 is the next one). */
    inject(nth: number, fault: HostFault): void
    clear(): void
  }
  /** Throws when books and hosts disagree, or are not what this ending must leave. */
  check(ending: Ending): Promise<void>
}

export interface Scenario {
  /** The saga's name. */
  saga: string
  /** Tells scenarios of one saga apart, for example 'reset'. */
  title: string
  makeWorld(): Promise<World>
}

export interface HarnessOptions {
  db: Db
  /** The verbs of tasks: they live above the engine. */
  cancel: (taskId: string) => Promise<void>
  retryStuck: (taskId: string) => Promise<void>
}

/**
 * What opts out, in words; nothing when each contract has a saga, and each saga a scenario.
 */
export function missing(contracts: readonly { name: string; definition: number }[], registry: Registry, scenarios: readonly Scenario[]): string[] {
  const known = new Set(registry.known.map(({ name, definition }) => `${name}@${definition}`))
  const played = new Set(scenarios.map(({ saga }) => saga))
  return [
    ...contracts.filter(({ name, definition }) => !known.has(`${name}@${definition}`)).map(({ name, definition }) => `the contract ${name}@${definition} has no saga`),
    ...registry.known.filter(({ name }) => !contracts.some((contract) => contract.name === name)).map(({ name }) => `the saga ${name} has no contract`),
    ...registry.known.filter(({ name }) => !played.has(name)).map(({ name }) => `the saga ${name} has no scenario`),
  ]
}
