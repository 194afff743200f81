import { defineEntity, p } from '@mikro-orm/core'
import type { InferEntity } from '@mikro-orm/core'
import type { AffinityPolicy, AffinityStrength } from '../../model/placement/request.ts'
import { createdAt, id, updatedAt, version } from './columns.ts'
import { Workspace } from './people.ts'
import { Vm } from './vm.ts'

export const AffinityGroup = defineEntity({
  name: 'AffinityGroup',
  properties: {
    id: id(),
    workspace: () => p.manyToOne(Workspace).mapToPk(),
    name: p.string().length(63),
    policy: p.string().length(13).$type<AffinityPolicy>(),
    strength: p.string().length(4).$type<AffinityStrength>(),
    version: version(),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
})
export type AffinityGroup = InferEntity<typeof AffinityGroup>

export const AffinityMember = defineEntity({
  name: 'AffinityMember',
  properties: { group: () => p.manyToOne(AffinityGroup).mapToPk().primary(), vm: () => p.manyToOne(Vm).mapToPk().primary() },
})
