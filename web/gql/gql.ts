// Made by tools/generate.ts from the graphql() tags in web/.
/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment ApiTokenShown on ApiToken {\n    id name superuser createdAt expiresAt revokedAt lastUsedAt\n    scopes { workspace { id name } allWorkspaces permissions }\n  }\n": typeof types.ApiTokenShownFragmentDoc,
    "\n  query Account {\n    viewer { id username email superuser createdAt }\n    apiTokens(first: 100) { edges { cursor node { ...ApiTokenShown } } pageInfo { hasNextPage } }\n  }\n": typeof types.AccountDocument,
    "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) { __typename ... on UpdateProfilePayload { user { id email } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateProfileDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) { __typename ... on ChangePasswordPayload { user { id } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ChangePasswordDocument,
    "\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) { __typename ... on CreateApiTokenPayload { token apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateApiTokenDocument,
    "\n  mutation RevokeApiToken($input: RevokeApiTokenInput!) {\n    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenPayload { apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RevokeApiTokenDocument,
    "\n  query AffinityGroups($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...AffinityGroupLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.AffinityGroupsDocument,
    "query OneAffinityGroup($id: ID!) { node(id: $id) { __typename id ... on AffinityGroup { ...AffinityGroupLive } } }": typeof types.OneAffinityGroupDocument,
    "\n  query GroupVms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { id version name status phase observedPower } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.GroupVmsDocument,
    "query GroupsOfVm($id: ID!) { vm(id: $id) { id affinityGroups { id } } }": typeof types.GroupsOfVmDocument,
    "\n  mutation SetGroupsOfVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SetGroupsOfVmDocument,
    "\n  mutation CreateAffinityGroup($input: CreateAffinityGroupInput!) {\n    createAffinityGroup(input: $input) { __typename ... on CreateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateAffinityGroupDocument,
    "\n  mutation UpdateAffinityGroup($input: UpdateAffinityGroupInput!) {\n    updateAffinityGroup(input: $input) { __typename ... on UpdateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateAffinityGroupDocument,
    "\n  mutation DeleteAffinityGroup($input: DeleteAffinityGroupInput!) {\n    deleteAffinityGroup(input: $input) { __typename ... on DeleteAffinityGroupPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeleteAffinityGroupDocument,
    "\n  query Areas($after: String) {\n    areas(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...AreaLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.AreasDocument,
    "query OneArea($id: ID!) { node(id: $id) { __typename id ... on Area { ...AreaLive } } }": typeof types.OneAreaDocument,
    "\n  fragment AreaHost on Host {\n    ...HostLive\n    reservedVcpus\n    survivesLoss { ok vms wouldNotFitCount reason }\n  }\n": typeof types.AreaHostFragmentDoc,
    "\n  query HostsOfAreas($after: String) {\n    hosts(first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.HostsOfAreasDocument,
    "\n  query AreaHosts($areaId: ID!, $after: String) {\n    hosts(areaId: $areaId, first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.AreaHostsDocument,
    "\n  query AreaPools($areaId: ID!, $after: String) {\n    pools(areaId: $areaId, first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.AreaPoolsDocument,
    "query Policies { placementPolicies { name description isOwn } }": typeof types.PoliciesDocument,
    "\n  mutation CreateArea($input: CreateAreaInput!) {\n    createArea(input: $input) { __typename ... on CreateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateAreaDocument,
    "\n  mutation UpdateArea($input: UpdateAreaInput!) {\n    updateArea(input: $input) { __typename ... on UpdateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateAreaDocument,
    "\n  mutation RetireArea($input: RetireAreaInput!) {\n    retireArea(input: $input) { __typename ... on RetireAreaPayload { area { ...AreaLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RetireAreaDocument,
    "\n  mutation RestoreArea($input: RestoreAreaInput!) {\n    restoreArea(input: $input) { __typename ... on RestoreAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RestoreAreaDocument,
    "\n  mutation DeleteArea($input: DeleteAreaInput!) {\n    deleteArea(input: $input) { __typename ... on DeleteAreaPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeleteAreaDocument,
    "\n  fragment AuditShown on AuditEntry {\n    id at username clientAddress requestId method objectId objectType objectName input dryRun outcome code message\n    user { id username }\n    workspace { id name }\n    task { id version state }\n  }\n": typeof types.AuditShownFragmentDoc,
    "\n  query AuditEntries($workspaceId: ID, $userId: ID, $methods: [String!], $outcome: AuditOutcome, $after: String) {\n    auditEntries(workspaceId: $workspaceId, userId: $userId, methods: $methods, outcome: $outcome, first: 50, after: $after) {\n      edges { cursor node { ...AuditShown } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.AuditEntriesDocument,
    "\n  query AuditUsers($text: String, $after: String) {\n    users(text: $text, first: 50, after: $after) { edges { cursor node { id username } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.AuditUsersDocument,
    "\n  query Images($after: String) {\n    images(retiredToo: true, first: 40, after: $after) { edges { cursor node { ...ImageKept } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.ImagesDocument,
    "\n  query ImageTasks($after: String) {\n    tasks(methods: [\"importImage\", \"copyImage\", \"deleteImage\"], first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.ImageTasksDocument,
    "\n  query PoolChoices($after: String) {\n    pools(first: 100, after: $after) { edges { cursor node { id name state area { id name } } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.PoolChoicesDocument,
    "\n  mutation ImportImage($input: ImportImageInput!) {\n    importImage(input: $input) { __typename ... on ImportImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ImportImageDocument,
    "\n  mutation CopyImage($input: CopyImageInput!) {\n    copyImage(input: $input) { __typename ... on CopyImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CopyImageDocument,
    "\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) { __typename ... on UpdateImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateImageDocument,
    "\n  mutation RetireImage($input: RetireImageInput!) {\n    retireImage(input: $input) { __typename ... on RetireImagePayload { image { ...ImageKept } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RetireImageDocument,
    "\n  mutation RestoreImage($input: RestoreImageInput!) {\n    restoreImage(input: $input) { __typename ... on RestoreImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RestoreImageDocument,
    "\n  mutation DeleteImage($input: DeleteImageInput!) {\n    deleteImage(input: $input) { __typename ... on DeleteImagePayload { deletedId task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeleteImageDocument,
    "\n  query Templates($after: String) {\n    templates(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.TemplatesDocument,
    "\n  query InstanceTypes($after: String) {\n    instanceTypes(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.InstanceTypesDocument,
    "\n  fragment ImageShown on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt }\n  }\n": typeof types.ImageShownFragmentDoc,
    "\n  fragment ImageKept on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt sourceUrl copies { state pool { id name } } }\n  }\n": typeof types.ImageKeptFragmentDoc,
    "\n  query OfferedTemplates($workspaceId: ID!, $after: String) {\n    templates(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.OfferedTemplatesDocument,
    "\n  query OfferedInstanceTypes($workspaceId: ID!, $after: String) {\n    instanceTypes(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.OfferedInstanceTypesDocument,
    "\n  query OfferedImages($workspaceId: ID!, $after: String) {\n    images(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...ImageShown } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.OfferedImagesDocument,
    "\n  mutation CreateTemplate($input: CreateTemplateInput!) {\n    createTemplate(input: $input) { __typename ... on CreateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateTemplateDocument,
    "\n  mutation UpdateTemplate($input: UpdateTemplateInput!) {\n    updateTemplate(input: $input) { __typename ... on UpdateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateTemplateDocument,
    "\n  mutation RetireTemplate($input: RetireTemplateInput!) {\n    retireTemplate(input: $input) { __typename ... on RetireTemplatePayload { template { ...TemplateLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RetireTemplateDocument,
    "\n  mutation RestoreTemplate($input: RestoreTemplateInput!) {\n    restoreTemplate(input: $input) { __typename ... on RestoreTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RestoreTemplateDocument,
    "\n  mutation DeleteTemplate($input: DeleteTemplateInput!) {\n    deleteTemplate(input: $input) { __typename ... on DeleteTemplatePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeleteTemplateDocument,
    "\n  mutation CreateInstanceType($input: CreateInstanceTypeInput!) {\n    createInstanceType(input: $input) { __typename ... on CreateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateInstanceTypeDocument,
    "\n  mutation UpdateInstanceType($input: UpdateInstanceTypeInput!) {\n    updateInstanceType(input: $input) { __typename ... on UpdateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateInstanceTypeDocument,
    "\n  mutation RetireInstanceType($input: RetireInstanceTypeInput!) {\n    retireInstanceType(input: $input) { __typename ... on RetireInstanceTypePayload { instanceType { ...InstanceTypeLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RetireInstanceTypeDocument,
    "\n  mutation RestoreInstanceType($input: RestoreInstanceTypeInput!) {\n    restoreInstanceType(input: $input) { __typename ... on RestoreInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RestoreInstanceTypeDocument,
    "\n  mutation DeleteInstanceType($input: DeleteInstanceTypeInput!) {\n    deleteInstanceType(input: $input) { __typename ... on DeleteInstanceTypePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeleteInstanceTypeDocument,
    "\n  query Hosts($after: String) {\n    hosts(first: 50, after: $after) { edges { cursor node { ...HostLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.HostsDocument,
    "query OneHost($id: ID!) { host(id: $id) { ...HostDetail } }": typeof types.OneHostDocument,
    "\n  query HostVms($hostId: ID!, $after: String) {\n    vms(hostId: $hostId, first: 100, after: $after) { edges { cursor node { ...HostVmLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.HostVmsDocument,
    "\n  query HostTasks($hostId: ID!, $after: String) {\n    tasks(objectId: $hostId, first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.HostTasksDocument,
    "\n  query FindHostDifferences($hostId: ID!) {\n    hostDifferences(hostId: $hostId) { observedAt unmanagedVms differences { kind message onHost } }\n  }\n": typeof types.FindHostDifferencesDocument,
    "\n  mutation ReviewHost($input: ReviewHostInput!) {\n    reviewHost(input: $input) { __typename ... on ReviewHostPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ReviewHostDocument,
    "query ReviewTask($id: ID!) { task(id: $id) { ...TaskLive } }": typeof types.ReviewTaskDocument,
    "\n  mutation EnrolHost($input: EnrolHostInput!) {\n    enrolHost(input: $input) { __typename ... on EnrolHostPayload { host { ...HostDetail } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.EnrolHostDocument,
    "\n  mutation UpdateHost($input: UpdateHostInput!) {\n    updateHost(input: $input) { __typename ... on UpdateHostPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateHostDocument,
    "\n  mutation ConfirmHostKey($input: ConfirmHostKeyInput!) {\n    confirmHostKey(input: $input) { __typename ... on ConfirmHostKeyPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ConfirmHostKeyDocument,
    "\n  mutation CheckHost($input: CheckHostInput!) {\n    checkHost(input: $input) { __typename ... on CheckHostPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CheckHostDocument,
    "\n  query HostSeries($id: ID!, $from: DateTime!) {\n    hostStats(hostId: $id, from: $from) { times busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": typeof types.HostSeriesDocument,
    "\n  subscription HostSample($id: ID!) {\n    hostStats(hostId: $id) { at busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": typeof types.HostSampleDocument,
    "query HostFileSystems($id: ID!) { host(id: $id) { id fileSystems { mountPoint sizeBytes usedBytes } } }": typeof types.HostFileSystemsDocument,
    "\n  mutation ConfirmHostDown($input: ConfirmHostDownInput!) {\n    confirmHostDown(input: $input) { __typename ... on ConfirmHostDownPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ConfirmHostDownDocument,
    "\n  mutation AddFenceDevice($input: AddFenceDeviceInput!) {\n    addFenceDevice(input: $input) { __typename ... on AddFenceDevicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": typeof types.AddFenceDeviceDocument,
    "\n  mutation RemoveFenceDevice($input: RemoveFenceDeviceInput!) {\n    removeFenceDevice(input: $input) { __typename ... on RemoveFenceDevicePayload { deviceId } ... on UserError { code message field remedy } }\n  }\n": typeof types.RemoveFenceDeviceDocument,
    "\n  mutation TestFenceDevice($input: TestFenceDeviceInput!) {\n    testFenceDevice(input: $input) { __typename ... on TestFenceDevicePayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.TestFenceDeviceDocument,
    "\n  query HostDrifts($hostId: ID!, $after: String) {\n    drifts(hostId: $hostId, open: true, first: 50, after: $after) { edges { cursor node { ...DriftLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.HostDriftsDocument,
    "\n  mutation RepairDrift($input: RepairDriftInput!) {\n    repairDrift(input: $input) { __typename ... on RepairDriftPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RepairDriftDocument,
    "\n  mutation IgnoreDrift($input: IgnoreDriftInput!) {\n    ignoreDrift(input: $input) { __typename ... on IgnoreDriftPayload { drift { ...DriftLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.IgnoreDriftDocument,
    "\n  mutation DrainHost($input: DrainHostInput!) {\n    drainHost(input: $input) { __typename ... on DrainHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DrainHostDocument,
    "\n  mutation CancelDrain($input: CancelDrainInput!) {\n    cancelDrain(input: $input) { __typename ... on CancelDrainPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CancelDrainDocument,
    "\n  mutation SetHostMaintenance($input: SetHostMaintenanceInput!) {\n    setHostMaintenance(input: $input) { __typename ... on SetHostMaintenancePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SetHostMaintenanceDocument,
    "\n  mutation ReturnHostToService($input: ReturnHostToServiceInput!) {\n    returnHostToService(input: $input) { __typename ... on ReturnHostToServicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ReturnHostToServiceDocument,
    "\n  mutation RestrictHostKey($input: RestrictHostKeyInput!) {\n    restrictHostKey(input: $input) { __typename ... on RestrictHostKeyPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RestrictHostKeyDocument,
    "\n  mutation RetireHost($input: RetireHostInput!) {\n    retireHost(input: $input) { __typename ... on RetireHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RetireHostDocument,
    "\n  mutation PrepareHost($input: PrepareHostInput!) {\n    prepareHost(input: $input) { __typename ... on PrepareHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.PrepareHostDocument,
    "\n  mutation MigrateVm($input: MigrateVmInput!) {\n    migrateVm(input: $input) { __typename ... on MigrateVmPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": typeof types.MigrateVmDocument,
    "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.SignInDocument,
    "\n  mutation SignUp($input: SignUpInput!) {\n    signUp(input: $input) {\n      __typename\n      ... on SignUpPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.SignUpDocument,
    "query Entrance { installation { signUpOpen } }": typeof types.EntranceDocument,
    "\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.RefreshSessionDocument,
    "\n  mutation SignOut($everywhere: Boolean!) {\n    signOut(input: { everywhere: $everywhere }) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.SignOutDocument,
    "query EventCursor { eventCursor }": typeof types.EventCursorDocument,
    "\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt user { id username } username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n": typeof types.TaskLiveFragmentDoc,
    "\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower unknownReason observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    instanceType { id name }\n    image { id os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac phase configuredInGuest network { id name vlan } addresses { ip prefixLength gateway } observedAddresses { ip source assigned } }\n    lastTask { ...TaskLive }\n  }\n": typeof types.VmLiveFragmentDoc,
    "\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n": typeof types.NetworkLiveFragmentDoc,
    "\n  fragment MemberLive on Member {\n    id version name: username isYou role permissions createdAt\n    can { update { allowed reason } remove { allowed reason } }\n  }\n": typeof types.MemberLiveFragmentDoc,
    "\n  fragment HostLive on Host {\n    id version name kind hostState: state stateReason silentSince frozenReason frozenAt address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n": typeof types.HostLiveFragmentDoc,
    "\n  fragment HostDetail on Host {\n    ...HostLive\n    fqdn location rack labels reservedVcpus roles methods publicBridge trunkBridge hostKeyFingerprint offeredHostKeyFingerprint publicKey keyRestrictedAt checkedAt discoveredAt os kernel openVswitchVersion clockOffsetMs\n    addresses { address purpose }\n    checklist { point subject state message remedy }\n    cpu { model sockets cores threads }\n    nics { name mac speedMbps carrier physical master addresses management }\n    bonds { name mode members }\n    bridges { name openVswitch uplinks }\n    unmanagedVms { uuid name power }\n    duty drain { total moved left stuck { reason vm { id name } } }\n    survivesLoss { ok vms wouldNotFitCount reason }\n    fenceDevices { id kind address port username plug testedAt testResult }\n    failover { silentSince endedAt missing recovered waiting proof { method detail } }\n  }\n": typeof types.HostDetailFragmentDoc,
    "\n  fragment DriftLive on Drift {\n    id version driftKind: kind message repair remedy firstSeenAt ignoredAt resolvedAt\n    host { id }\n  }\n": typeof types.DriftLiveFragmentDoc,
    "\n  fragment PoolLive on Pool {\n    id version name poolKind: kind poolState: state poolFailure: failure path wipeOnDelete diskOvercommit capacityBytes availableBytes promisedBytes maintenanceSince retiredAt\n    area { id name }\n    source { format servers path cephPool cephUser }\n    hosts { hasIt: state message remedy host { id name } }\n  }\n": typeof types.PoolLiveFragmentDoc,
    "\n  fragment AreaLive on Area {\n    id version name placementPolicy vcpuOvercommit memoryOvercommit dns retiredAt createdAt\n    vlanRanges { first last }\n    reservedVlans { first last }\n    vlanUsage { total used free outside }\n    survivesLossOf { hosts survived ok notSurvived { id name } }\n  }\n": typeof types.AreaLiveFragmentDoc,
    "\n  fragment TemplateLive on Template {\n    id version name description vcpus diskBytes guestInterface cloneMode imageVersion isPublic retiredAt createdAt requiredLabels avoidedLabels\n    system: os\n    size: memoryBytes\n    image { id name }\n    workspaces { id name }\n  }\n": typeof types.TemplateLiveFragmentDoc,
    "\n  fragment InstanceTypeLive on InstanceType {\n    id version name description vcpus diskBytes isPublic retiredAt createdAt requiredLabels avoidedLabels\n    size: memoryBytes\n    workspaces { id name }\n  }\n": typeof types.InstanceTypeLiveFragmentDoc,
    "\n  fragment AffinityGroupLive on AffinityGroup {\n    id version name policy strength kept createdAt\n    vms { id version name status phase observedPower }\n  }\n": typeof types.AffinityGroupLiveFragmentDoc,
    "\n  fragment HostVmLive on VM {\n    id version name status phase observedPower vcpus size: memoryBytes\n    host { id name }\n    workspace { id name }\n  }\n": typeof types.HostVmLiveFragmentDoc,
    "\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on AffinityGroup { ...AffinityGroupLive }\n        ... on Workspace { name }\n        ... on Member { ...MemberLive }\n      }\n    }\n  }\n": typeof types.EventsDocument,
    "\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostDetail } ... on Task { ...TaskLive } ... on VM { ...HostVmLive } ... on Pool { ...PoolLive } ... on Drift { ...DriftLive } ... on Area { ...AreaLive } ... on Template { ...TemplateLive } ... on InstanceType { ...InstanceTypeLive } }\n    }\n  }\n": typeof types.HostEventsDocument,
    "\n  query Home($after: String) {\n    installation { simulated }\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name workspacePhase: phase permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.HomeDocument,
    "query AreaChoices { areas(first: 100) { edges { cursor node { id name } } } }": typeof types.AreaChoicesDocument,
    "\n  query People($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) { edges { cursor node { id user { id username } } } pageInfo { hasNextPage endCursor } }\n    }\n  }\n": typeof types.PeopleDocument,
    "query Usage($workspaceId: ID!) { node(id: $workspaceId) { id ... on Workspace { quotas { resource limit used } } } }": typeof types.UsageDocument,
    "subscription UsageChanged($workspaceId: ID!, $after: String) { usageChanged(workspaceId: $workspaceId, after: $after) { cursor quotas { resource limit used } } }": typeof types.UsageChangedDocument,
    "\n  query Members($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) {\n        edges { cursor node { ...MemberLive } }\n        pageInfo { hasNextPage endCursor }\n      }\n    }\n  }\n": typeof types.MembersDocument,
    "\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) { __typename ... on AddMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.AddMemberDocument,
    "\n  mutation UpdateMember($input: UpdateMemberInput!) {\n    updateMember(input: $input) { __typename ... on UpdateMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateMemberDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) { __typename ... on RemoveMemberPayload { memberId } ... on UserError { code message field remedy } }\n  }\n": typeof types.RemoveMemberDocument,
    "\n  query Networks($workspaceId: ID!, $after: String) {\n    networks(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...NetworkLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.NetworksDocument,
    "\n  mutation DeleteNetwork($input: DeleteNetworkInput!) {\n    deleteNetwork(input: $input) { __typename ... on DeleteNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeleteNetworkDocument,
    "\n  query Pools($after: String) {\n    pools(first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.PoolsDocument,
    "\n  mutation CreatePool($input: CreatePoolInput!) {\n    createPool(input: $input) { __typename ... on CreatePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreatePoolDocument,
    "\n  mutation SetPoolMaintenance($input: SetPoolMaintenanceInput!) {\n    setPoolMaintenance(input: $input) { __typename ... on SetPoolMaintenancePayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SetPoolMaintenanceDocument,
    "\n  mutation RetirePool($input: RetirePoolInput!) {\n    retirePool(input: $input) { __typename ... on RetirePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RetirePoolDocument,
    "\n  mutation RestorePool($input: RestorePoolInput!) {\n    restorePool(input: $input) { __typename ... on RestorePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RestorePoolDocument,
    "\n  mutation DeletePool($input: DeletePoolInput!) {\n    deletePool(input: $input) { __typename ... on DeletePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeletePoolDocument,
    "\n  query Tasks($workspaceId: ID!, $states: [TaskState!], $finished: Boolean, $userId: ID, $methods: [String!], $after: String) {\n    tasks(workspaceId: $workspaceId, states: $states, finished: $finished, userId: $userId, methods: $methods, first: 40, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.TasksDocument,
    "\n  mutation CreateNetwork($input: CreateNetworkInput!) {\n    createNetwork(input: $input) { __typename ... on CreateNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateNetworkDocument,
    "\n  mutation CancelTask($input: CancelTaskInput!) {\n    cancelTask(input: $input) { __typename ... on CancelTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.CancelTaskDocument,
    "\n  mutation RetryTask($input: RetryTaskInput!) {\n    retryTask(input: $input) { __typename ... on RetryTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RetryTaskDocument,
    "fragment UserShown on User { id username email superuser disabledAt createdAt }": typeof types.UserShownFragmentDoc,
    "\n  query Users($text: String, $after: String) {\n    users(text: $text, first: 100, after: $after) { edges { cursor node { ...UserShown } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.UsersDocument,
    "query SignUpOpen { installation { signUpOpen } }": typeof types.SignUpOpenDocument,
    "\n  mutation SetSignUpOpen($input: UpdateInstallationInput!) {\n    updateInstallation(input: $input) { __typename ... on UpdateInstallationPayload { installation { signUpOpen } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SetSignUpOpenDocument,
    "\n  mutation CreateUser($input: CreateUserInput!) {\n    createUser(input: $input) { __typename ... on CreateUserPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateUserDocument,
    "\n  mutation ResetUserPassword($input: ResetUserPasswordInput!) {\n    resetUserPassword(input: $input) { __typename ... on ResetUserPasswordPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n": typeof types.ResetUserPasswordDocument,
    "\n  mutation DisableUser($input: DisableUserInput!) {\n    disableUser(input: $input) { __typename ... on DisableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DisableUserDocument,
    "\n  mutation EnableUser($input: EnableUserInput!) {\n    enableUser(input: $input) { __typename ... on EnableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n": typeof types.EnableUserDocument,
    "\n  mutation SetSuperuser($input: SetSuperuserInput!) {\n    setSuperuser(input: $input) { __typename ... on SetSuperuserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SetSuperuserDocument,
    "\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.VmsDocument,
    "\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n": typeof types.VmRowFragmentDoc,
    "query OneVm($id: ID!) { vm(id: $id) { ...VmLive } }": typeof types.OneVmDocument,
    "\n  query VmTasks($workspaceId: ID!, $objectId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $objectId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.VmTasksDocument,
    "fragment GroupChoice on AffinityGroup { id version name policy strength }": typeof types.GroupChoiceFragmentDoc,
    "\n  query GroupChoices($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.GroupChoicesDocument,
    "query VmGroups($id: ID!) { vm(id: $id) { id affinityGroups { ...GroupChoice } } }": typeof types.VmGroupsDocument,
    "\n  mutation SetVmGroups($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SetVmGroupsDocument,
    "\n  query VmChoices($workspaceId: ID!) {\n    templates(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name description os vcpus memoryBytes diskBytes } } }\n    images(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name os versions { virtualSizeBytes } } } }\n    instanceTypes(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name vcpus memoryBytes diskBytes } } }\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n    affinityGroups(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.VmChoicesDocument,
    "\n  mutation CreateVm($input: CreateVmInput!) {\n    createVm(input: $input) { __typename ... on CreateVmPayload { vm { ...VmLive affinityGroups { ...GroupChoice } } task { ...TaskLive } sshPrivateKey } ... on UserError { code message field remedy } }\n  }\n": typeof types.CreateVmDocument,
    "\n  query NetworkChoices($workspaceId: ID!) {\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n  }\n": typeof types.NetworkChoicesDocument,
    "\n  mutation AttachInterface($input: AttachInterfaceInput!) {\n    attachInterface(input: $input) { __typename ... on AttachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.AttachInterfaceDocument,
    "\n  mutation DetachInterface($input: DetachInterfaceInput!) {\n    detachInterface(input: $input) { __typename ... on DetachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DetachInterfaceDocument,
    "\n  mutation UpdateVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.UpdateVmDocument,
    "\n  mutation SetVmPassword($input: SetVmPasswordInput!) {\n    setVmPassword(input: $input) { __typename ... on SetVmPasswordPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SetVmPasswordDocument,
    "\n  mutation DeleteVm($input: DeleteVmInput!) {\n    deleteVm(input: $input) { __typename ... on DeleteVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.DeleteVmDocument,
    "\n  mutation StartVm($input: StartVmInput!) {\n    startVm(input: $input) { __typename ... on StartVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.StartVmDocument,
    "\n  mutation ShutdownVm($input: ShutdownVmInput!) {\n    shutdownVm(input: $input) { __typename ... on ShutdownVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ShutdownVmDocument,
    "\n  mutation StopVm($input: StopVmInput!) {\n    stopVm(input: $input) { __typename ... on StopVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.StopVmDocument,
    "\n  mutation RebootVm($input: RebootVmInput!) {\n    rebootVm(input: $input) { __typename ... on RebootVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.RebootVmDocument,
    "\n  mutation ResetVm($input: ResetVmInput!) {\n    resetVm(input: $input) { __typename ... on ResetVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ResetVmDocument,
    "\n  mutation SuspendVm($input: SuspendVmInput!) {\n    suspendVm(input: $input) { __typename ... on SuspendVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.SuspendVmDocument,
    "\n  mutation ResumeVm($input: ResumeVmInput!) {\n    resumeVm(input: $input) { __typename ... on ResumeVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": typeof types.ResumeVmDocument,
    "\n  mutation OpenConsole($input: OpenConsoleInput!) {\n    openConsole(input: $input) { __typename ... on OpenConsolePayload { path } ... on UserError { code message field remedy } }\n  }\n": typeof types.OpenConsoleDocument,
    "\n  query VmSeries($id: ID!, $from: DateTime!) {\n    vmStats(vmId: $id, from: $from) { times busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": typeof types.VmSeriesDocument,
    "\n  subscription VmSample($id: ID!) {\n    vmStats(vmId: $id) { at busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": typeof types.VmSampleDocument,
    "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.CreateWorkspaceDocument,
    "\n  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {\n    updateWorkspace(input: $input) {\n      __typename\n      ... on UpdateWorkspacePayload { workspace { id name } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.UpdateWorkspaceDocument,
    "\n  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {\n    deleteWorkspace(input: $input) {\n      __typename\n      ... on DeleteWorkspacePayload { task { ...TaskLive } plan { hash losses } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.DeleteWorkspaceDocument,
    "\n  query WorkspaceTasks($workspaceId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $workspaceId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.WorkspaceTasksDocument,
};
const documents: Documents = {
    "\n  fragment ApiTokenShown on ApiToken {\n    id name superuser createdAt expiresAt revokedAt lastUsedAt\n    scopes { workspace { id name } allWorkspaces permissions }\n  }\n": types.ApiTokenShownFragmentDoc,
    "\n  query Account {\n    viewer { id username email superuser createdAt }\n    apiTokens(first: 100) { edges { cursor node { ...ApiTokenShown } } pageInfo { hasNextPage } }\n  }\n": types.AccountDocument,
    "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) { __typename ... on UpdateProfilePayload { user { id email } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateProfileDocument,
    "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) { __typename ... on ChangePasswordPayload { user { id } } ... on UserError { code message field remedy } }\n  }\n": types.ChangePasswordDocument,
    "\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) { __typename ... on CreateApiTokenPayload { token apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n": types.CreateApiTokenDocument,
    "\n  mutation RevokeApiToken($input: RevokeApiTokenInput!) {\n    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenPayload { apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n": types.RevokeApiTokenDocument,
    "\n  query AffinityGroups($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...AffinityGroupLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.AffinityGroupsDocument,
    "query OneAffinityGroup($id: ID!) { node(id: $id) { __typename id ... on AffinityGroup { ...AffinityGroupLive } } }": types.OneAffinityGroupDocument,
    "\n  query GroupVms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { id version name status phase observedPower } } pageInfo { hasNextPage endCursor } }\n  }\n": types.GroupVmsDocument,
    "query GroupsOfVm($id: ID!) { vm(id: $id) { id affinityGroups { id } } }": types.GroupsOfVmDocument,
    "\n  mutation SetGroupsOfVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n": types.SetGroupsOfVmDocument,
    "\n  mutation CreateAffinityGroup($input: CreateAffinityGroupInput!) {\n    createAffinityGroup(input: $input) { __typename ... on CreateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n": types.CreateAffinityGroupDocument,
    "\n  mutation UpdateAffinityGroup($input: UpdateAffinityGroupInput!) {\n    updateAffinityGroup(input: $input) { __typename ... on UpdateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateAffinityGroupDocument,
    "\n  mutation DeleteAffinityGroup($input: DeleteAffinityGroupInput!) {\n    deleteAffinityGroup(input: $input) { __typename ... on DeleteAffinityGroupPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.DeleteAffinityGroupDocument,
    "\n  query Areas($after: String) {\n    areas(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...AreaLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.AreasDocument,
    "query OneArea($id: ID!) { node(id: $id) { __typename id ... on Area { ...AreaLive } } }": types.OneAreaDocument,
    "\n  fragment AreaHost on Host {\n    ...HostLive\n    reservedVcpus\n    survivesLoss { ok vms wouldNotFitCount reason }\n  }\n": types.AreaHostFragmentDoc,
    "\n  query HostsOfAreas($after: String) {\n    hosts(first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n": types.HostsOfAreasDocument,
    "\n  query AreaHosts($areaId: ID!, $after: String) {\n    hosts(areaId: $areaId, first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n": types.AreaHostsDocument,
    "\n  query AreaPools($areaId: ID!, $after: String) {\n    pools(areaId: $areaId, first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.AreaPoolsDocument,
    "query Policies { placementPolicies { name description isOwn } }": types.PoliciesDocument,
    "\n  mutation CreateArea($input: CreateAreaInput!) {\n    createArea(input: $input) { __typename ... on CreateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n": types.CreateAreaDocument,
    "\n  mutation UpdateArea($input: UpdateAreaInput!) {\n    updateArea(input: $input) { __typename ... on UpdateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateAreaDocument,
    "\n  mutation RetireArea($input: RetireAreaInput!) {\n    retireArea(input: $input) { __typename ... on RetireAreaPayload { area { ...AreaLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.RetireAreaDocument,
    "\n  mutation RestoreArea($input: RestoreAreaInput!) {\n    restoreArea(input: $input) { __typename ... on RestoreAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n": types.RestoreAreaDocument,
    "\n  mutation DeleteArea($input: DeleteAreaInput!) {\n    deleteArea(input: $input) { __typename ... on DeleteAreaPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.DeleteAreaDocument,
    "\n  fragment AuditShown on AuditEntry {\n    id at username clientAddress requestId method objectId objectType objectName input dryRun outcome code message\n    user { id username }\n    workspace { id name }\n    task { id version state }\n  }\n": types.AuditShownFragmentDoc,
    "\n  query AuditEntries($workspaceId: ID, $userId: ID, $methods: [String!], $outcome: AuditOutcome, $after: String) {\n    auditEntries(workspaceId: $workspaceId, userId: $userId, methods: $methods, outcome: $outcome, first: 50, after: $after) {\n      edges { cursor node { ...AuditShown } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.AuditEntriesDocument,
    "\n  query AuditUsers($text: String, $after: String) {\n    users(text: $text, first: 50, after: $after) { edges { cursor node { id username } } pageInfo { hasNextPage endCursor } }\n  }\n": types.AuditUsersDocument,
    "\n  query Images($after: String) {\n    images(retiredToo: true, first: 40, after: $after) { edges { cursor node { ...ImageKept } } pageInfo { hasNextPage endCursor } }\n  }\n": types.ImagesDocument,
    "\n  query ImageTasks($after: String) {\n    tasks(methods: [\"importImage\", \"copyImage\", \"deleteImage\"], first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.ImageTasksDocument,
    "\n  query PoolChoices($after: String) {\n    pools(first: 100, after: $after) { edges { cursor node { id name state area { id name } } } pageInfo { hasNextPage endCursor } }\n  }\n": types.PoolChoicesDocument,
    "\n  mutation ImportImage($input: ImportImageInput!) {\n    importImage(input: $input) { __typename ... on ImportImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.ImportImageDocument,
    "\n  mutation CopyImage($input: CopyImageInput!) {\n    copyImage(input: $input) { __typename ... on CopyImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.CopyImageDocument,
    "\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) { __typename ... on UpdateImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateImageDocument,
    "\n  mutation RetireImage($input: RetireImageInput!) {\n    retireImage(input: $input) { __typename ... on RetireImagePayload { image { ...ImageKept } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.RetireImageDocument,
    "\n  mutation RestoreImage($input: RestoreImageInput!) {\n    restoreImage(input: $input) { __typename ... on RestoreImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n": types.RestoreImageDocument,
    "\n  mutation DeleteImage($input: DeleteImageInput!) {\n    deleteImage(input: $input) { __typename ... on DeleteImagePayload { deletedId task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.DeleteImageDocument,
    "\n  query Templates($after: String) {\n    templates(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.TemplatesDocument,
    "\n  query InstanceTypes($after: String) {\n    instanceTypes(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.InstanceTypesDocument,
    "\n  fragment ImageShown on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt }\n  }\n": types.ImageShownFragmentDoc,
    "\n  fragment ImageKept on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt sourceUrl copies { state pool { id name } } }\n  }\n": types.ImageKeptFragmentDoc,
    "\n  query OfferedTemplates($workspaceId: ID!, $after: String) {\n    templates(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.OfferedTemplatesDocument,
    "\n  query OfferedInstanceTypes($workspaceId: ID!, $after: String) {\n    instanceTypes(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.OfferedInstanceTypesDocument,
    "\n  query OfferedImages($workspaceId: ID!, $after: String) {\n    images(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...ImageShown } } pageInfo { hasNextPage endCursor } }\n  }\n": types.OfferedImagesDocument,
    "\n  mutation CreateTemplate($input: CreateTemplateInput!) {\n    createTemplate(input: $input) { __typename ... on CreateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n": types.CreateTemplateDocument,
    "\n  mutation UpdateTemplate($input: UpdateTemplateInput!) {\n    updateTemplate(input: $input) { __typename ... on UpdateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateTemplateDocument,
    "\n  mutation RetireTemplate($input: RetireTemplateInput!) {\n    retireTemplate(input: $input) { __typename ... on RetireTemplatePayload { template { ...TemplateLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.RetireTemplateDocument,
    "\n  mutation RestoreTemplate($input: RestoreTemplateInput!) {\n    restoreTemplate(input: $input) { __typename ... on RestoreTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n": types.RestoreTemplateDocument,
    "\n  mutation DeleteTemplate($input: DeleteTemplateInput!) {\n    deleteTemplate(input: $input) { __typename ... on DeleteTemplatePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.DeleteTemplateDocument,
    "\n  mutation CreateInstanceType($input: CreateInstanceTypeInput!) {\n    createInstanceType(input: $input) { __typename ... on CreateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n": types.CreateInstanceTypeDocument,
    "\n  mutation UpdateInstanceType($input: UpdateInstanceTypeInput!) {\n    updateInstanceType(input: $input) { __typename ... on UpdateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateInstanceTypeDocument,
    "\n  mutation RetireInstanceType($input: RetireInstanceTypeInput!) {\n    retireInstanceType(input: $input) { __typename ... on RetireInstanceTypePayload { instanceType { ...InstanceTypeLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.RetireInstanceTypeDocument,
    "\n  mutation RestoreInstanceType($input: RestoreInstanceTypeInput!) {\n    restoreInstanceType(input: $input) { __typename ... on RestoreInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n": types.RestoreInstanceTypeDocument,
    "\n  mutation DeleteInstanceType($input: DeleteInstanceTypeInput!) {\n    deleteInstanceType(input: $input) { __typename ... on DeleteInstanceTypePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.DeleteInstanceTypeDocument,
    "\n  query Hosts($after: String) {\n    hosts(first: 50, after: $after) { edges { cursor node { ...HostLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.HostsDocument,
    "query OneHost($id: ID!) { host(id: $id) { ...HostDetail } }": types.OneHostDocument,
    "\n  query HostVms($hostId: ID!, $after: String) {\n    vms(hostId: $hostId, first: 100, after: $after) { edges { cursor node { ...HostVmLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.HostVmsDocument,
    "\n  query HostTasks($hostId: ID!, $after: String) {\n    tasks(objectId: $hostId, first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.HostTasksDocument,
    "\n  query FindHostDifferences($hostId: ID!) {\n    hostDifferences(hostId: $hostId) { observedAt unmanagedVms differences { kind message onHost } }\n  }\n": types.FindHostDifferencesDocument,
    "\n  mutation ReviewHost($input: ReviewHostInput!) {\n    reviewHost(input: $input) { __typename ... on ReviewHostPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.ReviewHostDocument,
    "query ReviewTask($id: ID!) { task(id: $id) { ...TaskLive } }": types.ReviewTaskDocument,
    "\n  mutation EnrolHost($input: EnrolHostInput!) {\n    enrolHost(input: $input) { __typename ... on EnrolHostPayload { host { ...HostDetail } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.EnrolHostDocument,
    "\n  mutation UpdateHost($input: UpdateHostInput!) {\n    updateHost(input: $input) { __typename ... on UpdateHostPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateHostDocument,
    "\n  mutation ConfirmHostKey($input: ConfirmHostKeyInput!) {\n    confirmHostKey(input: $input) { __typename ... on ConfirmHostKeyPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": types.ConfirmHostKeyDocument,
    "\n  mutation CheckHost($input: CheckHostInput!) {\n    checkHost(input: $input) { __typename ... on CheckHostPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.CheckHostDocument,
    "\n  query HostSeries($id: ID!, $from: DateTime!) {\n    hostStats(hostId: $id, from: $from) { times busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": types.HostSeriesDocument,
    "\n  subscription HostSample($id: ID!) {\n    hostStats(hostId: $id) { at busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": types.HostSampleDocument,
    "query HostFileSystems($id: ID!) { host(id: $id) { id fileSystems { mountPoint sizeBytes usedBytes } } }": types.HostFileSystemsDocument,
    "\n  mutation ConfirmHostDown($input: ConfirmHostDownInput!) {\n    confirmHostDown(input: $input) { __typename ... on ConfirmHostDownPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.ConfirmHostDownDocument,
    "\n  mutation AddFenceDevice($input: AddFenceDeviceInput!) {\n    addFenceDevice(input: $input) { __typename ... on AddFenceDevicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": types.AddFenceDeviceDocument,
    "\n  mutation RemoveFenceDevice($input: RemoveFenceDeviceInput!) {\n    removeFenceDevice(input: $input) { __typename ... on RemoveFenceDevicePayload { deviceId } ... on UserError { code message field remedy } }\n  }\n": types.RemoveFenceDeviceDocument,
    "\n  mutation TestFenceDevice($input: TestFenceDeviceInput!) {\n    testFenceDevice(input: $input) { __typename ... on TestFenceDevicePayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.TestFenceDeviceDocument,
    "\n  query HostDrifts($hostId: ID!, $after: String) {\n    drifts(hostId: $hostId, open: true, first: 50, after: $after) { edges { cursor node { ...DriftLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.HostDriftsDocument,
    "\n  mutation RepairDrift($input: RepairDriftInput!) {\n    repairDrift(input: $input) { __typename ... on RepairDriftPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.RepairDriftDocument,
    "\n  mutation IgnoreDrift($input: IgnoreDriftInput!) {\n    ignoreDrift(input: $input) { __typename ... on IgnoreDriftPayload { drift { ...DriftLive } } ... on UserError { code message field remedy } }\n  }\n": types.IgnoreDriftDocument,
    "\n  mutation DrainHost($input: DrainHostInput!) {\n    drainHost(input: $input) { __typename ... on DrainHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.DrainHostDocument,
    "\n  mutation CancelDrain($input: CancelDrainInput!) {\n    cancelDrain(input: $input) { __typename ... on CancelDrainPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": types.CancelDrainDocument,
    "\n  mutation SetHostMaintenance($input: SetHostMaintenanceInput!) {\n    setHostMaintenance(input: $input) { __typename ... on SetHostMaintenancePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": types.SetHostMaintenanceDocument,
    "\n  mutation ReturnHostToService($input: ReturnHostToServiceInput!) {\n    returnHostToService(input: $input) { __typename ... on ReturnHostToServicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n": types.ReturnHostToServiceDocument,
    "\n  mutation RestrictHostKey($input: RestrictHostKeyInput!) {\n    restrictHostKey(input: $input) { __typename ... on RestrictHostKeyPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.RestrictHostKeyDocument,
    "\n  mutation RetireHost($input: RetireHostInput!) {\n    retireHost(input: $input) { __typename ... on RetireHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.RetireHostDocument,
    "\n  mutation PrepareHost($input: PrepareHostInput!) {\n    prepareHost(input: $input) { __typename ... on PrepareHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.PrepareHostDocument,
    "\n  mutation MigrateVm($input: MigrateVmInput!) {\n    migrateVm(input: $input) { __typename ... on MigrateVmPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n": types.MigrateVmDocument,
    "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.SignInDocument,
    "\n  mutation SignUp($input: SignUpInput!) {\n    signUp(input: $input) {\n      __typename\n      ... on SignUpPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.SignUpDocument,
    "query Entrance { installation { signUpOpen } }": types.EntranceDocument,
    "\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.RefreshSessionDocument,
    "\n  mutation SignOut($everywhere: Boolean!) {\n    signOut(input: { everywhere: $everywhere }) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.SignOutDocument,
    "query EventCursor { eventCursor }": types.EventCursorDocument,
    "\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt user { id username } username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n": types.TaskLiveFragmentDoc,
    "\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower unknownReason observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    instanceType { id name }\n    image { id os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac phase configuredInGuest network { id name vlan } addresses { ip prefixLength gateway } observedAddresses { ip source assigned } }\n    lastTask { ...TaskLive }\n  }\n": types.VmLiveFragmentDoc,
    "\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n": types.NetworkLiveFragmentDoc,
    "\n  fragment MemberLive on Member {\n    id version name: username isYou role permissions createdAt\n    can { update { allowed reason } remove { allowed reason } }\n  }\n": types.MemberLiveFragmentDoc,
    "\n  fragment HostLive on Host {\n    id version name kind hostState: state stateReason silentSince frozenReason frozenAt address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n": types.HostLiveFragmentDoc,
    "\n  fragment HostDetail on Host {\n    ...HostLive\n    fqdn location rack labels reservedVcpus roles methods publicBridge trunkBridge hostKeyFingerprint offeredHostKeyFingerprint publicKey keyRestrictedAt checkedAt discoveredAt os kernel openVswitchVersion clockOffsetMs\n    addresses { address purpose }\n    checklist { point subject state message remedy }\n    cpu { model sockets cores threads }\n    nics { name mac speedMbps carrier physical master addresses management }\n    bonds { name mode members }\n    bridges { name openVswitch uplinks }\n    unmanagedVms { uuid name power }\n    duty drain { total moved left stuck { reason vm { id name } } }\n    survivesLoss { ok vms wouldNotFitCount reason }\n    fenceDevices { id kind address port username plug testedAt testResult }\n    failover { silentSince endedAt missing recovered waiting proof { method detail } }\n  }\n": types.HostDetailFragmentDoc,
    "\n  fragment DriftLive on Drift {\n    id version driftKind: kind message repair remedy firstSeenAt ignoredAt resolvedAt\n    host { id }\n  }\n": types.DriftLiveFragmentDoc,
    "\n  fragment PoolLive on Pool {\n    id version name poolKind: kind poolState: state poolFailure: failure path wipeOnDelete diskOvercommit capacityBytes availableBytes promisedBytes maintenanceSince retiredAt\n    area { id name }\n    source { format servers path cephPool cephUser }\n    hosts { hasIt: state message remedy host { id name } }\n  }\n": types.PoolLiveFragmentDoc,
    "\n  fragment AreaLive on Area {\n    id version name placementPolicy vcpuOvercommit memoryOvercommit dns retiredAt createdAt\n    vlanRanges { first last }\n    reservedVlans { first last }\n    vlanUsage { total used free outside }\n    survivesLossOf { hosts survived ok notSurvived { id name } }\n  }\n": types.AreaLiveFragmentDoc,
    "\n  fragment TemplateLive on Template {\n    id version name description vcpus diskBytes guestInterface cloneMode imageVersion isPublic retiredAt createdAt requiredLabels avoidedLabels\n    system: os\n    size: memoryBytes\n    image { id name }\n    workspaces { id name }\n  }\n": types.TemplateLiveFragmentDoc,
    "\n  fragment InstanceTypeLive on InstanceType {\n    id version name description vcpus diskBytes isPublic retiredAt createdAt requiredLabels avoidedLabels\n    size: memoryBytes\n    workspaces { id name }\n  }\n": types.InstanceTypeLiveFragmentDoc,
    "\n  fragment AffinityGroupLive on AffinityGroup {\n    id version name policy strength kept createdAt\n    vms { id version name status phase observedPower }\n  }\n": types.AffinityGroupLiveFragmentDoc,
    "\n  fragment HostVmLive on VM {\n    id version name status phase observedPower vcpus size: memoryBytes\n    host { id name }\n    workspace { id name }\n  }\n": types.HostVmLiveFragmentDoc,
    "\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on AffinityGroup { ...AffinityGroupLive }\n        ... on Workspace { name }\n        ... on Member { ...MemberLive }\n      }\n    }\n  }\n": types.EventsDocument,
    "\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostDetail } ... on Task { ...TaskLive } ... on VM { ...HostVmLive } ... on Pool { ...PoolLive } ... on Drift { ...DriftLive } ... on Area { ...AreaLive } ... on Template { ...TemplateLive } ... on InstanceType { ...InstanceTypeLive } }\n    }\n  }\n": types.HostEventsDocument,
    "\n  query Home($after: String) {\n    installation { simulated }\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name workspacePhase: phase permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.HomeDocument,
    "query AreaChoices { areas(first: 100) { edges { cursor node { id name } } } }": types.AreaChoicesDocument,
    "\n  query People($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) { edges { cursor node { id user { id username } } } pageInfo { hasNextPage endCursor } }\n    }\n  }\n": types.PeopleDocument,
    "query Usage($workspaceId: ID!) { node(id: $workspaceId) { id ... on Workspace { quotas { resource limit used } } } }": types.UsageDocument,
    "subscription UsageChanged($workspaceId: ID!, $after: String) { usageChanged(workspaceId: $workspaceId, after: $after) { cursor quotas { resource limit used } } }": types.UsageChangedDocument,
    "\n  query Members($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) {\n        edges { cursor node { ...MemberLive } }\n        pageInfo { hasNextPage endCursor }\n      }\n    }\n  }\n": types.MembersDocument,
    "\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) { __typename ... on AddMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n": types.AddMemberDocument,
    "\n  mutation UpdateMember($input: UpdateMemberInput!) {\n    updateMember(input: $input) { __typename ... on UpdateMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateMemberDocument,
    "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) { __typename ... on RemoveMemberPayload { memberId } ... on UserError { code message field remedy } }\n  }\n": types.RemoveMemberDocument,
    "\n  query Networks($workspaceId: ID!, $after: String) {\n    networks(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...NetworkLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.NetworksDocument,
    "\n  mutation DeleteNetwork($input: DeleteNetworkInput!) {\n    deleteNetwork(input: $input) { __typename ... on DeleteNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.DeleteNetworkDocument,
    "\n  query Pools($after: String) {\n    pools(first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.PoolsDocument,
    "\n  mutation CreatePool($input: CreatePoolInput!) {\n    createPool(input: $input) { __typename ... on CreatePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": types.CreatePoolDocument,
    "\n  mutation SetPoolMaintenance($input: SetPoolMaintenanceInput!) {\n    setPoolMaintenance(input: $input) { __typename ... on SetPoolMaintenancePayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": types.SetPoolMaintenanceDocument,
    "\n  mutation RetirePool($input: RetirePoolInput!) {\n    retirePool(input: $input) { __typename ... on RetirePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": types.RetirePoolDocument,
    "\n  mutation RestorePool($input: RestorePoolInput!) {\n    restorePool(input: $input) { __typename ... on RestorePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": types.RestorePoolDocument,
    "\n  mutation DeletePool($input: DeletePoolInput!) {\n    deletePool(input: $input) { __typename ... on DeletePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n": types.DeletePoolDocument,
    "\n  query Tasks($workspaceId: ID!, $states: [TaskState!], $finished: Boolean, $userId: ID, $methods: [String!], $after: String) {\n    tasks(workspaceId: $workspaceId, states: $states, finished: $finished, userId: $userId, methods: $methods, first: 40, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.TasksDocument,
    "\n  mutation CreateNetwork($input: CreateNetworkInput!) {\n    createNetwork(input: $input) { __typename ... on CreateNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.CreateNetworkDocument,
    "\n  mutation CancelTask($input: CancelTaskInput!) {\n    cancelTask(input: $input) { __typename ... on CancelTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.CancelTaskDocument,
    "\n  mutation RetryTask($input: RetryTaskInput!) {\n    retryTask(input: $input) { __typename ... on RetryTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.RetryTaskDocument,
    "fragment UserShown on User { id username email superuser disabledAt createdAt }": types.UserShownFragmentDoc,
    "\n  query Users($text: String, $after: String) {\n    users(text: $text, first: 100, after: $after) { edges { cursor node { ...UserShown } } pageInfo { hasNextPage endCursor } }\n  }\n": types.UsersDocument,
    "query SignUpOpen { installation { signUpOpen } }": types.SignUpOpenDocument,
    "\n  mutation SetSignUpOpen($input: UpdateInstallationInput!) {\n    updateInstallation(input: $input) { __typename ... on UpdateInstallationPayload { installation { signUpOpen } } ... on UserError { code message field remedy } }\n  }\n": types.SetSignUpOpenDocument,
    "\n  mutation CreateUser($input: CreateUserInput!) {\n    createUser(input: $input) { __typename ... on CreateUserPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n": types.CreateUserDocument,
    "\n  mutation ResetUserPassword($input: ResetUserPasswordInput!) {\n    resetUserPassword(input: $input) { __typename ... on ResetUserPasswordPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n": types.ResetUserPasswordDocument,
    "\n  mutation DisableUser($input: DisableUserInput!) {\n    disableUser(input: $input) { __typename ... on DisableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n": types.DisableUserDocument,
    "\n  mutation EnableUser($input: EnableUserInput!) {\n    enableUser(input: $input) { __typename ... on EnableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n": types.EnableUserDocument,
    "\n  mutation SetSuperuser($input: SetSuperuserInput!) {\n    setSuperuser(input: $input) { __typename ... on SetSuperuserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n": types.SetSuperuserDocument,
    "\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.VmsDocument,
    "\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n": types.VmRowFragmentDoc,
    "query OneVm($id: ID!) { vm(id: $id) { ...VmLive } }": types.OneVmDocument,
    "\n  query VmTasks($workspaceId: ID!, $objectId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $objectId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.VmTasksDocument,
    "fragment GroupChoice on AffinityGroup { id version name policy strength }": types.GroupChoiceFragmentDoc,
    "\n  query GroupChoices($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n": types.GroupChoicesDocument,
    "query VmGroups($id: ID!) { vm(id: $id) { id affinityGroups { ...GroupChoice } } }": types.VmGroupsDocument,
    "\n  mutation SetVmGroups($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n": types.SetVmGroupsDocument,
    "\n  query VmChoices($workspaceId: ID!) {\n    templates(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name description os vcpus memoryBytes diskBytes } } }\n    images(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name os versions { virtualSizeBytes } } } }\n    instanceTypes(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name vcpus memoryBytes diskBytes } } }\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n    affinityGroups(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n": types.VmChoicesDocument,
    "\n  mutation CreateVm($input: CreateVmInput!) {\n    createVm(input: $input) { __typename ... on CreateVmPayload { vm { ...VmLive affinityGroups { ...GroupChoice } } task { ...TaskLive } sshPrivateKey } ... on UserError { code message field remedy } }\n  }\n": types.CreateVmDocument,
    "\n  query NetworkChoices($workspaceId: ID!) {\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n  }\n": types.NetworkChoicesDocument,
    "\n  mutation AttachInterface($input: AttachInterfaceInput!) {\n    attachInterface(input: $input) { __typename ... on AttachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.AttachInterfaceDocument,
    "\n  mutation DetachInterface($input: DetachInterfaceInput!) {\n    detachInterface(input: $input) { __typename ... on DetachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.DetachInterfaceDocument,
    "\n  mutation UpdateVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.UpdateVmDocument,
    "\n  mutation SetVmPassword($input: SetVmPasswordInput!) {\n    setVmPassword(input: $input) { __typename ... on SetVmPasswordPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.SetVmPasswordDocument,
    "\n  mutation DeleteVm($input: DeleteVmInput!) {\n    deleteVm(input: $input) { __typename ... on DeleteVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.DeleteVmDocument,
    "\n  mutation StartVm($input: StartVmInput!) {\n    startVm(input: $input) { __typename ... on StartVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.StartVmDocument,
    "\n  mutation ShutdownVm($input: ShutdownVmInput!) {\n    shutdownVm(input: $input) { __typename ... on ShutdownVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.ShutdownVmDocument,
    "\n  mutation StopVm($input: StopVmInput!) {\n    stopVm(input: $input) { __typename ... on StopVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.StopVmDocument,
    "\n  mutation RebootVm($input: RebootVmInput!) {\n    rebootVm(input: $input) { __typename ... on RebootVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.RebootVmDocument,
    "\n  mutation ResetVm($input: ResetVmInput!) {\n    resetVm(input: $input) { __typename ... on ResetVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.ResetVmDocument,
    "\n  mutation SuspendVm($input: SuspendVmInput!) {\n    suspendVm(input: $input) { __typename ... on SuspendVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.SuspendVmDocument,
    "\n  mutation ResumeVm($input: ResumeVmInput!) {\n    resumeVm(input: $input) { __typename ... on ResumeVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n": types.ResumeVmDocument,
    "\n  mutation OpenConsole($input: OpenConsoleInput!) {\n    openConsole(input: $input) { __typename ... on OpenConsolePayload { path } ... on UserError { code message field remedy } }\n  }\n": types.OpenConsoleDocument,
    "\n  query VmSeries($id: ID!, $from: DateTime!) {\n    vmStats(vmId: $id, from: $from) { times busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": types.VmSeriesDocument,
    "\n  subscription VmSample($id: ID!) {\n    vmStats(vmId: $id) { at busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n": types.VmSampleDocument,
    "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.CreateWorkspaceDocument,
    "\n  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {\n    updateWorkspace(input: $input) {\n      __typename\n      ... on UpdateWorkspacePayload { workspace { id name } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.UpdateWorkspaceDocument,
    "\n  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {\n    deleteWorkspace(input: $input) {\n      __typename\n      ... on DeleteWorkspacePayload { task { ...TaskLive } plan { hash losses } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.DeleteWorkspaceDocument,
    "\n  query WorkspaceTasks($workspaceId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $workspaceId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.WorkspaceTasksDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ApiTokenShown on ApiToken {\n    id name superuser createdAt expiresAt revokedAt lastUsedAt\n    scopes { workspace { id name } allWorkspaces permissions }\n  }\n"): (typeof documents)["\n  fragment ApiTokenShown on ApiToken {\n    id name superuser createdAt expiresAt revokedAt lastUsedAt\n    scopes { workspace { id name } allWorkspaces permissions }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Account {\n    viewer { id username email superuser createdAt }\n    apiTokens(first: 100) { edges { cursor node { ...ApiTokenShown } } pageInfo { hasNextPage } }\n  }\n"): (typeof documents)["\n  query Account {\n    viewer { id username email superuser createdAt }\n    apiTokens(first: 100) { edges { cursor node { ...ApiTokenShown } } pageInfo { hasNextPage } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) { __typename ... on UpdateProfilePayload { user { id email } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateProfile($input: UpdateProfileInput!) {\n    updateProfile(input: $input) { __typename ... on UpdateProfilePayload { user { id email } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) { __typename ... on ChangePasswordPayload { user { id } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ChangePassword($input: ChangePasswordInput!) {\n    changePassword(input: $input) { __typename ... on ChangePasswordPayload { user { id } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) { __typename ... on CreateApiTokenPayload { token apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateApiToken($input: CreateApiTokenInput!) {\n    createApiToken(input: $input) { __typename ... on CreateApiTokenPayload { token apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RevokeApiToken($input: RevokeApiTokenInput!) {\n    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenPayload { apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RevokeApiToken($input: RevokeApiTokenInput!) {\n    revokeApiToken(input: $input) { __typename ... on RevokeApiTokenPayload { apiToken { ...ApiTokenShown } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AffinityGroups($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...AffinityGroupLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query AffinityGroups($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...AffinityGroupLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query OneAffinityGroup($id: ID!) { node(id: $id) { __typename id ... on AffinityGroup { ...AffinityGroupLive } } }"): (typeof documents)["query OneAffinityGroup($id: ID!) { node(id: $id) { __typename id ... on AffinityGroup { ...AffinityGroupLive } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GroupVms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { id version name status phase observedPower } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query GroupVms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { id version name status phase observedPower } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query GroupsOfVm($id: ID!) { vm(id: $id) { id affinityGroups { id } } }"): (typeof documents)["query GroupsOfVm($id: ID!) { vm(id: $id) { id affinityGroups { id } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetGroupsOfVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SetGroupsOfVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateAffinityGroup($input: CreateAffinityGroupInput!) {\n    createAffinityGroup(input: $input) { __typename ... on CreateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateAffinityGroup($input: CreateAffinityGroupInput!) {\n    createAffinityGroup(input: $input) { __typename ... on CreateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateAffinityGroup($input: UpdateAffinityGroupInput!) {\n    updateAffinityGroup(input: $input) { __typename ... on UpdateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateAffinityGroup($input: UpdateAffinityGroupInput!) {\n    updateAffinityGroup(input: $input) { __typename ... on UpdateAffinityGroupPayload { affinityGroup { ...AffinityGroupLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteAffinityGroup($input: DeleteAffinityGroupInput!) {\n    deleteAffinityGroup(input: $input) { __typename ... on DeleteAffinityGroupPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeleteAffinityGroup($input: DeleteAffinityGroupInput!) {\n    deleteAffinityGroup(input: $input) { __typename ... on DeleteAffinityGroupPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Areas($after: String) {\n    areas(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...AreaLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query Areas($after: String) {\n    areas(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...AreaLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query OneArea($id: ID!) { node(id: $id) { __typename id ... on Area { ...AreaLive } } }"): (typeof documents)["query OneArea($id: ID!) { node(id: $id) { __typename id ... on Area { ...AreaLive } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AreaHost on Host {\n    ...HostLive\n    reservedVcpus\n    survivesLoss { ok vms wouldNotFitCount reason }\n  }\n"): (typeof documents)["\n  fragment AreaHost on Host {\n    ...HostLive\n    reservedVcpus\n    survivesLoss { ok vms wouldNotFitCount reason }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query HostsOfAreas($after: String) {\n    hosts(first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query HostsOfAreas($after: String) {\n    hosts(first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AreaHosts($areaId: ID!, $after: String) {\n    hosts(areaId: $areaId, first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query AreaHosts($areaId: ID!, $after: String) {\n    hosts(areaId: $areaId, first: 100, after: $after) { edges { cursor node { ...AreaHost } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AreaPools($areaId: ID!, $after: String) {\n    pools(areaId: $areaId, first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query AreaPools($areaId: ID!, $after: String) {\n    pools(areaId: $areaId, first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Policies { placementPolicies { name description isOwn } }"): (typeof documents)["query Policies { placementPolicies { name description isOwn } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateArea($input: CreateAreaInput!) {\n    createArea(input: $input) { __typename ... on CreateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateArea($input: CreateAreaInput!) {\n    createArea(input: $input) { __typename ... on CreateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateArea($input: UpdateAreaInput!) {\n    updateArea(input: $input) { __typename ... on UpdateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateArea($input: UpdateAreaInput!) {\n    updateArea(input: $input) { __typename ... on UpdateAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetireArea($input: RetireAreaInput!) {\n    retireArea(input: $input) { __typename ... on RetireAreaPayload { area { ...AreaLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RetireArea($input: RetireAreaInput!) {\n    retireArea(input: $input) { __typename ... on RetireAreaPayload { area { ...AreaLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RestoreArea($input: RestoreAreaInput!) {\n    restoreArea(input: $input) { __typename ... on RestoreAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RestoreArea($input: RestoreAreaInput!) {\n    restoreArea(input: $input) { __typename ... on RestoreAreaPayload { area { ...AreaLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteArea($input: DeleteAreaInput!) {\n    deleteArea(input: $input) { __typename ... on DeleteAreaPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeleteArea($input: DeleteAreaInput!) {\n    deleteArea(input: $input) { __typename ... on DeleteAreaPayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AuditShown on AuditEntry {\n    id at username clientAddress requestId method objectId objectType objectName input dryRun outcome code message\n    user { id username }\n    workspace { id name }\n    task { id version state }\n  }\n"): (typeof documents)["\n  fragment AuditShown on AuditEntry {\n    id at username clientAddress requestId method objectId objectType objectName input dryRun outcome code message\n    user { id username }\n    workspace { id name }\n    task { id version state }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditEntries($workspaceId: ID, $userId: ID, $methods: [String!], $outcome: AuditOutcome, $after: String) {\n    auditEntries(workspaceId: $workspaceId, userId: $userId, methods: $methods, outcome: $outcome, first: 50, after: $after) {\n      edges { cursor node { ...AuditShown } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query AuditEntries($workspaceId: ID, $userId: ID, $methods: [String!], $outcome: AuditOutcome, $after: String) {\n    auditEntries(workspaceId: $workspaceId, userId: $userId, methods: $methods, outcome: $outcome, first: 50, after: $after) {\n      edges { cursor node { ...AuditShown } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query AuditUsers($text: String, $after: String) {\n    users(text: $text, first: 50, after: $after) { edges { cursor node { id username } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query AuditUsers($text: String, $after: String) {\n    users(text: $text, first: 50, after: $after) { edges { cursor node { id username } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Images($after: String) {\n    images(retiredToo: true, first: 40, after: $after) { edges { cursor node { ...ImageKept } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query Images($after: String) {\n    images(retiredToo: true, first: 40, after: $after) { edges { cursor node { ...ImageKept } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ImageTasks($after: String) {\n    tasks(methods: [\"importImage\", \"copyImage\", \"deleteImage\"], first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query ImageTasks($after: String) {\n    tasks(methods: [\"importImage\", \"copyImage\", \"deleteImage\"], first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PoolChoices($after: String) {\n    pools(first: 100, after: $after) { edges { cursor node { id name state area { id name } } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query PoolChoices($after: String) {\n    pools(first: 100, after: $after) { edges { cursor node { id name state area { id name } } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ImportImage($input: ImportImageInput!) {\n    importImage(input: $input) { __typename ... on ImportImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ImportImage($input: ImportImageInput!) {\n    importImage(input: $input) { __typename ... on ImportImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CopyImage($input: CopyImageInput!) {\n    copyImage(input: $input) { __typename ... on CopyImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CopyImage($input: CopyImageInput!) {\n    copyImage(input: $input) { __typename ... on CopyImagePayload { image { ...ImageKept } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) { __typename ... on UpdateImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateImage($input: UpdateImageInput!) {\n    updateImage(input: $input) { __typename ... on UpdateImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetireImage($input: RetireImageInput!) {\n    retireImage(input: $input) { __typename ... on RetireImagePayload { image { ...ImageKept } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RetireImage($input: RetireImageInput!) {\n    retireImage(input: $input) { __typename ... on RetireImagePayload { image { ...ImageKept } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RestoreImage($input: RestoreImageInput!) {\n    restoreImage(input: $input) { __typename ... on RestoreImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RestoreImage($input: RestoreImageInput!) {\n    restoreImage(input: $input) { __typename ... on RestoreImagePayload { image { ...ImageKept } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteImage($input: DeleteImageInput!) {\n    deleteImage(input: $input) { __typename ... on DeleteImagePayload { deletedId task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeleteImage($input: DeleteImageInput!) {\n    deleteImage(input: $input) { __typename ... on DeleteImagePayload { deletedId task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Templates($after: String) {\n    templates(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query Templates($after: String) {\n    templates(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query InstanceTypes($after: String) {\n    instanceTypes(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query InstanceTypes($after: String) {\n    instanceTypes(retiredToo: true, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ImageShown on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt }\n  }\n"): (typeof documents)["\n  fragment ImageShown on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment ImageKept on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt sourceUrl copies { state pool { id name } } }\n  }\n"): (typeof documents)["\n  fragment ImageKept on Image {\n    id version name system: os isPublic retiredAt createdAt\n    workspaces { id name }\n    versions { number format sizeBytes virtualSizeBytes createdAt sourceUrl copies { state pool { id name } } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OfferedTemplates($workspaceId: ID!, $after: String) {\n    templates(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query OfferedTemplates($workspaceId: ID!, $after: String) {\n    templates(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...TemplateLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OfferedInstanceTypes($workspaceId: ID!, $after: String) {\n    instanceTypes(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query OfferedInstanceTypes($workspaceId: ID!, $after: String) {\n    instanceTypes(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...InstanceTypeLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query OfferedImages($workspaceId: ID!, $after: String) {\n    images(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...ImageShown } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query OfferedImages($workspaceId: ID!, $after: String) {\n    images(workspaceId: $workspaceId, first: 50, after: $after) { edges { cursor node { ...ImageShown } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateTemplate($input: CreateTemplateInput!) {\n    createTemplate(input: $input) { __typename ... on CreateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateTemplate($input: CreateTemplateInput!) {\n    createTemplate(input: $input) { __typename ... on CreateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateTemplate($input: UpdateTemplateInput!) {\n    updateTemplate(input: $input) { __typename ... on UpdateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateTemplate($input: UpdateTemplateInput!) {\n    updateTemplate(input: $input) { __typename ... on UpdateTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetireTemplate($input: RetireTemplateInput!) {\n    retireTemplate(input: $input) { __typename ... on RetireTemplatePayload { template { ...TemplateLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RetireTemplate($input: RetireTemplateInput!) {\n    retireTemplate(input: $input) { __typename ... on RetireTemplatePayload { template { ...TemplateLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RestoreTemplate($input: RestoreTemplateInput!) {\n    restoreTemplate(input: $input) { __typename ... on RestoreTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RestoreTemplate($input: RestoreTemplateInput!) {\n    restoreTemplate(input: $input) { __typename ... on RestoreTemplatePayload { template { ...TemplateLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteTemplate($input: DeleteTemplateInput!) {\n    deleteTemplate(input: $input) { __typename ... on DeleteTemplatePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeleteTemplate($input: DeleteTemplateInput!) {\n    deleteTemplate(input: $input) { __typename ... on DeleteTemplatePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateInstanceType($input: CreateInstanceTypeInput!) {\n    createInstanceType(input: $input) { __typename ... on CreateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateInstanceType($input: CreateInstanceTypeInput!) {\n    createInstanceType(input: $input) { __typename ... on CreateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateInstanceType($input: UpdateInstanceTypeInput!) {\n    updateInstanceType(input: $input) { __typename ... on UpdateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateInstanceType($input: UpdateInstanceTypeInput!) {\n    updateInstanceType(input: $input) { __typename ... on UpdateInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetireInstanceType($input: RetireInstanceTypeInput!) {\n    retireInstanceType(input: $input) { __typename ... on RetireInstanceTypePayload { instanceType { ...InstanceTypeLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RetireInstanceType($input: RetireInstanceTypeInput!) {\n    retireInstanceType(input: $input) { __typename ... on RetireInstanceTypePayload { instanceType { ...InstanceTypeLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RestoreInstanceType($input: RestoreInstanceTypeInput!) {\n    restoreInstanceType(input: $input) { __typename ... on RestoreInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RestoreInstanceType($input: RestoreInstanceTypeInput!) {\n    restoreInstanceType(input: $input) { __typename ... on RestoreInstanceTypePayload { instanceType { ...InstanceTypeLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteInstanceType($input: DeleteInstanceTypeInput!) {\n    deleteInstanceType(input: $input) { __typename ... on DeleteInstanceTypePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeleteInstanceType($input: DeleteInstanceTypeInput!) {\n    deleteInstanceType(input: $input) { __typename ... on DeleteInstanceTypePayload { deletedId plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Hosts($after: String) {\n    hosts(first: 50, after: $after) { edges { cursor node { ...HostLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query Hosts($after: String) {\n    hosts(first: 50, after: $after) { edges { cursor node { ...HostLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query OneHost($id: ID!) { host(id: $id) { ...HostDetail } }"): (typeof documents)["query OneHost($id: ID!) { host(id: $id) { ...HostDetail } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query HostVms($hostId: ID!, $after: String) {\n    vms(hostId: $hostId, first: 100, after: $after) { edges { cursor node { ...HostVmLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query HostVms($hostId: ID!, $after: String) {\n    vms(hostId: $hostId, first: 100, after: $after) { edges { cursor node { ...HostVmLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query HostTasks($hostId: ID!, $after: String) {\n    tasks(objectId: $hostId, first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query HostTasks($hostId: ID!, $after: String) {\n    tasks(objectId: $hostId, first: 10, after: $after) { edges { cursor node { ...TaskLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query FindHostDifferences($hostId: ID!) {\n    hostDifferences(hostId: $hostId) { observedAt unmanagedVms differences { kind message onHost } }\n  }\n"): (typeof documents)["\n  query FindHostDifferences($hostId: ID!) {\n    hostDifferences(hostId: $hostId) { observedAt unmanagedVms differences { kind message onHost } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReviewHost($input: ReviewHostInput!) {\n    reviewHost(input: $input) { __typename ... on ReviewHostPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ReviewHost($input: ReviewHostInput!) {\n    reviewHost(input: $input) { __typename ... on ReviewHostPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query ReviewTask($id: ID!) { task(id: $id) { ...TaskLive } }"): (typeof documents)["query ReviewTask($id: ID!) { task(id: $id) { ...TaskLive } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EnrolHost($input: EnrolHostInput!) {\n    enrolHost(input: $input) { __typename ... on EnrolHostPayload { host { ...HostDetail } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation EnrolHost($input: EnrolHostInput!) {\n    enrolHost(input: $input) { __typename ... on EnrolHostPayload { host { ...HostDetail } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateHost($input: UpdateHostInput!) {\n    updateHost(input: $input) { __typename ... on UpdateHostPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateHost($input: UpdateHostInput!) {\n    updateHost(input: $input) { __typename ... on UpdateHostPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConfirmHostKey($input: ConfirmHostKeyInput!) {\n    confirmHostKey(input: $input) { __typename ... on ConfirmHostKeyPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ConfirmHostKey($input: ConfirmHostKeyInput!) {\n    confirmHostKey(input: $input) { __typename ... on ConfirmHostKeyPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CheckHost($input: CheckHostInput!) {\n    checkHost(input: $input) { __typename ... on CheckHostPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CheckHost($input: CheckHostInput!) {\n    checkHost(input: $input) { __typename ... on CheckHostPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query HostSeries($id: ID!, $from: DateTime!) {\n    hostStats(hostId: $id, from: $from) { times busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"): (typeof documents)["\n  query HostSeries($id: ID!, $from: DateTime!) {\n    hostStats(hostId: $id, from: $from) { times busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription HostSample($id: ID!) {\n    hostStats(hostId: $id) { at busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"): (typeof documents)["\n  subscription HostSample($id: ID!) {\n    hostStats(hostId: $id) { at busyCpus ioWaitCpus load1 load5 load15 memoryUsedBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query HostFileSystems($id: ID!) { host(id: $id) { id fileSystems { mountPoint sizeBytes usedBytes } } }"): (typeof documents)["query HostFileSystems($id: ID!) { host(id: $id) { id fileSystems { mountPoint sizeBytes usedBytes } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ConfirmHostDown($input: ConfirmHostDownInput!) {\n    confirmHostDown(input: $input) { __typename ... on ConfirmHostDownPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ConfirmHostDown($input: ConfirmHostDownInput!) {\n    confirmHostDown(input: $input) { __typename ... on ConfirmHostDownPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddFenceDevice($input: AddFenceDeviceInput!) {\n    addFenceDevice(input: $input) { __typename ... on AddFenceDevicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation AddFenceDevice($input: AddFenceDeviceInput!) {\n    addFenceDevice(input: $input) { __typename ... on AddFenceDevicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveFenceDevice($input: RemoveFenceDeviceInput!) {\n    removeFenceDevice(input: $input) { __typename ... on RemoveFenceDevicePayload { deviceId } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RemoveFenceDevice($input: RemoveFenceDeviceInput!) {\n    removeFenceDevice(input: $input) { __typename ... on RemoveFenceDevicePayload { deviceId } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation TestFenceDevice($input: TestFenceDeviceInput!) {\n    testFenceDevice(input: $input) { __typename ... on TestFenceDevicePayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation TestFenceDevice($input: TestFenceDeviceInput!) {\n    testFenceDevice(input: $input) { __typename ... on TestFenceDevicePayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query HostDrifts($hostId: ID!, $after: String) {\n    drifts(hostId: $hostId, open: true, first: 50, after: $after) { edges { cursor node { ...DriftLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query HostDrifts($hostId: ID!, $after: String) {\n    drifts(hostId: $hostId, open: true, first: 50, after: $after) { edges { cursor node { ...DriftLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RepairDrift($input: RepairDriftInput!) {\n    repairDrift(input: $input) { __typename ... on RepairDriftPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RepairDrift($input: RepairDriftInput!) {\n    repairDrift(input: $input) { __typename ... on RepairDriftPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation IgnoreDrift($input: IgnoreDriftInput!) {\n    ignoreDrift(input: $input) { __typename ... on IgnoreDriftPayload { drift { ...DriftLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation IgnoreDrift($input: IgnoreDriftInput!) {\n    ignoreDrift(input: $input) { __typename ... on IgnoreDriftPayload { drift { ...DriftLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DrainHost($input: DrainHostInput!) {\n    drainHost(input: $input) { __typename ... on DrainHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DrainHost($input: DrainHostInput!) {\n    drainHost(input: $input) { __typename ... on DrainHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelDrain($input: CancelDrainInput!) {\n    cancelDrain(input: $input) { __typename ... on CancelDrainPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CancelDrain($input: CancelDrainInput!) {\n    cancelDrain(input: $input) { __typename ... on CancelDrainPayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetHostMaintenance($input: SetHostMaintenanceInput!) {\n    setHostMaintenance(input: $input) { __typename ... on SetHostMaintenancePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SetHostMaintenance($input: SetHostMaintenanceInput!) {\n    setHostMaintenance(input: $input) { __typename ... on SetHostMaintenancePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReturnHostToService($input: ReturnHostToServiceInput!) {\n    returnHostToService(input: $input) { __typename ... on ReturnHostToServicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ReturnHostToService($input: ReturnHostToServiceInput!) {\n    returnHostToService(input: $input) { __typename ... on ReturnHostToServicePayload { host { ...HostDetail } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RestrictHostKey($input: RestrictHostKeyInput!) {\n    restrictHostKey(input: $input) { __typename ... on RestrictHostKeyPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RestrictHostKey($input: RestrictHostKeyInput!) {\n    restrictHostKey(input: $input) { __typename ... on RestrictHostKeyPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetireHost($input: RetireHostInput!) {\n    retireHost(input: $input) { __typename ... on RetireHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RetireHost($input: RetireHostInput!) {\n    retireHost(input: $input) { __typename ... on RetireHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation PrepareHost($input: PrepareHostInput!) {\n    prepareHost(input: $input) { __typename ... on PrepareHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation PrepareHost($input: PrepareHostInput!) {\n    prepareHost(input: $input) { __typename ... on PrepareHostPayload { host { ...HostDetail } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation MigrateVm($input: MigrateVmInput!) {\n    migrateVm(input: $input) { __typename ... on MigrateVmPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation MigrateVm($input: MigrateVmInput!) {\n    migrateVm(input: $input) { __typename ... on MigrateVmPayload { task { ...TaskLive } plan { hash steps losses } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignUp($input: SignUpInput!) {\n    signUp(input: $input) {\n      __typename\n      ... on SignUpPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation SignUp($input: SignUpInput!) {\n    signUp(input: $input) {\n      __typename\n      ... on SignUpPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Entrance { installation { signUpOpen } }"): (typeof documents)["query Entrance { installation { signUpOpen } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignOut($everywhere: Boolean!) {\n    signOut(input: { everywhere: $everywhere }) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation SignOut($everywhere: Boolean!) {\n    signOut(input: { everywhere: $everywhere }) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query EventCursor { eventCursor }"): (typeof documents)["query EventCursor { eventCursor }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt user { id username } username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n"): (typeof documents)["\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt user { id username } username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower unknownReason observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    instanceType { id name }\n    image { id os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac phase configuredInGuest network { id name vlan } addresses { ip prefixLength gateway } observedAddresses { ip source assigned } }\n    lastTask { ...TaskLive }\n  }\n"): (typeof documents)["\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower unknownReason observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    instanceType { id name }\n    image { id os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac phase configuredInGuest network { id name vlan } addresses { ip prefixLength gateway } observedAddresses { ip source assigned } }\n    lastTask { ...TaskLive }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n"): (typeof documents)["\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment MemberLive on Member {\n    id version name: username isYou role permissions createdAt\n    can { update { allowed reason } remove { allowed reason } }\n  }\n"): (typeof documents)["\n  fragment MemberLive on Member {\n    id version name: username isYou role permissions createdAt\n    can { update { allowed reason } remove { allowed reason } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HostLive on Host {\n    id version name kind hostState: state stateReason silentSince frozenReason frozenAt address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n"): (typeof documents)["\n  fragment HostLive on Host {\n    id version name kind hostState: state stateReason silentSince frozenReason frozenAt address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HostDetail on Host {\n    ...HostLive\n    fqdn location rack labels reservedVcpus roles methods publicBridge trunkBridge hostKeyFingerprint offeredHostKeyFingerprint publicKey keyRestrictedAt checkedAt discoveredAt os kernel openVswitchVersion clockOffsetMs\n    addresses { address purpose }\n    checklist { point subject state message remedy }\n    cpu { model sockets cores threads }\n    nics { name mac speedMbps carrier physical master addresses management }\n    bonds { name mode members }\n    bridges { name openVswitch uplinks }\n    unmanagedVms { uuid name power }\n    duty drain { total moved left stuck { reason vm { id name } } }\n    survivesLoss { ok vms wouldNotFitCount reason }\n    fenceDevices { id kind address port username plug testedAt testResult }\n    failover { silentSince endedAt missing recovered waiting proof { method detail } }\n  }\n"): (typeof documents)["\n  fragment HostDetail on Host {\n    ...HostLive\n    fqdn location rack labels reservedVcpus roles methods publicBridge trunkBridge hostKeyFingerprint offeredHostKeyFingerprint publicKey keyRestrictedAt checkedAt discoveredAt os kernel openVswitchVersion clockOffsetMs\n    addresses { address purpose }\n    checklist { point subject state message remedy }\n    cpu { model sockets cores threads }\n    nics { name mac speedMbps carrier physical master addresses management }\n    bonds { name mode members }\n    bridges { name openVswitch uplinks }\n    unmanagedVms { uuid name power }\n    duty drain { total moved left stuck { reason vm { id name } } }\n    survivesLoss { ok vms wouldNotFitCount reason }\n    fenceDevices { id kind address port username plug testedAt testResult }\n    failover { silentSince endedAt missing recovered waiting proof { method detail } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment DriftLive on Drift {\n    id version driftKind: kind message repair remedy firstSeenAt ignoredAt resolvedAt\n    host { id }\n  }\n"): (typeof documents)["\n  fragment DriftLive on Drift {\n    id version driftKind: kind message repair remedy firstSeenAt ignoredAt resolvedAt\n    host { id }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment PoolLive on Pool {\n    id version name poolKind: kind poolState: state poolFailure: failure path wipeOnDelete diskOvercommit capacityBytes availableBytes promisedBytes maintenanceSince retiredAt\n    area { id name }\n    source { format servers path cephPool cephUser }\n    hosts { hasIt: state message remedy host { id name } }\n  }\n"): (typeof documents)["\n  fragment PoolLive on Pool {\n    id version name poolKind: kind poolState: state poolFailure: failure path wipeOnDelete diskOvercommit capacityBytes availableBytes promisedBytes maintenanceSince retiredAt\n    area { id name }\n    source { format servers path cephPool cephUser }\n    hosts { hasIt: state message remedy host { id name } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AreaLive on Area {\n    id version name placementPolicy vcpuOvercommit memoryOvercommit dns retiredAt createdAt\n    vlanRanges { first last }\n    reservedVlans { first last }\n    vlanUsage { total used free outside }\n    survivesLossOf { hosts survived ok notSurvived { id name } }\n  }\n"): (typeof documents)["\n  fragment AreaLive on Area {\n    id version name placementPolicy vcpuOvercommit memoryOvercommit dns retiredAt createdAt\n    vlanRanges { first last }\n    reservedVlans { first last }\n    vlanUsage { total used free outside }\n    survivesLossOf { hosts survived ok notSurvived { id name } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TemplateLive on Template {\n    id version name description vcpus diskBytes guestInterface cloneMode imageVersion isPublic retiredAt createdAt requiredLabels avoidedLabels\n    system: os\n    size: memoryBytes\n    image { id name }\n    workspaces { id name }\n  }\n"): (typeof documents)["\n  fragment TemplateLive on Template {\n    id version name description vcpus diskBytes guestInterface cloneMode imageVersion isPublic retiredAt createdAt requiredLabels avoidedLabels\n    system: os\n    size: memoryBytes\n    image { id name }\n    workspaces { id name }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment InstanceTypeLive on InstanceType {\n    id version name description vcpus diskBytes isPublic retiredAt createdAt requiredLabels avoidedLabels\n    size: memoryBytes\n    workspaces { id name }\n  }\n"): (typeof documents)["\n  fragment InstanceTypeLive on InstanceType {\n    id version name description vcpus diskBytes isPublic retiredAt createdAt requiredLabels avoidedLabels\n    size: memoryBytes\n    workspaces { id name }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment AffinityGroupLive on AffinityGroup {\n    id version name policy strength kept createdAt\n    vms { id version name status phase observedPower }\n  }\n"): (typeof documents)["\n  fragment AffinityGroupLive on AffinityGroup {\n    id version name policy strength kept createdAt\n    vms { id version name status phase observedPower }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HostVmLive on VM {\n    id version name status phase observedPower vcpus size: memoryBytes\n    host { id name }\n    workspace { id name }\n  }\n"): (typeof documents)["\n  fragment HostVmLive on VM {\n    id version name status phase observedPower vcpus size: memoryBytes\n    host { id name }\n    workspace { id name }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on AffinityGroup { ...AffinityGroupLive }\n        ... on Workspace { name }\n        ... on Member { ...MemberLive }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on AffinityGroup { ...AffinityGroupLive }\n        ... on Workspace { name }\n        ... on Member { ...MemberLive }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostDetail } ... on Task { ...TaskLive } ... on VM { ...HostVmLive } ... on Pool { ...PoolLive } ... on Drift { ...DriftLive } ... on Area { ...AreaLive } ... on Template { ...TemplateLive } ... on InstanceType { ...InstanceTypeLive } }\n    }\n  }\n"): (typeof documents)["\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostDetail } ... on Task { ...TaskLive } ... on VM { ...HostVmLive } ... on Pool { ...PoolLive } ... on Drift { ...DriftLive } ... on Area { ...AreaLive } ... on Template { ...TemplateLive } ... on InstanceType { ...InstanceTypeLive } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Home($after: String) {\n    installation { simulated }\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name workspacePhase: phase permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Home($after: String) {\n    installation { simulated }\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name workspacePhase: phase permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query AreaChoices { areas(first: 100) { edges { cursor node { id name } } } }"): (typeof documents)["query AreaChoices { areas(first: 100) { edges { cursor node { id name } } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query People($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) { edges { cursor node { id user { id username } } } pageInfo { hasNextPage endCursor } }\n    }\n  }\n"): (typeof documents)["\n  query People($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) { edges { cursor node { id user { id username } } } pageInfo { hasNextPage endCursor } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Usage($workspaceId: ID!) { node(id: $workspaceId) { id ... on Workspace { quotas { resource limit used } } } }"): (typeof documents)["query Usage($workspaceId: ID!) { node(id: $workspaceId) { id ... on Workspace { quotas { resource limit used } } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription UsageChanged($workspaceId: ID!, $after: String) { usageChanged(workspaceId: $workspaceId, after: $after) { cursor quotas { resource limit used } } }"): (typeof documents)["subscription UsageChanged($workspaceId: ID!, $after: String) { usageChanged(workspaceId: $workspaceId, after: $after) { cursor quotas { resource limit used } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Members($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) {\n        edges { cursor node { ...MemberLive } }\n        pageInfo { hasNextPage endCursor }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Members($workspaceId: ID!, $after: String) {\n    workspace(id: $workspaceId) {\n      id\n      members(first: 100, after: $after) {\n        edges { cursor node { ...MemberLive } }\n        pageInfo { hasNextPage endCursor }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) { __typename ... on AddMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation AddMember($input: AddMemberInput!) {\n    addMember(input: $input) { __typename ... on AddMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateMember($input: UpdateMemberInput!) {\n    updateMember(input: $input) { __typename ... on UpdateMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateMember($input: UpdateMemberInput!) {\n    updateMember(input: $input) { __typename ... on UpdateMemberPayload { member { ...MemberLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) { __typename ... on RemoveMemberPayload { memberId } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RemoveMember($input: RemoveMemberInput!) {\n    removeMember(input: $input) { __typename ... on RemoveMemberPayload { memberId } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Networks($workspaceId: ID!, $after: String) {\n    networks(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...NetworkLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Networks($workspaceId: ID!, $after: String) {\n    networks(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...NetworkLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteNetwork($input: DeleteNetworkInput!) {\n    deleteNetwork(input: $input) { __typename ... on DeleteNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeleteNetwork($input: DeleteNetworkInput!) {\n    deleteNetwork(input: $input) { __typename ... on DeleteNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Pools($after: String) {\n    pools(first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query Pools($after: String) {\n    pools(first: 50, after: $after) { edges { cursor node { ...PoolLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreatePool($input: CreatePoolInput!) {\n    createPool(input: $input) { __typename ... on CreatePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreatePool($input: CreatePoolInput!) {\n    createPool(input: $input) { __typename ... on CreatePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetPoolMaintenance($input: SetPoolMaintenanceInput!) {\n    setPoolMaintenance(input: $input) { __typename ... on SetPoolMaintenancePayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SetPoolMaintenance($input: SetPoolMaintenanceInput!) {\n    setPoolMaintenance(input: $input) { __typename ... on SetPoolMaintenancePayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetirePool($input: RetirePoolInput!) {\n    retirePool(input: $input) { __typename ... on RetirePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RetirePool($input: RetirePoolInput!) {\n    retirePool(input: $input) { __typename ... on RetirePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RestorePool($input: RestorePoolInput!) {\n    restorePool(input: $input) { __typename ... on RestorePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RestorePool($input: RestorePoolInput!) {\n    restorePool(input: $input) { __typename ... on RestorePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeletePool($input: DeletePoolInput!) {\n    deletePool(input: $input) { __typename ... on DeletePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeletePool($input: DeletePoolInput!) {\n    deletePool(input: $input) { __typename ... on DeletePoolPayload { pool { ...PoolLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Tasks($workspaceId: ID!, $states: [TaskState!], $finished: Boolean, $userId: ID, $methods: [String!], $after: String) {\n    tasks(workspaceId: $workspaceId, states: $states, finished: $finished, userId: $userId, methods: $methods, first: 40, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Tasks($workspaceId: ID!, $states: [TaskState!], $finished: Boolean, $userId: ID, $methods: [String!], $after: String) {\n    tasks(workspaceId: $workspaceId, states: $states, finished: $finished, userId: $userId, methods: $methods, first: 40, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateNetwork($input: CreateNetworkInput!) {\n    createNetwork(input: $input) { __typename ... on CreateNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateNetwork($input: CreateNetworkInput!) {\n    createNetwork(input: $input) { __typename ... on CreateNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CancelTask($input: CancelTaskInput!) {\n    cancelTask(input: $input) { __typename ... on CancelTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CancelTask($input: CancelTaskInput!) {\n    cancelTask(input: $input) { __typename ... on CancelTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RetryTask($input: RetryTaskInput!) {\n    retryTask(input: $input) { __typename ... on RetryTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RetryTask($input: RetryTaskInput!) {\n    retryTask(input: $input) { __typename ... on RetryTaskPayload { task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment UserShown on User { id username email superuser disabledAt createdAt }"): (typeof documents)["fragment UserShown on User { id username email superuser disabledAt createdAt }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Users($text: String, $after: String) {\n    users(text: $text, first: 100, after: $after) { edges { cursor node { ...UserShown } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query Users($text: String, $after: String) {\n    users(text: $text, first: 100, after: $after) { edges { cursor node { ...UserShown } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query SignUpOpen { installation { signUpOpen } }"): (typeof documents)["query SignUpOpen { installation { signUpOpen } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetSignUpOpen($input: UpdateInstallationInput!) {\n    updateInstallation(input: $input) { __typename ... on UpdateInstallationPayload { installation { signUpOpen } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SetSignUpOpen($input: UpdateInstallationInput!) {\n    updateInstallation(input: $input) { __typename ... on UpdateInstallationPayload { installation { signUpOpen } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateUser($input: CreateUserInput!) {\n    createUser(input: $input) { __typename ... on CreateUserPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateUser($input: CreateUserInput!) {\n    createUser(input: $input) { __typename ... on CreateUserPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResetUserPassword($input: ResetUserPasswordInput!) {\n    resetUserPassword(input: $input) { __typename ... on ResetUserPasswordPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ResetUserPassword($input: ResetUserPasswordInput!) {\n    resetUserPassword(input: $input) { __typename ... on ResetUserPasswordPayload { user { ...UserShown } password } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DisableUser($input: DisableUserInput!) {\n    disableUser(input: $input) { __typename ... on DisableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DisableUser($input: DisableUserInput!) {\n    disableUser(input: $input) { __typename ... on DisableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation EnableUser($input: EnableUserInput!) {\n    enableUser(input: $input) { __typename ... on EnableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation EnableUser($input: EnableUserInput!) {\n    enableUser(input: $input) { __typename ... on EnableUserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetSuperuser($input: SetSuperuserInput!) {\n    setSuperuser(input: $input) { __typename ... on SetSuperuserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SetSuperuser($input: SetSuperuserInput!) {\n    setSuperuser(input: $input) { __typename ... on SetSuperuserPayload { user { ...UserShown } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n"): (typeof documents)["\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query OneVm($id: ID!) { vm(id: $id) { ...VmLive } }"): (typeof documents)["query OneVm($id: ID!) { vm(id: $id) { ...VmLive } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query VmTasks($workspaceId: ID!, $objectId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $objectId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query VmTasks($workspaceId: ID!, $objectId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $objectId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "fragment GroupChoice on AffinityGroup { id version name policy strength }"): (typeof documents)["fragment GroupChoice on AffinityGroup { id version name policy strength }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GroupChoices($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query GroupChoices($workspaceId: ID!, $after: String) {\n    affinityGroups(workspaceId: $workspaceId, first: 100, after: $after) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query VmGroups($id: ID!) { vm(id: $id) { id affinityGroups { ...GroupChoice } } }"): (typeof documents)["query VmGroups($id: ID!) { vm(id: $id) { id affinityGroups { ...GroupChoice } } }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetVmGroups($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SetVmGroups($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { id affinityGroups { ...AffinityGroupLive } } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query VmChoices($workspaceId: ID!) {\n    templates(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name description os vcpus memoryBytes diskBytes } } }\n    images(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name os versions { virtualSizeBytes } } } }\n    instanceTypes(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name vcpus memoryBytes diskBytes } } }\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n    affinityGroups(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query VmChoices($workspaceId: ID!) {\n    templates(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name description os vcpus memoryBytes diskBytes } } }\n    images(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name os versions { virtualSizeBytes } } } }\n    instanceTypes(workspaceId: $workspaceId, first: 100) { edges { cursor node { id name vcpus memoryBytes diskBytes } } }\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n    affinityGroups(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...GroupChoice } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateVm($input: CreateVmInput!) {\n    createVm(input: $input) { __typename ... on CreateVmPayload { vm { ...VmLive affinityGroups { ...GroupChoice } } task { ...TaskLive } sshPrivateKey } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation CreateVm($input: CreateVmInput!) {\n    createVm(input: $input) { __typename ... on CreateVmPayload { vm { ...VmLive affinityGroups { ...GroupChoice } } task { ...TaskLive } sshPrivateKey } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query NetworkChoices($workspaceId: ID!) {\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n  }\n"): (typeof documents)["\n  query NetworkChoices($workspaceId: ID!) {\n    networks(workspaceId: $workspaceId, first: 100) { edges { cursor node { ...NetworkLive } } pageInfo { hasNextPage endCursor } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation AttachInterface($input: AttachInterfaceInput!) {\n    attachInterface(input: $input) { __typename ... on AttachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation AttachInterface($input: AttachInterfaceInput!) {\n    attachInterface(input: $input) { __typename ... on AttachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DetachInterface($input: DetachInterfaceInput!) {\n    detachInterface(input: $input) { __typename ... on DetachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DetachInterface($input: DetachInterfaceInput!) {\n    detachInterface(input: $input) { __typename ... on DetachInterfacePayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation UpdateVm($input: UpdateVmInput!) {\n    updateVm(input: $input) { __typename ... on UpdateVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SetVmPassword($input: SetVmPasswordInput!) {\n    setVmPassword(input: $input) { __typename ... on SetVmPasswordPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SetVmPassword($input: SetVmPasswordInput!) {\n    setVmPassword(input: $input) { __typename ... on SetVmPasswordPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteVm($input: DeleteVmInput!) {\n    deleteVm(input: $input) { __typename ... on DeleteVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation DeleteVm($input: DeleteVmInput!) {\n    deleteVm(input: $input) { __typename ... on DeleteVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StartVm($input: StartVmInput!) {\n    startVm(input: $input) { __typename ... on StartVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation StartVm($input: StartVmInput!) {\n    startVm(input: $input) { __typename ... on StartVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ShutdownVm($input: ShutdownVmInput!) {\n    shutdownVm(input: $input) { __typename ... on ShutdownVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ShutdownVm($input: ShutdownVmInput!) {\n    shutdownVm(input: $input) { __typename ... on ShutdownVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation StopVm($input: StopVmInput!) {\n    stopVm(input: $input) { __typename ... on StopVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation StopVm($input: StopVmInput!) {\n    stopVm(input: $input) { __typename ... on StopVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RebootVm($input: RebootVmInput!) {\n    rebootVm(input: $input) { __typename ... on RebootVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation RebootVm($input: RebootVmInput!) {\n    rebootVm(input: $input) { __typename ... on RebootVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResetVm($input: ResetVmInput!) {\n    resetVm(input: $input) { __typename ... on ResetVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ResetVm($input: ResetVmInput!) {\n    resetVm(input: $input) { __typename ... on ResetVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SuspendVm($input: SuspendVmInput!) {\n    suspendVm(input: $input) { __typename ... on SuspendVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation SuspendVm($input: SuspendVmInput!) {\n    suspendVm(input: $input) { __typename ... on SuspendVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ResumeVm($input: ResumeVmInput!) {\n    resumeVm(input: $input) { __typename ... on ResumeVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation ResumeVm($input: ResumeVmInput!) {\n    resumeVm(input: $input) { __typename ... on ResumeVmPayload { vm { ...VmLive } task { ...TaskLive } } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation OpenConsole($input: OpenConsoleInput!) {\n    openConsole(input: $input) { __typename ... on OpenConsolePayload { path } ... on UserError { code message field remedy } }\n  }\n"): (typeof documents)["\n  mutation OpenConsole($input: OpenConsoleInput!) {\n    openConsole(input: $input) { __typename ... on OpenConsolePayload { path } ... on UserError { code message field remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query VmSeries($id: ID!, $from: DateTime!) {\n    vmStats(vmId: $id, from: $from) { times busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"): (typeof documents)["\n  query VmSeries($id: ID!, $from: DateTime!) {\n    vmStats(vmId: $id, from: $from) { times busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription VmSample($id: ID!) {\n    vmStats(vmId: $id) { at busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"): (typeof documents)["\n  subscription VmSample($id: ID!) {\n    vmStats(vmId: $id) { at busyCpus memoryUsedBytes residentBytes diskReadsPerSecond diskWritesPerSecond diskReadBytesPerSecond diskWriteBytesPerSecond receivedBytesPerSecond sentBytesPerSecond }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {\n    updateWorkspace(input: $input) {\n      __typename\n      ... on UpdateWorkspacePayload { workspace { id name } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation UpdateWorkspace($input: UpdateWorkspaceInput!) {\n    updateWorkspace(input: $input) {\n      __typename\n      ... on UpdateWorkspacePayload { workspace { id name } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {\n    deleteWorkspace(input: $input) {\n      __typename\n      ... on DeleteWorkspacePayload { task { ...TaskLive } plan { hash losses } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation DeleteWorkspace($input: DeleteWorkspaceInput!) {\n    deleteWorkspace(input: $input) {\n      __typename\n      ... on DeleteWorkspacePayload { task { ...TaskLive } plan { hash losses } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query WorkspaceTasks($workspaceId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $workspaceId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query WorkspaceTasks($workspaceId: ID!, $after: String) {\n    tasks(workspaceId: $workspaceId, objectId: $workspaceId, first: 10, after: $after) {\n      edges { cursor node { ...TaskLive } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;