import { countAddresses, listAddresses } from '../server/app/address-read.ts'
import type { AddressInterval } from '../server/db/queries/address.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import { decodeId } from './global-id.ts'
import { NetworkType } from './network.ts'
import { VmType } from './vm.ts'
import { WorkspaceType } from './workspace.ts'

const AddressIntervalType = builder.objectRef<AddressInterval>('AddressInterval').implement({
  description: 'Who has or had an address, and when.',
  fields: (t) => ({
    ip: t.exposeString('ip', { description: 'The address.' }),
    network: t.field({ type: NetworkType, description: 'The network it is on.', resolve: ({ networkId }) => networkId }),
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'Whose VM it was; null when the workspace is gone.', resolve: ({ workspaceId }) => workspaceId }),
    vm: t.field({ type: VmType, nullable: true, description: 'The VM; null when it is gone.', resolve: ({ vmId }) => vmId }),
    vmName: t.exposeString('vmName', { nullable: true, description: 'What the VM is called, or was called last; null when nobody wrote that down.' }),
    heldFrom: t.expose('heldFrom', { type: 'DateTime', description: 'Since when.' }),
    releasedAt: t.expose('releasedAt', { type: 'DateTime', nullable: true, description: 'Until when; null while it is held.' }),
  }),
})

builder.queryField('addresses', (t) => t.connection({
  type: AddressIntervalType,
  description: 'Who has the addresses of a network, in the order in which they were given; with `at` who had them then, with `history` all who ever had. You see those of your workspaces\' VMs.',
  args: {
    networkId: t.arg.id({ required: true, description: 'The network.' }),
    ip: t.arg.string({ description: 'Only this address.' }),
    at: t.arg({ type: 'DateTime', description: 'Who had them at this moment.' }),
    history: t.arg.boolean({ defaultValue: false, description: 'All who have and had them; without effect beside `at`.' }),
  },
  resolve: (_root, { networkId, ip, at, history, ...args }, context) => {
    const filter = { networkId: decodeId('Network', networkId, 'networkId'), ip: ip ?? undefined, at: at ?? undefined, wholeHistory: history ?? false }
    return pageWithTotal(args, (page) => listAddresses(context, filter, page), () => countAddresses(context, filter))
  },
}, { name: 'AddressConnection', description: 'One page of addresses and who has them.' }, { name: 'AddressEdge', description: 'An address with its cursor.' }))
