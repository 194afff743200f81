import type { Done } from '../server/app/context.ts'
import { deleteNetwork } from '../server/app/network-delete.ts'
import { createNetwork, updateNetwork } from '../server/app/network.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { NetworkType } from './network.ts'
import { TaskType } from './task.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const payloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  network: t.field({ type: NetworkType, nullable: true, description: 'The network; null when a dry run made none, or a repetition finds it gone.' }),
  task: t.field({ type: TaskType, nullable: true, description: 'The task that does the work; null when there is nothing to do.' }),
})
const payload = ({ objectId, taskId }: Done) => ({ network: objectId, task: taskId })

const SubnetInput = builder.inputType('SubnetInput', {
  description: 'Addresses of a new network.',
  fields: (t) => ({
    cidr: t.string({ required: true, description: 'The block: IPv4 from /8 to /30, IPv6 from /32 to /126, for example `10.0.0.0/24`.' }),
    gateway: t.string({ description: 'The gateway of its guests; the first address when left out. It is never handed out.' }),
    dns: t.stringList({ description: 'The DNS servers of its guests, at most 4.' }),
  }),
})

mutation('createNetwork', {
  description: 'Creates a private network with a VLAN of its own.',
  input: (t) => ({
    workspaceId: t.id({ required: true, description: 'The workspace it shall belong to. Needs `network:add`.' }),
    name: t.string({ required: true, description: 'Its name, unique in the workspace: 1 to 63 characters.' }),
    description: t.string({ description: 'What it is for: at most 2,000 characters.' }),
    areaId: t.id({ description: 'The area it shall be in, for ever; may be left out when there is one only.' }),
    subnets: t.field({ type: [SubnetInput], required: true, description: 'One subnet for each address family: IPv4, IPv6, or both.' }),
  }),
  payload: payloadFields,
  resolve: async (input, context) => payload(await createNetwork(context, {
    ...input,
    workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId'),
    areaId: input.areaId == null ? undefined : decodeId('Area', input.areaId, 'areaId'),
  })),
})

mutation('updateNetwork', {
  description: 'Changes the name or the description of a network; what is left out stays. Needs `network:edit`.',
  input: (t) => ({
    networkId: t.id({ required: true, description: 'The network.' }),
    name: t.string({ description: 'Its new name.' }),
    description: t.string({ description: 'Its new description.' }),
  }),
  payload: payloadFields,
  resolve: async (input, context) => payload(await updateNetwork(context, { ...input, networkId: decodeId('Network', input.networkId, 'networkId') })),
})

mutation('deleteNetwork', {
  description: 'Deletes a network that no VM uses; CONFLICT names those that do. Needs `network:delete`.',
  input: (t) => ({ networkId: t.id({ required: true, description: 'The network.' }) }),
  payload: payloadFields,
  resolve: async (input, context) => payload(await deleteNetwork(context, { ...input, networkId: decodeId('Network', input.networkId, 'networkId') })),
})
