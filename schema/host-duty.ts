import { cancelDrain, drainHost, returnHostToService, setHostMaintenance } from '../server/app/host-duty.ts'
import { readDrainStanding } from '../server/db/queries/host-drain.ts'
import type { DrainStanding } from '../server/db/queries/host-drain.ts'
import type { Done } from '../server/app/context.ts'
import type { HostDuty } from '../server/model/host.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { mutation } from './mutation.ts'
import { TaskType } from './task.ts'
import { VmType } from './vm.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const OnStuckType = builder.enumType('DrainOnStuck', {
  description: 'What a drain does with a VM that cannot be moved while it runs.',
  values: {
    WAIT: { value: 'wait' as const, description: 'It goes on running, and the drain waits until it can be moved.' },
    SHUTDOWN: { value: 'shutdown' as const, description: 'Its guest is asked to shut down (never forced). Stopped it is moved, or stays where it is when no host has room for it.' },
  },
})

const StuckVmType = builder.objectRef<DrainStanding['stuck'][number]>('DrainStuckVM').implement({
  description: 'A VM that keeps a host from being empty.',
  fields: (t) => ({
    vm: t.field({ type: VmType, nullable: true, description: 'The VM, while there is one.', resolve: ({ vmId }) => vmId }),
    reason: t.exposeString('reason', { description: 'Why it cannot be moved now, as a sentence.' }),
  }),
})

const DrainType = builder.objectRef<DrainStanding>('HostDrain').implement({
  description: 'The emptying of a host, and how far it is.',
  fields: (t) => ({
    task: t.field({ type: TaskType, nullable: true, description: 'The task that empties it, while that is kept.', resolve: ({ taskId }) => taskId }),
    startedAt: t.field({ type: 'DateTime', description: 'When it was asked for.', resolve: ({ startedAt }) => new Date(startedAt) }),
    onStuck: t.expose('onStuck', { type: OnStuckType, description: 'What is done with a VM that cannot be moved while it runs.' }),
    total: t.int({ description: 'How many VMs there were to be moved.', resolve: ({ moved, left }) => moved + left }),
    moved: t.exposeInt('moved', { description: 'How many have moved.' }),
    left: t.exposeInt('left', { description: 'How many are still on it.' }),
    stuck: t.expose('stuck', { type: [StuckVmType], description: 'Those that cannot be moved now.' }),
  }),
})

const HostDutyType = builder.enumType('HostDuty', {
  description: 'What operators want of a host, whatever state it is in.',
  values: {
    SERVICE: { value: 'service' satisfies HostDuty, description: 'It runs VMs.' },
    DRAINING: { value: 'draining' satisfies HostDuty, description: 'Its VMs are moved elsewhere.' },
    MAINTENANCE: { value: 'maintenance' satisfies HostDuty, description: 'Nothing new comes to it.' },
  },
})

builder.objectFields(HostType, (t) => ({
  duty: t.expose('duty', { type: HostDutyType, description: 'What operators want of it.' }),
  drain: t.loadable({
    type: DrainType,
    nullable: true,
    description: 'How far it is emptied, while it is, and afterwards until it returns to service; null otherwise.',
    load: async (ids: string[], { em }: Context) => {
      const standings = await readDrainStanding(em, ids)
      return ids.map((id) => standings.get(id) ?? null)
    },
    resolve: ({ id }) => id,
  }),
}))

const payload = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({ host: t.field({ type: HostType, nullable: true, description: 'The host.' }) })
const payloadWithTask = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({ ...payload(t), task: t.field({ type: TaskType, nullable: true, description: 'The task that empties the host; null for a dry run.' }) })
const answer = ({ objectId, taskId }: Done) => ({ host: objectId, task: taskId })

mutation('drainHost', {
  description: 'Has all VMs of a host moved to others of its area, those that run without a stop, and then puts it into maintenance. Nothing new comes to it from now on. A dry run tells of each VM where it would go, or why it could not. For superusers.',
  input: (t) => ({
    hostId: t.id({ required: true, description: 'The host.' }),
    onStuck: t.field({ type: OnStuckType, description: 'What is done with a VM that cannot be moved while it runs; WAIT when left out.' }),
    atOnce: t.int({ description: 'How many move at once: 1 to 8, 2 when left out.' }),
  }),
  payload: payloadWithTask,
  resolve: async (input, context) => answer(await drainHost(context, { ...input, hostId: decodeId('Host', input.hostId, 'hostId') })),
})

mutation('cancelDrain', {
  description: 'Stops the drain of a host: what has moved stays where it is, what is on its way stays or arrives, and the host takes VMs again. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload: payloadWithTask,
  resolve: async (input, context) => answer(await cancelDrain(context, { ...input, hostId: decodeId('Host', input.hostId, 'hostId') })),
})

mutation('setHostMaintenance', {
  description: 'Lets nothing new come to a host, and leaves what is on it as it is. To have its VMs moved elsewhere first, drain it. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload,
  resolve: async (input, context) => ({ host: (await setHostMaintenance(context, { ...input, hostId: decodeId('Host', input.hostId, 'hostId') })).objectId }),
})

mutation('returnHostToService', {
  description: 'VMs may be placed on a host again that was in maintenance. For superusers.',
  input: (t) => ({ hostId: t.id({ required: true, description: 'The host.' }) }),
  payload,
  resolve: async (input, context) => ({ host: (await returnHostToService(context, { ...input, hostId: decodeId('Host', input.hostId, 'hostId') })).objectId }),
})
