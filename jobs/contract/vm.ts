import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

const vmInput = z.object({ vmId: z.uuid() })
const vmLock = ({ vmId }: { vmId: string }) => [objectKey('vm', vmId)]

/** From the rows that the verb wrote to a guest that runs. */
export const vmCreate = defineContract({
  name: 'vm-create',
  definition: 1,
  input: vmInput,
  locks: vmLock,
  steps: [
    { name: 'disk', title: 'Create the disk' },
    { name: 'seed', title: 'Write the first-boot settings' },
    { name: 'define', title: 'Define the machine' },
    { name: 'network', title: 'Connect the network' },
    { name: 'copy', title: 'Finish the disk' },
    { name: 'start', title: 'Start the machine' },
  ],
})

export const vmDelete = defineContract({
  name: 'vm-delete',
  definition: 1,
  input: vmInput,
  locks: vmLock,
  steps: [
    { name: 'remove', title: 'Stop and remove the machine' },
    { name: 'network', title: 'Disconnect the network' },
    { name: 'disks', title: 'Delete the disks' },
    { name: 'books', title: 'Release addresses and capacity' },
  ],
  // What the verb has ended, to make way for it, does not come back.
  isFinal: true,
})

export const vmPowerActions = ['start', 'shutdown', 'stop', 'reboot', 'reset', 'suspend', 'resume'] as const
export type VmPowerAction = (typeof vmPowerActions)[number]

export const vmPower = defineContract({
  name: 'vm-power',
  definition: 1,
  input: vmInput.extend({ action: z.enum(vmPowerActions) }),
  locks: (input) => vmLock(input),
  steps: [{ name: 'power', title: 'Change the power state' }],
})

/** Carries a changed name or description to the host. */
export const vmUpdate = defineContract({
  name: 'vm-update',
  definition: 1,
  input: vmInput,
  locks: vmLock,
  steps: [{ name: 'retitle', title: 'Rename the machine on its host' }],
})

/** Sets a user's password in the guest. The password itself never comes here: only its hash. */
export const vmPassword = defineContract({
  name: 'vm-password',
  definition: 1,
  input: vmInput.extend({ username: z.string(), passwordHash: z.string() }),
  locks: (input) => vmLock(input),
  steps: [
    { name: 'guest', title: 'Set the password in the guest' },
    { name: 'books', title: 'Note the password\'s hash' },
    { name: 'seed', title: 'Write the first-boot settings' },
  ],
})
