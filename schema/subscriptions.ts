import { follow } from '../server/app/follow.ts'
import { followUsage } from '../server/app/quota-follow.ts'
import type { UsageChange } from '../server/app/quota-follow.ts'
import { findTasks } from '../server/app/task-read.ts'
import { findVms } from '../server/app/vm-read.ts'
import type { Actor } from '../server/auth/actor.ts'
import { notFound } from '../server/auth/authorize.ts'
import type { ChangeEvent, WatchedType } from '../server/events/event.ts'
import { KloudakError } from '../server/model/errors.ts'
import { builder } from './builder.ts'
import { freshContext } from './context.ts'
import { decodeId, encodeId } from './global-id.ts'
import { MemberType } from './member.ts'
import { QuotaType } from './quota.ts'
import { TaskType } from './task.ts'
import { VmType } from './vm.ts'
import { WorkspaceType } from './workspace.ts'

const ChangeKindType = builder.enumType('ChangeKind', {
  description: 'What happened to an object.',
  values: {
    CREATED: { value: 'created' satisfies ChangeEvent['kind'], description: 'It is new.' },
    CHANGED: { value: 'changed' satisfies ChangeEvent['kind'], description: 'It is another than before.' },
    DELETED: { value: 'deleted' satisfies ChangeEvent['kind'], description: 'It is gone.' },
  },
})

/** The GraphQL types of the rows that events are written for. */
const typeNames: Record<WatchedType, string> = { workspace: 'Workspace', membership: 'Member', area: 'Area', host: 'Host', pool: 'Pool', template: 'Template', instance_type: 'InstanceType', network: 'Network', vm: 'VM', affinity_group: 'AffinityGroup', task: 'Task', drift: 'Drift' }
const globalId = ({ objectType, objectId }: ChangeEvent) => encodeId(typeNames[objectType], objectId)

const ChangeType = builder.interfaceRef<ChangeEvent>('Change').implement({
  description: 'One change of one object. An object that changes faster than it is read is told of once, at its newest change.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', { description: 'To be sent as `after` once this change has been handled: what follows it is told, each change once.' }),
    kind: t.expose('kind', { type: ChangeKindType, description: 'What happened.' }),
    id: t.id({ description: 'The id of the object.', resolve: globalId }),
    version: t.exposeInt('version', { description: 'Of the object after the change; the object that comes along may be newer still.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it happened.' }),
  }),
})

const unlessGone = ({ kind, objectId }: ChangeEvent) => (kind === 'deleted' ? null : objectId)

const VmChangeType = builder.objectRef<ChangeEvent>('VMChange').implement({
  description: 'A change of a VM.',
  interfaces: [ChangeType],
  fields: (t) => ({ vm: t.field({ type: VmType, nullable: true, description: 'The VM as it is now; null when it is gone.', resolve: unlessGone }) }),
})

const TaskChangeType = builder.objectRef<ChangeEvent>('TaskChange').implement({
  description: 'A change of a task.',
  interfaces: [ChangeType],
  fields: (t) => ({ task: t.field({ type: TaskType, nullable: true, description: 'The task as it is now; null when it is gone.', resolve: unlessGone }) }),
})

const WorkspaceChangeType = builder.objectRef<ChangeEvent>('WorkspaceChange').implement({
  description: 'A change of a workspace, or of one of its members.',
  interfaces: [ChangeType],
  fields: (t) => ({
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace as it is now; null when it is gone.', resolve: (event) => (event.objectType === 'workspace' ? unlessGone(event) : event.workspaceId) }),
    member: t.field({ type: MemberType, nullable: true, description: 'The member whose membership changed, as it is now; null when they are gone, and when it is the workspace that changed.', resolve: (event) => (event.objectType === 'membership' ? unlessGone(event) : null) }),
  }),
})

const EventType = builder.objectRef<ChangeEvent>('Event').implement({
  description: 'A change of any object.',
  interfaces: [ChangeType],
  fields: (t) => ({
    type: t.string({ description: 'The type of the object, for example `VM`.', resolve: ({ objectType }) => typeNames[objectType] }),
    node: t.node({ description: 'The object as it is now; null when it is gone.', id: (event) => (event.kind === 'deleted' ? null : globalId(event)) }),
  }),
})

builder.subscriptionType({ description: 'What can be followed. Each stream takes `after`, and tells every change behind it once, whatever connection or server was lost meanwhile.', authScopes: { signedIn: true } })

const afterText = 'The cursor of the last change that you have handled, or an eventCursor. Without it the stream begins now. CURSOR_EXPIRED when it is too old: read the list anew.'

builder.queryField('eventCursor', (t) => t.string({
  description: 'Where the streams of changes stand now. Take it before you read a list, and subscribe after it: nothing falls in between.',
  resolve: (_root, _args, { hub }) => hub.currentCursor(),
}))

