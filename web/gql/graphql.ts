// Made by tools/generate.ts from the graphql() tags in web/.
/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** What happened to an object. */
export type ChangeKind =
  /** It is another than before. */
  | 'CHANGED'
  /** It is new. */
  | 'CREATED'
  /** It is gone. */
  | 'DELETED';

/** Input of createWorkspace. */
export type CreateWorkspaceInput = {
  /** Up to 128 characters of your choice. Sending the same key and input again returns what the first call made, and makes nothing. */
  idempotencyKey?: string | null | undefined;
  /** Its name: 1 to 63 characters. */
  name: string;
};

/** Every code that an error of Kloudak carries: in `UserError.code`, or in `extensions.code` of a GraphQL error. */
export type ErrorCode =
  /** It was cancelled. */
  | 'CANCELLED'
  /** What the input asks for is taken: a name, an address, an idempotency key with another input. */
  | 'CONFLICT'
  /** The cursor is older than what the event stream still holds: read the list anew. */
  | 'CURSOR_EXPIRED'
  /** The permission for it is missing. */
  | 'FORBIDDEN'
  /** A fault of Kloudak. The log has more under the request id. */
  | 'INTERNAL'
  /** A value of the input cannot be taken. */
  | 'INVALID_INPUT'
  /** Something that the input names is not there, or not for the caller to see. */
  | 'NOT_FOUND'
  /** No host or pool has room for it. */
  | 'NO_CAPACITY'
  /** The connection to a host was lost; whether the work was done is not known yet. */
  | 'OUTCOME_UNKNOWN'
  /** What the plan rested on has changed since it was made. */
  | 'PLAN_CHANGED'
  /** The workspace has used up what it may have. */
  | 'QUOTA_EXCEEDED'
  /** Too many requests; `extensions.retryAfterMs` says when to try again. */
  | 'RATE_LIMITED'
  /** Nobody is signed in, or the token has ended. */
  | 'UNAUTHENTICATED'
  /** A part that is needed cannot be reached now; try again. */
  | 'UNAVAILABLE'
  /** The object is in a state that does not allow this now. */
  | 'WRONG_STATE';

/** How Kloudak reaches a host. */
export type HostKind =
  /** It is the machine that Kloudak runs on. */
  | 'LOCAL'
  /** It is simulated: its VMs exist in memory alone. */
  | 'SIMULATED'
  /** Over SSH. */
  | 'SSH';

/** Whether a host can take work. */
export type HostState =
  /** It has not answered for long; nothing is known of its VMs. */
  | 'DOWN'
  /** Kloudak is finding out what it can do. */
  | 'ENROLLING'
  /** An operator keeps new VMs away from it. */
  | 'MAINTENANCE'
  /** It is no longer part of the cloud. */
  | 'RETIRED'
  /** It has stopped answering; what is shown of its VMs may be old. */
  | 'SUSPECT'
  /** It answers and takes VMs. */
  | 'UP';

/** Whose a network is. */
export type NetworkKind =
  /** It belongs to one workspace and has a VLAN of its own. */
  | 'PRIVATE'
  /** The operator gives it to all workspaces. */
  | 'PUBLIC';

/** Where a network stands in its life. */
export type NetworkPhase =
  /** It is being made on the hosts. */
  | 'CREATING'
  /** It is being removed from the hosts. */
  | 'DELETING'
  /** It could not be made; `failure` says why. */
  | 'FAILED'
  /** VMs can use it. */
  | 'READY';

/** Input of signIn. */
export type SignInInput = {
  /** For browsers: keeps the refresh token in a cookie that scripts cannot read, instead of the payload. */
  cookie?: boolean | null | undefined;
  /** The password. */
  password: string;
  /** The username; upper and lower case are the same. */
  username: string;
};

/** How far a task is. */
export type TaskState =
  /** Somebody cancelled it; it left nothing behind. */
  | 'CANCELLED'
  /** It succeeded. */
  | 'DONE'
  /** It failed and left nothing behind; `error` says why. */
  | 'FAILED'
  /** It waits for a worker, or for earlier work on the same object. */
  | 'QUEUED'
  /** A worker is at it. */
  | 'RUNNING'
  /** Undoing failed too: an operator has to look, and can retry it. */
  | 'STUCK'
  /** It failed or was cancelled, and what it did is being undone. */
  | 'UNDOING';

