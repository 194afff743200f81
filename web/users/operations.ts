import { graphql } from '../gql/gql.ts'

export const UserShown = graphql(`fragment UserShown on User { id username email superuser disabledAt createdAt }`)

export const Users = graphql(`
  query Users($text: String, $after: String) {
    users(text: $text, first: 100, after: $after) { edges { cursor node { ...UserShown } } pageInfo { hasNextPage endCursor } }
  }
`)

export const SignUpOpen = graphql(`query SignUpOpen { installation { signUpOpen } }`)

export const SetSignUpOpen = graphql(`
  mutation SetSignUpOpen($input: UpdateInstallationInput!) {
    updateInstallation(input: $input) { __typename ... on UpdateInstallationPayload { installation { signUpOpen } } ... on UserError { code message field remedy } }
  }
`)

export const CreateUser = graphql(`
  mutation CreateUser($input: CreateUserInput!) {
    createUser(input: $input) { __typename ... on CreateUserPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }
  }
`)

export const ResetUserPassword = graphql(`
  mutation ResetUserPassword($input: ResetUserPasswordInput!) {
    resetUserPassword(input: $input) { __typename ... on ResetUserPasswordPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }
  }
`)

export const DisableUser = graphql(`
  mutation DisableUser($input: DisableUserInput!) {
    disableUser(input: $input) { __typename ... on DisableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }
  }
`)

export const EnableUser = graphql(`
  mutation EnableUser($input: EnableUserInput!) {
    enableUser(input: $input) { __typename ... on EnableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }
  }
`)

export const SetSuperuser = graphql(`
  mutation SetSuperuser($input: SetSuperuserInput!) {
    setSuperuser(input: $input) { __typename ... on SetSuperuserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }
  }
`)
