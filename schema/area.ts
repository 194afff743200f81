import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import { isOperator } from '../server/app/reader.ts'
import type { Area } from '../server/db/entities/infrastructure.ts'
import { vlanUsageOf } from '../server/db/queries/inventory.ts'
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

const VlanUsage = builder.simpleObject('VlanUsage', {
  description: 'How the VLAN ids of an area stand.',
  fields: (t) => ({
    total: t.int({ description: 'How many the ranges hold, less the reserved ones.' }),
    used: t.int({ description: 'How many of them networks have.' }),
    free: t.int({ description: 'How many can be given.' }),
    outside: t.int({ description: 'How many networks have others, from before the ranges were changed. They keep them.' }),
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
    reservedVlans: t.field({ type: [VlanRange], description: 'VLAN ids that are taken out of the ranges, for what else is on the trunk.', resolve: ({ vlanReserved }) => parseVlanRanges(vlanReserved) }),
    vlanUsage: t.loadable({
      type: VlanUsage,
      nullable: true,
      description: 'How its VLAN ids stand, for superusers; null for everybody else.',
      load: async (ids: string[], { em, actor }: Context) => {
        const usage = isOperator(actor) ? await vlanUsageOf(em, ids) : new Map<string, never>()
        return ids.map((id) => usage.get(id) ?? null)
      },
      resolve: ({ id }) => id,
    }),
    vcpuOvercommit: t.exposeFloat('vcpuOvercommit', { description: 'How often each processor of a host may be promised.' }),
    memoryOvercommit: t.exposeFloat('memoryOvercommit', { description: 'How often the memory of a host may be promised.' }),
    dns: t.stringList({ description: 'The DNS servers of subnets that name none of their own.', resolve: ({ dns }) => dns }),
    retiredAt: t.expose('retiredAt', { type: 'DateTime', nullable: true, description: 'Since when it takes nothing new; null while it does.' }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.queryField('areas', (t) => t.connection({
  type: AreaType,
  description: 'The areas, oldest first.',
  args: {
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
    retiredToo: t.arg.boolean({ defaultValue: false, description: 'Whether those that take nothing new are listed too.' }),
  },
  resolve: (_root, { name, retiredToo, ...args }, context) => {
    const filter = { name: name ?? undefined, retiredToo: retiredToo ?? false }
    return pageWithTotal(args, (page) => listInventory(context, 'area', filter, page), () => countInventory(context, 'area', filter))
  },
}, { description: 'One page of areas.' }, { description: 'An area with its cursor.' }))
