import { listPolicies } from '../server/app/placement.ts'
import type { KnownPolicy } from '../server/app/placement.ts'
import { isOperator } from '../server/app/reader.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'

const PlacementPolicyType = builder.objectRef<KnownPolicy>('PlacementPolicy').implement({
  description: 'A way to choose among the hosts that a VM may run on.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, as `Area.placementPolicy` has it.' }),
    description: t.exposeString('description', { description: 'What it does, as a sentence.' }),
    isOwn: t.exposeBoolean('isOwn', { description: 'Whether it is a module of this installation.' }),
  }),
})

builder.queryField('placementPolicies', (t) => t.field({
  type: [PlacementPolicyType],
  description: 'The policies that areas can be given. For superusers.',
  resolve: (_root, _args, context) => listPolicies(context),
}))

builder.objectField(AreaType, 'placementPolicy', (t) => t.string({
  nullable: true,
  description: 'How hosts are chosen for its VMs, for superusers; null for everybody else.',
  resolve: ({ placementPolicy }, _args, { actor }) => (isOperator(actor) ? placementPolicy : null),
}))
