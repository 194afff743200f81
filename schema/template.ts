import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import type { Template } from '../server/db/entities/catalogue.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { ImageType, loadImageNumbers, loadImages } from './image.ts'
import { offerFields } from './offer.ts'

export const CloneModeType = builder.enumType('CloneMode', {
  description: 'How a disk is made from an image.',
  values: {
    LINKED: { value: 'linked' satisfies Template['cloneMode'], description: 'It stands on the pool\'s copy of the image and holds what differs: made at once.' },
    FULL: { value: 'full' satisfies Template['cloneMode'], description: 'It is a whole copy that stands alone.' },
  },
})

export const TemplateType = builder.loadableNodeRef('Template', {
  load: (ids: string[], context: Context) => findInventory(context, 'template', ids),
  id: { resolve: ({ id }: Template) => id },
  sort: ({ id }: Template) => id,
})

TemplateType.implement({
  description: 'What a VM is made from: an image and the sizes it gets when none are asked for.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in this Kloudak.' }),
    os: t.exposeString('os', { description: 'The operating system, for people.' }),
    description: t.exposeString('description', { description: 'What it is for.' }),
    vcpus: t.exposeInt('vcpus', { description: 'Virtual processors of a VM from it.' }),
    memoryBytes: t.expose('memoryBytes', { type: 'Bytes', description: 'Memory of a VM from it.' }),
    diskBytes: t.expose('diskBytes', { type: 'Bytes', description: 'Size of the disk of a VM from it.' }),
    guestInterface: t.exposeString('guestInterface', { description: 'What the guest calls its first network interface.' }),
    cloneMode: t.expose('cloneMode', { type: CloneModeType, description: 'How disks are made from its image.' }),
    image: t.loadable({ type: ImageType, nullable: true, description: 'Its image; null when that is not shown to you.', load: loadImages, resolve: ({ imageVersion }) => imageVersion }),
    imageVersion: t.loadable({ type: 'Int', description: 'The version of its image that VMs are made from.', load: loadImageNumbers, resolve: ({ imageVersion }) => imageVersion }),
    ...offerFields<Template>(t, 'template'),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('templates', (t) => t.connection({
  type: TemplateType,
  description: 'The templates that you see, oldest first.',
  args: {
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
    workspaceId: t.arg.id({ description: 'Only those that VMs of this workspace can be made from.' }),
    retiredToo: t.arg.boolean({ defaultValue: false, description: 'Whether those that are no longer offered are listed too.' }),
  },
  resolve: (_root, { name, workspaceId, retiredToo, ...args }, context) => {
    const filter = { name: name ?? undefined, retiredToo: retiredToo ?? false, workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId') }
    return pageWithTotal(args, (page) => listInventory(context, 'template', filter, page), () => countInventory(context, 'template', filter))
  },
}, { description: 'One page of templates.' }, { description: 'A template with its cursor.' }))
