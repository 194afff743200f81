import { deleteWorkspace } from '../server/app/workspace-delete.ts'
import { updateWorkspace } from '../server/app/workspace.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { TaskType } from './task.ts'
import { WorkspaceType } from './workspace.ts'

mutation('updateWorkspace', {
  description: 'Renames a workspace; nothing else in it or about it changes. Needs `workspace:edit`. CONFLICT when the name is taken.',
  input: (t) => ({
    workspaceId: t.id({ required: true, description: 'The workspace.' }),
    name: t.string({ description: 'Its new name: 1 to 63 characters.' }),
  }),
  payload: (t) => ({ workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ workspace: (await updateWorkspace(context, { ...input, workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId') })).objectId }),
})

mutation('deleteWorkspace', {
  description: 'Deletes a workspace with all that is in it: its VMs with their disks, its networks, and its memberships. Needs `workspace:delete`. A dry run lists what would be lost. The task stays visible to who asked for it after the workspace is gone.',
  input: (t) => ({ workspaceId: t.id({ required: true, description: 'The workspace.' }) }),
  payload: (t) => ({
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace, while it is there.' }),
    task: t.field({ type: TaskType, nullable: true, description: 'The task that deletes everything; null for a dry run.' }),
  }),
  resolve: async (input, context) => {
    const { objectId, taskId } = await deleteWorkspace(context, { ...input, workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId') })
    return { workspace: objectId, task: taskId }
  },
})