/** How far a step of a task is. */
export type TaskStepState =
  /** It is being done. */
  | 'DOING'
  /** It is done. */
  | 'DONE'
  /** It failed. */
  | 'FAILED'
  /** It could not be undone. */
  | 'STUCK'
  /** It is being undone. */
  | 'UNDOING'
  /** It is undone. */
  | 'UNDONE'
  /** Its turn has not come. */
  | 'WAITING';

/** What was asked of a VM. */
export type VmDesiredPower =
  /** That it is paused. */
  | 'PAUSED'
  /** That it runs. */
  | 'RUNNING'
  /** That it is off. */
  | 'STOPPED';

/** Where a VM stands in its life. */
export type VmPhase =
  /** It is being deleted. */
  | 'DELETING'
  /** First step of its creation: the disk. */
  | 'DISK'
  /** It could not be created. */
  | 'FAILED'
  /** Second step of its creation: ports and addresses. */
  | 'NETWORK'
  /** It exists; `observedPower` says whether it runs. */
  | 'READY'
  /** Last step of its creation: the first start. */
  | 'STARTING';

/** What a host reports of a VM. */
export type VmPower =
  /** Its guest has crashed. */
  | 'CRASHED'
  /** It is paused and keeps its memory. */
  | 'PAUSED'
  /** It runs. */
  | 'RUNNING'
  /** It is off. */
  | 'STOPPED'
  /** The host has not been heard, or not yet. */
  | 'UNKNOWN';

/** The state of a VM in one word, from what is asked for and what its host reports. */
export type VmStatus =
  /** Its ports and addresses are being set up. */
  | 'CONFIGURING_NETWORK'
  /** Its guest has crashed. */
  | 'CRASHED'
  /** Its disk is being made. */
  | 'CREATING_DISK'
  /** It is being deleted. */
  | 'DELETING'
  /** It is off. */
  | 'DOWN'
  /** It could not be created; `failure` says why. */
  | 'FAILED'
  /** It is being started for the first time. */
  | 'STARTING'
  /** It is paused and keeps its memory. */
  | 'SUSPENDED'
  /** Its host has not been heard. */
  | 'UNKNOWN'
  /** It runs. */
  | 'UP';

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NoCapacityError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'PlanChangedError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'SignInPayload', session: { accessToken: string, accessTokenExpiresAt: string, user: { id: string, username: string, superuser: boolean } } }
    | { __typename: 'WrongStateError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
   };

export type RefreshSessionMutationVariables = Exact<{ [key: string]: never; }>;


export type RefreshSessionMutation = { refreshSession:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NoCapacityError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'PlanChangedError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'RefreshSessionPayload', session: { accessToken: string, accessTokenExpiresAt: string, user: { id: string, username: string, superuser: boolean } } }
    | { __typename: 'WrongStateError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
   };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NoCapacityError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'PlanChangedError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'SignOutPayload', signedOut: boolean }
    | { __typename: 'WrongStateError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
   };

export type EventCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type EventCursorQuery = { eventCursor: string };

export type TaskLiveFragment = { id: string, version: number, state: TaskState, method: string, objectId: string, objectName: string, objectType: string, progress: number | null, cancellable: boolean, cancelRequestedAt: string | null, username: string | null, requestId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null, step: string | null } | null, steps: Array<{ name: string, title: string, state: TaskStepState, attempt: number, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null } | null }> };

export type VmLiveFragment = { id: string, version: number, number: number, name: string, description: string, hostname: string, status: VmStatus, phase: VmPhase, desiredPower: VmDesiredPower, observedPower: VmPower, observedAt: string | null, failure: string | null, vcpus: number, memoryBytes: number, createdAt: string, updatedAt: string, sshKeys: Array<string>, template: { id: string, name: string, os: string }, area: { id: string, name: string }, host: { id: string, name: string, kind: HostKind } | null, disks: Array<{ id: string, position: number, sizeBytes: number }>, interfaces: Array<{ id: string, position: number, mac: string, network: { id: string, name: string, vlan: number | null }, addresses: Array<{ ip: string, prefixLength: number, gateway: string | null }> }>, lastTask: { id: string, version: number, state: TaskState, method: string, objectId: string, objectName: string, objectType: string, progress: number | null, cancellable: boolean, cancelRequestedAt: string | null, username: string | null, requestId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null, step: string | null } | null, steps: Array<{ name: string, title: string, state: TaskStepState, attempt: number, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null } | null }> } | null };

