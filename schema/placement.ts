import { explainPlacement, listPolicies } from '../server/app/placement.ts'
import type { KnownPolicy, PlacementExplanation } from '../server/app/placement.ts'
import { isOperator } from '../server/app/reader.ts'
import { freeOn } from '../server/model/placement/candidate.ts'
import { groupRefusals, largestFit } from '../server/model/placement/explain.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { labelFields } from './label-fields.ts'
import { FitType, RefusalsType, VerdictType, refused, refusedHosts } from './placement-refusals.ts'
import type { Verdict } from './placement-refusals.ts'

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

const ExplainPlacementInput = builder.inputType('ExplainPlacementInput', {
  description: 'A VM that might be made.',
  fields: (t) => ({
    vcpus: t.int({ required: true, description: 'Its virtual processors.' }),
    memoryBytes: t.field({ type: 'Bytes', required: true, description: 'Its memory, in whole MiB.' }),
    diskBytes: t.field({ type: 'Bytes', description: 'The size of its disk: only hosts that can use a pool with room for it.' }),
    areaId: t.id({ description: 'Where it shall live; all areas that take VMs when left out.' }),
    affinityGroupIds: t.idList({ description: 'Affinity groups that it would join, at most 8.' }),
    ...labelFields(t, 'for this VM'),
  }),
})

const verdicts = ({ request, ranked, refusals }: PlacementExplanation, first: number): Verdict[] => [
  ...ranked.slice(0, first).map((host, index) => {
    const free = freeOn(host)
    return { request, hostId: host.id, rank: index + 1, refusal: undefined, freeVcpus: Math.min(free.vcpus, host.cpus! - host.reservedVcpus), freeMemoryBytes: free.memoryBytes }
  }),
  ...groupRefusals(request, refusals).flatMap((group) => group.refusals).slice(0, Math.max(0, first - ranked.length)).map(refused(request)),
]

const PlacementExplanationType = builder.objectRef<PlacementExplanation>('PlacementExplanation').implement({
  description: 'What would become of a VM that was asked for now.',
  fields: (t) => ({
    chosen: t.field({ type: HostType, nullable: true, description: 'The host that it would be given; null when none fits.', resolve: ({ ranked }) => ranked[0]?.id }),
    fitting: t.int({ description: 'How many hosts would take it.', resolve: ({ ranked }) => ranked.length }),
    hosts: t.field({
      type: [VerdictType],
      description: 'Each host: those that fit in the order of the policy, then the others by reason, those nearest to fitting first.',
      args: { first: t.arg.int({ defaultValue: 100, description: 'How many at most, from 1 to 1000.' }) },
      complexity: ({ first }) => ({ field: 1, multiplier: Math.min(first ?? 100, 1000) / 10 }),
      resolve: (explanation, { first }) => verdicts(explanation, Math.max(1, Math.min(first ?? 100, 1000))),
    }),
    refusals: t.field({ type: [RefusalsType], description: 'Why hosts do not fit, by reason.', resolve: ({ request, refusals }) => refusedHosts(request, refusals) }),
    largestFit: t.field({ type: FitType, nullable: true, description: 'When none fits, the largest size near to what was asked for that would.', resolve: ({ request, ranked, refusals }) => (ranked.length > 0 ? null : largestFit(request, refusals)) }),
  }),
})

builder.queryField('explainPlacement', (t) => t.field({
  type: PlacementExplanationType,
  description: 'Which hosts would take such a VM now, and why the others would not. Nothing is taken. For superusers.',
  args: { input: t.arg({ type: ExplainPlacementInput, required: true, description: 'The VM.' }) },
  resolve: (_root, { input }, context) => explainPlacement(context, {
    ...input,
    areaId: input.areaId == null ? undefined : decodeId('Area', input.areaId, 'areaId'),
    affinityGroupIds: input.affinityGroupIds?.map((id, index) => decodeId('AffinityGroup', id, `affinityGroupIds.${index}`)),
  }),
}))
