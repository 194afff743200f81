import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

export const hostEnrol = defineContract({
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
