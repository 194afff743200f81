import { listTasks, countTasks } from '../server/app/task-read.ts'
import { countVms, findVms, listVms } from '../server/app/vm-read.ts'
import type { SeenVm } from '../server/db/queries/vm.ts'
import { isOperator } from '../server/app/reader.ts'
import { vmPermits } from '../server/app/vm-permits.ts'
import { vmActions, vmStatus } from '../server/model/vm.ts'
import type { VmAction } from '../server/model/vm.ts'
import { AreaType } from './area.ts'
import { builder } from './builder.ts'
import { pageWithTotal } from './connection.ts'
import type { Context } from './context.ts'
import { failureFor } from './failure.ts'
import { decodeId } from './global-id.ts'
import { HostType } from './host.ts'
import { ImageType, loadImageNumbers, loadImages } from './image.ts'
import { InstanceTypeType } from './instance-type.ts'
import { NetworkType } from './network.ts'
import { TaskConnection, TaskType } from './task.ts'
import { TemplateType } from './template.ts'
import { VmPhaseType, VmPowerType, VmDesiredPowerType, VmStatusType } from './vm-enums.ts'
import { readAroundVms } from './vm-ahead.ts'
import { VmDiskType, VmInterfaceType, disksLoader, interfacesLoader, lastTaskLoader } from './vm-parts.ts'
import { WorkspaceType } from './workspace.ts'

const VmPermitType = builder.simpleObject('VMPermit', {
  description: 'Whether you may do something to a VM now.',
  fields: (t) => ({
    allowed: t.boolean({ description: 'Whether you may.' }),
    reason: t.string({ nullable: true, description: 'Why not, as a sentence; null when you may.' }),
  }),
})

const actionWords: Partial<Record<VmAction, string>> = { attachInterface: 'attach a network to it', detachInterface: 'detach one of its networks', setPassword: 'set a password in its guest', openConsole: 'open its console' }

const VmPermitsType = builder.objectRef<SeenVm>('VMPermits').implement({
  description: 'What you may do to a VM now, from your permissions and its state.',
  fields: (t) => Object.fromEntries(vmActions.map((action) => [action, t.field({
    type: VmPermitType,
    description: `Whether you may ${actionWords[action] ?? `${action} it`}.`,
    resolve: (vm, _args, { actor }) => vmPermits(actor, action, vm),
  })])),
})

export const VmType = builder.loadableNodeRef('VM', {
  load: (ids: string[], context: Context) => findVms(context, ids),
  id: { resolve: ({ id }: SeenVm) => id },
  sort: ({ id }: SeenVm) => id,
})

