import type { Saga } from './define.ts'

/** A saga with what it works on. Its input and its dependencies are sealed in: the engine hands both through unseen. */
export interface RegisteredSaga {
  name: string
  definition: number
  saga: Saga<unknown, unknown>
  deps: unknown
}

/** For the worker's list: `[register(vmCreateSaga, { hosts, seal }), ...]`. */
export function register<Input, Deps>(saga: Saga<Input, Deps>, deps: Deps): RegisteredSaga {
  return { name: saga.contract.name, definition: saga.contract.definition, saga: saga as unknown as Saga<unknown, unknown>, deps }
}

export class Registry {
  readonly #sagas = new Map<string, RegisteredSaga>()

  constructor(sagas: readonly RegisteredSaga[]) {
    for (const saga of sagas) {
      const key = `${saga.name}@${saga.definition}`
      if (this.#sagas.has(key)) throw new Error(`two sagas are called ${key}`)
      this.#sagas.set(key, saga)
    }
  }

  find(name: string, definition: number): RegisteredSaga {
    const found = this.#sagas.get(`${name}@${definition}`)
    if (!found) throw new Error(`no saga ${name}@${definition} is registered`)
    return found
  }

  /** The newest definition of a saga. */
  newest(name: string): RegisteredSaga {
    const found = [...this.#sagas.values()].filter((saga) => saga.name === name).sort((a, b) => b.definition - a.definition)[0]
    if (!found) throw new Error(`no saga ${name} is registered`)
    return found
  }

  /** What this worker can take. */
  get known(): { name: string; definition: number }[] {
    return [...this.#sagas.values()].map(({ name, definition }) => ({ name, definition }))
  }
}
