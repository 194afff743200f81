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
