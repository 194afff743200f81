import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

const input = z.object({ poolId: z.uuid() })

/** Makes a pool on every host of its area that is up. */
export const poolCreate = defineContract({
  name: 'pool-create',
  definition: 1,
  input,
  locks: ({ poolId }) => [objectKey('pool', poolId)],
  steps: [
    { name: 'look', title: 'Look at the hosts of its area' },
    { name: 'start', title: 'Prepare it on every host' },
    { name: 'prove', title: 'Prove that all hosts see the same storage' },
    { name: 'ready', title: 'Put it into service' },
  ],
})

/** Gives every host the pool as the books have it now, and ends its maintenance when that is proven. */
export const poolRefresh = defineContract({
  name: 'pool-refresh',
  definition: 1,
  input: input.extend({ endsMaintenance: z.boolean() }),
  locks: ({ poolId }) => [objectKey('pool', poolId)],
  steps: [
    { name: 'start', title: 'Prepare it on every host' },
    { name: 'prove', title: 'Prove that all hosts see the same storage' },
    { name: 'ready', title: 'Put it into service' },
  ],
})

/** Takes a pool off its hosts. What is in the storage stays there, but for the marker. */
export const poolDelete = defineContract({
  name: 'pool-delete',
  definition: 1,
  input,
  locks: ({ poolId }) => [objectKey('pool', poolId)],
  // From the asking on no host can be told to keep it.
  isFinal: true,
  steps: [
    { name: 'hosts', title: 'Take it off its hosts' },
    { name: 'books', title: 'Forget it' },
  ],
})
