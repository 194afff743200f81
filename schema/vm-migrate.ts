import { migrateVm } from '../server/app/vm-migrate.ts'
import { isOperator } from '../server/app/reader.ts'
import type { LastMigration } from '../server/db/entities/vm.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { mutation } from './mutation.ts'
import { vmPayload, vmPayloadFields } from './vm-payload.ts'
import { VmType } from './vm.ts'

const VmMigrationType = builder.objectRef<LastMigration>('VMMigration').implement({
  description: 'A move of a VM from one host to another, and what it took.',
  fields: (t) => ({
    from: t.field({ type: HostType, nullable: true, description: 'The host that it was on; null when that is gone.', resolve: ({ fromHostId }) => fromHostId }),
    to: t.field({ type: HostType, nullable: true, description: 'The host that it moved to; null when that is gone.', resolve: ({ toHostId }) => toHostId }),
    live: t.boolean({ description: 'Whether it ran, or was suspended, and went on over there; false for one that was stopped.', resolve: ({ isLive }) => isLive }),
    startedAt: t.field({ type: 'DateTime', description: 'When a worker began.', resolve: ({ startedAt }) => new Date(startedAt) }),
    finishedAt: t.field({ type: 'DateTime', description: 'When it was the other host\'s.', resolve: ({ finishedAt }) => new Date(finishedAt) }),
    durationMs: t.int({ nullable: true, description: 'How long its memory was on its way, in milliseconds; null for one that was stopped, and when the host did not tell.', resolve: ({ durationMs }) => whole(durationMs) }),
    downtimeMs: t.int({ nullable: true, description: 'How long the guest stood still, in milliseconds; null as above.', resolve: ({ downtimeMs }) => whole(downtimeMs) }),
    bytes: t.field({ type: 'Bytes', nullable: true, description: 'How much was sent; null as above.', resolve: ({ bytes }) => bytes }),
  }),
})

const whole = (value: number | null) => (value === null ? null : Math.round(value))

builder.objectFields(VmType, (t) => ({
  lastMigration: t.field({
    type: VmMigrationType,
    nullable: true,
    description: 'Its last move from host to host, for superusers; null for everybody else, and when it has never moved.',
    resolve: ({ lastMigration }, _args, { actor }) => (isOperator(actor) ? lastMigration ?? null : null),
  }),
}))

mutation('migrateVm', {
  description: 'Moves a VM to another host of its area: one that runs goes on running, one that is suspended stays so, and one that is stopped is only defined over there. The processor, bridges and storage of the other host are checked first. A dry run tells which host it would be. For superusers.',
  input: (t) => ({
    vmId: t.id({ required: true, description: 'The VM.' }),
    hostId: t.id({ description: 'The host that it shall move to; the best one when left out.' }),
  }),
  payload: vmPayloadFields,
  resolve: async (input, context) => vmPayload(await migrateVm(context, { ...input, vmId: decodeId('VM', input.vmId, 'vmId'), hostId: input.hostId == null ? null : decodeId('Host', input.hostId, 'hostId') })),
})
