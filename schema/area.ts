import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import type { Area } from '../server/db/entities/infrastructure.ts'
import { parseVlanRanges } from '../server/model/network.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'

const VlanRange = builder.simpleObject('VlanRange', {
  description: 'VLAN ids from the first to the last, both included.',
  fields: (t) => ({
    first: t.int({ description: 'The lowest id.' }),
    last: t.int({ description: 'The highest id.' }),
  }),
})

export const AreaType = builder.loadableNodeRef('Area', {
  load: (ids: string[], context: Context) => findInventory(context, 'area', ids),
  id: { resolve: ({ id }: Area) => id },
  sort: ({ id }: Area) => id,
})

AreaType.implement({
  description: 'Hosts that share pools and networks. A VM lives in one area and can run on any of its hosts.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in this Kloudak.' }),
    vlanRanges: t.field({ type: [VlanRange], description: 'The VLAN ids that new networks of the area take.', resolve: ({ vlanRanges }) => parseVlanRanges(vlanRanges) }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('areas', (t) => t.connection({
  type: AreaType,
  description: 'All areas, oldest first.',
  args: { name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }) },
  resolve: (_root, { name, ...args }, context) => {
    const filter = { name: name ?? undefined }
    return pageWithTotal(args, (page) => listInventory(context, 'area', filter, page), () => countInventory(context, 'area', filter))
  },
}, { description: 'One page of areas.' }, { description: 'An area with its cursor.' }))
