import { graphql } from '../gql/gql.ts'

export const Hosts = graphql(`
  query Hosts($after: String) {
    hosts(first: 50, after: $after) { edges { cursor node { ...HostLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const OneHost = graphql(`query OneHost($id: ID!) { host(id: $id) { ...HostDetail } }`)

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

export const EnrolHost = graphql(`
  mutation EnrolHost($input: EnrolHostInput!) {
    enrolHost(input: $input) { __typename ... on EnrolHostPayload { host { ...HostDetail } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)

export const UpdateHost = graphql(`
  mutation UpdateHost($input: UpdateHostInput!) {
    updateHost(input: $input) { __typename ... on UpdateHostPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }
  }
`)

export const ConfirmHostKey = graphql(`
  mutation ConfirmHostKey($input: ConfirmHostKeyInput!) {
    confirmHostKey(input: $input) { __typename ... on ConfirmHostKeyPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }
  }
`)

export const CheckHost = graphql(`
  mutation CheckHost($input: CheckHostInput!) {
    checkHost(input: $input) { __typename ... on CheckHostPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)

export const HostSeries = graphql(`
  query HostSeries($id: ID!, $from: DateTime!) {
    hostStats(hostId: $id, from: $from) { times busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }
  }
`)

export const HostSample = graphql(`
  subscription HostSample($id: ID!) {
    hostStats(hostId: $id) { at busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }
  }
`)

export const HostFileSystems = graphql(`query HostFileSystems($id: ID!) { host(id: $id) { id fileSystems { mountPoint sizeBytes usedBytes } } }`)

export const ConfirmHostDown = graphql(`
  mutation ConfirmHostDown($input: ConfirmHostDownInput!) {
    confirmHostDown(input: $input) { __typename ... on ConfirmHostDownPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const AddFenceDevice = graphql(`
  mutation AddFenceDevice($input: AddFenceDeviceInput!) {
    addFenceDevice(input: $input) { __typename ... on AddFenceDevicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }
  }
`)

export const RemoveFenceDevice = graphql(`
  mutation RemoveFenceDevice($input: RemoveFenceDeviceInput!) {
    removeFenceDevice(input: $input) { __typename ... on RemoveFenceDevicePayload { deviceId } ... on UserError { code message field remedy } }
  }
`)

export const TestFenceDevice = graphql(`
  mutation TestFenceDevice($input: TestFenceDeviceInput!) {
    testFenceDevice(input: $input) { __typename ... on TestFenceDevicePayload { task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)

export const HostDrifts = graphql(`
  query HostDrifts($hostId: ID!, $after: String) {
    drifts(hostId: $hostId, open: true, first: 50, after: $after) { edges { cursor node { ...DriftLive } } pageInfo { hasNextPage endCursor } }
  }
`)

export const RepairDrift = graphql(`
  mutation RepairDrift($input: RepairDriftInput!) {
    repairDrift(input: $input) { __typename ... on RepairDriftPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const IgnoreDrift = graphql(`
  mutation IgnoreDrift($input: IgnoreDriftInput!) {
    ignoreDrift(input: $input) { __typename ... on IgnoreDriftPayload { drift { ...DriftLive } } ... on UserError { code message field remedy } }
  }
`)

export const DrainHost = graphql(`
  mutation DrainHost($input: DrainHostInput!) {
    drainHost(input: $input) { __typename ... on DrainHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const CancelDrain = graphql(`
  mutation CancelDrain($input: CancelDrainInput!) {
    cancelDrain(input: $input) { __typename ... on CancelDrainPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }
  }
`)

export const SetHostMaintenance = graphql(`
  mutation SetHostMaintenance($input: SetHostMaintenanceInput!) {
    setHostMaintenance(input: $input) { __typename ... on SetHostMaintenancePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }
  }
`)

export const ReturnHostToService = graphql(`
  mutation ReturnHostToService($input: ReturnHostToServiceInput!) {
    returnHostToService(input: $input) { __typename ... on ReturnHostToServicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }
  }
`)

export const RestrictHostKey = graphql(`
  mutation RestrictHostKey($input: RestrictHostKeyInput!) {
    restrictHostKey(input: $input) { __typename ... on RestrictHostKeyPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const RetireHost = graphql(`
  mutation RetireHost($input: RetireHostInput!) {
    retireHost(input: $input) { __typename ... on RetireHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const PrepareHost = graphql(`
  mutation PrepareHost($input: PrepareHostInput!) {
    prepareHost(input: $input) { __typename ... on PrepareHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)

export const MigrateVm = graphql(`
  mutation MigrateVm($input: MigrateVmInput!) {
    migrateVm(input: $input) { __typename ... on MigrateVmPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }
  }
`)
