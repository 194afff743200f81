import { countWorkspaces, createWorkspace, findWorkspaces, listWorkspaces } from '../server/app/workspace.ts'
import type { Workspace, WorkspacePhase } from '../server/db/entities/people.ts'
import { permissions } from '../server/model/permissions.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'

const WorkspacePhaseType = builder.enumType('WorkspacePhase', {
  description: 'Where a workspace stands in its life.',
  values: {
    READY: { value: 'ready' satisfies WorkspacePhase, description: 'It is in use.' },
    DELETING: { value: 'deleting' satisfies WorkspacePhase, description: 'It is being deleted with all that is in it: nothing new can be made there.' },
  },
})

export const WorkspaceType = builder.loadableNodeRef('Workspace', {
  load: (ids: string[], context: Context) => findWorkspaces(context, ids),
  id: { resolve: ({ id }: Workspace) => id },
  sort: ({ id }: Workspace) => id,
})

WorkspaceType.implement({
  description: 'A space of one team: its VMs, networks and members. Nobody else sees what is in it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in this Kloudak.' }),
    phase: t.expose('phase', { type: WorkspacePhaseType, description: 'Where it stands in its life.' }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    permissions: t.stringList({
      description: 'What you may do in it beyond seeing, as codes such as `vm:edit`.',
      resolve: ({ id }, _args, { actor }) => (actor?.superuser ? [...permissions] : [...actor?.memberships.get(id) ?? []]),
    }),
  }),
})

const WorkspaceConnection = builder.connectionObject(
  { type: WorkspaceType, name: 'WorkspaceConnection', description: 'One page of workspaces.' },
  { name: 'WorkspaceEdge', description: 'A workspace with its cursor.' },
)

builder.queryField('workspaces', (t) => t.connection({
  type: WorkspaceType,
  description: 'The workspaces that you are a member of, oldest first; for superusers all.',
  resolve: (_root, args, context) => pageWithTotal(args, (page) => listWorkspaces(context, page), () => countWorkspaces(context)),
}, WorkspaceConnection))

builder.queryField('workspace', (t) => t.field({
  type: WorkspaceType,
  nullable: true,
  description: 'The workspace with this id; null when there is none that you may see.',
  args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
  resolve: (_root, { id }) => decodeId('Workspace', id, 'id'),
}))

mutation('createWorkspace', {
  description: 'Creates a workspace in which you may do everything. CONFLICT when the name is taken.',
  input: (t) => ({ name: t.string({ required: true, description: 'Its name: 1 to 63 characters.' }) }),
  payload: (t) => ({ workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The new workspace; null for a dry run.' }) }),
  resolve: async (input, context) => {
    const { objectId } = await createWorkspace(context, input)
    // The caller became a member just now: what is read next must know it.
    context.actor = await context.auth.actors.now(context.actor!.sessionId)
    return { workspace: objectId }
  },
})
