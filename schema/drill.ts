import { isOperator } from '../server/app/reader.ts'
import type { Host } from '../server/db/entities/infrastructure.ts'
import { lossesOfAreas } from '../server/db/queries/drill.ts'
import type { AreaLosses } from '../server/db/queries/drill.ts'
import { promisedByHosts } from '../server/db/queries/inventory.ts'
import type { HostLoss } from '../server/model/placement/loss.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { HostType } from './host.ts'
import { loaderOf } from './loader.ts'
import { VmType } from './vm.ts'

const vmsOfHosts = loaderOf(async (ids, { em }: Context) => {
  const counts = new Map((await promisedByHosts(em, ids)).map(({ hostId, vms }) => [hostId, vms]))
  return ids.map((id) => counts.get(id) ?? 0)
})

const StrandedVmType = builder.objectRef<HostLoss['vms'][number]>('StrandedVM').implement({
  description: 'A VM that could not start elsewhere.',
  fields: (t) => ({
    vm: t.field({ type: VmType, nullable: true, description: 'The VM; null when it has gone since.', resolve: ({ vmId }) => vmId }),
    reason: t.exposeString('reason', { description: 'Why no other host takes it, as a sentence.' }),
  }),
})

const HostSurvivalType = builder.objectRef<{ host: Host; loss: HostLoss }>('HostSurvival').implement({
  description: 'What would become of a host\'s VMs if it died now.',
  fields: (t) => ({
    ok: t.boolean({ description: 'Whether all of them could start on other hosts.', resolve: ({ loss }) => loss.ok }),
    vms: t.int({ description: 'How many VMs it holds.', resolve: ({ host }, _args, context) => vmsOfHosts(context).load(host.id) }),
    wouldNotFitCount: t.int({ description: 'How many of them could not.', resolve: ({ loss }) => loss.wouldNotFit }),
    wouldNotFit: t.field({ type: [StrandedVmType], description: 'Which, those with the highest priority first and at most 100.', complexity: { field: 1, multiplier: 1 }, resolve: ({ loss }) => loss.vms }),
    reason: t.string({ nullable: true, description: 'In one sentence; null when all could.', resolve: ({ loss }) => (loss.ok ? null : `${loss.wouldNotFit} ${loss.wouldNotFit === 1 ? 'VM' : 'VMs'} could not start elsewhere. ${loss.vms[0]?.reason ?? ''}`.trim()) }),
  }),
})

builder.objectField(HostType, 'survivesLoss', (t) => t.field({
  type: HostSurvivalType,
  nullable: true,
  description: 'What would become of its VMs if it died now, as the continuous drill found last: a second or more after the change that brought it about. Null until it has.',
  resolve: (host) => (host.loss ? { host, loss: host.loss } : null),
}))

const AreaSurvivalType = builder.objectRef<AreaLosses>('AreaSurvival').implement({
  description: 'The loss of which of its hosts an area survives, one at a time.',
  fields: (t) => ({
    hosts: t.exposeInt('hosts', { description: 'How many hosts have been drilled.' }),
    survived: t.exposeInt('survived', { description: 'Of how many of them all VMs could start elsewhere.' }),
    ok: t.boolean({ description: 'Whether that holds for each.', resolve: ({ hosts, survived }) => hosts === survived }),
    notSurvived: t.field({ type: [HostType], description: 'Those of which not all could, at most 100.', complexity: { field: 1, multiplier: 1 }, resolve: ({ lostWith }) => lostWith }),
  }),
})

builder.objectField(AreaType, 'survivesLossOf', (t) => t.loadable({
  type: AreaSurvivalType,
  nullable: true,
  description: 'What the continuous drill found of its hosts, for superusers; null for everybody else. It changes with `Host.survivesLoss`.',
  complexity: { field: 1, multiplier: 1 },
  load: async (ids: string[], { em, actor }: Context) => {
    const losses = new Map(isOperator(actor) ? (await lossesOfAreas(em, ids)).map((losses) => [losses.areaId, losses]) : [])
    return ids.map((areaId) => (isOperator(actor) ? losses.get(areaId) ?? { areaId, hosts: 0, survived: 0, lostWith: [] } : null))
  },
  resolve: ({ id }) => id,
}))
