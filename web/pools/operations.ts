import { graphql } from '../gql/gql.ts'

export const Pools = graphql(`
  query Pools($after: String) {
    pools(first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const CreatePool = graphql(`
  mutation CreatePool($input: CreatePoolInput!) {
    createPool(input: $input) { __typename ... on CreatePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }
  }
`)

export const SetPoolMaintenance = graphql(`
  mutation SetPoolMaintenance($input: SetPoolMaintenanceInput!) {
    setPoolMaintenance(input: $input) { __typename ... on SetPoolMaintenancePayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }
  }
`)

export const RetirePool = graphql(`
  mutation RetirePool($input: RetirePoolInput!) {
    retirePool(input: $input) { __typename ... on RetirePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }
  }
`)

export const RestorePool = graphql(`
  mutation RestorePool($input: RestorePoolInput!) {
    restorePool(input: $input) { __typename ... on RestorePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }
  }
`)

export const DeletePool = graphql(`
  mutation DeletePool($input: DeletePoolInput!) {
    deletePool(input: $input) { __typename ... on DeletePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }
  }
`)
