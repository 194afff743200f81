import { graphql } from '../gql/gql.ts'

export const Vms = graphql(`
  query Vms($workspaceId: ID!, $after: String) {
    vms(workspaceId: $workspaceId, first: 50, after: $after) {
      edges { cursor node { ...VmRow } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** What the list shows of a VM: part of VmLive, so that a change leaves nothing to ask for. */
export const VmRow = graphql(`
  fragment VmRow on VM {
    id version number name status phase observedPower vcpus memoryBytes createdAt
    host { id name }
    template { id os }
    interfaces { id network { id name } addresses { ip } }
    lastTask { id state progress }
  }
`)
