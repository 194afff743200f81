import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import type { Template } from '../server/db/entities/catalogue.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'

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
    retiredAt: t.expose('retiredAt', { type: 'DateTime', nullable: true, description: 'Since when no new VMs are made from it; null while it is offered.' }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('templates', (t) => t.connection({
  type: TemplateType,
  description: 'The templates that VMs can be made from, oldest first.',
  args: {
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
    retiredToo: t.arg.boolean({ defaultValue: false, description: 'Whether those that are no longer offered are listed too.' }),
  },
  resolve: (_root, { name, retiredToo, ...args }, context) => {
    const filter = { name: name ?? undefined, retiredToo: retiredToo ?? false }
    return pageWithTotal(args, (page) => listInventory(context, 'template', filter, page), () => countInventory(context, 'template', filter))
  },
}, { description: 'One page of templates.' }, { description: 'A template with its cursor.' }))
