import { countNetworks, findNetworks, listNetworks } from '../server/app/network-read.ts'
import type { Network, NetworkPhase } from '../server/db/entities/network.ts'
import { subnetsOf } from '../server/db/queries/network.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { failureFor } from './failure.ts'
import { decodeId } from './global-id.ts'
import { SubnetType } from './subnet.ts'
import { WorkspaceType } from './workspace.ts'

const NetworkPhaseType = builder.enumType('NetworkPhase', {
  description: 'Where a network stands in its life.',
  values: {
    CREATING: { value: 'creating' satisfies NetworkPhase, description: 'It is being made on the hosts.' },
    READY: { value: 'ready' satisfies NetworkPhase, description: 'VMs can use it.' },
    DELETING: { value: 'deleting' satisfies NetworkPhase, description: 'It is being removed from the hosts.' },
    FAILED: { value: 'failed' satisfies NetworkPhase, description: 'It could not be made; `failure` says why.' },
  },
})

const NetworkKindType = builder.enumType('NetworkKind', {
  description: 'Whose a network is.',
  values: {
    PRIVATE: { value: 'private' satisfies Network['kind'], description: 'It belongs to one workspace and has a VLAN of its own.' },
    PUBLIC: { value: 'public' satisfies Network['kind'], description: 'The operator gives it to all workspaces.' },
  },
})

export const NetworkType = builder.loadableNodeRef('Network', {
  load: (ids: string[], context: Context) => findNetworks(context, ids),
  id: { resolve: ({ id }: Network) => id },
  sort: ({ id }: Network) => id,
})

NetworkType.implement({
  description: 'A layer-2 network of an area. VMs on it reach each other on any host of the area, and nobody else does.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, unique in its workspace.' }),
    description: t.exposeString('description', { description: 'What it is for.' }),
    workspace: t.field({ type: WorkspaceType, nullable: true, description: 'The workspace it belongs to; null for a public one.', resolve: ({ workspace }) => workspace }),
    area: t.field({ type: AreaType, description: 'The area it belongs to, for ever.', resolve: ({ area }) => area }),
    kind: t.expose('kind', { type: NetworkKindType, description: 'Whose it is.' }),
    vlan: t.exposeInt('vlan', { nullable: true, description: 'Its VLAN id; null when its frames carry no tag.' }),
    phase: t.expose('phase', { type: NetworkPhaseType, description: 'Where it stands in its life.' }),
    failure: t.string({ nullable: true, description: 'Why it failed, as a sentence.', resolve: (network, _args, context) => failureFor(context, network) }),
    subnets: t.loadableList({
      type: SubnetType,
      complexity: { field: 1, multiplier: 2 },
      description: 'Its subnets.',
      load: async (ids: string[], { em }: Context) => {
        const byNetwork = Map.groupBy(await subnetsOf(em, ids), ({ network }) => network)
        return ids.map((id) => byNetwork.get(id) ?? [])
      },
      resolve: ({ id }) => id,
    }),
    version: t.exposeInt('version', { description: 'Grows with each change.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

const NetworkConnection = builder.connectionObject(
  { type: NetworkType, name: 'NetworkConnection', description: 'One page of networks.' },
  { name: 'NetworkEdge', description: 'A network with its cursor.' },
)

builder.queryField('networks', (t) => t.connection({
  type: NetworkType,
  description: 'The networks that you see, oldest first.',
  args: {
    workspaceId: t.arg.id({ description: 'Only those that this workspace may use: its own and the public ones.' }),
    areaId: t.arg.id({ description: 'Only those of this area.' }),
    kind: t.arg({ type: NetworkKindType, description: 'Only those of this kind.' }),
    phases: t.arg({ type: [NetworkPhaseType], description: 'Only those in one of these phases.' }),
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
  },
  resolve: (_root, { workspaceId, areaId, kind, phases, name, ...args }, context) => {
    const filter = {
      workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId'),
      areaId: areaId == null ? undefined : decodeId('Area', areaId, 'areaId'),
      kind: kind ?? undefined,
      phases: phases ?? undefined,
      name: name ?? undefined,
    }
    return pageWithTotal(args, (page) => listNetworks(context, filter, page), () => countNetworks(context, filter))
  },
}, NetworkConnection))

builder.queryField('network', (t) => t.field({
  type: NetworkType,
  nullable: true,
  description: 'The network with this id; null when there is none that you may see.',
  args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
  resolve: (_root, { id }) => decodeId('Network', id, 'id'),
}))
