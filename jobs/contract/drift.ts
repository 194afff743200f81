import { z } from 'zod'
import { driftKinds } from '../../server/model/drift.ts'
import { defineContract, objectKey } from './contract.ts'

/** Takes away one difference between books and hosts. */
export const driftRepair = defineContract({
  name: 'drift-repair',
  definition: 1,
  input: z.object({ driftId: z.uuid(), kind: z.enum(driftKinds), hostId: z.uuid().nullable(), poolId: z.uuid().nullable(), vmId: z.uuid().nullable(), subject: z.string().max(255) }),
  // The VM has its line also when the books do not know it: nothing else then works on what is left of it.
  locks: ({ driftId, hostId, vmId }) => [objectKey('drift', driftId), vmId !== null ? objectKey('vm', vmId) : hostId !== null ? objectKey('host', hostId) : objectKey('drift', driftId)],
  steps: [
    { name: 'look', title: 'Look whether books and host still differ' },
    { name: 'mend', title: 'Mend what is wrong' },
    { name: 'remove', title: 'Remove what should not be there' },
    { name: 'note', title: 'Note that it is repaired' },
  ],
})
