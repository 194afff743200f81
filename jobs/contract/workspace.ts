import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

/** Deletes all that is in a workspace, each thing by a task of its own, and then the workspace. */
export const workspaceDelete = defineContract({
  name: 'workspace-delete',
  definition: 1,
  input: z.object({ workspaceId: z.uuid() }),
  locks: ({ workspaceId }) => [objectKey('workspace', workspaceId)],
  steps: [
    { name: 'vms', title: 'Delete the virtual machines' },
    { name: 'networks', title: 'Delete the networks' },
    { name: 'books', title: 'Remove the members and the workspace' },
  ],
})