export type NetworkLiveFragment = { id: string, version: number, name: string, description: string, kind: NetworkKind, failure: string | null, vlan: number | null, createdAt: string, networkPhase: NetworkPhase, area: { id: string, name: string }, subnets: Array<{ id: string, cidr: string, gateway: string | null, dns: Array<string>, rangeFirst: string, rangeLast: string }> };

export type HostLiveFragment = { id: string, version: number, name: string, kind: HostKind, state: HostState, stateReason: string | null, address: string | null, cpus: number | null, memoryBytes: number | null, reservedMemoryBytes: number, accelerated: boolean | null, libvirtVersion: string | null, qemuVersion: string | null, observedAt: string | null, area: { id: string, name: string }, promised: { vcpus: number, memoryBytes: number, vms: number } };

export type EventsSubscriptionVariables = Exact<{
  workspaceId?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type EventsSubscription = { events: { cursor: string, kind: ChangeKind, id: string, type: string, version: number, node:
      | { __typename: 'Area', id: string }
      | { __typename: 'Host', id: string }
      | { __typename: 'Image', id: string }
      | { __typename: 'Network', id: string, version: number, name: string, description: string, kind: NetworkKind, failure: string | null, vlan: number | null, createdAt: string, networkPhase: NetworkPhase, area: { id: string, name: string }, subnets: Array<{ id: string, cidr: string, gateway: string | null, dns: Array<string>, rangeFirst: string, rangeLast: string }> }
      | { __typename: 'Pool', id: string }
      | { __typename: 'Task', id: string, version: number, state: TaskState, method: string, objectId: string, objectName: string, objectType: string, progress: number | null, cancellable: boolean, cancelRequestedAt: string | null, username: string | null, requestId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null, step: string | null } | null, steps: Array<{ name: string, title: string, state: TaskStepState, attempt: number, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null } | null }> }
      | { __typename: 'Template', id: string }
      | { __typename: 'User', id: string }
      | { __typename: 'VM', id: string, version: number, number: number, name: string, description: string, hostname: string, status: VmStatus, phase: VmPhase, desiredPower: VmDesiredPower, observedPower: VmPower, observedAt: string | null, failure: string | null, vcpus: number, memoryBytes: number, createdAt: string, updatedAt: string, sshKeys: Array<string>, template: { id: string, name: string, os: string }, area: { id: string, name: string }, host: { id: string, name: string, kind: HostKind } | null, disks: Array<{ id: string, position: number, sizeBytes: number }>, interfaces: Array<{ id: string, position: number, mac: string, network: { id: string, name: string, vlan: number | null }, addresses: Array<{ ip: string, prefixLength: number, gateway: string | null }> }>, lastTask: { id: string, version: number, state: TaskState, method: string, objectId: string, objectName: string, objectType: string, progress: number | null, cancellable: boolean, cancelRequestedAt: string | null, username: string | null, requestId: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null, step: string | null } | null, steps: Array<{ name: string, title: string, state: TaskStepState, attempt: number, startedAt: string | null, finishedAt: string | null, error: { code: ErrorCode, message: string, remedy: string | null } | null }> } | null }
      | { __typename: 'Workspace', name: string, id: string }
     | null } };

export type HostEventsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type HostEventsSubscription = { events: { cursor: string, kind: ChangeKind, id: string, type: string, version: number, node:
      | { __typename: 'Area', id: string }
      | { __typename: 'Host', id: string, version: number, name: string, kind: HostKind, state: HostState, stateReason: string | null, address: string | null, cpus: number | null, memoryBytes: number | null, reservedMemoryBytes: number, accelerated: boolean | null, libvirtVersion: string | null, qemuVersion: string | null, observedAt: string | null, area: { id: string, name: string }, promised: { vcpus: number, memoryBytes: number, vms: number } }
      | { __typename: 'Image', id: string }
      | { __typename: 'Network', id: string }
      | { __typename: 'Pool', id: string }
      | { __typename: 'Task', id: string }
      | { __typename: 'Template', id: string }
      | { __typename: 'User', id: string }
      | { __typename: 'VM', id: string }
      | { __typename: 'Workspace', id: string }
     | null } };

