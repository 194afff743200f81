import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import DataloaderPlugin from '@pothos/plugin-dataloader'
import RelayPlugin from '@pothos/plugin-relay'
import ScopeAuthPlugin from '@pothos/plugin-scope-auth'
import SimpleObjectsPlugin from '@pothos/plugin-simple-objects'
import { isObjectType } from 'graphql'
import type { GraphQLSchema } from 'graphql'
import { requireActor } from '../server/auth/authorize.ts'
import { KloudakError } from '../server/model/errors.ts'
import type { Context } from './context.ts'
import { decodeAnyId, encodeId } from './global-id.ts'

export interface SchemaTypes {
  Context: Context
  DefaultFieldNullability: false
  DefaultEdgesNullability: { list: false; items: false }
  DefaultNodeNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    Bytes: { Input: number; Output: number }
    BigInt: { Input: bigint; Output: bigint }
    DateTime: { Input: Date; Output: Date }
    JSON: { Input: unknown; Output: unknown }
  }
  AuthScopes: { signedIn: boolean }
  /** What every page holds beside its edges. */
  Connection: { totalCount: () => Promise<number> }
}

/** What one operation may cost. A list counts its page size times what it asks of each item. */
export const limits = { depth: 14, breadth: 400, complexity: 20_000 }

function isNode(schema: GraphQLSchema, typename: string): boolean {
  const type = schema.getType(typename)
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node')
}

/**
 * The one builder: every type file adds to it. Root fields are for signed-in users unless they say
 * `skipTypeScopes: true`; what one may see and do is decided in the verbs of `server/app`, not here.
 */
export const builder = new SchemaBuilder<SchemaTypes>({
  // Order matters: the cost is known before anything is authorized, and nothing is loaded before that.
  plugins: [ComplexityPlugin, ScopeAuthPlugin, RelayPlugin, DataloaderPlugin, SimpleObjectsPlugin],
  defaultFieldNullability: false,
  complexity: {
    limit: limits,
    defaultComplexity: 1,
    defaultListMultiplier: 10,
    complexityError: (kind, found) => new KloudakError(
      'INVALID_INPUT',
      `The operation is too large: its ${kind.toLowerCase()} is ${found[kind.toLowerCase() as keyof typeof limits]}, at most ${limits[kind.toLowerCase() as keyof typeof limits]} is taken.`,
      { remedy: 'Ask for fewer fields, smaller pages, or in several operations.' },
    ),
  },
  scopeAuth: {
    authScopes: (context) => ({ signedIn: context.actor !== undefined }),
    unauthorizedError: (_parent, context) => { requireActor(context.actor); return new KloudakError('FORBIDDEN', 'This is not allowed.') },
    authorizeOnSubscribe: true,
  },
  relay: {
    encodeGlobalID: (typename, id) => encodeId(typename, String(id)),
    decodeGlobalID: (id) => decodeAnyId(id, 'id'),
    cursorType: 'String',
    idFieldOptions: { description: 'Its id: opaque, and unique among the objects of all types.' },
    nodeTypeOptions: { description: 'Whatever has an id of its own and can be read again by it.' },
    nodeQueryOptions: {
      description: 'The object with this id; null when there is none, or none that you may see.',
      args: { id: { description: 'The id, as a query returned it.' } },
      resolve: (_root, { id }, _context, { schema }, resolveNode) => (isNode(schema, id.typename) ? resolveNode(id) : null),
    },
    nodesQueryOptions: {
      description: 'The objects with these ids, in their order; null where there is none that you may see.',
      args: { ids: { description: 'At most 100 ids.' } },
      complexity: ({ ids }) => ({ field: 1, multiplier: ids.length }),
      resolve: (_root, { ids }, _context, { schema }, resolveNodes) => {
        if (ids.length > 100) throw new KloudakError('INVALID_INPUT', 'At most 100 ids at once.', { field: 'ids' })
        for (const { typename } of ids) if (!isNode(schema, typename)) throw new KloudakError('INVALID_INPUT', `There are no objects of the type ${typename.slice(0, 40)}.`, { field: 'ids' })
        return resolveNodes(ids)
      },
    },
    pageInfoTypeOptions: { description: 'Where a page stands in its list.' },
    hasNextPageFieldOptions: { description: 'Whether more follows.' },
    hasPreviousPageFieldOptions: { description: 'Whether something comes before.' },
    startCursorFieldOptions: { description: 'The cursor of the first item: `before` takes it.' },
    endCursorFieldOptions: { description: 'The cursor of the last item: `after` takes it.' },
    beforeArgOptions: { description: 'Only what comes before this cursor.' },
    afterArgOptions: { description: 'Only what follows this cursor.' },
    firstArgOptions: { description: 'How many from the start, at most 100; 20 when not said.' },
    lastArgOptions: { description: 'How many from the end, at most 100.' },
    cursorFieldOptions: { description: 'Where this item stands in the list.' },
    nodeFieldOptions: { description: 'The item itself.', nullable: false },
    edgesFieldOptions: { description: 'The items of this page with their cursors.', nullable: { list: false, items: false }, complexity: { field: 0, multiplier: 1 } },
    pageInfoFieldOptions: { description: 'Where this page stands in the list.' },
    defaultConnectionTypeOptions: { description: 'One page of a list.' },
    defaultEdgeTypeOptions: { description: 'An item of a list with its cursor.' },
    defaultConnectionFieldOptions: { complexity: (args: { first?: number | null; last?: number | null }) => ({ field: 1, multiplier: Math.min(args.first ?? args.last ?? 20, 100) }) },
  },
})

builder.queryType({ description: 'What can be read.', authScopes: { signedIn: true } })
builder.mutationType({ description: 'What can be done. Each takes one input and answers with its payload or with an error that the caller can mend.', authScopes: { signedIn: true } })
