import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

/** What is done with a VM that cannot be moved while it runs: it is waited for, or asked to shut down. */
export const onStuckChoices = ['wait', 'shutdown'] as const
export type OnStuck = (typeof onStuckChoices)[number]

export const mostAtOnce = 8

/** Moves all VMs of a host elsewhere, each by a task of its own, and puts it into maintenance. */
export const hostDrain = defineContract({
  name: 'host-drain',
  definition: 1,
  input: z.object({ hostId: z.uuid(), onStuck: z.enum(onStuckChoices), atOnce: z.int().min(1).max(mostAtOnce) }),
  // Not the host itself: a review of it must not wait for the drain that waits for it.
  locks: ({ hostId }) => [objectKey('duty', hostId)],
  steps: [
    { name: 'empty', title: 'Move its virtual machines' },
    { name: 'maintenance', title: 'Put the host into maintenance' },
  ],
})
