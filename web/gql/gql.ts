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
    "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.SignInDocument,
    "\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.RefreshSessionDocument,
    "\n  mutation SignOut {\n    signOut(input: {}) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.SignOutDocument,
    "query EventCursor { eventCursor }": typeof types.EventCursorDocument,
    "\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n": typeof types.TaskLiveFragmentDoc,
    "\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac network { id name vlan } addresses { ip prefixLength gateway } }\n    lastTask { ...TaskLive }\n  }\n": typeof types.VmLiveFragmentDoc,
    "\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n": typeof types.NetworkLiveFragmentDoc,
    "\n  fragment HostLive on Host {\n    id version name kind state stateReason address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n": typeof types.HostLiveFragmentDoc,
    "\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on Workspace { name }\n      }\n    }\n  }\n": typeof types.EventsDocument,
    "\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostLive } }\n    }\n  }\n": typeof types.HostEventsDocument,
    "\n  query Home($after: String) {\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.HomeDocument,
    "\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": typeof types.VmsDocument,
    "\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    template { id os }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n": typeof types.VmRowFragmentDoc,
    "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id name permissions } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": typeof types.CreateWorkspaceDocument,
};
const documents: Documents = {
    "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.SignInDocument,
    "\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.RefreshSessionDocument,
    "\n  mutation SignOut {\n    signOut(input: {}) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.SignOutDocument,
    "query EventCursor { eventCursor }": types.EventCursorDocument,
    "\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n": types.TaskLiveFragmentDoc,
    "\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac network { id name vlan } addresses { ip prefixLength gateway } }\n    lastTask { ...TaskLive }\n  }\n": types.VmLiveFragmentDoc,
    "\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n": types.NetworkLiveFragmentDoc,
    "\n  fragment HostLive on Host {\n    id version name kind state stateReason address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n": types.HostLiveFragmentDoc,
    "\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on Workspace { name }\n      }\n    }\n  }\n": types.EventsDocument,
    "\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostLive } }\n    }\n  }\n": types.HostEventsDocument,
    "\n  query Home($after: String) {\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.HomeDocument,
    "\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n": types.VmsDocument,
    "\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    template { id os }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n": types.VmRowFragmentDoc,
    "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id name permissions } }\n      ... on UserError { code message field remedy }\n    }\n  }\n": types.CreateWorkspaceDocument,
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
export function graphql(source: "\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation SignIn($input: SignInInput!) {\n    signIn(input: $input) {\n      __typename\n      ... on SignInPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation RefreshSession {\n    refreshSession(input: {}) {\n      __typename\n      ... on RefreshSessionPayload { session { accessToken accessTokenExpiresAt user { id username superuser } } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SignOut {\n    signOut(input: {}) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation SignOut {\n    signOut(input: {}) {\n      __typename\n      ... on SignOutPayload { signedOut }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query EventCursor { eventCursor }"): (typeof documents)["query EventCursor { eventCursor }"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n"): (typeof documents)["\n  fragment TaskLive on Task {\n    id version state method objectId objectName objectType progress cancellable cancelRequestedAt username requestId createdAt startedAt finishedAt\n    error { code message remedy step }\n    steps { name title state attempt startedAt finishedAt error { code message remedy } }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac network { id name vlan } addresses { ip prefixLength gateway } }\n    lastTask { ...TaskLive }\n  }\n"): (typeof documents)["\n  fragment VmLive on VM {\n    id version number name description hostname status phase desiredPower observedPower observedAt failure vcpus memoryBytes createdAt updatedAt sshKeys\n    template { id name os }\n    area { id name }\n    host { id name kind }\n    disks { id position sizeBytes }\n    interfaces { id position mac network { id name vlan } addresses { ip prefixLength gateway } }\n    lastTask { ...TaskLive }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n"): (typeof documents)["\n  fragment NetworkLive on Network {\n    id version name description kind networkPhase: phase failure vlan createdAt\n    area { id name }\n    subnets { id cidr gateway dns rangeFirst rangeLast }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment HostLive on Host {\n    id version name kind state stateReason address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n"): (typeof documents)["\n  fragment HostLive on Host {\n    id version name kind state stateReason address cpus memoryBytes reservedMemoryBytes accelerated libvirtVersion qemuVersion observedAt\n    area { id name }\n    promised { vcpus memoryBytes vms }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on Workspace { name }\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Events($workspaceId: ID, $after: String) {\n    events(workspaceId: $workspaceId, after: $after) {\n      cursor kind id type version\n      node {\n        __typename\n        id\n        ... on VM { ...VmLive }\n        ... on Task { ...TaskLive }\n        ... on Network { ...NetworkLive }\n        ... on Workspace { name }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostLive } }\n    }\n  }\n"): (typeof documents)["\n  subscription HostEvents($after: String) {\n    events(after: $after) {\n      cursor kind id type version\n      node { __typename id ... on Host { ...HostLive } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Home($after: String) {\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Home($after: String) {\n    workspaces(first: 100, after: $after) {\n      edges { cursor node { id name permissions } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"): (typeof documents)["\n  query Vms($workspaceId: ID!, $after: String) {\n    vms(workspaceId: $workspaceId, first: 50, after: $after) {\n      edges { cursor node { ...VmRow } }\n      pageInfo { hasNextPage endCursor }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    template { id os }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n"): (typeof documents)["\n  fragment VmRow on VM {\n    id version number name status phase observedPower vcpus memoryBytes createdAt\n    host { id name }\n    template { id os }\n    interfaces { id network { id name } addresses { ip } }\n    lastTask { id state progress }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id name permissions } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"): (typeof documents)["\n  mutation CreateWorkspace($input: CreateWorkspaceInput!) {\n    createWorkspace(input: $input) {\n      __typename\n      ... on CreateWorkspacePayload { workspace { id name permissions } }\n      ... on UserError { code message field remedy }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;