import { createContextCache } from '@pothos/core'
import DataLoader from 'dataloader'
import { Kind, visit } from 'graphql'
import type { GraphQLResolveInfo, OperationDefinitionNode } from 'graphql'
import type { Context } from './context.ts'

/** A loader for what is no node of its own; one for each request. `load` answers in the order of the ids. */
export function loaderOf<Value>(load: (ids: readonly string[], context: Context) => Promise<Value[]>): (context: Context) => DataLoader<string, Value> {
  return createContextCache((context: Context) => new DataLoader((ids) => load(ids, context)))
}

/**
 * Reads for a whole page what its items are about to ask for one by one. The loader then answers these at once, without
 * the hundreds of promises that took a good part of a page's time.
 */
export async function readAhead<Value>(loader: DataLoader<string, Value>, ids: Iterable<string>): Promise<Value[]> {
  const wanted = [...new Set(ids)]
  const values = await loader.loadMany(wanted)
  // What failed stays with the loader, which remembers it too.
  const read = new Map(wanted.map((id, index) => [id, values[index]] as const).filter((pair): pair is [string, Value] => !(pair[1] instanceof Error)))
  const load = loader.load.bind(loader)
  // Whoever resolves a field takes a value as well as a promise.
  loader.load = ((id: string) => (read.has(id) ? read.get(id) : load(id))) as typeof load
  return [...read.values()]
}

const asked = new WeakMap<OperationDefinitionNode, ReadonlySet<string>>()

/** The names of all fields in the operation and the fragments beside it: what is not among them, nobody asks for. */
export function fieldsAsked({ operation, fragments }: Pick<GraphQLResolveInfo, 'operation' | 'fragments'>): ReadonlySet<string> {
  const known = asked.get(operation)
  if (known) return known
  const names = new Set<string>()
  for (const node of [operation, ...Object.values(fragments)]) visit(node, { [Kind.FIELD]: ({ name }) => { names.add(name.value) } })
  asked.set(operation, names)
  return names
}