export type HomeQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type HomeQuery = { workspaces: { edges: Array<{ cursor: string, node: { id: string, name: string, permissions: Array<string> } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type VmsQueryVariables = Exact<{
  workspaceId: string;
  after?: string | null | undefined;
}>;


export type VmsQuery = { vms: { edges: Array<{ cursor: string, node: { id: string, version: number, number: number, name: string, status: VmStatus, phase: VmPhase, observedPower: VmPower, vcpus: number, memoryBytes: number, createdAt: string, host: { id: string, name: string } | null, template: { id: string, os: string }, interfaces: Array<{ id: string, network: { id: string, name: string }, addresses: Array<{ ip: string }> }>, lastTask: { id: string, state: TaskState, progress: number | null } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type VmRowFragment = { id: string, version: number, number: number, name: string, status: VmStatus, phase: VmPhase, observedPower: VmPower, vcpus: number, memoryBytes: number, createdAt: string, host: { id: string, name: string } | null, template: { id: string, os: string }, interfaces: Array<{ id: string, network: { id: string, name: string }, addresses: Array<{ ip: string }> }>, lastTask: { id: string, state: TaskState, progress: number | null } | null };

export type CreateWorkspaceMutationVariables = Exact<{
  input: CreateWorkspaceInput;
}>;


export type CreateWorkspaceMutation = { createWorkspace:
    | { __typename: 'ConflictError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'CreateWorkspacePayload', workspace: { id: string, name: string, permissions: Array<string> } }
    | { __typename: 'InvalidInputError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NoCapacityError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'NotFoundError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'PlanChangedError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'QuotaExceededError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
    | { __typename: 'WrongStateError', code: ErrorCode, message: string, field: string | null, remedy: string | null }
   };

export const TaskLiveFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"objectId"}},{"kind":"Field","name":{"kind":"Name","value":"objectName"}},{"kind":"Field","name":{"kind":"Name","value":"objectType"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"cancellable"}},{"kind":"Field","name":{"kind":"Name","value":"cancelRequestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"step"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]} as unknown as DocumentNode<TaskLiveFragment, unknown>;
export const VmLiveFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VmLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VM"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"desiredPower"}},{"kind":"Field","name":{"kind":"Name","value":"observedPower"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"}},{"kind":"Field","name":{"kind":"Name","value":"vcpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sshKeys"}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"os"}}]}},{"kind":"Field","name":{"kind":"Name","value":"area"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"host"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"disks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"sizeBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"interfaces"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"mac"}},{"kind":"Field","name":{"kind":"Name","value":"network"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"vlan"}}]}},{"kind":"Field","name":{"kind":"Name","value":"addresses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ip"}},{"kind":"Field","name":{"kind":"Name","value":"prefixLength"}},{"kind":"Field","name":{"kind":"Name","value":"gateway"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastTask"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskLive"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"objectId"}},{"kind":"Field","name":{"kind":"Name","value":"objectName"}},{"kind":"Field","name":{"kind":"Name","value":"objectType"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"cancellable"}},{"kind":"Field","name":{"kind":"Name","value":"cancelRequestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"step"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]} as unknown as DocumentNode<VmLiveFragment, unknown>;
export const NetworkLiveFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NetworkLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Network"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","alias":{"kind":"Name","value":"networkPhase"},"name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"failure"}},{"kind":"Field","name":{"kind":"Name","value":"vlan"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"area"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"subnets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"cidr"}},{"kind":"Field","name":{"kind":"Name","value":"gateway"}},{"kind":"Field","name":{"kind":"Name","value":"dns"}},{"kind":"Field","name":{"kind":"Name","value":"rangeFirst"}},{"kind":"Field","name":{"kind":"Name","value":"rangeLast"}}]}}]}}]} as unknown as DocumentNode<NetworkLiveFragment, unknown>;
export const HostLiveFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HostLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Host"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"stateReason"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"cpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"reservedMemoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"accelerated"}},{"kind":"Field","name":{"kind":"Name","value":"libvirtVersion"}},{"kind":"Field","name":{"kind":"Name","value":"qemuVersion"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}},{"kind":"Field","name":{"kind":"Name","value":"area"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"promised"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"vms"}}]}}]}}]} as unknown as DocumentNode<HostLiveFragment, unknown>;
export const VmRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VmRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VM"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"observedPower"}},{"kind":"Field","name":{"kind":"Name","value":"vcpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"host"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"os"}}]}},{"kind":"Field","name":{"kind":"Name","value":"interfaces"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"network"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"addresses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ip"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastTask"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}}]}}]}}]} as unknown as DocumentNode<VmRowFragment, unknown>;
export const SignInDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SignInInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signIn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SignInPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessToken"}},{"kind":"Field","name":{"kind":"Name","value":"accessTokenExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"superuser"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]} as unknown as DocumentNode<SignInMutation, SignInMutationVariables>;
export const RefreshSessionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RefreshSession"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refreshSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"RefreshSessionPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"session"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessToken"}},{"kind":"Field","name":{"kind":"Name","value":"accessTokenExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"superuser"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]} as unknown as DocumentNode<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const SignOutDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signOut"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"ObjectValue","fields":[]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"SignOutPayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signedOut"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]} as unknown as DocumentNode<SignOutMutation, SignOutMutationVariables>;
export const EventCursorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EventCursor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventCursor"}}]}}]} as unknown as DocumentNode<EventCursorQuery, EventCursorQueryVariables>;
export const EventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Events"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspaceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VM"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VmLive"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskLive"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Network"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"NetworkLive"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Workspace"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TaskLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Task"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"method"}},{"kind":"Field","name":{"kind":"Name","value":"objectId"}},{"kind":"Field","name":{"kind":"Name","value":"objectName"}},{"kind":"Field","name":{"kind":"Name","value":"objectType"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}},{"kind":"Field","name":{"kind":"Name","value":"cancellable"}},{"kind":"Field","name":{"kind":"Name","value":"cancelRequestedAt"}},{"kind":"Field","name":{"kind":"Name","value":"username"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}},{"kind":"Field","name":{"kind":"Name","value":"step"}}]}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"error"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VmLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VM"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"hostname"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"desiredPower"}},{"kind":"Field","name":{"kind":"Name","value":"observedPower"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}},{"kind":"Field","name":{"kind":"Name","value":"failure"}},{"kind":"Field","name":{"kind":"Name","value":"vcpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sshKeys"}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"os"}}]}},{"kind":"Field","name":{"kind":"Name","value":"area"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"host"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"disks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"sizeBytes"}}]}},{"kind":"Field","name":{"kind":"Name","value":"interfaces"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"position"}},{"kind":"Field","name":{"kind":"Name","value":"mac"}},{"kind":"Field","name":{"kind":"Name","value":"network"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"vlan"}}]}},{"kind":"Field","name":{"kind":"Name","value":"addresses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ip"}},{"kind":"Field","name":{"kind":"Name","value":"prefixLength"}},{"kind":"Field","name":{"kind":"Name","value":"gateway"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastTask"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TaskLive"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"NetworkLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Network"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","alias":{"kind":"Name","value":"networkPhase"},"name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"failure"}},{"kind":"Field","name":{"kind":"Name","value":"vlan"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"area"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"subnets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"cidr"}},{"kind":"Field","name":{"kind":"Name","value":"gateway"}},{"kind":"Field","name":{"kind":"Name","value":"dns"}},{"kind":"Field","name":{"kind":"Name","value":"rangeFirst"}},{"kind":"Field","name":{"kind":"Name","value":"rangeLast"}}]}}]}}]} as unknown as DocumentNode<EventsSubscription, EventsSubscriptionVariables>;
export const HostEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"HostEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Host"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"HostLive"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"HostLive"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Host"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"stateReason"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"cpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"reservedMemoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"accelerated"}},{"kind":"Field","name":{"kind":"Name","value":"libvirtVersion"}},{"kind":"Field","name":{"kind":"Name","value":"qemuVersion"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}},{"kind":"Field","name":{"kind":"Name","value":"area"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"promised"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vcpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"vms"}}]}}]}}]} as unknown as DocumentNode<HostEventsSubscription, HostEventsSubscriptionVariables>;
export const HomeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Home"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"workspaces"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<HomeQuery, HomeQueryVariables>;
export const VmsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Vms"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vms"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"workspaceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"workspaceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VmRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VmRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"VM"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"number"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"phase"}},{"kind":"Field","name":{"kind":"Name","value":"observedPower"}},{"kind":"Field","name":{"kind":"Name","value":"vcpus"}},{"kind":"Field","name":{"kind":"Name","value":"memoryBytes"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"host"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"os"}}]}},{"kind":"Field","name":{"kind":"Name","value":"interfaces"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"network"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"addresses"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ip"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"lastTask"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"progress"}}]}}]}}]} as unknown as DocumentNode<VmsQuery, VmsQueryVariables>;
export const CreateWorkspaceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWorkspace"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWorkspaceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createWorkspace"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWorkspacePayload"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"workspace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"UserError"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"field"}},{"kind":"Field","name":{"kind":"Name","value":"remedy"}}]}}]}}]}}]} as unknown as DocumentNode<CreateWorkspaceMutation, CreateWorkspaceMutationVariables>;