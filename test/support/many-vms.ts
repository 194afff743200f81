import { Address, Network, Subnet } from '../../server/db/entities/network.ts'
import { Disk, Vm, VmInterface } from '../../server/db/entities/vm.ts'
import { Task } from '../../server/db/entities/work.ts'
import type { Caller } from '../../server/auth/actor.ts'
import type { Db } from '../../server/db/orm.ts'
import { newId } from '../../server/model/id.ts'
import { macFrom } from '../../server/model/network.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { makeWorld } from './world.ts'

const chunk = 2_000

/** Many ready VMs, each with a disk, an interface with its address, and a task that is done. Ids in their order. */
export async function makeManyVms(db: Db, count: number): Promise<{ superuser: Caller; ids: string[] }> {
  const world = await makeWorld(db, { hosts: 50 })
  const em = db.em.fork()
  const networks = Array.from({ length: 20 }, newId)
  await em.insertMany(Network, networks.map((id, n) => ({ id, workspace: world.workspaceId, area: world.areaId, name: `net-${n}`, vlan: n + 2, phase: 'ready' as const })))
  await em.insertMany(Subnet, networks.map((id) => ({ id, network: id, cidr: '10.0.0.0/8', gateway: '10.0.0.1', dns: [], rangeFirst: '10.0.0.2', rangeLast: '10.255.255.254' })))
  const machine = { domainType: 'qemu' as const, emulator: 'q', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64' }
  const ids: string[] = []
  for (let from = 0; from < count; from += chunk) {
    const vms = Array.from({ length: Math.min(chunk, count - from) }, (_, index) => ({ id: newId(), n: from + index, interfaceId: newId() }))
    const bytesOf = (n: number) => [n >> 16, (n >> 8) & 255, n & 255] as const
    await em.insertMany(Vm, vms.map(({ id, n }) => ({ id, workspace: world.workspaceId, area: world.areaId, template: world.templateId, host: world.hostIds[n % 50]!, name: `vm-${n}`, hostname: `vm-${n}`, domainUuid: newId(), phase: 'ready' as const, observedPower: 'running' as const, vcpus: 1, memoryBytes: 256 * MiB, machine, sshKeys: [], createdBy: world.owner.actor!.id })))
    await em.insertMany(Disk, vms.map(({ id }) => ({ id: newId(), vm: id, position: 0, pool: world.poolId, volume: id, sizeBytes: GiB })))
    await em.insertMany(VmInterface, vms.map(({ id, n, interfaceId }) => ({ id: interfaceId, vm: id, position: 0, network: networks[n % 20]!, mac: macFrom('52:54:00', Uint8Array.of(...bytesOf(n))) })))
    await em.insertMany(Address, vms.map(({ id, n, interfaceId }) => ({ id: newId(), subnet: networks[n % 20]!, ip: `10.${bytesOf(n + 2).join('.')}`, interfaceId, vmId: id })))
    await em.insertMany(Task, vms.map(({ id, n }) => ({ id: newId(), workspace: world.workspaceId, user: world.owner.actor!.id, method: 'createVm', objectType: 'vm', objectId: id, objectName: `vm-${n}`, state: 'done' as const })))
    ids.push(...vms.map(({ id }) => id))
  }
  await em.execute('analyze')
  return { superuser: world.superuser, ids }
}