builder.subscriptionField('vmChanged', (t) => t.field({
  type: VmChangeType,
  description: 'Changes of the VMs of a workspace, or of one VM.',
  args: {
    workspaceId: t.arg.id({ description: 'The workspace, unless vmId is given.' }),
    vmId: t.arg.id({ description: 'The VM, unless workspaceId is given.' }),
    after: t.arg.string({ description: afterText }),
  },
  subscribe: async (_root, { workspaceId, vmId, after }, context) => {
    const { workspace, objectId } = await scopeOf(workspaceId, vmId, { typeName: 'VM', field: 'vmId', find: async (id) => (await findVms(context, [id]))[0]?.workspace })
    return follow(context, workspace, { objectTypes: ['vm'], objectId }, after ?? undefined)
  },
  resolve: (event) => event,
}))

builder.subscriptionField('taskChanged', (t) => t.field({
  type: TaskChangeType,
  description: 'Changes of the tasks of a workspace, or of one task.',
  args: {
    workspaceId: t.arg.id({ description: 'The workspace, unless taskId is given.' }),
    taskId: t.arg.id({ description: 'The task, unless workspaceId is given.' }),
    after: t.arg.string({ description: afterText }),
  },
  subscribe: async (_root, { workspaceId, taskId, after }, context) => {
    const { workspace, objectId: task } = await scopeOf(workspaceId, taskId, {
      typeName: 'Task', field: 'taskId',
      // A task on a host belongs to no workspace.
      find: async (id) => { const [task] = await findTasks(context, [id]); return task && (task.workspace ?? null) },
    })
    // Who asked for a workspace's deletion sees that task to its end, which comes after the workspace's.
    const stillSees = task === undefined ? undefined : async (actor: Actor) => (await findTasks({ ...freshContext(context), actor }, [task])).length > 0
    return follow(context, workspace, { objectTypes: ['task'], objectId: task }, after ?? undefined, stillSees)
  },
  resolve: (event) => event,
}))

builder.subscriptionField('workspaceChanged', (t) => t.field({
  type: WorkspaceChangeType,
  description: 'Changes of a workspace and of its members.',
  args: {
    workspaceId: t.arg.id({ required: true, description: 'The workspace.' }),
    after: t.arg.string({ description: afterText }),
  },
  subscribe: (_root, { workspaceId, after }, context) => follow(context, decodeId('Workspace', workspaceId, 'workspaceId'), { objectTypes: ['workspace', 'membership'] }, after ?? undefined),
  resolve: (event) => event,
}))

builder.subscriptionField('events', (t) => t.field({
  type: EventType,
  description: 'Changes of everything in a workspace; without one, of everything in this Kloudak, for superusers.',
  args: {
    workspaceId: t.arg.id({ description: 'The workspace.' }),
    after: t.arg.string({ description: afterText }),
  },
  subscribe: (_root, { workspaceId, after }, context) => follow(context, workspaceId == null ? null : decodeId('Workspace', workspaceId, 'workspaceId'), {}, after ?? undefined),
  resolve: (event) => event,
}))

const UsageChangeType = builder.objectRef<UsageChange>('UsageChange').implement({
  description: 'What a workspace may have and has, after a change. Changes that follow each other fast are told of once.',
  fields: (t) => ({
    cursor: t.string({ description: 'To be sent as `after` once this change has been handled.', resolve: ({ event }) => event.cursor }),
    at: t.field({ type: 'DateTime', description: 'When it happened.', resolve: ({ event }) => event.at }),
    quotas: t.field({ type: [QuotaType], description: 'All limits and usages as they are now.', resolve: ({ quotas }) => quotas }),
  }),
})

builder.subscriptionField('usageChanged', (t) => t.field({
  type: UsageChangeType,
  description: 'What a workspace may have and has, whenever a limit or a usage is another than before.',
  args: {
    workspaceId: t.arg.id({ required: true, description: 'The workspace.' }),
    after: t.arg.string({ description: afterText }),
  },
  subscribe: (_root, { workspaceId, after }, context) => followUsage(context, decodeId('Workspace', workspaceId, 'workspaceId'), after ?? undefined),
  resolve: (change) => change,
}))

interface One { typeName: string; field: string; find: (id: string) => Promise<string | null | undefined> }

/** What is followed: a workspace, or one object in the workspace that it belongs to. */
async function scopeOf(workspaceId: string | null | undefined, objectId: string | null | undefined, { typeName, field, find }: One): Promise<{ workspace: string | null; objectId?: string }> {
  if ((workspaceId == null) === (objectId == null)) throw new KloudakError('INVALID_INPUT', `Give either workspaceId or ${field}.`, { field })
  if (workspaceId != null) return { workspace: decodeId('Workspace', workspaceId, 'workspaceId') }
  const id = decodeId(typeName, objectId!, field)
  const workspace = await find(id)
  if (workspace === undefined) throw notFound(typeName, field)
  return { workspace, objectId: id }
}
