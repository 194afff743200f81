// The things that the rows of the authorization matrix name: some that stay, and new ones for what an operation uses up.
import { randomBytes } from 'node:crypto'
import { decodeId, encodeId } from '../../schema/global-id.ts'
import { AffinityGroup } from '../../server/db/entities/affinity-group.ts'
import { Image, ImageVersion, ImageWorkspace, InstanceType, InstanceTypeWorkspace, Template, TemplateWorkspace } from '../../server/db/entities/catalogue.ts'
import { Area, Pool } from '../../server/db/entities/infrastructure.ts'
import { Address, Network, Subnet } from '../../server/db/entities/network.ts'
import { Membership, UserAccount } from '../../server/db/entities/people.ts'
import { Vm, VmInterface } from '../../server/db/entities/vm.ts'
import { Saga, Task } from '../../server/db/entities/work.ts'
import { writeAudit } from '../../server/db/queries/audit.ts'
import { storeInventory } from '../../server/db/queries/host-review.ts'
import { newId } from '../../server/model/id.ts'
import { silentReport } from '../../server/machine/driver.ts'
import { macFrom } from '../../server/model/network.ts'
import { GiB } from '../../server/model/units.ts'
import type { TestApi } from '../support/api.ts'
import { sampleOf, writeSample } from '../support/stats.ts'
import type { World } from '../support/world.ts'
import type { Fresh, Things } from './authorization-matrix.ts'

/** What was found on a host with one free card. */
const bareDiscovery = { ...silentReport('none'), nics: [{ name: 'eth1', mac: '', mtu: 1500, speedMbps: null, carrier: true, physical: true, master: null, uppers: [], addresses: [], management: false }] }

