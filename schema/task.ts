import { addressOfTask, countTasks, findTasks, listTasks } from '../server/app/task-read.ts'
import type { Task } from '../server/db/entities/work.ts'
import { usernamesOf } from '../server/db/queries/people.ts'
import { triesOf } from '../server/db/queries/task.ts'
import type { TaskOrder } from '../server/db/queries/task.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeAnyId, decodeId, encodeId } from './global-id.ts'
import { TaskErrorType, TaskStateType, TaskStepType, TaskTriesType } from './task-parts.ts'
import { UserType } from './user.ts'
import { WorkspaceType } from './workspace.ts'

/** The GraphQL type of what a task or an entry of the audit is about, by the name that rows use: `instance_type` is an `InstanceType`. */
export const typeOfObject = (name: string): string => (name === 'vm' ? 'VM' : name.replaceAll(/(?:^|_)(.)/g, (_match, letter: string) => letter.toUpperCase()))

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
    tries: t.loadable({
      type: TaskTriesType,
      nullable: true,
      description: 'The tries of the step that it is at; null once it has ended.',
      load: async (ids: string[], { em }: Context) => {
        const tries = await triesOf(em, ids)
        return ids.map((id) => tries.get(id) ?? null)
      },
      resolve: ({ id }) => id,
    }),
    progress: t.exposeFloat('progress', { nullable: true, description: 'From 0 to 1, where that is known.' }),
    error: t.field({ type: TaskErrorType, nullable: true, description: 'Why it failed.', resolve: ({ error }) => error }),
    cancellable: t.exposeBoolean('cancellable', { description: 'Whether it can still be cancelled.' }),
    cancelRequestedAt: t.expose('cancelRequestedAt', { type: 'DateTime', nullable: true, description: 'When somebody asked to cancel it.' }),
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace it belongs to; null for the operators\' own.', resolve: ({ workspace }) => workspace }),
    objectId: t.id({ description: 'The id of what it works on: `node` reads it while it exists.', resolve: ({ objectType, objectId }) => encodeId(typeOfObject(objectType), objectId) }),
    objectType: t.string({ description: 'The type of what it works on.', resolve: ({ objectType }) => typeOfObject(objectType) }),
    objectName: t.exposeString('objectName', { description: 'The name of what it works on, when it began.' }),
    user: t.field({ type: UserType, nullable: true, description: 'Who asked for it; null for Kloudak itself, and for a user whom you do not see.', resolve: ({ user }) => user }),
    username: t.loadable({
      type: 'String',
      nullable: true,
      description: 'The name of who asked for it; null for Kloudak itself.',
      load: async (ids: string[], { em }: Context) => {
        const names = await usernamesOf(em, ids)
        return ids.map((id) => names.get(id) ?? null)
      },
      resolve: ({ user }) => user,
    }),
    clientAddress: t.string({ nullable: true, description: 'From which address it was asked for. For who asked, for those who may change the workspace\'s members (`user:edit`), and for superusers.', resolve: (task, _args, context) => addressOfTask(context, task) }),
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

const TaskOrderType = builder.enumType('TaskOrder', {
  description: 'In which order tasks are listed.',
  values: {
    NEWEST: { value: 'newest' satisfies TaskOrder, description: 'Those that were asked for last come first.' },
    OLDEST: { value: 'oldest' satisfies TaskOrder, description: 'Those that were asked for first come first.' },
  },
})

builder.queryField('tasks', (t) => t.connection({
  type: TaskType,
  description: 'The tasks that you see: those of your workspaces, and those that you asked for in a workspace that is gone. All filters must hold.',
  args: {
    workspaceId: t.arg.id({ description: 'Only those of this workspace.' }),
    objectId: t.arg.id({ description: 'Only those on this object, of whatever type.' }),
    userId: t.arg.id({ description: 'Only those that this user asked for.' }),
    states: t.arg({ type: [TaskStateType], description: 'Only those in one of these states.' }),
    finished: t.arg.boolean({ description: 'Only those that have ended (true), or that have not (false); stuck ones have not.' }),
    methods: t.arg.stringList({ description: 'Only those that one of these mutations asked for, for example `createVm`.' }),
    since: t.arg({ type: 'DateTime', description: 'Only those that were asked for at this time or later.' }),
    until: t.arg({ type: 'DateTime', description: 'Only those that were asked for before this time.' }),
    order: t.arg({ type: TaskOrderType, defaultValue: 'newest', description: 'In which order.' }),
  },
  resolve: (_root, { workspaceId, objectId, userId, states, finished, methods, since, until, order, ...args }, context) => {
    const filter = {
      workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId'),
      objectId: objectId == null ? undefined : decodeAnyId(objectId, 'objectId').id,
      userId: userId == null ? undefined : decodeId('User', userId, 'userId'),
      states: states ?? undefined,
      finished: finished ?? undefined,
      methods: methods ?? undefined,
      since: since ?? undefined,
      until: until ?? undefined,
    }
    return pageWithTotal(args, (page) => listTasks(context, filter, page, order ?? 'newest'), () => countTasks(context, filter))
  },
}, TaskConnection))

builder.queryField('task', (t) => t.field({
  type: TaskType,
  nullable: true,
  description: 'The task with this id; null when there is none that you may see.',
  args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
  resolve: (_root, { id }) => decodeId('Task', id, 'id'),
}))
