import { createArea, updateArea } from '../server/app/area.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

const VlanRangeInput = builder.inputType('VlanRangeInput', {
  description: 'VLAN ids from the first to the last, both included.',
  fields: (t) => ({
    first: t.int({ required: true, description: 'The lowest id, from 1.' }),
    last: t.int({ required: true, description: 'The highest id, at most 4094.' }),
  }),
})

const settings = (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => ({
  vlanRanges: t.field({ type: [VlanRangeInput], description: 'The VLAN ids that new networks may get, at most 64 ranges; 2 to 4094 when it is new.' }),
  reservedVlans: t.field({ type: [VlanRangeInput], description: 'Ids that are taken out of the ranges, for what else is on the trunk.' }),
  vcpuOvercommit: t.float({ description: 'How often each processor of a host may be promised, from 1 to 100; 4 when it is new.' }),
  memoryOvercommit: t.float({ description: 'How often the memory of a host may be promised, from 1 to 100; 1 when it is new.' }),
  dns: t.stringList({ description: 'DNS servers of subnets that name none of their own, at most 4.' }),
  placementPolicy: t.string({ description: 'How hosts are chosen for its VMs: the name of one of `placementPolicies`; `spread` when it is new.' }),
})

const payloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  area: t.field({ type: AreaType, nullable: true, description: 'The area; null when a dry run made none, or a repetition finds it gone.' }),
})

mutation('createArea', {
  description: 'Creates an area. Hosts and pools are enrolled into it afterwards. For superusers.',
  input: (t) => ({ name: t.string({ required: true, description: 'Its name, unique in this Kloudak: 1 to 63 characters.' }), ...settings(t) }),
  payload: payloadFields,
  resolve: async (input, context) => ({ area: (await createArea(context, input)).objectId }),
})

mutation('updateArea', {
  description: 'Changes what is given of an area. Networks keep their VLAN ids, also those that are not in the ranges any more: `vlanUsage` counts them. For superusers.',
  input: (t) => ({ areaId: t.id({ required: true, description: 'The area.' }), name: t.string({ description: 'Its new name.' }), ...settings(t) }),
  payload: payloadFields,
  resolve: async (input, context) => ({ area: (await updateArea(context, { ...input, areaId: decodeId('Area', input.areaId, 'areaId') })).objectId }),
})