VmType.implement({
  description: 'A virtual machine.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'A small number of its own in this Kloudak, for people.' }),
    name: t.exposeString('name', { description: 'Its name, unique in its workspace.' }),
    description: t.exposeString('description', { description: 'What it is for.' }),
    hostname: t.exposeString('hostname', { description: 'The hostname that the guest was given at its birth.' }),
    workspace: t.field({ type: WorkspaceType, description: 'The workspace it belongs to.', resolve: ({ workspace }) => workspace }),
    area: t.field({ type: AreaType, description: 'The area it lives in.', resolve: ({ area }) => area }),
    template: t.field({ type: TemplateType, nullable: true, description: 'The template it was made from; null when it was made from an image and an instance type, or the template is not shown to you.', resolve: ({ template }) => template ?? null }),
    instanceType: t.field({ type: InstanceTypeType, nullable: true, description: 'The instance type it was made of; null when it was made from a template, or it is not shown to you.', resolve: ({ instanceType }) => instanceType ?? null }),
    image: t.loadable({ type: ImageType, nullable: true, description: 'The image its disk was made from; null when that is not shown to you.', load: loadImages, resolve: ({ imageVersionId }) => imageVersionId }),
    imageVersion: t.loadable({ type: 'Int', description: 'The version of that image.', load: loadImageNumbers, resolve: ({ imageVersionId }) => imageVersionId }),
    host: t.field({ type: HostType, nullable: true, description: 'The host it runs on, for superusers; null for everybody else.', resolve: ({ host }, _args, { actor }) => (isOperator(actor) ? host : null) }),
    status: t.field({ type: VmStatusType, description: 'Its state in one word.', resolve: (vm) => vmStatus(vm) }),
    phase: t.expose('phase', { type: VmPhaseType, description: 'Where it stands in its life.' }),
    desiredPower: t.expose('desiredPower', { type: VmDesiredPowerType, description: 'What was last asked for.' }),
    observedPower: t.expose('observedPower', { type: VmPowerType, description: 'What its host last reported.' }),
    observedAt: t.expose('observedAt', { type: 'DateTime', nullable: true, description: 'Since when `observedPower` is known to be so, or nothing is known of it. Null when its host has not told of it yet.' }),
    failure: t.string({ nullable: true, description: 'Why its creation failed, as a sentence.', resolve: (vm, _args, context) => failureFor(context, vm) }),
    vcpus: t.exposeInt('vcpus', { description: 'Its virtual processors.' }),
    memoryBytes: t.expose('memoryBytes', { type: 'Bytes', description: 'Its memory.' }),
    sshKeys: t.stringList({ description: 'The public SSH keys that its guest was given.', resolve: ({ sshKeys }) => sshKeys }),
    disks: t.field({ type: [VmDiskType], description: 'Its disks in the order of their places.', complexity: { field: 1, multiplier: 2 }, resolve: ({ id }, _args, context) => disksLoader(context).load(id) }),
    interfaces: t.field({ type: [VmInterfaceType], description: 'Its network interfaces in the order of their places.', complexity: { field: 1, multiplier: 2 }, resolve: ({ id }, _args, context) => interfacesLoader(context).load(id) }),
    lastTask: t.field({ type: TaskType, nullable: true, description: 'The newest task on it.', resolve: ({ id }, _args, context) => lastTaskLoader(context).load(id) }),
    tasks: t.connection({
      type: TaskType,
      description: 'The tasks on it, newest first.',
      resolve: ({ id }, args, context) => pageWithTotal(args, (page) => listTasks(context, { objectId: id }, page), () => countTasks(context, { objectId: id })),
    }, TaskConnection),
    can: t.field({ type: VmPermitsType, description: 'What you may do to it now, and if not, why.', resolve: (vm) => vm }),
    version: t.exposeInt('version', { description: 'Grows with each change; of two answers the one with the higher version is newer.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was asked for.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
})

builder.objectField(TaskType, 'vm', (t) => t.field({
  type: VmType,
  nullable: true,
  description: 'The VM it works on, while there is one.',
  resolve: ({ objectType, objectId }) => (objectType === 'vm' ? objectId : null),
}))

const VmConnection = builder.connectionObject(
  { type: VmType, name: 'VMConnection', description: 'One page of VMs.' },
  { name: 'VMEdge', description: 'A VM with its cursor.' },
)

builder.queryField('vms', (t) => t.connection({
  type: VmType,
  description: 'The VMs that you see, oldest first.',
  args: {
    workspaceId: t.arg.id({ description: 'Only those of this workspace.' }),
    areaId: t.arg.id({ description: 'Only those in this area.' }),
    networkId: t.arg.id({ description: 'Only those with an interface on this network.' }),
    hostId: t.arg.id({ description: 'Only those on this host. For superusers: for others there are none.' }),
    statuses: t.arg({ type: [VmStatusType], description: 'Only those in one of these states.' }),
    name: t.arg.string({ description: 'Only those with this text in their name, in any case.' }),
  },
  resolve: async (_root, { workspaceId, areaId, networkId, hostId, statuses, name, ...args }, context, info) => {
    const filter = {
      workspaceId: workspaceId == null ? undefined : decodeId('Workspace', workspaceId, 'workspaceId'),
      areaId: areaId == null ? undefined : decodeId('Area', areaId, 'areaId'),
      networkId: networkId == null ? undefined : decodeId(NetworkType.name, networkId, 'networkId'),
      hostId: hostId == null ? undefined : decodeId('Host', hostId, 'hostId'),
      statuses: statuses ?? undefined,
      name: name ?? undefined,
    }
    const page = await pageWithTotal(args, (page) => listVms(context, filter, page), () => countVms(context, filter))
    await readAroundVms(page.edges.map(({ node }) => node), context, info)
    return page
  },
}, VmConnection))

builder.queryField('vm', (t) => t.field({
  type: VmType,
  nullable: true,
  description: 'The VM with this id; null when there is none that you may see.',
  args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
  resolve: (_root, { id }) => decodeId('VM', id, 'id'),
}))
