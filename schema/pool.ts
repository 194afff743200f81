import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import type { Pool } from '../server/db/entities/infrastructure.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'

export const PoolType = builder.loadableNodeRef('Pool', {
  load: (ids: string[], context: Context) => findInventory(context, 'pool', ids),
  id: { resolve: ({ id }: Pool) => id },
  sort: ({ id }: Pool) => id,
})

PoolType.implement({
  description: 'Storage that every host of an area reaches at the same path. For superusers.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in its area.' }),
    area: t.field({ type: AreaType, description: 'The area it belongs to.', resolve: ({ area }) => area }),
    path: t.exposeString('path', { description: 'Where its hosts have it.' }),
    wipeOnDelete: t.exposeBoolean('wipeOnDelete', { description: 'Whether a deleted disk is overwritten with zeroes first.' }),
    capacityBytes: t.expose('capacityBytes', { type: 'Bytes', nullable: true, description: 'Its size; null until a host has reported.' }),
    availableBytes: t.expose('availableBytes', { type: 'Bytes', nullable: true, description: 'What is free in it; null until a host has reported.' }),
    observedAt: t.expose('observedAt', { type: 'DateTime', nullable: true, description: 'When a host last reported.' }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
  }),
})

builder.queryField('pools', (t) => t.connection({
  type: PoolType,
  description: 'All pools, oldest first. FORBIDDEN for all but superusers.',
  args: { name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }), areaId: t.arg.id({ description: 'Only those of this area.' }) },
  resolve: (_root, { name, areaId, ...args }, context) => {
    const filter = { name: name ?? undefined, areaId: areaId == null ? undefined : decodeId('Area', areaId, 'areaId') }
    return pageWithTotal(args, (page) => listInventory(context, 'pool', filter, page), () => countInventory(context, 'pool', filter))
  },
}, { description: 'One page of pools.' }, { description: 'A pool with its cursor.' }))
