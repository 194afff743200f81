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
    interfaces { id network { id name } addresses { ip } }
    lastTask { id state progress }
  }
`)

export const OneVm = graphql(`query OneVm($id: ID!) { vm(id: $id) { ...VmLive } }`)

export const VmTasks = graphql(`
  query VmTasks($workspaceId: ID!, $objectId: ID!, $after: String) {
    tasks(workspaceId: $workspaceId, objectId: $objectId, first: 10, after: $after) {
      edges { cursor node { ...TaskLive } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** What is to be known of an affinity group to choose it: part of AffinityGroupLive. */
export const GroupChoice = graphql(`fragment GroupChoice on AffinityGroup { id version name policy strength }`)

export const GroupChoices = graphql(`
  query GroupChoices($workspaceId: ID!, $after: String) {
    affinityGroups(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }
  }
`)

export const VmGroups = graphql(`query VmGroups($id: ID!) { vm(id: $id) { id affinityGroups { ...GroupChoice } } }`)

export const SetVmGroups = graphql(`
  mutation SetVmGroups($input: UpdateVmInput!) {
    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }
  }
`)

/** What a VM can be made from and be connected to. */
export const VmChoices = graphql(`
  query VmChoices($workspaceId: ID!) {
    templates(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name description os vcpus memoryBytes diskBytes } } }
    images(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name os versions { virtualSizeBytes } } } }
    instanceTypes(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name vcpus memoryBytes diskBytes } } }
    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }
    affinityGroups(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }
  }
`)

export const CreateVm = graphql(`
  mutation CreateVm($input: CreateVmInput!) {
    createVm(input: $input) { __typename ... on CreateVmPayload { vm { ...VmLive affinityGroups { ...GroupChoice } } task { ...TaskLive } sshPrivateKey } ... on UserError { code message field remedy } }
  }
`)
/** The networks that a VM can be attached to. */
export const NetworkChoices = graphql(`
  query NetworkChoices($workspaceId: ID!) {
    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }
  }
`)
export const AttachInterface = graphql(`
  mutation AttachInterface($input: AttachInterfaceInput!) {
    attachInterface(input: $input) { __typename ... on AttachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const DetachInterface = graphql(`
  mutation DetachInterface($input: DetachInterfaceInput!) {
    detachInterface(input: $input) { __typename ... on DetachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const UpdateVm = graphql(`
  mutation UpdateVm($input: UpdateVmInput!) {
    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const SetVmPassword = graphql(`
  mutation SetVmPassword($input: SetVmPasswordInput!) {
    setVmPassword(input: $input) { __typename ... on SetVmPasswordPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const DeleteVm = graphql(`
  mutation DeleteVm($input: DeleteVmInput!) {
    deleteVm(input: $input) { __typename ... on DeleteVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const StartVm = graphql(`
  mutation StartVm($input: StartVmInput!) {
    startVm(input: $input) { __typename ... on StartVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const ShutdownVm = graphql(`
  mutation ShutdownVm($input: ShutdownVmInput!) {
    shutdownVm(input: $input) { __typename ... on ShutdownVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const StopVm = graphql(`
  mutation StopVm($input: StopVmInput!) {
    stopVm(input: $input) { __typename ... on StopVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const RebootVm = graphql(`
  mutation RebootVm($input: RebootVmInput!) {
    rebootVm(input: $input) { __typename ... on RebootVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const ResetVm = graphql(`
  mutation ResetVm($input: ResetVmInput!) {
    resetVm(input: $input) { __typename ... on ResetVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const SuspendVm = graphql(`
  mutation SuspendVm($input: SuspendVmInput!) {
    suspendVm(input: $input) { __typename ... on SuspendVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)
export const ResumeVm = graphql(`
  mutation ResumeVm($input: ResumeVmInput!) {
    resumeVm(input: $input) { __typename ... on ResumeVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)

/** A ticket for a console; it opens one socket. */
export const OpenConsole = graphql(`
  mutation OpenConsole($input: OpenConsoleInput!) {
    openConsole(input: $input) { __typename ... on OpenConsolePayload { path } ... on UserError { code message field remedy } }
  }
`)

export const VmSeries = graphql(`
  query VmSeries($id: ID!, $from: DateTime!) {
    vmStats(vmId: $id, from: $from) { times busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }
  }
`)

export const VmSample = graphql(`
  subscription VmSample($id: ID!) {
    vmStats(vmId: $id) { at busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }
  }
`)
