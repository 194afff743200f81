import type { Disk, VmInterface } from '../server/db/entities/vm.ts'
import type { Task } from '../server/db/entities/work.ts'
import { findLastTasks } from '../server/app/task-read.ts'
import { isOperator } from '../server/app/reader.ts'
import { addressesOf, disksOf, interfacesOf } from '../server/db/queries/vm.ts'
import type { HeldAddress } from '../server/db/queries/vm.ts'
import { prefixLengthOf } from '../server/model/network.ts'
import { builder } from './builder.ts'
import { encodeId } from './global-id.ts'
import { loaderOf } from './loader.ts'
import { NetworkType } from './network.ts'
import { PoolType } from './pool.ts'
import { VmInterfacePhaseType } from './vm-enums.ts'

// A VM's parts are read through the VM alone: whoever sees the VM sees them, and no query reaches them otherwise.

export const VmDiskType = builder.objectRef<Disk>('VMDisk').implement({
  description: 'A disk of a VM.',
  fields: (t) => ({
    id: t.id({ description: 'Its id.', resolve: ({ id }) => encodeId('VMDisk', id) }),
    position: t.exposeInt('position', { description: 'Its place, counted from 0: the first one boots.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'Bytes', description: 'Its size as the guest sees it.' }),
    pool: t.field({ type: PoolType, nullable: true, description: 'The pool it lies in, for superusers; null for everybody else.', resolve: ({ pool }, _args, { actor }) => (isOperator(actor) ? pool : null) }),
  }),
})

const VmAddressType = builder.objectRef<HeldAddress>('VMAddress').implement({
  description: 'An address that an interface holds.',
  fields: (t) => ({
    ip: t.exposeString('ip', { description: 'The address, for example `10.0.0.5`.' }),
    prefixLength: t.int({ description: 'The prefix length of its subnet, for example 24.', resolve: ({ cidr }) => prefixLengthOf(cidr) }),
    gateway: t.exposeString('gateway', { nullable: true, description: 'The gateway of its subnet.' }),
    heldFrom: t.expose('heldFrom', { type: 'DateTime', description: 'Since when it is held.' }),
  }),
})

export const VmInterfaceType = builder.objectRef<VmInterface>('VMInterface').implement({
  description: 'A network interface of a VM.',
  fields: (t) => ({
    id: t.id({ description: 'Its id.', resolve: ({ id }) => encodeId('VMInterface', id) }),
    position: t.exposeInt('position', { description: 'Its place, counted from 0.' }),
    mac: t.exposeString('mac', { description: 'Its MAC address, unique in this Kloudak.' }),
    phase: t.expose('phase', { type: VmInterfacePhaseType, description: 'Where it stands.' }),
    configuredInGuest: t.exposeBoolean('configuredInGuest', { description: 'Whether the guest was given its addresses at its first boot. One that was attached later must be set up inside the guest.' }),
    network: t.field({ type: NetworkType, description: 'The network it is on.', resolve: ({ network }) => network }),
    addresses: t.field({
      type: [VmAddressType],
      // Most interfaces hold one or two.
      complexity: { field: 1, multiplier: 2 },
      description: 'The addresses that it holds on its network.',
      resolve: ({ id }, _args, context) => addressesLoader(context).load(id),
    }),
  }),
})

export const addressesLoader = loaderOf(async (interfaceIds, { em }): Promise<HeldAddress[][]> => {
  const byInterface = Map.groupBy(await addressesOf(em, interfaceIds), ({ interfaceId }) => interfaceId)
  return interfaceIds.map((id) => byInterface.get(id) ?? [])
})

export const disksLoader = loaderOf(async (vmIds, { em }): Promise<Disk[][]> => {
  const byVm = Map.groupBy(await disksOf(em, vmIds), ({ vm }) => vm)
  return vmIds.map((id) => byVm.get(id) ?? [])
})

export const interfacesLoader = loaderOf(async (vmIds, { em }): Promise<VmInterface[][]> => {
  const byVm = Map.groupBy(await interfacesOf(em, vmIds), ({ vm }) => vm)
  return vmIds.map((id) => byVm.get(id) ?? [])
})

export const lastTaskLoader = loaderOf(async (vmIds, context): Promise<(Task | null)[]> => {
  const tasks = new Map((await findLastTasks(context, vmIds)).map((task) => [task.objectId, task]))
  return vmIds.map((id) => tasks.get(id) ?? null)
})
