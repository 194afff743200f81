import { createAffinityGroup, deleteAffinityGroup, updateAffinityGroup } from '../server/app/affinity-group.ts'
import type { Done } from '../server/app/context.ts'
import { AffinityGroupType, AffinityPolicyType, AffinityStrengthType } from './affinity-group.ts'
import type { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const payloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  affinityGroup: t.field({ type: AffinityGroupType, nullable: true, description: 'The group; null when it is gone, or a dry run made none.' }),
})
const payload = ({ objectId }: Done) => ({ affinityGroup: objectId })

mutation('createAffinityGroup', {
  description: 'Creates an affinity group. VMs join it by `createVm` or `updateVm`. Needs `vm:add`.',
  input: (t) => ({
    workspaceId: t.id({ required: true, description: 'The workspace, which has at most 64 of them.' }),
    name: t.string({ required: true, description: 'Its name, unique in the workspace: 1 to 63 characters.' }),
    policy: t.field({ type: AffinityPolicyType, required: true, description: 'How its VMs belong. It stays as it is.' }),
    strength: t.field({ type: AffinityStrengthType, required: true, description: 'Whether it must be kept. It stays as it is.' }),
  }),
  payload: payloadFields,
  resolve: async (input, context) => payload(await createAffinityGroup(context, { ...input, workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId') })),
})

mutation('updateAffinityGroup', {
  description: 'Changes the name of an affinity group. Needs `vm:edit`.',
  input: (t) => ({
    groupId: t.id({ required: true, description: 'The group.' }),
    name: t.string({ required: true, description: 'Its new name.' }),
  }),
  payload: payloadFields,
  resolve: async (input, context) => payload(await updateAffinityGroup(context, { ...input, groupId: decodeId('AffinityGroup', input.groupId, 'groupId') })),
})

mutation('deleteAffinityGroup', {
  description: 'Deletes an affinity group. Its VMs stay where they are, and are free to go anywhere from now on. Needs `vm:edit`.',
  input: (t) => ({ groupId: t.id({ required: true, description: 'The group.' }) }),
  payload: (t) => ({ deletedId: t.id({ nullable: true, description: 'Its id; null for a dry run.' }) }),
  resolve: async (input, context) => {
    await deleteAffinityGroup(context, { ...input, groupId: decodeId('AffinityGroup', input.groupId, 'groupId') })
    return { deletedId: input.dryRun ? null : input.groupId }
  },
})
