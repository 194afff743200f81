import { graphql } from '../gql/gql.ts'

export const Members = graphql(`
  query Members($workspaceId: ID!, $after: String) {
    workspace(id: $workspaceId) {
      id
      members(first: 100, after: $after) {
        edges { cursor node { ...MemberLive } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`)

export const AddMember = graphql(`
  mutation AddMember($input: AddMemberInput!) {
    addMember(input: $input) { __typename ... on AddMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }
  }
`)

export const UpdateMember = graphql(`
  mutation UpdateMember($input: UpdateMemberInput!) {
    updateMember(input: $input) { __typename ... on UpdateMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }
  }
`)

export const RemoveMember = graphql(`
  mutation RemoveMember($input: RemoveMemberInput!) {
    removeMember(input: $input) { __typename ... on RemoveMemberPayload { memberId } ... on UserError { code message field remedy } }
  }
`)
