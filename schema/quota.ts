import { findQuotas } from '../server/app/quota-read.ts'
import type { Quota } from '../server/model/quota.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { QuotaResourceType } from './quota-resource.ts'
import { WorkspaceType } from './workspace.ts'

const QuotaType = builder.objectRef<Quota>('Quota').implement({
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
