import { z } from 'zod'
import { countInventory, findInventory, listInventory } from '../server/app/inventory-read.ts'
import type { Host, HostKind } from '../server/db/entities/infrastructure.ts'
import { promisedByHosts } from '../server/db/queries/inventory.ts'
import { hostStatus } from '../server/model/host.ts'
import type { HostStatus } from '../server/model/host.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'

const HostStateType = builder.enumType('HostState', {
  description: 'Whether a host can take work.',
  values: {
    ENROLLING: { value: 'enrolling' satisfies HostStatus, description: 'Kloudak is finding out what it can do.' },
    UP: { value: 'up' satisfies HostStatus, description: 'It answers and takes VMs.' },
    SUSPECT: { value: 'suspect' satisfies HostStatus, description: 'It has stopped answering; what is shown of its VMs may be old.' },
    DOWN: { value: 'down' satisfies HostStatus, description: 'It has not answered for long; nothing is known of its VMs.' },
    FENCED: { value: 'fenced' satisfies HostStatus, description: 'It is proven to be off, so that its VMs may run elsewhere. It is cleaned up before it takes work again.' },
    DRAINING: { value: 'draining' satisfies HostStatus, description: 'An operator has its VMs moved elsewhere.' },
    MAINTENANCE: { value: 'maintenance' satisfies HostStatus, description: 'An operator keeps VMs away from it.' },
    RETIRED: { value: 'retired' satisfies HostStatus, description: 'It is no longer part of the cloud.' },
  },
})

const HostKindType = builder.enumType('HostKind', {
  description: 'How Kloudak reaches a host.',
  values: {
    SSH: { value: 'ssh' satisfies HostKind, description: 'Over SSH.' },
    LOCAL: { value: 'local' satisfies HostKind, description: 'It is the machine that Kloudak runs on.' },
    SIMULATED: { value: 'simulated' satisfies HostKind, description: 'It is simulated: its VMs exist in memory alone.' },
  },
})

/** What we show of the facts that a worker stored; anything else in them stays inside. */
const factsShown = z.object({ libvirtVersion: z.string(), qemuVersion: z.string(), domainType: z.enum(['kvm', 'qemu']) }).partial().catch({})

export const HostType = builder.loadableNodeRef('Host', {
  load: (ids: string[], context: Context) => findInventory(context, 'host', ids),
  id: { resolve: ({ id }: Host) => id },
  sort: ({ id }: Host) => id,
})

const HostUsage = builder.simpleObject('HostUsage', {
  description: 'What a host has promised to VMs, running or not.',
  fields: (t) => ({
    vms: t.int({ description: 'How many VMs it holds.' }),
    vcpus: t.int({ description: 'The sum of their virtual processors.' }),
    memoryBytes: t.field({ type: 'Bytes', description: 'The sum of their memory.' }),
  }),
})

HostType.implement({
  description: 'A machine that runs VMs. For superusers.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in this Kloudak.' }),
    area: t.field({ type: AreaType, description: 'The area it belongs to.', resolve: ({ area }) => area }),
    kind: t.expose('kind', { type: HostKindType, description: 'How Kloudak reaches it.' }),
    address: t.exposeString('address', { nullable: true, description: 'Its management address or name.' }),
    state: t.field({ type: HostStateType, description: 'Whether it can take work.', resolve: hostStatus }),
    stateReason: t.exposeString('stateReason', { nullable: true, description: 'Why it is in this state, as a sentence.' }),
    silentSince: t.expose('silentSince', { type: 'DateTime', nullable: true, description: 'Since when it has not been heard; null while it is.' }),
    labels: t.exposeStringList('labels', { description: 'Words that placement can ask for.' }),
    frozenReason: t.exposeString('frozenReason', { nullable: true, description: 'Why Kloudak changes nothing on it until an operator has reviewed it, as a sentence; null when it may.' }),
    frozenAt: t.expose('frozenAt', { type: 'DateTime', nullable: true, description: 'Since when it waits for a review.' }),
    cpus: t.exposeInt('cpus', { nullable: true, description: 'Its logical processors; null until it has reported.' }),
    memoryBytes: t.expose('memoryBytes', { type: 'Bytes', nullable: true, description: 'Its memory; null until it has reported.' }),
    reservedVcpus: t.exposeInt('reservedVcpus', { description: 'Processors that VMs never get.' }),
    reservedMemoryBytes: t.expose('reservedMemoryBytes', { type: 'Bytes', description: 'Memory that VMs never get.' }),
    libvirtVersion: t.string({ nullable: true, description: 'The version of libvirt that it runs.', resolve: ({ facts }) => factsShown.parse(facts).libvirtVersion }),
    qemuVersion: t.string({ nullable: true, description: 'The version of QEMU that it runs.', resolve: ({ facts }) => factsShown.parse(facts).qemuVersion }),
    accelerated: t.boolean({ nullable: true, description: 'Whether guests run on the processor itself (KVM); false when they are emulated, null until the host has reported.', resolve: ({ facts }) => { const { domainType } = factsShown.parse(facts); return domainType && domainType === 'kvm' } }),
    promised: t.loadable({
      type: HostUsage,
      description: 'What it has promised to VMs.',
      complexity: 2,
      load: async (ids: string[], { em }: Context) => {
        const usage = new Map((await promisedByHosts(em, ids)).map((row) => [row.hostId, row]))
        return ids.map((id) => usage.get(id) ?? { vms: 0, vcpus: 0, memoryBytes: 0 })
      },
      resolve: ({ id }) => id,
    }),
    observedAt: t.expose('observedAt', { type: 'DateTime', nullable: true, description: 'When it last reported.' }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was registered.' }),
  }),
})

builder.queryField('host', (t) => t.field({
  type: HostType,
  nullable: true,
  description: 'The host with this id; null when there is none, and for all but superusers.',
  args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
  resolve: (_root, { id }) => decodeId('Host', id, 'id'),
}))

builder.queryField('hosts', (t) => t.connection({
  type: HostType,
  description: 'All hosts, oldest first. FORBIDDEN for all but superusers.',
  args: {
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
    areaId: t.arg.id({ description: 'Only those of this area.' }),
    state: t.arg({ type: HostStateType, description: 'Only those in this state.' }),
    label: t.arg.string({ description: 'Only those with this label.' }),
    retiredToo: t.arg.boolean({ defaultValue: false, description: 'Whether those that are no longer part of the cloud are listed too.' }),
  },
  resolve: (_root, { name, areaId, state, label, retiredToo, ...args }, context) => {
    const filter = { name: name ?? undefined, areaId: areaId == null ? undefined : decodeId('Area', areaId, 'areaId'), state: state ?? undefined, label: label ?? undefined, retiredToo: retiredToo ?? false }
    return pageWithTotal(args, (page) => listInventory(context, 'host', filter, page), () => countInventory(context, 'host', filter))
  },
}, { description: 'One page of hosts.' }, { description: 'A host with its cursor.' }))
