import type { Done } from '../server/app/context.ts'
import { deleteNetwork } from '../server/app/network-delete.ts'
import { createNetwork, updateNetwork } from '../server/app/network.ts'
import { createPublicNetwork } from '../server/app/public-network.ts'
import type { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { NetworkType } from './network.ts'
import { SubnetInput } from './subnet-input.ts'
import { TaskType } from './task.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const payloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  network: t.field({ type: NetworkType, nullable: true, description: 'The network; null when a dry run made none, or a repetition finds it gone.' }),
  task: t.field({ type: TaskType, nullable: true, description: 'The task that does the work; null when there is nothing to do.' }),
})
const payload = ({ objectId, taskId }: Done) => ({ network: objectId, task: taskId })

mutation('createNetwork', {
  description: 'Creates a private network with a VLAN of its own.',
  input: (t) => ({
    workspaceId: t.id({ required: true, description: 'The workspace it shall belong to. Needs `network:add`.' }),
    name: t.string({ required: true, description: 'Its name, unique in the workspace: 1 to 63 characters.' }),
    description: t.string({ description: 'What it is for: at most 2,000 characters.' }),
    areaId: t.id({ description: 'The area it shall be in, for ever; may be left out when there is one only.' }),
    subnets: t.field({ type: [SubnetInput], required: true, description: 'Its subnets, 1 to 8 that do not overlap. A guest gets one address of each family.' }),
  }),
  payload: payloadFields,
  resolve: async (input, context) => payload(await createNetwork(context, {
    ...input,
    workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId'),
    areaId: input.areaId == null ? undefined : decodeId('Area', input.areaId, 'areaId'),
  })),
})

mutation('createPublicNetwork', {
  description: 'Creates a network on the public bridge of an area, which every workspace may use. It is changed and deleted as other networks are, by superusers. For superusers.',
  input: (t) => ({
    areaId: t.id({ required: true, description: 'The area, for ever.' }),
    name: t.string({ required: true, description: 'Its name, unique among public networks: 1 to 63 characters.' }),
    description: t.string({ description: 'What it is for: at most 2,000 characters.' }),
    vlan: t.int({ description: 'Its VLAN id on the public bridge. Without one its frames carry no tag; one network of an area may do so.' }),
    subnets: t.field({ type: [SubnetInput], required: true, description: 'Its subnets, 1 to 8 that overlap no public one of the area.' }),
  }),
  payload: payloadFields,
  resolve: async (input, context) => payload(await createPublicNetwork(context, { ...input, areaId: decodeId('Area', input.areaId, 'areaId') })),
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
