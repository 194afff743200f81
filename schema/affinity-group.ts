import { countAffinityGroups, findAffinityGroups, listAffinityGroups } from '../server/app/affinity-group-read.ts'
import type { AffinityGroup } from '../server/db/entities/affinity-group.ts'
import { keptGroups, membershipsOf } from '../server/db/queries/affinity-read.ts'
import type { AffinityPolicy, AffinityStrength } from '../server/model/placement/request.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { loaderOf } from './loader.ts'
import { VmType } from './vm.ts'
import { WorkspaceType } from './workspace.ts'

export const AffinityPolicyType = builder.enumType('AffinityPolicy', {
  description: 'How the VMs of a group belong.',
  values: {
    AFFINITY: { value: 'affinity' satisfies AffinityPolicy, description: 'Together, on one host.' },
    ANTI_AFFINITY: { value: 'anti-affinity' satisfies AffinityPolicy, description: 'Apart, each on a host of its own.' },
  },
})

export const AffinityStrengthType = builder.enumType('AffinityStrength', {
  description: 'What becomes of a VM for which the group cannot be kept.',
  values: {
    HARD: { value: 'hard' satisfies AffinityStrength, description: 'It is refused, and does not move.' },
    SOFT: { value: 'soft' satisfies AffinityStrength, description: 'It is placed all the same.' },
  },
})

const vmsOfGroups = loaderOf(async (ids, { em }: Context) => {
  const members = Map.groupBy(await membershipsOf(em, 'group_id', ids), ({ groupId }) => groupId)
  return ids.map((id) => (members.get(id) ?? []).map(({ vmId }) => vmId))
})
const groupsOfVms = loaderOf(async (ids, { em }: Context) => {
  const members = Map.groupBy(await membershipsOf(em, 'vm_id', ids), ({ vmId }) => vmId)
  return ids.map((id) => (members.get(id) ?? []).map(({ groupId }) => groupId))
})
const isKept = loaderOf(async (ids, { em }: Context) => {
  const kept = await keptGroups(em, ids)
  return ids.map((id) => kept.has(id))
})

export const AffinityGroupType = builder.loadableNodeRef('AffinityGroup', {
  load: (ids: string[], context: Context) => findAffinityGroups(context, ids),
  id: { resolve: ({ id }: AffinityGroup) => id },
  sort: ({ id }: AffinityGroup) => id,
})

AffinityGroupType.implement({
  description: 'VMs of a workspace that belong together on one host, or apart on hosts of their own: at their creation, and whenever they move.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in its workspace.' }),
    workspace: t.field({ type: WorkspaceType, description: 'The workspace it belongs to.', resolve: ({ workspace }) => workspace }),
    policy: t.expose('policy', { type: AffinityPolicyType, description: 'How its VMs belong.' }),
    strength: t.expose('strength', { type: AffinityStrengthType, description: 'Whether it must be kept.' }),
    vms: t.field({ type: [VmType], description: 'The VMs in it, at most 128.', complexity: { field: 1, multiplier: 2 }, resolve: ({ id }, _args, context) => vmsOfGroups(context).load(id) }),
    kept: t.boolean({ description: 'Whether its VMs are together, or apart, now. A soft group may not be, nor a hard one whose VMs are on their way.', resolve: ({ id }, _args, context) => isKept(context).load(id) }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

builder.objectField(VmType, 'affinityGroups', (t) => t.field({
  type: [AffinityGroupType],
  description: 'The affinity groups it is in, at most 8.',
  complexity: { field: 1, multiplier: 1 },
  resolve: ({ id }, _args, context) => groupsOfVms(context).load(id),
}))

builder.queryField('affinityGroups', (t) => t.connection({
  type: AffinityGroupType,
  description: 'The affinity groups that you see, oldest first.',
  args: {
    workspaceId: t.arg.id({ description: 'Only those of this workspace.' }),
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
  },
  resolve: (_root, { workspaceId, name, ...args }, context) => {
    const filter = { workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId'), name: name ?? undefined }
    return pageWithTotal(args, (page) => listAffinityGroups(context, filter, page), () => countAffinityGroups(context, filter))
  },
}, { description: 'One page of affinity groups.' }, { description: 'An affinity group with its cursor.' }))
