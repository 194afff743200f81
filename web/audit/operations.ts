import { graphql } from '../gql/gql.ts'

export const AuditShown = graphql(`
  fragment AuditShown on AuditEntry {
    id at username clientAddress requestId method objectId objectType objectName input dryRun outcome code message
    user { id username }
    workspace { id name }
    task { id version state }
  }
`)

export const AuditEntries = graphql(`
  query AuditEntries($workspaceId: ID, $userId: ID, $methods: [String!], $outcome: AuditOutcome, $after: String) {
    auditEntries(workspaceId: $workspaceId, userId: $userId, methods: $methods, outcome: $outcome, first: 50, after: $after) {
      edges { cursor node { ...AuditShown } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

export const AuditUsers = graphql(`
  query AuditUsers($text: String, $after: String) {
    users(text: $text, first: 50, after: $after) { edges { cursor node { id username } } pageInfo { hasNextPage endCursor } }
  }
`)
