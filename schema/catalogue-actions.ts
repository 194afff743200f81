import { remove, restore, retire } from '../server/app/catalogue.ts'
import { AreaType } from './area.ts'
import { decodeId } from './global-id.ts'
import { ImageType } from './image.ts'
import { InstanceTypeType } from './instance-type.ts'
import { mutation } from './mutation.ts'
import { TemplateType } from './template.ts'

// What ends: the same three acts on all that operators offer. Each is for superusers.

mutation('retireArea', {
  description: 'From now on nothing new comes into the area: no VM, no network. What is there goes on. For superusers.',
  input: (t) => ({ areaId: t.id({ required: true, description: 'The area.' }) }),
  payload: (t) => ({ area: t.field({ type: AreaType, nullable: true, description: 'The area; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ area: (await retire(context, 'area', decodeId('Area', input.areaId, 'areaId'), input)).objectId }),
})
mutation('restoreArea', {
  description: 'Takes the retirement of an area back. For superusers.',
  input: (t) => ({ areaId: t.id({ required: true, description: 'The area.' }) }),
  payload: (t) => ({ area: t.field({ type: AreaType, nullable: true, description: 'The area; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ area: (await restore(context, 'area', decodeId('Area', input.areaId, 'areaId'), input)).objectId }),
})
mutation('deleteArea', {
  description: 'Deletes an area that has no host, pool, network or VM; CONFLICT names those that it has. For superusers.',
  input: (t) => ({ areaId: t.id({ required: true, description: 'The area.' }) }),
  payload: (t) => ({ deletedId: t.id({ nullable: true, description: 'Its id, good for nothing any more; null after a dry run.' }) }),
  resolve: async (input, context) => { await remove(context, 'area', decodeId('Area', input.areaId, 'areaId'), input); return { deletedId: input.dryRun ? null : input.areaId } },
})

mutation('retireTemplate', {
  description: 'From now on no VM is made from the template. Those that were go on. For superusers.',
  input: (t) => ({ templateId: t.id({ required: true, description: 'The template.' }) }),
  payload: (t) => ({ template: t.field({ type: TemplateType, nullable: true, description: 'The template; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ template: (await retire(context, 'template', decodeId('Template', input.templateId, 'templateId'), input)).objectId }),
})
mutation('restoreTemplate', {
  description: 'Takes the retirement of a template back. For superusers.',
  input: (t) => ({ templateId: t.id({ required: true, description: 'The template.' }) }),
  payload: (t) => ({ template: t.field({ type: TemplateType, nullable: true, description: 'The template; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ template: (await restore(context, 'template', decodeId('Template', input.templateId, 'templateId'), input)).objectId }),
})
mutation('deleteTemplate', {
  description: 'Deletes a template that no VM was made from; CONFLICT names those that were. For superusers.',
  input: (t) => ({ templateId: t.id({ required: true, description: 'The template.' }) }),
  payload: (t) => ({ deletedId: t.id({ nullable: true, description: 'Its id, good for nothing any more; null after a dry run.' }) }),
  resolve: async (input, context) => { await remove(context, 'template', decodeId('Template', input.templateId, 'templateId'), input); return { deletedId: input.dryRun ? null : input.templateId } },
})

mutation('retireInstanceType', {
  description: 'From now on no VM is made of the instance type. Those that were go on. For superusers.',
  input: (t) => ({ instanceTypeId: t.id({ required: true, description: 'The instance type.' }) }),
  payload: (t) => ({ instanceType: t.field({ type: InstanceTypeType, nullable: true, description: 'The instance type; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ instanceType: (await retire(context, 'instance_type', decodeId('InstanceType', input.instanceTypeId, 'instanceTypeId'), input)).objectId }),
})
mutation('restoreInstanceType', {
  description: 'Takes the retirement of an instance type back. For superusers.',
  input: (t) => ({ instanceTypeId: t.id({ required: true, description: 'The instance type.' }) }),
  payload: (t) => ({ instanceType: t.field({ type: InstanceTypeType, nullable: true, description: 'The instance type; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ instanceType: (await restore(context, 'instance_type', decodeId('InstanceType', input.instanceTypeId, 'instanceTypeId'), input)).objectId }),
})
mutation('deleteInstanceType', {
  description: 'Deletes an instance type that no VM is of; CONFLICT names those that are. For superusers.',
  input: (t) => ({ instanceTypeId: t.id({ required: true, description: 'The instance type.' }) }),
  payload: (t) => ({ deletedId: t.id({ nullable: true, description: 'Its id, good for nothing any more; null after a dry run.' }) }),
  resolve: async (input, context) => { await remove(context, 'instance_type', decodeId('InstanceType', input.instanceTypeId, 'instanceTypeId'), input); return { deletedId: input.dryRun ? null : input.instanceTypeId } },
})

mutation('retireImage', {
  description: 'From now on no VM and no template is made from the image. Templates that were go on, until they are retired themselves. For superusers.',
  input: (t) => ({ imageId: t.id({ required: true, description: 'The image.' }) }),
  payload: (t) => ({ image: t.field({ type: ImageType, nullable: true, description: 'The image; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ image: (await retire(context, 'image', decodeId('Image', input.imageId, 'imageId'), input)).objectId }),
})
mutation('restoreImage', {
  description: 'Takes the retirement of an image back. For superusers.',
  input: (t) => ({ imageId: t.id({ required: true, description: 'The image.' }) }),
  payload: (t) => ({ image: t.field({ type: ImageType, nullable: true, description: 'The image; null when a repetition finds it gone.' }) }),
  resolve: async (input, context) => ({ image: (await restore(context, 'image', decodeId('Image', input.imageId, 'imageId'), input)).objectId }),
})
