import { findHostDifferences, reviewHost } from '../server/app/host-review.ts'
import type { HostDifferences } from '../server/app/host-review.ts'
import type { DifferenceKind, HostDifference } from '../server/model/host-differences.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { mutation } from './mutation.ts'
import { TaskType } from './task.ts'
import { VmType } from './vm.ts'

const DifferenceKindType = builder.enumType('HostDifferenceKind', {
  description: 'How a host differs from the books.',
  values: {
    VM_MISSING: { value: 'vm-missing' satisfies DifferenceKind, description: 'The books have a VM that the host has not.' },
    VM_UNKNOWN: { value: 'vm-unknown' satisfies DifferenceKind, description: 'The host has a VM of this Kloudak that the books do not know: it was made after the backup.' },
    VM_UNFINISHED: { value: 'vm-unfinished' satisfies DifferenceKind, description: 'A VM was being created or deleted when the books were backed up.' },
    VM_POWER: { value: 'vm-power' satisfies DifferenceKind, description: 'A VM runs, is suspended or is stopped otherwise than it should be.' },
    VOLUME_MISSING: { value: 'volume-missing' satisfies DifferenceKind, description: 'A volume of the books is not in its pool.' },
    VOLUME_UNKNOWN: { value: 'volume-unknown' satisfies DifferenceKind, description: 'A pool of the area has a volume that the books do not know.' },
    PORT_MISSING: { value: 'port-missing' satisfies DifferenceKind, description: 'A VM runs without a port that the books have.' },
    PORT_UNKNOWN: { value: 'port-unknown' satisfies DifferenceKind, description: 'The host has a port that the books do not know.' },
    PORT_VLAN: { value: 'port-vlan' satisfies DifferenceKind, description: 'A port carries another VLAN than the books say.' },
  },
})

const HostDifferenceType = builder.objectRef<HostDifference>('HostDifference').implement({
  description: 'One thing in which a host differs from the books.',
  fields: (t) => ({
    kind: t.expose('kind', { type: DifferenceKindType, description: 'What kind of difference it is.' }),
    message: t.exposeString('message', { description: 'The difference, as a sentence.' }),
    onHost: t.exposeString('onHost', { description: 'The UUID of the domain, the name of the volume, or the id of the port (`iface-id`).' }),
    vm: t.field({ type: VmType, nullable: true, description: 'The VM of the books that it is about, if there is one.', resolve: ({ vmId }) => vmId }),
  }),
})

const HostDifferencesType = builder.objectRef<HostDifferences>('HostDifferences').implement({
  description: 'Where a host and the books differ, and what a review would make of it.',
  fields: (t) => ({
    host: t.field({ type: HostType, description: 'The host.', resolve: ({ hostId }) => hostId }),
    observedAt: t.expose('observedAt', { type: 'DateTime', nullable: true, description: 'When a worker looked at the host: every few seconds while it is frozen. Null when none has yet: then nothing is known.' }),
    differences: t.expose('differences', { type: [HostDifferenceType], description: 'The differences, the gravest kinds first.' }),
    unmanagedVms: t.exposeInt('unmanagedVms', { description: 'How many VMs on the host are not of this Kloudak. They are left alone.' }),
  }),
})

builder.queryField('hostDifferences', (t) => t.field({
  type: HostDifferencesType,
  description: 'Where a frozen host differs from the books, as a worker saw it last. For superusers.',
  args: { hostId: t.arg.id({ required: true, description: 'The host.' }) },
  resolve: (_root, { hostId }, context) => findHostDifferences(context, decodeId('Host', hostId, 'hostId')),
}))

mutation('reviewHost', {
  description: 'Takes a frozen host as it is, once its differences have been looked at, and lets work on it go on. VMs that it does not have are failed in the books; what only the host has is left alone; nothing on it is made, stopped or removed. A dry run tells what would become of each VM. The task fails when host or books changed meanwhile. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload: (t) => ({
    host: t.field({ type: HostType, nullable: true, description: 'The host.' }),
    task: t.field({ type: TaskType, nullable: true, description: 'The task that compares once more and lifts the freeze; null for a dry run.' }),
  }),
  resolve: async (input, context) => {
    const { objectId, taskId } = await reviewHost(context, { ...input, hostId: decodeId('Host', input.hostId, 'hostId') })
    return { host: objectId, task: taskId }
  },
})
