import { observedAddressesOf } from '../server/db/queries/guest-address.ts'
import type { ObservedAddress } from '../server/db/queries/guest-address.ts'
import type { AddressSource } from '../server/db/entities/drift.ts'
import { builder } from './builder.ts'
import { loaderOf } from './loader.ts'
import { VmInterfaceType } from './vm-parts.ts'

const AddressSourceType = builder.enumType('AddressSource', {
  description: 'By what an address of a guest was seen.',
  values: {
    AGENT: { value: 'agent' satisfies AddressSource, description: 'The guest says so, through its agent.' },
    LEASE: { value: 'lease' satisfies AddressSource, description: 'The host\'s own DHCP server gave it.' },
    ARP: { value: 'arp' satisfies AddressSource, description: 'The host has spoken with it.' },
  },
})

const ObservedAddressType = builder.objectRef<ObservedAddress>('ObservedAddress').implement({
  description: 'An address that an interface was seen to have in its guest. Whoever is root there decides what that is: it is shown, and nothing relies on it.',
  fields: (t) => ({
    ip: t.exposeString('ip', { description: 'The address, for example `10.0.0.5`.' }),
    source: t.expose('source', { type: AddressSourceType, description: 'By what it was seen.' }),
    assigned: t.exposeBoolean('isAssigned', { description: 'Whether Kloudak gave it to the interface; false for one that the guest has taken by itself.' }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime', description: 'When it was first seen.' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'When it was last seen: every few minutes while the guest runs and answers.' }),
  }),
})

const observedLoader = loaderOf(async (interfaceIds, { em }): Promise<ObservedAddress[][]> => {
  const byInterface = Map.groupBy(await observedAddressesOf(em, interfaceIds), ({ interfaceId }) => interfaceId)
  return interfaceIds.map((id) => byInterface.get(id) ?? [])
})

// Reached through the VM alone, as the interface itself: whoever sees the VM sees them.
builder.objectField(VmInterfaceType, 'observedAddresses', (t) => t.field({
  type: [ObservedAddressType],
  complexity: { field: 1, multiplier: 2 },
  description: 'The addresses that it was seen to have in the guest, beside those that it holds. `vmChanged` tells when they are others.',
  resolve: ({ id }, _args, context) => observedLoader(context).load(id),
}))
