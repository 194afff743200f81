import { findSubnets } from '../server/app/address-read.ts'
import { addSubnet, removeSubnet, updateSubnet } from '../server/app/subnet.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { NetworkType } from './network.ts'
import { ReservedRangeInput, SubnetInput } from './subnet-input.ts'
import { SubnetType } from './subnet.ts'

mutation('addSubnet', {
  description: 'Adds a whole subnet to a network. New interfaces get an address of each family: of a further subnet of one family when the older ones are full. Interfaces that exist keep what they have. Needs `network:edit`; for public networks one is a superuser.',
  input: (t) => ({
    networkId: t.id({ required: true, description: 'The network.' }),
    subnet: t.field({ type: SubnetInput, required: true, description: 'The subnet. It overlaps none of the network; a public one overlaps no public one of the area.' }),
  }),
  payload: (t) => ({ network: t.field({ type: NetworkType, nullable: true, description: 'The network; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ network: (await addSubnet(context, { ...input, networkId: decodeId('Network', input.networkId, 'networkId') })).objectId }),
})

mutation('updateSubnet', {
  description: 'Changes DNS servers and reserved ranges of a subnet, for VMs that are made from now on: those that exist keep their servers and their addresses. Needs `network:edit`; for public networks one is a superuser.',
  input: (t) => ({
    subnetId: t.id({ required: true, description: 'The subnet.' }),
    dns: t.stringList({ description: 'Its DNS servers, instead of those that it had.' }),
    reserved: t.field({ type: [ReservedRangeInput], description: 'Its reserved ranges, instead of those that it had.' }),
  }),
  payload: (t) => ({ subnet: t.field({ type: SubnetType, nullable: true, description: 'The subnet; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => {
    const { objectId } = await updateSubnet(context, { ...input, subnetId: decodeId('Subnet', input.subnetId, 'subnetId') })
    return { subnet: (await findSubnets(context, [objectId]))[0] ?? null }
  },
})

mutation('removeSubnet', {
  description: 'Removes a subnet that no VM has an address of; CONFLICT names those that have. Who had its addresses stays known. Needs `network:edit`; for public networks one is a superuser.',
  input: (t) => ({ subnetId: t.id({ required: true, description: 'The subnet.' }) }),
  payload: (t) => ({ deletedId: t.id({ nullable: true, description: 'Its id, good for nothing any more; null after a dry run.' }) }),
  resolve: async (input, context) => { await removeSubnet(context, { ...input, subnetId: decodeId('Subnet', input.subnetId, 'subnetId') }); return { deletedId: input.dryRun ? null : input.subnetId } },
})
