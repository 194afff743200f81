import { defineEntity, p } from '@mikro-orm/core'
import type { QuotaResource } from '../../model/quota.ts'
import { bytes } from './columns.ts'
import { Workspace } from './people.ts'

export const QuotaLimit = defineEntity({
  name: 'QuotaLimit',
  tableName: 'quota',
  properties: {
    workspace: () => p.manyToOne(Workspace).mapToPk().primary(),
    resource: p.string().length(11).$type<QuotaResource>().primary(),
    most: bytes(),
  },
})

export const DefaultQuota = defineEntity({
  name: 'DefaultQuota',
  properties: { resource: p.string().length(11).$type<QuotaResource>().primary(), most: bytes() },
})
