import { graphql } from '../gql/gql.ts'

export const CreateWorkspace = graphql(`
  mutation CreateWorkspace($input: CreateWorkspaceInput!) {
    createWorkspace(input: $input) {
      __typename
      ... on CreateWorkspacePayload { workspace { id name permissions } }
      ... on UserError { code message field remedy }
    }
  }
`)
