import { isOperator } from '../server/app/reader.ts'
import { countText, groupRefusals, largestFit, sayRefusal } from '../server/model/placement/explain.ts'
import type { RefusalGroup } from '../server/model/placement/explain.ts'
import { refusalReasons } from '../server/model/placement/request.ts'
import type { PlacementRequest, Refusal, RefusalReason } from '../server/model/placement/request.ts'
import { builder } from './builder.ts'
import { noCapacityType } from './errors.ts'
import { HostType } from './host.ts'

const meanings: Record<RefusalReason, string> = {
  area: 'It is in another area.',
  excluded: 'The request left it out, or named another.',
  state: 'It is not up.',
  duty: 'It is being drained, or in maintenance.',
  frozen: "It waits for an operator's review.",
  unknown: 'It has not said what it has.',
  machine: 'It cannot run the machine that the VM is or would be: architecture, machine type, processor model.',
  pool: 'It cannot use a pool that the VM needs.',
  labels: 'It lacks a label that is asked for, or has one that is avoided.',
  affinity: 'The VM belongs on one host with others, which are elsewhere.',
  'anti-affinity': 'The VM belongs apart from another one that is on it.',
  memory: 'It has too little memory left.',
  vcpus: 'It has too few processors left, or fewer than the VM.',
}
const enumName = (reason: RefusalReason) => reason.replace('-', '_').toUpperCase()

export const RefusalReasonType = builder.enumType('RefusalReason', {
  description: 'Why a host does not take a VM: the first reason in this order.',
  values: Object.fromEntries(refusalReasons.map((reason) => [enumName(reason), { value: reason, description: meanings[reason] }])) as Record<string, { value: RefusalReason; description: string }>,
})

/** Of those that are refused for one reason; the rest are counted. */
const shown = 100

export interface Verdict { request: PlacementRequest; hostId: string; rank: number | undefined; refusal: Refusal | undefined; freeVcpus: number; freeMemoryBytes: number }

export const VerdictType = builder.objectRef<Verdict>('PlacementVerdict').implement({
  description: 'Whether a host would take a VM, and if not, why and what would make it fit. For superusers.',
  fields: (t) => ({
    host: t.field({ type: HostType, description: 'The host.', resolve: ({ hostId }) => hostId }),
    fits: t.boolean({ description: 'Whether it takes the VM.', resolve: ({ refusal }) => refusal === undefined }),
    rank: t.exposeInt('rank', { nullable: true, description: 'Its place among those that do, the first one being chosen; null when it does not.' }),
    reason: t.field({ type: RefusalReasonType, nullable: true, description: 'Why not; null when it does.', resolve: ({ refusal }) => refusal?.reason }),
    message: t.string({ nullable: true, description: 'Why not, as a sentence.', resolve: ({ request, refusal }) => refusal && sayRefusal(request, refusal).message }),
    remedy: t.string({ nullable: true, description: 'What would make it fit, as a sentence.', resolve: ({ request, refusal }) => refusal && sayRefusal(request, refusal).remedy }),
    freeVcpus: t.exposeInt('freeVcpus', { description: 'The processors that it may still promise to one VM.' }),
    freeMemoryBytes: t.field({ type: 'Bytes', description: 'The memory that it may still promise; 0 also when it has promised more than it has.', resolve: ({ freeMemoryBytes }) => Math.max(0, freeMemoryBytes) }),
  }),
})

export const refused = (request: PlacementRequest) => (refusal: Refusal): Verdict => ({ request, hostId: refusal.hostId, rank: undefined, refusal, freeVcpus: refusal.freeVcpus, freeMemoryBytes: refusal.freeMemoryBytes })

interface RefusedHosts { request: PlacementRequest; group: RefusalGroup }

export const RefusalsType = builder.objectRef<RefusedHosts>('PlacementRefusals').implement({
  description: 'Hosts that were refused for one reason.',
  fields: (t) => ({
    reason: t.field({ type: RefusalReasonType, description: 'The reason.', resolve: ({ group }) => group.reason }),
    count: t.int({ description: 'How many hosts.', resolve: ({ group }) => group.refusals.length }),
    message: t.string({ description: 'The same in words: `2 are short of memory`.', resolve: ({ group }) => countText(group.refusals.length, group.reason) }),
    hosts: t.field({
      type: [VerdictType],
      nullable: true,
      description: `Which hosts, those nearest to fitting first and at most ${shown}, for superusers; null for everybody else.`,
      resolve: ({ request, group }, _args, { actor }) => (isOperator(actor) ? group.refusals.slice(0, shown).map(refused(request)) : null),
    }),
  }),
})

export const FitType = builder.simpleObject('PlacementFit', {
  description: 'A size that a VM could have.',
  fields: (t) => ({
    vcpus: t.int({ description: 'Its virtual processors.' }),
    memoryBytes: t.field({ type: 'Bytes', description: 'Its memory.' }),
  }),
})

export const refusedHosts = (request: PlacementRequest, refusals: readonly Refusal[]): RefusedHosts[] => groupRefusals(request, refusals).map((group) => ({ request, group }))

builder.objectFields(noCapacityType, (t) => ({
  refusals: t.field({ type: [RefusalsType], description: 'Why hosts were refused, by reason; empty when it is not for want of a host.', resolve: ({ noHost }) => (noHost ? refusedHosts(noHost.request, noHost.refusals) : []) }),
  largestFit: t.field({ type: FitType, nullable: true, description: 'The largest size near to what was asked for that would find a host now; null when none would.', resolve: ({ noHost }) => noHost && largestFit(noHost.request, noHost.refusals) }),
}))
