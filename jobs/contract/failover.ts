import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

/** From the moment a host is held to be down until its VMs run elsewhere, or it is back. */
export const hostFence = defineContract({
  name: 'host-fence',
  definition: 1,
  input: z.object({ hostId: z.uuid(), outageId: z.uuid() }),
  // Not the host's own line: what waits there for the host to answer would be waited for.
  locks: ({ outageId }) => [objectKey('outage', outageId)],
  steps: [
    { name: 'fence', title: 'Prove that the host is off' },
    { name: 'recover', title: 'Start its VMs on other hosts' },
  ],
  isFinal: true,
})

/** A fenced host that is heard again: nothing may run there before what lives elsewhere now is gone from it. */
export const hostRejoin = defineContract({
  name: 'host-rejoin',
  definition: 1,
  input: z.object({ hostId: z.uuid() }),
  locks: ({ hostId }) => [objectKey('rejoin', hostId)],
  steps: [
    { name: 'clean', title: 'Remove what lives on other hosts now' },
    { name: 'ready', title: 'Put the host back into service' },
    { name: 'settle', title: 'Look again, and start what is still its own' },
  ],
  isFinal: true,
})

/** A VM whose host is proven to be off, or lost its power: it starts elsewhere, or where it is. */
export const vmRecover = defineContract({
  name: 'vm-recover',
  definition: 1,
  input: z.object({ vmId: z.uuid() }),
  locks: ({ vmId }) => [objectKey('vm', vmId)],
  steps: [
    { name: 'place', title: 'Reserve room on a host' },
    { name: 'move', title: 'Give the machine to that host' },
    { name: 'start', title: 'Start the machine' },
  ],
  isFinal: true,
})

/** Asks a fence device whether its host is on. Switches nothing. */
export const fenceTest = defineContract({
  name: 'fence-test',
  definition: 1,
  input: z.object({ deviceId: z.uuid() }),
  locks: ({ deviceId }) => [objectKey('fence-device', deviceId)],
  steps: [{ name: 'status', title: 'Ask the device' }],
})
