import { graphql } from '../gql/gql.ts'

export const Areas = graphql(`
  query Areas($after: String) {
    areas(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...AreaLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const OneArea = graphql(`query OneArea($id: ID!) { node(id: $id) { __typename id ... on Area { ...AreaLive } } }`)

/** What is shown of a host beside its area: part of HostDetail, which the stream tells. */
export const AreaHost = graphql(`
  fragment AreaHost on Host {
    ...HostLive
    reservedVcpus
    survivesLoss { ok vms wouldNotFitCount reason }
  }
`)

/** The hosts of all areas, for their sums. */
export const HostsOfAreas = graphql(`
  query HostsOfAreas($after: String) {
    hosts(first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }
  }
`)

export const AreaHosts = graphql(`
  query AreaHosts($areaId: ID!, $after: String) {
    hosts(areaId: $areaId, first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }
  }
`)

export const AreaPools = graphql(`
  query AreaPools($areaId: ID!, $after: String) {
    pools(areaId: $areaId, first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const Policies = graphql(`query Policies { placementPolicies { name description isOwn } }`)

export const CreateArea = graphql(`
  mutation CreateArea($input: CreateAreaInput!) {
    createArea(input: $input) { __typename ... on CreateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }
  }
`)

export const UpdateArea = graphql(`
  mutation UpdateArea($input: UpdateAreaInput!) {
    updateArea(input: $input) { __typename ... on UpdateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }
  }
`)

export const RetireArea = graphql(`
  mutation RetireArea($input: RetireAreaInput!) {
    retireArea(input: $input) { __typename ... on RetireAreaPayload { area { ...AreaLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const RestoreArea = graphql(`
  mutation RestoreArea($input: RestoreAreaInput!) {
    restoreArea(input: $input) { __typename ... on RestoreAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }
  }
`)

export const DeleteArea = graphql(`
  mutation DeleteArea($input: DeleteAreaInput!) {
    deleteArea(input: $input) { __typename ... on DeleteAreaPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
