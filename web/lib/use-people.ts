import { graphql } from '../gql/gql.ts'
import { usePages } from './use-pages.ts'

const People = graphql(`
  query People($workspaceId: ID!, $after: String) {
    workspace(id: $workspaceId) {
      id
      members(first: 100, after: $after) { edges { cursor node { id user { id username } } } pageInfo { hasNextPage endCursor } }
    }
  }
`)

type Doer = { user: { id: string; username: string } | null }

/** The workspace's members, and whoever else did one of these things: operators, and people who have left. */
export function usePeople(workspaceId: string, done: readonly Doer[]) {
  const { nodes } = usePages(People, { workspaceId })
  return [...new Map([...nodes, ...done].flatMap(({ user }) => (user ? [[user.id, user] as const] : []))).values()]
}
