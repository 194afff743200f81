import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import type { ErrorCode } from '../../model/errors.ts'
import type { TellableError } from '../../model/told.ts'
import { createdAt, id, updatedAt, version } from './columns.ts'
import { Session, UserAccount, Workspace } from './people.ts'
import { Vm } from './vm.ts'

export type TaskState = 'queued' | 'running' | 'undoing' | 'done' | 'failed' | 'cancelled' | 'stuck'
export type SagaState = 'queued' | 'running' | 'undoing' | 'done' | 'undone' | 'stuck'
export type StepState = 'doing' | 'done' | 'failed' | 'undoing' | 'undone' | 'stuck'

/**
 * An error as rows keep it: for people, without causes, which only the log gets. Message and remedy are for operators; others
 * are told it by `toldTo` (server/model/told.ts) alone.
 */
export interface StoredError extends TellableError { code: ErrorCode; message: string; remedy?: string; field?: string; step?: string }

/** One line of what a task's user watches. Times are ISO 8601 in UTC. */
export interface TaskStep { name: string; title: string; state: StepState | 'waiting'; attempt: number; startedAt?: string; finishedAt?: string; error?: StoredError }

export const Task = defineEntity({
  name: 'Task',
  properties: {
    id: id(),
    workspace: () => p.manyToOne(Workspace).mapToPk().nullable(),
    user: () => p.manyToOne(UserAccount).mapToPk().nullable(),
    method: p.string().length(40),
    objectType: p.string().length(20),
    objectId: p.uuid(),
    objectName: p.string().length(255),
    state: p.string().length(10).$type<TaskState>().default('queued'),
    steps: p.json<TaskStep[]>().default('[]'),
    progress: p.float().columnType('real').nullable(),
    error: p.json<StoredError>().nullable(),
    cancellable: p.boolean().default(true),
    cancelRequestedAt: p.datetime(3).nullable(),
    input: p.json<Record<string, unknown>>().default('{}'),
    requestId: p.string().length(64).nullable(),
    clientAddress: p.string().length(64).nullable(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
    startedAt: p.datetime(3).nullable(),
    finishedAt: p.datetime(3).nullable(),
  },
})
export type Task = InferEntity<typeof Task>

export const Saga = defineEntity({
  name: 'Saga',
  properties: {
    id: id(),
    task: () => p.manyToOne(Task).mapToPk(),
    name: p.string().length(40),
    definition: p.integer(),
    input: p.json<unknown>(),
    state: p.string().length(8).$type<SagaState>().default('queued'),
    cursor: p.integer().default(0),
    attempt: p.integer().default(0),
    pastPivot: p.boolean().default(false),
    runAfter: createdAt(),
    workerId: p.uuid().nullable(),
    leaseUntil: p.datetime(3).nullable(),
    epoch: p.bigint('number').default(0),
    error: p.json<StoredError>().nullable(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type Saga = InferEntity<typeof Saga>

export const SagaStep = defineEntity({
  name: 'SagaStep',
  properties: {
    saga: () => p.manyToOne(Saga).mapToPk().primary(),
    position: p.integer().primary(),
    name: p.string().length(40),
    state: p.string().length(10).$type<StepState>(),
    attempt: p.integer().default(0),
    output: p.json<unknown>().nullable(),
    error: p.json<StoredError>().nullable(),
    startedAt: p.datetime(3).nullable(),
    finishedAt: p.datetime(3).nullable(),
  },
})

export const ObjectLock = defineEntity({
  name: 'ObjectLock',
  properties: { objectKey: p.string().length(60).primary(), saga: () => p.manyToOne(Saga).mapToPk().primary(), ticket: p.bigint('number').generated('identity') },
})

export const Idempotency = defineEntity({
  name: 'Idempotency',
  properties: {
    user: () => p.manyToOne(UserAccount).mapToPk().primary(),
    key: p.string().length(128).primary(),
    method: p.string().length(40),
    inputHmac: p.blob(),
    objectId: p.uuid(),
    taskId: p.uuid().nullable(),
    createdAt: createdAt(),
  },
})

export const ConsoleTicket = defineEntity({
  name: 'ConsoleTicket',
  properties: {
    ticketHash: p.blob().primary(),
    vm: () => p.manyToOne(Vm).mapToPk(),
    user: () => p.manyToOne(UserAccount).mapToPk(),
    session: () => p.manyToOne(Session).mapToPk(),
    kind: p.string().length(6).$type<'serial' | 'screen'>(),
    leg: p.string().length(7).$type<'browser' | 'worker'>(),
    expiresAt: p.datetime(3),
    usedAt: p.datetime(3).nullable(),
  },
})

export const Event = defineEntity({
  name: 'Event',
  properties: {
    xid: p.bigint('string').columnType('xid8').defaultRaw('pg_current_xact_id()').primary(),
    id: p.bigint('number').generated('identity').primary(),
    workspaceId: p.uuid().nullable(),
    objectType: p.string().length(20),
    objectId: p.uuid(),
    kind: p.string().length(7).$type<'created' | 'changed' | 'deleted'>(),
    objectVersion: p.integer(),
    at: createdAt(),
  },
})
