import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import type { Pool } from '../server/db/entities/infrastructure.ts'
import { hostsOfPools, promisedByPools } from '../server/db/queries/pool-read.ts'
import type { PoolOnHost } from '../server/db/queries/pool-read.ts'
import { poolStateOf } from '../server/model/pool.ts'
import type { NetfsSource, PoolKind, PoolSource, PoolState } from '../server/model/pool.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'

const PoolKindType = builder.enumType('PoolKind', {
  description: 'What a pool is.',
  values: {
    DIR: { value: 'dir' satisfies PoolKind, description: 'A folder that the operator keeps the same on all hosts, by a mount of their own.' },
    NETFS: { value: 'netfs' satisfies PoolKind, description: 'A network file system that the hosts mount.' },
    RBD: { value: 'rbd' satisfies PoolKind, description: 'Block devices of a Ceph cluster.' },
  },
})

const PoolStateType = builder.enumType('PoolState', {
  description: 'Whether a pool takes disks.',
  values: {
    CREATING: { value: 'creating' satisfies PoolState, description: 'It is being prepared on the hosts.' },
    READY: { value: 'ready' satisfies PoolState, description: 'It takes disks and images.' },
    MAINTENANCE: { value: 'maintenance' satisfies PoolState, description: 'Nothing new is put into it, and no VM with a disk in it is started.' },
    RETIRED: { value: 'retired' satisfies PoolState, description: 'It takes no new disks; those in it go on.' },
    FAILED: { value: 'failed' satisfies PoolState, description: 'It could not be prepared; `failure` says why. It can only be deleted.' },
    DELETING: { value: 'deleting' satisfies PoolState, description: 'It is being taken off the hosts.' },
  },
})

export const NetfsFormatType = builder.enumType('NetworkFileSystem', {
  description: 'A network file system.',
  values: {
    NFS: { value: 'nfs' satisfies NetfsSource['format'], description: 'NFS. No machine that Kloudak is tested on can mount it: unproven.' },
    GLUSTERFS: { value: 'glusterfs' satisfies NetfsSource['format'], description: 'GlusterFS, through its FUSE client.' },
  },
})

const PoolSourceType = builder.objectRef<PoolSource>('PoolSource').implement({
  description: 'Where a pool\'s storage comes from.',
  fields: (t) => ({
    format: t.field({ type: NetfsFormatType, nullable: true, description: 'Which network file system it is; null of Ceph.', resolve: (source) => (source.kind === 'netfs' ? source.format : null) }),
    servers: t.stringList({ description: 'The servers of the file system, the one that is mounted from first; the monitors of Ceph.', resolve: (source) => (source.kind === 'netfs' ? source.hosts : source.monitors) }),
    path: t.string({ nullable: true, description: 'What the servers export; null of Ceph.', resolve: (source) => (source.kind === 'netfs' ? source.path : null) }),
    cephPool: t.string({ nullable: true, description: 'The pool in Ceph; null of a file system.', resolve: (source) => (source.kind === 'rbd' ? source.pool : null) }),
    cephUser: t.string({ nullable: true, description: 'The user of Ceph, without "client."; null of a file system. Its key is told to nobody.', resolve: (source) => (source.kind === 'rbd' ? source.user : null) }),
  }),
})

const PoolHostStateType = builder.enumType('PoolHostState', {
  description: 'Whether a host has a pool.',
  values: {
    READY: { value: 'ready' satisfies PoolOnHost['state'], description: 'It has it, and it is the same storage that the others have.' },
    FAILED: { value: 'failed' satisfies PoolOnHost['state'], description: 'It has not, or something else is there. No VM with a disk in the pool is placed on it.' },
    UNKNOWN: { value: 'unknown' satisfies PoolOnHost['state'], description: 'Nobody has looked yet.' },
  },
})

const PoolHostType = builder.objectRef<PoolOnHost>('PoolHost').implement({
  description: 'How one host has a pool.',
  fields: (t) => ({
    host: t.field({ type: HostType, description: 'The host.', resolve: ({ hostId }) => hostId }),
    state: t.expose('state', { type: PoolHostStateType, description: 'Whether it has the pool.' }),
    message: t.exposeString('message', { nullable: true, description: 'What is wrong, as a sentence.' }),
    remedy: t.exposeString('remedy', { nullable: true, description: 'What an operator can do about it.' }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime', nullable: true, description: 'When that was found; what stays as it is is noted every few minutes.' }),
  }),
})

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
    kind: t.expose('kind', { type: PoolKindType, description: 'What it is.' }),
    source: t.field({ type: PoolSourceType, nullable: true, description: 'Where the storage comes from; null of a directory, which the operator mounts.', resolve: ({ source }) => source }),
    path: t.exposeString('path', { description: 'Where its hosts have it; of Ceph the pool there.' }),
    state: t.field({ type: PoolStateType, description: 'Whether it takes disks.', resolve: poolStateOf }),
    failure: t.exposeString('failure', { nullable: true, description: 'Why it could not be prepared, as a sentence.' }),
    maintenanceSince: t.expose('maintenanceAt', { type: 'DateTime', nullable: true, description: 'Since when it is in maintenance.' }),
    retiredAt: t.expose('retiredAt', { type: 'DateTime', nullable: true, description: 'Since when it takes no new disks.' }),
    wipeOnDelete: t.exposeBoolean('wipeOnDelete', { description: 'Whether a deleted disk is overwritten with zeroes first.' }),
    diskOvercommit: t.exposeFloat('diskOvercommit', { description: 'How often its size may be promised: disks grow as they are written.' }),
    promisedBytes: t.loadable({
      type: 'Bytes',
      description: 'The sum of the disks that were promised room in it.',
      load: async (ids: string[], { em }: Context) => {
        const promised = await promisedByPools(em, ids)
        return ids.map((id) => promised.get(id) ?? 0)
      },
      resolve: ({ id }) => id,
    }),
    capacityBytes: t.expose('capacityBytes', { type: 'Bytes', nullable: true, description: 'Its size; null until a host has reported.' }),
    availableBytes: t.expose('availableBytes', { type: 'Bytes', nullable: true, description: 'What is free in it; null until a host has reported.' }),
    observedAt: t.expose('observedAt', { type: 'DateTime', nullable: true, description: 'When a host last reported something new.' }),
    hosts: t.loadableList({
      type: PoolHostType,
      description: 'How each host of the area has it, by name.',
      complexity: 3,
      load: async (ids: string[], { em }: Context) => {
        const hosts = await hostsOfPools(em, ids)
        return ids.map((id) => hosts.get(id) ?? [])
      },
      resolve: ({ id }) => id,
    }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
  }),
})

builder.queryField('pools', (t) => t.connection({
  type: PoolType,
  description: 'All pools, oldest first. FORBIDDEN for all but superusers.',
  args: {
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
    areaId: t.arg.id({ description: 'Only those of this area.' }),
    kind: t.arg({ type: PoolKindType, description: 'Only those of this kind.' }),
    state: t.arg({ type: PoolStateType, description: 'Only those in this state.' }),
  },
  resolve: (_root, { name, areaId, kind, state, ...args }, context) => {
    const filter = { name: name ?? undefined, areaId: areaId == null ? undefined : decodeId('Area', areaId, 'areaId'), poolKind: kind ?? undefined, poolState: state ?? undefined }
    return pageWithTotal(args, (page) => listInventory(context, 'pool', filter, page), () => countInventory(context, 'pool', filter))
  },
}, { description: 'One page of pools.' }, { description: 'A pool with its cursor.' }))
