import { deleteVm } from '../server/app/vm-delete.ts'
import { setVmPassword } from '../server/app/vm-password.ts'
import { changePower } from '../server/app/vm-power.ts'
import { updateVm } from '../server/app/vm-update.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { vmPayload, vmPayloadFields } from './vm-payload.ts'

const powerActions = {
  start: 'Starts a VM that is stopped or has crashed.',
  shutdown: 'Asks the guest to shut down (ACPI). A guest that does not listen goes on running: stop it then.',
  stop: 'Stops a VM at once, as if its power were cut.',
  reboot: 'Asks the guest to reboot (ACPI).',
  reset: 'Resets a VM at once, as its reset button would.',
  suspend: 'Suspends a VM: it keeps its memory and takes no processor time.',
  resume: 'Lets a suspended VM go on.',
} as const

for (const action of Object.keys(powerActions) as (keyof typeof powerActions)[]) {
  mutation(`${action}Vm`, {
    description: `${powerActions[action]} Needs \`vm:edit\`.`,
    input: (t) => ({ vmId: t.id({ required: true, description: 'The VM.' }) }),
    payload: vmPayloadFields,
    resolve: async (input, context) => vmPayload(await changePower(context, action, { ...input, vmId: decodeId('VM', input.vmId, 'vmId') })),
  })
}

mutation('updateVm', {
  description: 'Changes the name, the description, the recovery priority or the affinity groups of a VM; what is left out stays. Needs `vm:edit`.',
  input: (t) => ({
    vmId: t.id({ required: true, description: 'The VM.' }),
    name: t.string({ description: 'Its new name.' }),
    description: t.string({ description: 'Its new description.' }),
    recoveryPriority: t.int({ description: 'From 0 to 100, 50 at first: when a host fails, its VMs of the highest priority start first on others.' }),
    affinityGroupIds: t.idList({ description: 'The affinity groups that it shall be in, at most 8; it leaves all others. It is moved nowhere: CONFLICT when it is not where a hard group would have it.' }),
  }),
  payload: vmPayloadFields,
  resolve: async (input, context) => vmPayload(await updateVm(context, { ...input, vmId: decodeId('VM', input.vmId, 'vmId'), affinityGroupIds: input.affinityGroupIds?.map((id, index) => decodeId('AffinityGroup', id, `affinityGroupIds.${index}`)) })),
})

mutation('setVmPassword', {
  description: 'Sets a user\'s password in a guest that runs, through its agent (qemu-guest-agent); the task fails when none answers. Only the hash of the password is kept. Needs `vm:password`.',
  input: (t) => ({
    vmId: t.id({ required: true, description: 'The VM.' }),
    username: t.string({ description: 'The guest\'s user; root when left out.' }),
    password: t.string({ required: true, description: 'The new password: 1 to 128 characters.' }),
  }),
  payload: vmPayloadFields,
  resolve: async (input, context) => vmPayload(await setVmPassword(context, { ...input, vmId: decodeId('VM', input.vmId, 'vmId') })),
})

mutation('deleteVm', {
  description: 'Deletes a VM with its disks, whatever its state; a creation under way is cancelled. Needs `vm:delete`.',
  input: (t) => ({ vmId: t.id({ required: true, description: 'The VM.' }) }),
  payload: vmPayloadFields,
  resolve: async (input, context) => vmPayload(await deleteVm(context, { ...input, vmId: decodeId('VM', input.vmId, 'vmId') })),
})
