import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

/** Moves a VM to the host that has promised it room; a running guest goes on running. */
export const vmMigrate = defineContract({
  name: 'vm-migrate',
  definition: 1,
  // `drainId`: the task of the drain that asked for it.
  input: z.object({ vmId: z.uuid(), fromHostId: z.uuid(), toHostId: z.uuid(), drainId: z.uuid().optional() }),
  locks: ({ vmId }) => [objectKey('vm', vmId)],
  steps: [
    { name: 'check', title: 'Check the destination' },
    { name: 'move', title: 'Move the machine' },
    { name: 'settle', title: 'Move its books' },
    { name: 'clean', title: 'Clean up the old host' },
  ],
})
