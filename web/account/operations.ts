import { graphql } from '../gql/gql.ts'

export const ApiTokenShown = graphql(`
  fragment ApiTokenShown on ApiToken {
    id name superuser createdAt expiresAt revokedAt lastUsedAt
    scopes { workspace { id name } allWorkspaces permissions }
  }
`)

export const Account = graphql(`
  query Account {
    viewer { id username email superuser createdAt }
    apiTokens(first: 100) { edges { cursor node { ...ApiTokenShown } } pageInfo { hasNextPage } }
  }
`)

export const UpdateProfile = graphql(`
  mutation UpdateProfile($input: UpdateProfileInput!) {
    updateProfile(input: $input) { __typename ... on UpdateProfilePayload { user { id email } } ... on UserError { code message field remedy } }
  }
`)

export const ChangePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) { __typename ... on ChangePasswordPayload { user { id } } ... on UserError { code message field remedy } }
  }
`)

export const CreateApiToken = graphql(`
  mutation CreateApiToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { __typename ... on CreateApiTokenPayload { token apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }
  }
`)

export const RevokeApiToken = graphql(`
  mutation RevokeApiToken($input: RevokeApiTokenInput!) {
    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenPayload { apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }
  }
`)
