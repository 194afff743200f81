import { countTasks, findTasks, listTasks } from '../server/app/task-read.ts'
import type { StepState, StoredError, Task, TaskState } from '../server/db/entities/work.ts'
import { usernamesOf } from '../server/db/queries/people.ts'
import { errorCodes } from '../server/model/errors.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { ErrorCodeType } from './errors.ts'
import { decodeAnyId, decodeId, encodeId } from './global-id.ts'
import { WorkspaceType } from './workspace.ts'

const TaskStateType = builder.enumType('TaskState', {
  description: 'How far a task is.',
  values: {
    QUEUED: { value: 'queued' satisfies TaskState, description: 'It waits for a worker, or for earlier work on the same object.' },
    RUNNING: { value: 'running' satisfies TaskState, description: 'A worker is at it.' },
    UNDOING: { value: 'undoing' satisfies TaskState, description: 'It failed or was cancelled, and what it did is being undone.' },
    DONE: { value: 'done' satisfies TaskState, description: 'It succeeded.' },
    FAILED: { value: 'failed' satisfies TaskState, description: 'It failed and left nothing behind; `error` says why.' },
    CANCELLED: { value: 'cancelled' satisfies TaskState, description: 'Somebody cancelled it; it left nothing behind.' },
    STUCK: { value: 'stuck' satisfies TaskState, description: 'Undoing failed too: an operator has to look, and can retry it.' },
  },
})

const TaskStepStateType = builder.enumType('TaskStepState', {
  description: 'How far a step of a task is.',
  values: {
    WAITING: { value: 'waiting' satisfies StepState | 'waiting', description: 'Its turn has not come.' },
    DOING: { value: 'doing' satisfies StepState, description: 'It is being done.' },
    DONE: { value: 'done' satisfies StepState, description: 'It is done.' },
    FAILED: { value: 'failed' satisfies StepState, description: 'It failed.' },
    UNDOING: { value: 'undoing' satisfies StepState, description: 'It is being undone.' },
    UNDONE: { value: 'undone' satisfies StepState, description: 'It is undone.' },
    STUCK: { value: 'stuck' satisfies StepState, description: 'It could not be undone.' },
  },
})

const TaskErrorType = builder.objectRef<StoredError>('TaskError').implement({
  description: 'Why a task or a step failed.',
  fields: (t) => ({
    code: t.field({ type: ErrorCodeType, description: 'What kind of error it is.', resolve: ({ code }) => (errorCodes.includes(code) ? code : 'INTERNAL') }),
    message: t.exposeString('message', { description: 'What went wrong, as a sentence.' }),
    remedy: t.exposeString('remedy', { nullable: true, description: 'What can be done about it, as a sentence.' }),
    step: t.exposeString('step', { nullable: true, description: 'The name of the step that failed.' }),
  }),
})

const moment = (text: string | undefined) => (text === undefined ? null : new Date(text))

const TaskStepType = builder.objectRef<Task['steps'][number]>('TaskStep').implement({
  description: 'One step of a task.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name within the task.' }),
    title: t.exposeString('title', { description: 'What it does, for people.' }),
    state: t.expose('state', { type: TaskStepStateType, description: 'How far it is.' }),
    attempt: t.exposeInt('attempt', { description: 'How often it has been tried.' }),
    startedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it first began.', resolve: ({ startedAt }) => moment(startedAt) }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it ended.', resolve: ({ finishedAt }) => moment(finishedAt) }),
    error: t.field({ type: TaskErrorType, nullable: true, description: 'Why its last try failed.', resolve: ({ error }) => error }),
  }),
})

/** The GraphQL type of what a task works on, by the name that rows use. */
const typeOfObject: Record<string, string> = { vm: 'VM', network: 'Network', host: 'Host', image: 'Image', pool: 'Pool', workspace: 'Workspace' }

export const TaskType = builder.loadableNodeRef('Task', {
  load: (ids: string[], context: Context) => findTasks(context, ids),
  id: { resolve: ({ id }: Task) => id },
  sort: ({ id }: Task) => id,
})

TaskType.implement({
  description: 'A piece of work that somebody asked for: its steps, how far it is, and how it ended.',
  fields: (t) => ({
    method: t.exposeString('method', { description: 'The mutation that asked for it, for example `createVm`.' }),
    state: t.expose('state', { type: TaskStateType, description: 'How far it is.' }),
    steps: t.field({ type: [TaskStepType], description: 'Its steps in their order.', resolve: ({ steps }) => steps }),
    progress: t.exposeFloat('progress', { nullable: true, description: 'From 0 to 1, where that is known.' }),
    error: t.field({ type: TaskErrorType, nullable: true, description: 'Why it failed.', resolve: ({ error }) => error }),
    cancellable: t.exposeBoolean('cancellable', { description: 'Whether it can still be cancelled.' }),
    cancelRequestedAt: t.expose('cancelRequestedAt', { type: 'DateTime', nullable: true, description: 'When somebody asked to cancel it.' }),
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace it belongs to; null for the operators\' own.', resolve: ({ workspace }) => workspace }),
    objectId: t.id({ description: 'The id of what it works on: `node` reads it while it exists.', resolve: ({ objectType, objectId }) => encodeId(typeOfObject[objectType] ?? objectType, objectId) }),
    objectType: t.string({ description: 'The type of what it works on.', resolve: ({ objectType }) => typeOfObject[objectType] ?? objectType }),
    objectName: t.exposeString('objectName', { description: 'The name of what it works on, when it began.' }),
    username: t.loadable({
      type: 'String',
      nullable: true,
      description: 'Who asked for it; null for Kloudak itself.',
      load: async (ids: string[], { em }: Context) => {
        const names = await usernamesOf(em, ids)
        return ids.map((id) => names.get(id) ?? null)
      },
      resolve: ({ user }) => user,
    }),
    input: t.expose('input', { type: 'JSON', description: 'What was asked for, without its secrets.' }),
    requestId: t.exposeString('requestId', { nullable: true, description: 'The id of the request, for finding it in logs.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked for.' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true, description: 'When a worker first took it.' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended.' }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
  }),
})

export const TaskConnection = builder.connectionObject(
  { type: TaskType, name: 'TaskConnection', description: 'One page of tasks.' },
  { name: 'TaskEdge', description: 'A task with its cursor.' },
)

builder.queryField('tasks', (t) => t.connection({
  type: TaskType,
  description: 'The tasks that you see, newest first.',
  args: {
    workspaceId: t.arg.id({ description: 'Only those of this workspace.' }),
    objectId: t.arg.id({ description: 'Only those on this object, of whatever type.' }),
    states: t.arg({ type: [TaskStateType], description: 'Only those in one of these states.' }),
  },
  resolve: (_root, { workspaceId, objectId, states, ...args }, context) => {
    const filter = {
      workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId'),
      objectId: objectId == null ? undefined : decodeAnyId(objectId, 'objectId').id,
      states: states ?? undefined,
    }
    return pageWithTotal(args, (page) => listTasks(context, filter, page), () => countTasks(context, filter))
  },
}, TaskConnection))

builder.queryField('task', (t) => t.field({
  type: TaskType,
  nullable: true,
  description: 'The task with this id; null when there is none that you may see.',
  args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
  resolve: (_root, { id }) => decodeId('Task', id, 'id'),
}))
