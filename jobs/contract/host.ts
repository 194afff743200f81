import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

/** As it was before hosts were enrolled by mutation; for those that were under way at the upgrade. */
export const hostEnrolFirst = defineContract({
  name: 'host-enrol',
  definition: 1,
  input: z.object({ hostId: z.uuid() }),
  locks: ({ hostId }) => [objectKey('host', hostId)],
  steps: [
    { name: 'discover', title: 'Look at the host' },
    { name: 'pools', title: 'Prepare the storage pools' },
    { name: 'fabric', title: 'Prepare the network bridges' },
    { name: 'ready', title: 'Put the host into service' },
  ],
})

export const hostEnrol = defineContract({
  name: 'host-enrol',
  definition: 2,
  input: z.object({ hostId: z.uuid() }),
  locks: ({ hostId }) => [objectKey('host', hostId)],
  steps: [
    { name: 'host-key', title: 'Make sure of the host\'s key' },
    { name: 'access', title: 'Sign in to the host' },
    { name: 'look', title: 'Look at the host and hold it against the checklist' },
    { name: 'pools', title: 'Prepare the storage pools' },
    { name: 'ready', title: 'Put the host into service' },
  ],
})

/** Looks at a host again, in service or not, and keeps what it finds. */
export const hostCheck = defineContract({
  name: 'host-check',
  definition: 1,
  input: z.object({ hostId: z.uuid() }),
  locks: ({ hostId }) => [objectKey('host', hostId)],
  steps: [
    { name: 'host-key', title: 'Make sure of the host\'s key' },
    { name: 'access', title: 'Sign in to the host' },
    { name: 'look', title: 'Look at the host and hold it against the checklist' },
  ],
})

/** Makes on a host what it lacks, and takes it back when that fails. */
export const hostPrepare = defineContract({
  name: 'host-prepare',
  definition: 1,
  input: z.object({ hostId: z.uuid(), publicUplink: z.string().nullable(), trunkUplink: z.string().nullable(), poolFolders: z.boolean() }),
  locks: ({ hostId }) => [objectKey('host', hostId)],
  steps: [
    { name: 'look', title: 'Look what is missing' },
    { name: 'make', title: 'Make it' },
    { name: 'check', title: 'Hold the host against the checklist' },
  ],
})

/** Lets our own key do nothing but forward on the host from now on. */
export const hostRestrictKey = defineContract({
  name: 'host-restrict-key',
  definition: 1,
  input: z.object({ hostId: z.uuid() }),
  locks: ({ hostId }) => [objectKey('host', hostId)],
  steps: [{ name: 'restrict', title: 'Restrict the key, and prove that it still serves' }],
})

/** An operator has seen where the host differs from the books: it is taken as it is, and work on it goes on. */
export const hostReview = defineContract({
  name: 'host-review',
  definition: 1,
  // `digest`: of the differences that the operator saw.
  input: z.object({ hostId: z.uuid(), digest: z.string().length(64) }),
  locks: ({ hostId }) => [objectKey('host', hostId)],
  steps: [
    { name: 'look', title: 'Compare the host with what was reviewed' },
    { name: 'mark', title: 'Mark its VMs and pools as these books\' own' },
    { name: 'books', title: 'Take into the books what the host has' },
  ],
})
