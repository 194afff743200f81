import { findQuotas } from '../server/app/quota-read.ts'
import { findDefaultQuota, setDefaultQuota, setWorkspaceQuota } from '../server/app/quota-set.ts'
import type { Quota } from '../server/model/quota.ts'
import type { QuotaResource } from '../server/model/quota.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { decodeId } from './global-id.ts'
import { InstallationType } from './installation.ts'
import { mutation } from './mutation.ts'
import { QuotaResourceType } from './quota-resource.ts'
import { WorkspaceType } from './workspace.ts'

export const QuotaType = builder.objectRef<Quota>('Quota').implement({
  description: 'How much of something a workspace may have, and has. The usage is counted when it is asked for.',
  fields: (t) => ({
    resource: t.expose('resource', { type: QuotaResourceType, description: 'What it is of.' }),
    limit: t.exposeFloat('limit', { nullable: true, description: 'How much there may be; null when there is no limit. It may lie below the usage: then nothing new can be made.' }),
    used: t.exposeFloat('used', { description: 'How much there is.' }),
  }),
})

builder.objectField(WorkspaceType, 'quotas', (t) => t.loadableList({
  type: QuotaType,
  description: 'What it may have and has, of each resource.',
  complexity: { field: 5, multiplier: 2 },
  load: async (ids: string[], context: Context) => {
    const found = await findQuotas(context, ids)
    return ids.map((id) => found.get(id) ?? [])
  },
  resolve: ({ id }) => id,
}))

const QuotaLimitType = builder.objectRef<{ resource: QuotaResource; limit: number | null }>('QuotaLimit').implement({
  description: 'How much of something a workspace may have.',
  fields: (t) => ({
    resource: t.expose('resource', { type: QuotaResourceType, description: 'What it is of.' }),
    limit: t.exposeFloat('limit', { nullable: true, description: 'How much there may be; null when there is no limit.' }),
  }),
})

builder.objectField(InstallationType, 'defaultQuota', (t) => t.field({
  type: [QuotaLimitType],
  description: 'What a new workspace may have.',
  resolve: (_installation, _args, context) => findDefaultQuota(context),
}))

const QuotaLimitInput = builder.inputType('QuotaLimitInput', {
  description: 'A limit to set.',
  fields: (t) => ({
    resource: t.field({ type: QuotaResourceType, required: true, description: 'What it is of.' }),
    limit: t.float({ description: 'How much there may be: a whole number from 0; bytes for memory and disk. No limit when null or left out.' }),
  }),
})
const limitsOf = 'The limits to set, each resource once; those that are not named stay.'

mutation('setWorkspaceQuota', {
  description: 'Sets what a workspace may have. A limit below what it has takes nothing away: nothing new can be made until there is less. For superusers.',
  input: (t) => ({
    workspaceId: t.id({ required: true, description: 'The workspace.' }),
    limits: t.field({ type: [QuotaLimitInput], required: true, description: limitsOf }),
  }),
  payload: (t) => ({ workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace.' }) }),
  resolve: async (input, context) => ({ workspace: (await setWorkspaceQuota(context, { ...input, workspaceId: decodeId('Workspace', input.workspaceId, 'workspaceId') })).objectId }),
})

mutation('setDefaultQuota', {
  description: 'Sets what new workspaces may have; those that exist keep their limits. For superusers.',
  input: (t) => ({ limits: t.field({ type: [QuotaLimitInput], required: true, description: limitsOf }) }),
  payload: (t) => ({ installation: t.field({ type: InstallationType, description: 'This Kloudak.' }) }),
  resolve: async (input, context) => {
    await setDefaultQuota(context, input)
    return { installation: {} }
  },
})
