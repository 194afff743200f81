import { graphql } from '../gql/gql.ts'

export const SignIn = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      __typename
      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }
      ... on UserError { code message field remedy }
    }
  }
`)

export const SignUp = graphql(`
  mutation SignUp($input: SignUpInput!) {
    signUp(input: $input) {
      __typename
      ... on SignUpPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }
      ... on UserError { code message field remedy }
    }
  }
`)

/** What the page before signing in needs to know. */
export const Entrance = graphql(`query Entrance { installation { signUpOpen } }`)

export const RefreshSession = graphql(`
  mutation RefreshSession {
    refreshSession(input: {}) {
      __typename
      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }
      ... on UserError { code message field remedy }
    }
  }
`)

export const SignOut = graphql(`
  mutation SignOut($everywhere: Boolean!) {
    signOut(input: { everywhere: $everywhere }) {
      __typename
      ... on SignOutPayload { signedOut }
      ... on UserError { code message field remedy }
    }
  }
`)

/** Where the stream of changes stands: taken before the first list is read. */
export const EventCursor = graphql(`query EventCursor { eventCursor }`)

/** Everything that the pages show of a task. */
export const TaskLive = graphql(`
  fragment TaskLive on Task {
    id version state method objectId objectName objectType progress cancellable cancelRequestedAt user { id username } username requestId createdAt startedAt finishedAt
    error { code message remedy step }
    steps { name title state attempt startedAt finishedAt error { code message remedy } }
  }
`)

/** Everything that the pages show of a VM: a change that carries it leaves nothing to ask for. */
export const VmLive = graphql(`
  fragment VmLive on VM {
    id version number name description hostname status phase desiredPower observedPower unknownReason observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys
    template { id name os }
    instanceType { id name }
    image { id os }
    area { id name }
    host { id name kind }
    disks { id position sizeBytes }
    interfaces { id position mac phase configuredInGuest network { id name vlan } addresses { ip prefixLength gateway } observedAddresses { ip source assigned } }
    lastTask { ...TaskLive }
  }
`)

export const NetworkLive = graphql(`
  fragment NetworkLive on Network {
    id version name description kind networkPhase: phase failure vlan createdAt
    area { id name }
    subnets { id cidr gateway dns rangeFirst rangeLast }
  }
`)

export const MemberLive = graphql(`
  fragment MemberLive on Member {
    id version name: username isYou role permissions createdAt
    can { update { allowed reason } remove { allowed reason } }
  }
`)

export const HostLive = graphql(`
  fragment HostLive on Host {
    id version name kind hostState: state stateReason silentSince frozenReason frozenAt address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt
    area { id name }
    promised { vcpus memoryBytes vms }
  }
`)

/** What the page of a host shows beside that. */
export const HostDetail = graphql(`
  fragment HostDetail on Host {
    ...HostLive
    fqdn location rack labels reservedVcpus roles methods publicBridge trunkBridge hostKeyFingerprint offeredHostKeyFingerprint publicKey keyRestrictedAt checkedAt discoveredAt os kernel openVswitchVersion clockOffsetMs
    addresses { address purpose }
    checklist { point subject state message remedy }
    cpu { model sockets cores threads }
    nics { name mac speedMbps carrier physical master addresses management }
    bonds { name mode members }
    bridges { name openVswitch uplinks }
    unmanagedVms { uuid name power }
    duty drain { total moved left stuck { reason vm { id name } } }
    survivesLoss { ok vms wouldNotFitCount reason }
    fenceDevices { id kind address port username plug testedAt testResult }
    failover { silentSince endedAt missing recovered waiting proof { method detail } }
  }
`)

export const DriftLive = graphql(`
  fragment DriftLive on Drift {
    id version driftKind: kind message repair remedy firstSeenAt ignoredAt resolvedAt
    host { id }
  }
`)

export const PoolLive = graphql(`
  fragment PoolLive on Pool {
    id version name poolKind: kind poolState: state poolFailure: failure path wipeOnDelete diskOvercommit capacityBytes availableBytes promisedBytes maintenanceSince retiredAt
    area { id name }
    source { format servers path cephPool cephUser }
    hosts { hasIt: state message remedy host { id name } }
  }
`)

export const AreaLive = graphql(`
  fragment AreaLive on Area {
    id version name placementPolicy vcpuOvercommit memoryOvercommit dns retiredAt createdAt
    vlanRanges { first last }
    reservedVlans { first last }
    vlanUsage { total used free outside }
    survivesLossOf { hosts survived ok notSurvived { id name } }
  }
`)

/** Under names of their own where a host has the same word for what it may not know. */
export const TemplateLive = graphql(`
  fragment TemplateLive on Template {
    id version name description vcpus diskBytes guestInterface cloneMode imageVersion isPublic retiredAt createdAt requiredLabels avoidedLabels
    system: os
    size: memoryBytes
    image { id name }
    workspaces { id name }
  }
`)

export const InstanceTypeLive = graphql(`
  fragment InstanceTypeLive on InstanceType {
    id version name description vcpus diskBytes isPublic retiredAt createdAt requiredLabels avoidedLabels
    size: memoryBytes
    workspaces { id name }
  }
`)

export const AffinityGroupLive = graphql(`
  fragment AffinityGroupLive on AffinityGroup {
    id version name policy strength kept createdAt
    vms { id version name status phase observedPower }
  }
`)

/** What the pages of a host show of the VMs on it. */
export const HostVmLive = graphql(`
  fragment HostVmLive on VM {
    id version name status phase observedPower vcpus size: memoryBytes
    host { id name }
    workspace { id name }
  }
`)

/** The one stream of a workspace: each change with the object as it is now. */
export const Events = graphql(`
  subscription Events($workspaceId: ID, $after: String) {
    events(workspaceId: $workspaceId, after: $after) {
      cursor kind id type version
      node {
        __typename
        id
        ... on VM { ...VmLive }
        ... on Task { ...TaskLive }
        ... on Network { ...NetworkLive }
        ... on AffinityGroup { ...AffinityGroupLive }
        ... on Workspace { name }
        ... on Member { ...MemberLive }
      }
    }
  }
`)

/** The stream of the installation, for superusers: of all that changes, its hosts, the VMs on them and the work. */
export const HostEvents = graphql(`
  subscription HostEvents($after: String) {
    events(after: $after) {
      cursor kind id type version
      node { __typename id ... on Host { ...HostDetail } ... on Task { ...TaskLive } ... on VM { ...HostVmLive } ... on Pool { ...PoolLive } ... on Drift { ...DriftLive } ... on Area { ...AreaLive } ... on Template { ...TemplateLive } ... on InstanceType { ...InstanceTypeLive } }
    }
  }
`)

/** Who is here and where they may go. */
export const Home = graphql(`
  query Home($after: String) {
    installation { simulated }
    workspaces(first: 100, after: $after) {
      edges { cursor node { id name workspacePhase: phase permissions } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

/** The areas that something new can be put into. */
export const AreaChoices = graphql(`query AreaChoices { areas(first: 100) { edges { cursor node { id name } } } }`)
