import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

const interfaceInput = z.object({ vmId: z.uuid(), interfaceId: z.uuid() })
const vmLock = ({ vmId }: { vmId: string }) => [objectKey('vm', vmId)]

/** Plugs an interface that the verb has written into the VM, whether it runs or not. */
export const vmAttach = defineContract({
  name: 'vm-attach',
  definition: 1,
  input: interfaceInput,
  locks: (input) => vmLock(input),
  steps: [
    { name: 'attach', title: 'Add the network card' },
    { name: 'network', title: 'Connect the network' },
    { name: 'link', title: 'Switch the card on' },
    { name: 'ready', title: 'Put the interface into service' },
    { name: 'seed', title: 'Write the first-boot settings' },
  ],
})

export const vmDetach = defineContract({
  name: 'vm-detach',
  definition: 1,
  input: interfaceInput,
  locks: (input) => vmLock(input),
  steps: [
    { name: 'detach', title: 'Remove the network card' },
    { name: 'network', title: 'Disconnect the network' },
    { name: 'books', title: 'Release the addresses' },
    { name: 'seed', title: 'Write the first-boot settings' },
  ],
})
