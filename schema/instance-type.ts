import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import type { InstanceType } from '../server/db/entities/catalogue.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { offerFields } from './offer.ts'

export const InstanceTypeType = builder.loadableNodeRef('InstanceType', {
  load: (ids: string[], context: Context) => findInventory(context, 'instance_type', ids),
  id: { resolve: ({ id }: InstanceType) => id },
  sort: ({ id }: InstanceType) => id,
})

InstanceTypeType.implement({
  description: 'A size of VMs: with an image it says what a VM is made from.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in this Kloudak.' }),
    description: t.exposeString('description', { description: 'What it is for.' }),
    vcpus: t.exposeInt('vcpus', { description: 'Virtual processors of a VM of it.' }),
    memoryBytes: t.expose('memoryBytes', { type: 'Bytes', description: 'Memory of a VM of it.' }),
    diskBytes: t.expose('diskBytes', { type: 'Bytes', description: 'Size of the disk of a VM of it; a larger image makes it as large as that.' }),
    ...offerFields<InstanceType>(t, 'instance_type'),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('instanceTypes', (t) => t.connection({
  type: InstanceTypeType,
  description: 'The instance types that you see, oldest first.',
  args: {
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
    workspaceId: t.arg.id({ description: 'Only those that VMs of this workspace can be made of.' }),
    retiredToo: t.arg.boolean({ defaultValue: false, description: 'Whether those that are no longer offered are listed too.' }),
  },
  resolve: (_root, { name, workspaceId, retiredToo, ...args }, context) => {
    const filter = { name: name ?? undefined, retiredToo: retiredToo ?? false, workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId') }
    return pageWithTotal(args, (page) => listInventory(context, 'instance_type', filter, page), () => countInventory(context, 'instance_type', filter))
  },
}, { description: 'One page of instance types.' }, { description: 'An instance type with its cursor.' }))
