import { GraphQLError } from 'graphql'

/**
 * graphql-js quotes a variable that it cannot take, and with it a password that came in the wrong shape or under a
 * misspelt name. Whoever sent it knows it; the logs of clients and of proxies need not.
 */
export function unquoted(error: GraphQLError, variables: unknown): GraphQLError {
  const message = stringsIn(variables).reduce((text, value) => text.replaceAll(JSON.stringify(value), '(left out)'), error.message)
  return message === error.message ? error : new GraphQLError(message, { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path, extensions: error.extensions })
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(stringsIn) : []
}
