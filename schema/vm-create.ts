import { createVm } from '../server/app/vm-create.ts'
import type { Created } from '../server/app/vm-create.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { labelFields } from './label-fields.ts'
import { mutation } from './mutation.ts'
import { vmPayload, vmPayloadFields } from './vm-payload.ts'

const VmInterfaceInput = builder.inputType('VMInterfaceInput', {
  description: 'A network interface of a new VM.',
  fields: (t) => ({
    networkId: t.id({ required: true, description: 'The network it is on.' }),
    ip: t.string({ description: 'The address it shall have; a free one when left out.' }),
  }),
})

const created = ({ sshPrivateKey, ...done }: Created) => ({ ...vmPayload(done), sshPrivateKey })

mutation('createVm', {
  description: 'Creates a VM from a template, or from an image and an instance type, and starts it. Answers at once with the VM, whose creation the task tells of.',
  input: (t) => ({
    workspaceId: t.id({ required: true, description: 'The workspace it shall belong to. Needs `vm:add`.' }),
    name: t.string({ required: true, description: 'Its name, unique in the workspace: 1 to 63 characters.' }),
    description: t.string({ description: 'What it is for: at most 2,000 characters.' }),
    templateId: t.id({ description: 'The template to make it from, unless instanceTypeId and imageId are given.' }),
    instanceTypeId: t.id({ description: 'The size it shall have, with imageId.' }),
    imageId: t.id({ description: 'The image to make it from, with instanceTypeId: its newest version in the area.' }),
    areaId: t.id({ description: 'The area it shall live in. Without it: that of its networks, else wherever there is room.' }),
    hostname: t.string({ description: 'The hostname of the guest; made from the name when left out.' }),
    interfaces: t.field({ type: [VmInterfaceInput], description: 'Its network interfaces, at most 8.' }),
    password: t.string({ description: 'The password of the guest\'s first user. Only its hash is kept.' }),
    sshKeys: t.stringList({ description: 'Public SSH keys that may sign in, at most 32.' }),
    generateSshKey: t.boolean({ description: 'Makes an SSH key pair: its public half goes to the guest with the other keys, its private half is in the answer, this once.' }),
    vcpus: t.int({ description: 'Virtual processors; those of the template or instance type when left out.' }),
    memoryBytes: t.field({ type: 'Bytes', description: 'Memory, in whole MiB; that of the template or instance type when left out.' }),
    diskBytes: t.field({ type: 'Bytes', description: 'Size of the disk; that of the template or instance type when left out.' }),
    affinityGroupIds: t.idList({ description: 'Affinity groups of the workspace that it joins, at most 8.' }),
    ...labelFields(t, 'beside those of its template or instance type. For superusers'),
    userData: t.string({ description: 'User data for cloud-init: at most 256 KiB.' }),
  }),
  payload: (t) => ({
    ...vmPayloadFields(t),
    sshPrivateKey: t.string({ nullable: true, description: 'The private half of the key pair that was made, in OpenSSH\'s format. It is kept nowhere: null when none was asked for, and when the answer is that of a repetition.' }),
  }),
  resolve: async (input, context) => created(await createVm(context, {
    ...input,
    workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId'),
    templateId: input.templateId == null ? undefined : decodeId('Template', input.templateId, 'templateId'),
    instanceTypeId: input.instanceTypeId == null ? undefined : decodeId('InstanceType', input.instanceTypeId, 'instanceTypeId'),
    imageId: input.imageId == null ? undefined : decodeId('Image', input.imageId, 'imageId'),
    affinityGroupIds: input.affinityGroupIds?.map((id, index) => decodeId('AffinityGroup', id, `affinityGroupIds.${index}`)),
    areaId: input.areaId == null ? undefined : decodeId('Area', input.areaId, 'areaId'),
    interfaces: input.interfaces?.map(({ networkId, ip }, index) => ({ networkId: decodeId('Network', networkId, `interfaces.${index}.networkId`), ip })),
  })),
})
