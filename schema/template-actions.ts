import { createTemplate, updateTemplate } from '../server/app/template.ts'
import type { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { labelFields } from './label-fields.ts'
import { mutation } from './mutation.ts'
import { visibilityFields, workspacesOf } from './offer.ts'
import { CloneModeType, TemplateType } from './template.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const settings = (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => ({
  description: t.string({ description: 'What it is for: at most 2,000 characters.' }),
  imageVersion: t.int({ description: 'The version of the image; the newest when left out.' }),
  guestInterface: t.string({ description: 'What the guest calls its first network interface; `eth0` when it is new.' }),
  cloneMode: t.field({ type: CloneModeType, description: 'How disks are made from the image; linked when it is new.' }),
  ...labelFields(t, 'for VMs made from it'),
  ...visibilityFields(t),
})

const payloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  template: t.field({ type: TemplateType, nullable: true, description: 'The template; null when a dry run made none, or a repetition finds it gone.' }),
})

mutation('createTemplate', {
  description: 'Offers a template that VMs can be made from. For superusers.',
  input: (t) => ({
    name: t.string({ required: true, description: 'Its name, unique in this Kloudak: 1 to 63 characters.' }),
    os: t.string({ required: true, description: 'The operating system, for people.' }),
    vcpus: t.int({ required: true, description: 'Virtual processors of a VM from it.' }),
    memoryBytes: t.field({ type: 'Bytes', required: true, description: 'Memory of a VM from it, in whole MiB.' }),
    diskBytes: t.field({ type: 'Bytes', required: true, description: 'Size of the disk of a VM from it, at least that of the image.' }),
    imageId: t.id({ required: true, description: 'The image.' }),
    ...settings(t),
  }),
  payload: payloadFields,
  resolve: async (input, context) => ({
    template: (await createTemplate(context, { ...input, imageId: decodeId('Image', input.imageId, 'imageId'), workspaceIds: workspacesOf(input) })).objectId,
  }),
})

mutation('updateTemplate', {
  description: 'Changes what is given of a template, for VMs that are made from now on: those that exist stay as they are. For superusers.',
  input: (t) => ({
    templateId: t.id({ required: true, description: 'The template.' }),
    name: t.string({ description: 'Its new name.' }),
    os: t.string({ description: 'The operating system, for people.' }),
    vcpus: t.int({ description: 'Virtual processors of a VM from it.' }),
    memoryBytes: t.field({ type: 'Bytes', description: 'Memory of a VM from it, in whole MiB.' }),
    diskBytes: t.field({ type: 'Bytes', description: 'Size of the disk of a VM from it, at least that of the image.' }),
    imageId: t.id({ description: 'The image: its newest version, or the one that is named.' }),
    ...settings(t),
  }),
  payload: payloadFields,
  resolve: async (input, context) => ({
    template: (await updateTemplate(context, {
      ...input,
      templateId: decodeId('Template', input.templateId, 'templateId'),
      imageId: input.imageId == null ? undefined : decodeId('Image', input.imageId, 'imageId'),
      workspaceIds: workspacesOf(input),
    })).objectId,
  }),
})
