import { isObjectType } from 'graphql'
import type { GraphQLSchema } from 'graphql'
import { encodeId } from './global-id.ts'

/** Has each node say its id at once: the relay plugin takes four promises for it, and a page has hundreds of nodes. */
export function withPlainIds(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.getInterfaces().some(({ name }) => name === 'Node')) continue
    type.getFields().id!.resolve = ({ id }: { id: string }) => encodeId(type.name, id)
  }
  return schema
}
