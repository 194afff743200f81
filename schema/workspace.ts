import { countWorkspaces, createWorkspace, findWorkspaces, listWorkspaces } from '../server/app/workspace.ts'
import type { Workspace } from '../server/db/entities/people.ts'
import { permissions } from '../server/model/permissions.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { mutation } from './mutation.ts'

export const WorkspaceType = builder.loadableNodeRef('Workspace', {
  load: (ids: string[], context: Context) => findWorkspaces(context, ids),
  id: { resolve: ({ id }: Workspace) => id },
  sort: ({ id }: Workspace) => id,
})

WorkspaceType.implement({
  description: 'A space of one team: its VMs, networks and members. Nobody else sees what is in it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in this Kloudak.' }),
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
