import { graphql } from '../gql/gql.ts'

export const AffinityGroups = graphql(`
  query AffinityGroups($workspaceId: ID!, $after: String) {
    affinityGroups(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...AffinityGroupLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const OneAffinityGroup = graphql(`query OneAffinityGroup($id: ID!) { node(id: $id) { __typename id ... on AffinityGroup { ...AffinityGroupLive } } }`)

/** Whom a group can take in. */
export const GroupVms = graphql(`
  query GroupVms($workspaceId: ID!, $after: String) {
    vms(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { id version name status phase observedPower } } pageInfo { hasNextPage endCursor } }
  }
`)

/** All groups of a VM, as `updateVm` takes them. */
export const GroupsOfVm = graphql(`query GroupsOfVm($id: ID!) { vm(id: $id) { id affinityGroups { id } } }`)

export const SetGroupsOfVm = graphql(`
  mutation SetGroupsOfVm($input: UpdateVmInput!) {
    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }
  }
`)

export const CreateAffinityGroup = graphql(`
  mutation CreateAffinityGroup($input: CreateAffinityGroupInput!) {
    createAffinityGroup(input: $input) { __typename ... on CreateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }
  }
`)

export const UpdateAffinityGroup = graphql(`
  mutation UpdateAffinityGroup($input: UpdateAffinityGroupInput!) {
    updateAffinityGroup(input: $input) { __typename ... on UpdateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }
  }
`)

export const DeleteAffinityGroup = graphql(`
  mutation DeleteAffinityGroup($input: DeleteAffinityGroupInput!) {
    deleteAffinityGroup(input: $input) { __typename ... on DeleteAffinityGroupPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
