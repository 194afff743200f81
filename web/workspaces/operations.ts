import { graphql } from '../gql/gql.ts'

export const CreateWorkspace = graphql(`
  mutation CreateWorkspace($input: CreateWorkspaceInput!) {
    createWorkspace(input: $input) {
      __typename
      ... on CreateWorkspacePayload { workspace { id } }
      ... on UserError { code message field remedy }
    }
  }
`)

export const UpdateWorkspace = graphql(`
  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {
    updateWorkspace(input: $input) {
      __typename
      ... on UpdateWorkspacePayload { workspace { id name } }
      ... on UserError { code message field remedy }
    }
  }
`)

export const DeleteWorkspace = graphql(`
  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {
    deleteWorkspace(input: $input) {
      __typename
      ... on DeleteWorkspacePayload { task { ...TaskLive } plan { hash losses } }
      ... on UserError { code message field remedy }
    }
  }
`)
