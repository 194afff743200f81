import { attachInterface, detachInterface } from '../server/app/vm-interface.ts'
import { decodeId, encodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { vmPayload, vmPayloadFields } from './vm-payload.ts'

mutation('attachInterface', {
  description: 'Attaches a network to a VM, while it runs or not. The guest must set the new card up itself: `configuredInGuest`. Needs `vm:edit`.',
  input: (t) => ({
    vmId: t.id({ required: true, description: 'The VM.' }),
    networkId: t.id({ required: true, description: 'The network: one of the VM\'s area, of its workspace or of all.' }),
    ip: t.string({ description: 'The address it shall have; a free one when left out.' }),
  }),
  payload: (t) => ({
    ...vmPayloadFields(t),
    interfaceId: t.id({ nullable: true, description: 'The new interface: one of the VM\'s. Null when none was made, and when the answer is that of a repetition.' }),
  }),
  resolve: async (input, context) => {
    const { interfaceId, ...done } = await attachInterface(context, { ...input, vmId: decodeId('VM', input.vmId, 'vmId'), networkId: decodeId('Network', input.networkId, 'networkId') })
    return { ...vmPayload(done), interfaceId: interfaceId === null ? null : encodeId('VMInterface', interfaceId) }
  },
})

mutation('detachInterface', {
  description: 'Detaches a network from a VM. A guest that runs must let go of the card: the task fails when it does not. Its addresses are free when the task is done. Needs `vm:edit`.',
  input: (t) => ({ interfaceId: t.id({ required: true, description: 'The interface, as the VM tells it.' }) }),
  payload: vmPayloadFields,
  resolve: async (input, context) => vmPayload(await detachInterface(context, { ...input, interfaceId: decodeId('VMInterface', input.interfaceId, 'interfaceId') })),
})
