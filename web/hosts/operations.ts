import { graphql } from '../gql/gql.ts'

export const Hosts = graphql(`
  query Hosts($after: String) {
    hosts(first: 50, after: $after) { edges { cursor node { ...HostLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const OneHost = graphql(`query OneHost($id: ID!) { host(id: $id) { ...HostLive } }`)

export const HostVms = graphql(`
  query HostVms($hostId: ID!, $after: String) {
    vms(hostId: $hostId, first: 100, after: $after) { edges { cursor node { ...HostVmLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const HostTasks = graphql(`
  query HostTasks($hostId: ID!, $after: String) {
    tasks(objectId: $hostId, first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const FindHostDifferences = graphql(`
  query FindHostDifferences($hostId: ID!) {
    hostDifferences(hostId: $hostId) { observedAt unmanagedVms differences { kind message onHost } }
  }
`)

export const ReviewHost = graphql(`
  mutation ReviewHost($input: ReviewHostInput!) {
    reviewHost(input: $input) { __typename ... on ReviewHostPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const ReviewTask = graphql(`query ReviewTask($id: ID!) { task(id: $id) { ...TaskLive } }`)