/** `fresh` is called once for each operation, so that each has a name of its own. */
export async function makeThings({ db }: TestApi, world: World, cursor: string): Promise<{ things: Things; fresh: () => Fresh }> {
  let nextVlan = 100

  async function makeNetwork(subnetId = newId()): Promise<string> {
    const em = db.em.fork()
    const id = newId()
    await em.insert(Network, { id, workspace: world.workspaceId, area: world.areaId, name: `net-${id}`, vlan: nextVlan++, phase: 'ready' })
    await em.insert(Subnet, { id: subnetId, network: id, cidr: '10.0.0.0/24', gateway: '10.0.0.1', dns: ['10.0.0.1'], rangeFirst: '10.0.0.2', rangeLast: '10.0.0.254' })
    return encodeId('Network', id)
  }

  async function makeSubnet(): Promise<string> {
    const id = newId()
    await makeNetwork(id)
    return encodeId('Subnet', id)
  }

  const size = { vcpus: 1, memoryBytes: GiB, diskBytes: GiB }

  /** `isPublic` is false for those that only the workspace may use. */
  async function makeOffer(type: 'Area' | 'Template' | 'InstanceType' | 'Image', isPublic = true): Promise<string> {
    const em = db.em.fork()
    const id = newId()
    const [name, os, workspace] = [`${type}-${id}`, 'Debian', world.workspaceId]
    if (type === 'Area') await em.insert(Area, { id, name })
    if (type === 'Template') await em.insert(Template, { id, name, os, ...size, isPublic, imageVersion: world.imageVersionId })
    if (type === 'InstanceType') await em.insert(InstanceType, { id, name, ...size, isPublic })
    if (type === 'Image') await em.insert(Image, { id, name, os, isPublic })
    if (!isPublic && type === 'Template') await em.insert(TemplateWorkspace, { template: id, workspace })
    if (!isPublic && type === 'InstanceType') await em.insert(InstanceTypeWorkspace, { instanceType: id, workspace })
    if (!isPublic && type === 'Image') {
      await em.insert(ImageWorkspace, { image: id, workspace })
      await em.insert(ImageVersion, { id: newId(), image: id, number: 1, sha256: 'b'.repeat(64), format: 'raw', sizeBytes: GiB, virtualSizeBytes: GiB })
    }
    return encodeId(type, id)
  }

  async function makeVm(power: 'running' | 'stopped' | 'paused' = 'running'): Promise<string> {
    const id = newId()
    const machine = { domainType: 'qemu' as const, emulator: 'q', architecture: 'x86_64', machineType: 'm', cpuModel: 'c' }
    await db.em.fork().insert(Vm, {
      id, workspace: world.workspaceId, area: world.areaId, template: world.templateId, host: world.hostIds[0]!, name: `vm-${id}`, hostname: 'vm', domainUuid: newId(), phase: 'ready',
      observedPower: power, vcpus: 1, memoryBytes: GiB, machine, sshKeys: [], createdBy: world.owner.actor!.id,
    })
    return encodeId('VM', id)
  }

  async function makeAffinityGroup(): Promise<string> {
    const id = newId()
    await db.em.fork().insert(AffinityGroup, { id, workspace: world.workspaceId, name: `group-${id}`, policy: 'anti-affinity', strength: 'hard' })
    return encodeId('AffinityGroup', id)
  }

  async function makeVmInterface(): Promise<string> {
    const [vm, network] = [decodeId('VM', await makeVm('stopped'), 'id'), decodeId('Network', await makeNetwork(), 'id')]
    const id = newId()
    await db.em.fork().insert(VmInterface, { id, vm, network, position: 0, mac: macFrom('52:54:00', randomBytes(3)) })
    return encodeId('VMInterface', id)
  }

  async function makeTask(state: 'done' | 'running' | 'stuck'): Promise<string> {
    const em = db.em.fork()
    const id = newId()
    await em.insert(Task, { id, workspace: world.workspaceId, user: world.owner.actor!.id, method: 'createVm', objectType: 'vm', objectId: newId(), objectName: 'vm', state })
    await em.insert(Saga, { id: newId(), task: id, name: 'vm-create', definition: 1, input: {}, state })
    return encodeId('Task', id)
  }

  async function makeNewHost(): Promise<string> {
    const id = newId()
    await db.em.fork().execute("insert into host (id, area_id, name, kind, address, ssh_port, ssh_offered_key, discovery) values (?, ?, ?, 'ssh', ?, 22, ?, ?)", [id, world.areaId, `new-${id}`, `h-${id}.example`, 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', JSON.stringify(bareDiscovery)])
    return encodeId('Host', id)
  }

  async function makeDownHost(): Promise<string> {
    const id = newId()
    await db.em.fork().execute("insert into host (id, area_id, name, kind, state, silent_since) values (?, ?, ?, 'simulated', 'down', now())", [id, world.areaId, `host-${id}`])
    return encodeId('Host', id)
  }

  async function makeFenceDevice(): Promise<string> {
    const id = newId()
    await db.em.fork().execute("insert into fence_device (id, host_id, position, kind) values (?, ?, 0, 'simulated')", [id, decodeId('Host', await makeDownHost(), 'id')])
    return encodeId('FenceDevice', id)
  }

  async function makeFrozenHost(): Promise<string> {
    const em = db.em.fork()
    const id = newId()
    await em.execute("insert into host (id, area_id, name, kind, state, frozen_reason, frozen_at) values (?, ?, ?, 'simulated', 'up', 'A restore.', now())", [id, world.areaId, `host-${id}`])
    await storeInventory(em, id, { vms: [], pools: [], ports: [] })
    return encodeId('Host', id)
  }

  /** In an area of its own: hosts of the other may be frozen by what others do. */
  async function makePool(): Promise<string> {
    const em = db.em.fork()
    const id = newId()
    const area = decodeId('Area', await makeOffer('Area'), 'id')
    await em.insert(Pool, { id, area, name: `pool-${id}`, path: `/srv/${id}` })
    return encodeId('Pool', id)
  }

  async function makeDrift(): Promise<string> {
    const id = newId()
    await db.em.fork().execute("insert into drift (id, area_id, host_id, kind, subject, message, first_seen_at, last_seen_at) values (?, ?, ?, 'port-extra', ?, 'They differ.', now(), now())", [id, world.areaId, world.hostIds[0], newId()])
    return encodeId('Drift', id)
  }

  async function makeUser(): Promise<{ id: string; username: string }> {
    const id = newId()
    await db.em.fork().insert(UserAccount, { id, username: `user-${id}`, usernameKey: `user-${id}`, passwordHash: '-' })
    return { id, username: `user-${id}` }
  }

  async function makeMember(): Promise<string> {
    const id = newId()
    await db.em.fork().insert(Membership, { id, workspace: world.workspaceId, user: (await makeUser()).id, permissions: [] })
    return encodeId('Member', id)
  }

  async function all(): Promise<Things> {
    const em = db.em.fork()
    const [network, vm, task, member] = [await makeNetwork(), await makeVm(), await makeTask('done'), await makeMember()]
    const [{ id: subnet }] = await em.execute<[{ id: string }]>('select id from subnet where network_id = ?', [decodeId('Network', network, 'id')])
    await em.insert(Address, { id: newId(), subnet, ip: '10.0.0.2', interfaceId: newId(), vmId: decodeId('VM', vm, 'id') })
    // Of a later moment: then it is of now for as long as the test runs.
    await writeSample(em, [sampleOf(world.hostIds[0]!, [decodeId('VM', vm, 'id')])], 20 * 60_000)
    // So that the list of instance types has one for everybody, as those of templates and images have.
    await makeOffer('InstanceType')
    await writeAudit(em, { user: null, clientAddress: '127.0.0.1', requestId: newId(), method: 'createVm', workspaceId: world.workspaceId, object: null, input: {} })
    return {
      drift: await makeDrift(),
      workspace: encodeId('Workspace', world.workspaceId), area: encodeId('Area', world.areaId), host: encodeId('Host', world.hostIds[0]!), pool: encodeId('Pool', world.poolId),
      template: await makeOffer('Template', false), instanceType: await makeOffer('InstanceType', false), image: await makeOffer('Image', false),
      network, vm, affinityGroup: await makeAffinityGroup(), task, user: encodeId('User', world.owner.actor!.id), member, cursor,
    }
  }

  return { things: await all(), fresh: () => ({ name: `fresh-${newId()}`, vm: makeVm, network: () => makeNetwork(), subnet: makeSubnet, affinityGroup: makeAffinityGroup, offer: makeOffer, vmInterface: makeVmInterface, task: makeTask, newHost: makeNewHost, frozenHost: makeFrozenHost, downHost: makeDownHost, fenceDevice: makeFenceDevice, pool: makePool, drift: makeDrift, username: async () => (await makeUser()).username, member: makeMember, user: async () => encodeId('User', (await makeUser()).id) }) }
}
