import { setDriftPolicy } from '../server/app/drift-policy.ts'
import { countDrift, countOpenDrift, findDrift, listDrift } from '../server/app/drift-read.ts'
import { ignoreDrift, repairDrift } from '../server/app/drift-repair.ts'
import { isOperator } from '../server/app/reader.ts'
import type { Drift } from '../server/db/entities/drift.ts'
import { isMended, remedies } from '../server/model/drift.ts'
import type { DriftKind } from '../server/model/drift.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { mutation } from './mutation.ts'
import { PoolType } from './pool.ts'
import { TaskType } from './task.ts'
import { VmType } from './vm.ts'

const DriftKindType = builder.enumType('DriftKind', {
  description: 'How books and hosts can differ while work goes on.',
  values: {
    VM_MISSING: { value: 'vm-missing' satisfies DriftKind, description: 'The books have a VM that its host has not.' },
    VM_EXTRA: { value: 'vm-extra' satisfies DriftKind, description: 'A host has a machine of this Kloudak that the books do not know, or have on another host.' },
    VM_POWER: { value: 'vm-power' satisfies DriftKind, description: 'A VM runs, is suspended or is stopped otherwise than it should be.' },
    VOLUME_MISSING: { value: 'volume-missing' satisfies DriftKind, description: 'A disk or an image is not in its pool.' },
    VOLUME_EXTRA: { value: 'volume-extra' satisfies DriftKind, description: 'A pool has a volume that is named as one of this Kloudak and that the books do not know.' },
    SEED_MISSING: { value: 'seed-missing' satisfies DriftKind, description: 'The CD with a VM\'s first-boot settings is not in its pool.' },
    PORT_MISSING: { value: 'port-missing' satisfies DriftKind, description: 'A VM runs without a port that the books have.' },
    PORT_EXTRA: { value: 'port-extra' satisfies DriftKind, description: 'A host has a port that the books do not know.' },
    PORT_VLAN: { value: 'port-vlan' satisfies DriftKind, description: 'A port carries another VLAN than that of its network.' },
    ADDRESS_LEAKED: { value: 'address-leaked' satisfies DriftKind, description: 'An address is held for an interface that is gone.' },
    RESERVATION_LEAKED: { value: 'reservation-leaked' satisfies DriftKind, description: 'A host or pool keeps room for a VM that is not there.' },
    RESERVATION_MISSING: { value: 'reservation-missing' satisfies DriftKind, description: 'A host or pool keeps no room for a VM that is there.' },
  },
})

type Repair = 'automatic' | 'offered' | 'none'
const DriftRepairType = builder.enumType('DriftRepair', {
  description: 'What can be done about a difference.',
  values: {
    AUTOMATIC: { value: 'automatic' satisfies Repair, description: 'Kloudak mends it by itself, where the area does not say that it is only reported; `repairDrift` does it at once.' },
    OFFERED: { value: 'offered' satisfies Repair, description: '`repairDrift` does it; its plan says what is lost.' },
    NONE: { value: 'none' satisfies Repair, description: 'A person has to say what is meant: see `remedy`.' },
  },
})

