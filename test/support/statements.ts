import { createRequire } from 'node:module'

interface Client { query: (...args: unknown[]) => unknown }

// The copy of pg that MikroORM itself uses: every statement of the process passes its client's `query`.
const { Client } = createRequire(import.meta.resolve('@mikro-orm/postgresql'))('pg') as { Client: { prototype: Client } }
const original: Client['query'] = Reflect.get(Client.prototype, 'query')
let statements = 0
Client.prototype.query = function counted(this: Client, ...args: unknown[]) {
  statements++
  return Reflect.apply(original, this, args)
}

/** Runs the work and says how many SQL statements it made, those of anything beside it included. */
export async function countStatements<Value>(work: () => Promise<Value>): Promise<{ value: Value; statements: number }> {
  const before = statements
  const value = await work()
  return { value, statements: statements - before }
}
