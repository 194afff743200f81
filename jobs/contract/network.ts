import { z } from 'zod'
import { defineContract, objectKey } from './contract.ts'

const networkInput = z.object({ networkId: z.uuid() })
const networkLock = ({ networkId }: { networkId: string }) => [objectKey('network', networkId)]

export const networkCreate = defineContract({
  name: 'network-create',
  definition: 1,
  input: networkInput,
  locks: networkLock,
  steps: [
    { name: 'fabric', title: 'Prepare the network on the hosts' },
    { name: 'ready', title: 'Put the network into service' },
  ],
})

export const networkDelete = defineContract({
  name: 'network-delete',
  definition: 1,
  input: networkInput,
  locks: networkLock,
  steps: [
    { name: 'fabric', title: 'Remove the network from the hosts' },
    { name: 'books', title: 'Release the VLAN and the addresses' },
  ],
  isFinal: true,
})