const DriftType = builder.loadableNode('Drift', {
  description: 'One thing in which books and hosts differ, or differed, though no work was open on it. For superusers.',
  load: (ids: string[], context: Context) => findDrift(context, ids),
  id: { resolve: ({ id }: Drift) => id },
  sort: ({ id }: Drift) => id,
  fields: (t) => ({
    kind: t.expose('kind', { type: DriftKindType, description: 'What kind of difference it is.' }),
    message: t.exposeString('message', { description: 'The difference, as a sentence.' }),
    area: t.field({ type: AreaType, description: 'The area in which it is.', resolve: ({ area }) => area }),
    host: t.field({ type: HostType, nullable: true, description: 'The host on which it is; null for what lies in a pool or in the books alone.', resolve: ({ host }) => host }),
    pool: t.field({ type: PoolType, nullable: true, description: 'The pool that it is about, if it is about one.', resolve: ({ pool }) => pool }),
    vm: t.field({ type: VmType, nullable: true, description: 'The VM that it is about, if the books have it.', resolve: ({ vmId }) => vmId }),
    subject: t.exposeString('subject', { description: 'The UUID of the domain, the name of the volume, or the id of the port, of the address or of the reservation.' }),
    repair: t.field({ type: DriftRepairType, description: 'What can be done about it.', resolve: ({ kind }): Repair => (remedies[kind] !== undefined ? 'none' : isMended(kind) ? 'automatic' : 'offered') }),
    remedy: t.string({ nullable: true, description: 'What a person can do where Kloudak cannot, as a sentence.', resolve: ({ kind }) => remedies[kind] }),
    tries: t.exposeInt('tries', { description: 'How often Kloudak has begun to mend it by itself; after three times it is a person\'s.' }),
    task: t.field({ type: TaskType, nullable: true, description: 'The newest task that repairs it, while it is kept.', resolve: ({ task }) => task }),
    firstSeenAt: t.expose('firstSeenAt', { type: 'DateTime', description: 'When it was first seen.' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'When it was last seen.' }),
    ignoredAt: t.expose('ignoredAt', { type: 'DateTime', nullable: true, description: 'When somebody said that it may stay.' }),
    repairedAt: t.expose('repairedAt', { type: 'DateTime', nullable: true, description: 'When a repair ended it.' }),
    resolvedAt: t.expose('resolvedAt', { type: 'DateTime', nullable: true, description: 'When it was over, by a repair or by itself; null while it is open.' }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
  }),
})

builder.queryField('drifts', (t) => t.connection({
  type: DriftType,
  description: 'Where books and hosts differ, newest first; what is over is kept for 90 days. All filters must hold. FORBIDDEN for all but superusers. Follow `events` to hear of changes.',
  args: {
    hostId: t.arg.id({ description: 'Only those on this host.' }),
    areaId: t.arg.id({ description: 'Only those in this area.' }),
    kind: t.arg({ type: DriftKindType, description: 'Only those of this kind.' }),
    open: t.arg.boolean({ description: 'Only those that are open (true), or over (false).' }),
  },
  resolve: (_root, { hostId, areaId, kind, open, ...args }, context) => {
    const filter = {
      hostId: hostId == null ? undefined : decodeId('Host', hostId, 'hostId'),
      areaId: areaId == null ? undefined : decodeId('Area', areaId, 'areaId'),
      kind: kind ?? undefined,
      open: open ?? undefined,
    }
    return pageWithTotal(args, (page) => listDrift(context, filter, page), () => countDrift(context, filter))
  },
}, { name: 'DriftConnection', description: 'One page of differences.' }, { name: 'DriftEdge', description: 'A difference with its cursor.' }))

builder.objectFields(HostType, (t) => ({
  openDrifts: t.loadable({
    type: 'Int',
    nullable: true,
    description: 'How many differences from the books are open on it and not to be left as they are.',
    load: (ids: string[], context: Context) => countOpenDrift(context, 'host_id', ids),
    resolve: ({ id }) => id,
  }),
}))

builder.objectFields(AreaType, (t) => ({
  openDrifts: t.loadable({
    type: 'Int',
    nullable: true,
    description: 'How many differences between books and hosts are open in it, on its hosts, in its pools and in the books, and not to be left as they are. For superusers; null for everybody else.',
    load: (ids: string[], context: Context) => countOpenDrift(context, 'area_id', ids),
    resolve: ({ id }) => id,
  }),
  driftReportOnly: t.field({
    type: [DriftKindType],
    nullable: true,
    description: 'The kinds of differences that are only reported here, and not mended by Kloudak itself. For superusers; null for everybody else.',
    resolve: ({ driftReportOnly }, _args, { actor }) => (isOperator(actor) ? driftReportOnly as DriftKind[] : null),
  }),
}))

mutation('repairDrift', {
  description: 'Takes a difference between books and hosts away, if it is still there. A dry run tells what is lost by it. For superusers.',
  input: (t) => ({ driftId: t.id({ required: true, description: 'The difference.' }) }),
  payload: (t) => ({
    drift: t.field({ type: DriftType, nullable: true, description: 'The difference.' }),
    task: t.field({ type: TaskType, nullable: true, description: 'The task that repairs it; null for a dry run.' }),
  }),
  resolve: async (input, context) => {
    const { objectId, taskId } = await repairDrift(context, { ...input, driftId: decodeId('Drift', input.driftId, 'driftId') })
    return { drift: objectId, task: taskId }
  },
})

mutation('ignoreDrift', {
  description: 'Says that a difference may stay: it is not counted and not mended any more. For superusers.',
  input: (t) => ({
    driftId: t.id({ required: true, description: 'The difference.' }),
    ignored: t.boolean({ description: 'False takes that back.' }),
  }),
  payload: (t) => ({ drift: t.field({ type: DriftType, nullable: true, description: 'The difference.' }) }),
  resolve: async (input, context) => ({ drift: (await ignoreDrift(context, { ...input, driftId: decodeId('Drift', input.driftId, 'driftId') })).objectId }),
})

mutation('setDriftPolicy', {
  description: 'Says which kinds of differences are only reported in an area, of those that Kloudak mends by itself otherwise. For superusers.',
  input: (t) => ({
    areaId: t.id({ required: true, description: 'The area.' }),
    reportOnly: t.field({ type: [DriftKindType], required: true, description: 'The kinds that are only reported; none lets Kloudak mend all that it can.' }),
  }),
  payload: (t) => ({ area: t.field({ type: AreaType, nullable: true, description: 'The area.' }) }),
  resolve: async (input, context) => ({ area: (await setDriftPolicy(context, { ...input, areaId: decodeId('Area', input.areaId, 'areaId') })).objectId }),
})
