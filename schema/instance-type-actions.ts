import { createInstanceType, updateInstanceType } from '../server/app/instance-type.ts'
import type { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { InstanceTypeType } from './instance-type.ts'
import { labelFields } from './label-fields.ts'
import { mutation } from './mutation.ts'
import { visibilityFields, workspacesOf } from './offer.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const payloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  instanceType: t.field({ type: InstanceTypeType, nullable: true, description: 'The instance type; null when a dry run made none, or a repetition finds it gone.' }),
})

mutation('createInstanceType', {
  description: 'Offers an instance type: a size that VMs can have, whatever image they are made from. For superusers.',
  input: (t) => ({
    name: t.string({ required: true, description: 'Its name, unique in this Kloudak: 1 to 63 characters.' }),
    description: t.string({ description: 'What it is for: at most 2,000 characters.' }),
    vcpus: t.int({ required: true, description: 'Virtual processors of a VM of it.' }),
    memoryBytes: t.field({ type: 'Bytes', required: true, description: 'Memory of a VM of it, in whole MiB.' }),
    diskBytes: t.field({ type: 'Bytes', required: true, description: 'Size of the disk of a VM of it; a larger image makes it as large as that.' }),
    ...labelFields(t, 'for VMs of it'),
    ...visibilityFields(t),
  }),
  payload: payloadFields,
  resolve: async (input, context) => ({ instanceType: (await createInstanceType(context, { ...input, workspaceIds: workspacesOf(input) })).objectId }),
})

mutation('updateInstanceType', {
  description: 'Changes what is given of an instance type, for VMs that are made from now on: those that exist stay as they are. For superusers.',
  input: (t) => ({
    instanceTypeId: t.id({ required: true, description: 'The instance type.' }),
    name: t.string({ description: 'Its new name.' }),
    description: t.string({ description: 'Its new description.' }),
    vcpus: t.int({ description: 'Virtual processors of a VM of it.' }),
    memoryBytes: t.field({ type: 'Bytes', description: 'Memory of a VM of it, in whole MiB.' }),
    diskBytes: t.field({ type: 'Bytes', description: 'Size of the disk of a VM of it.' }),
    ...labelFields(t, 'for VMs of it'),
    ...visibilityFields(t),
  }),
  payload: payloadFields,
  resolve: async (input, context) => ({
    instanceType: (await updateInstanceType(context, { ...input, instanceTypeId: decodeId('InstanceType', input.instanceTypeId, 'instanceTypeId'), workspaceIds: workspacesOf(input) })).objectId,
  }),
})
