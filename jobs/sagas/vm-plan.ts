import type { Em } from '../../server/db/orm.ts'
import { poolRef } from '../../server/db/queries/pool-ref.ts'
import type { VmMachine } from '../../server/db/entities/vm.ts'
import type { DiskSpec, PoolRef, VmSpec } from '../../server/hypervisor/driver.ts'
import type { SeedSpec } from '../../server/hypervisor/seed/seed.ts'
import { diskFormatOf } from '../../server/model/pool.ts'
import type { DesiredPower, InterfacePhase } from '../../server/model/vm.ts'
import { KloudakError } from '../../server/model/errors.ts'

export interface DiskPlan {
  position: number
  pool: PoolRef
  volume: string
  sizeBytes: number
  wipe: boolean
  /** The pool's replica that a linked clone stands on. */
  backing: { path: string; format: 'qcow2' | 'raw' } | undefined
}

export interface PortPlan { portId: string; mac: string; bridge: string; vlan: number | undefined }

/** All that the books say of a VM, as the steps on its host need it. Read anew by each step: a step trusts no old copy. */
export interface VmPlan {
  vmId: string
  hostId: string
  workspaceId: string
  domainUuid: string
  name: string
  description: string
  phase: string
  /** Somebody has suspended it: its guest must not go on by itself. */
  isSuspended: boolean
  cloneMode: 'linked' | 'full'
  disks: DiskPlan[]
  /** On the pool of the first disk, beside it, for the VM's whole life (decision 16). */
  seed: { pool: PoolRef; volume: string; spec: SeedSpec; userDataSealed: Uint8Array | undefined }
  /** Of the interfaces that the machine has. */
  ports: PortPlan[]
  /** Of those that it is being given: they are nobody else's yet than of the work that attaches them. */
  attaching: PortPlan[]
  domain: VmSpec
}

interface VmRow {
  id: string; on_host_id: string; workspace_id: string; domain_uuid: string; name: string; description: string; hostname: string; phase: string; desired_power: DesiredPower
  vcpus: number; memory_bytes: string; machine: VmMachine; password_hash: string | null; ssh_keys: string[]; user_data: string | null; user_data_sealed: Buffer | null
  clone_mode: 'linked' | 'full'; public_bridge: string; trunk_bridge: string; installation_id: string; generation: number
}
interface DiskRow { vm_id: string; position: number; pool: PoolRef; wipe: boolean; volume: string; size_bytes: string; replica_volume: string | null; replica_format: 'qcow2' | 'raw' | null }
interface PortRow { vm_id: string; id: string; position: number; mac: string; phase: InterfacePhase; kind: 'private' | 'public'; vlan: number | null; addresses: string[]; gateways: string[]; dns: string[] }

/** Undefined when the VM's row is gone. `hostId`: as it would be on that host, whose bridges may have other names; on its own unless told. */
export async function readVmPlan(em: Em, vmId: string, hostId?: string): Promise<VmPlan | undefined> {
  return (await readPlans(em, 'vm.id = ?', vmId, hostId))[0]
}

/** Of all VMs that a host has whole, by the books. */
export async function readPlansOfHost(em: Em, hostId: string): Promise<VmPlan[]> {
  return readPlans(em, "vm.host_id = ? and vm.phase = 'ready'", hostId)
}

async function readPlans(em: Em, which: string, id: string, hostId?: string): Promise<VmPlan[]> {
  const vms = await em.execute<VmRow[]>(`
    select vm.*, host.id as on_host_id, host.public_bridge, host.trunk_bridge, installation.id as installation_id, installation.generation
    from vm join host on host.id = coalesce(?::uuid, vm.host_id) cross join installation where ${which} order by vm.id`, [hostId ?? null, id])
  if (vms.length === 0) return []
  const disks = await em.execute<DiskRow[]>(`
    select disk.vm_id, disk.position, ${poolRef} as pool, pool.wipe_on_delete as wipe, disk.volume, disk.size_bytes,
      image_replica.volume as replica_volume, image_version.format as replica_format
    from vm join disk on disk.vm_id = vm.id join pool on pool.id = disk.pool_id
    left join image_replica on image_replica.id = disk.replica_id left join image_version on image_version.id = image_replica.image_version_id
    where ${which} order by disk.vm_id, disk.position`, [id])
  const ports = await em.execute<PortRow[]>(`
    select vm_interface.vm_id, vm_interface.id, vm_interface.position, vm_interface.mac::text, vm_interface.phase, network.kind, network.vlan,
      coalesce(array_agg(host(address.ip) || '/' || masklen(subnet.cidr) order by address.id) filter (where address.id is not null), '{}') as addresses,
      coalesce(array_agg(host(subnet.gateway)) filter (where address.id is not null and subnet.gateway is not null), '{}') as gateways,
      coalesce((select array_agg(distinct host(server)) from subnet s, unnest(s.dns) as server where s.network_id = network.id), '{}') as dns
    from vm join vm_interface on vm_interface.vm_id = vm.id join network on network.id = vm_interface.network_id
    left join address on address.interface_id = vm_interface.id and address.released_at is null
    left join subnet on subnet.id = address.subnet_id
    where ${which} group by vm_interface.id, network.id order by vm_interface.vm_id, vm_interface.position`, [id])
  const disksOf = Map.groupBy(disks, (row) => row.vm_id)
  const portsOf = Map.groupBy(ports, (row) => row.vm_id)
  return vms.map((vm) => {
    const cards = portsOf.get(vm.id) ?? []
    return planOf(vm, disksOf.get(vm.id) ?? [], cards.filter(({ phase }) => phase !== 'attaching'), cards.filter(({ phase }) => phase === 'attaching'))
  })
}

function planOf(vm: VmRow, diskRows: DiskRow[], portRows: PortRow[], attaching: PortRow[]): VmPlan {
  const disks: DiskPlan[] = diskRows.map((row) => ({
    position: row.position,
    pool: row.pool,
    volume: row.volume,
    sizeBytes: Number(row.size_bytes),
    wipe: row.wipe,
    backing: row.replica_volume === null ? undefined : { path: `${row.pool.path}/${row.replica_volume}`, format: row.pool.source?.kind === 'rbd' ? 'raw' : row.replica_format! },
  }))
  const first = disks[0]
  if (!first) throw new KloudakError('INTERNAL', `VM ${vm.id} has no disk in the books.`)
  const portOf = (row: PortRow): PortPlan => ({ portId: row.id, mac: row.mac, bridge: row.kind === 'public' ? vm.public_bridge : vm.trunk_bridge, vlan: row.vlan ?? undefined })
  const ports = portRows.map(portOf)
  const seedVolume = `${vm.id}-seed.iso`
  const seedDisk: DiskSpec = { pool: first.pool, volume: seedVolume, format: 'raw' }
  return {
    vmId: vm.id, hostId: vm.on_host_id, workspaceId: vm.workspace_id, domainUuid: vm.domain_uuid, name: vm.name, description: vm.description, phase: vm.phase, isSuspended: vm.desired_power === 'paused', cloneMode: vm.clone_mode,
    disks,
    ports,
    attaching: attaching.map(portOf),
    seed: {
      pool: first.pool,
      volume: seedVolume,
      userDataSealed: vm.user_data_sealed ?? undefined,
      spec: {
        instanceId: vm.id, hostname: vm.hostname, domain: undefined, passwordHash: vm.password_hash ?? undefined, sshKeys: vm.ssh_keys, 
        // Only in rows that an older Kloudak wrote and no worker has sealed yet.
        userData: vm.user_data ?? undefined,
        interfaces: portRows.map((row, index) => ({ name: `eth${row.position}`, mac: row.mac, addresses: row.addresses, gateways: defaultGateways(portRows, index), nameservers: row.dns, searchDomains: [] })),
      },
    },
    domain: {
      domainUuid: vm.domain_uuid, title: vm.name, description: vm.description, owner: { installationId: vm.installation_id, generation: vm.generation, vmId: vm.id },
      ...vm.machine,
      vcpus: vm.vcpus,
      memoryBytes: Number(vm.memory_bytes),
      disks: disks.map(({ pool, volume }) => ({ pool, volume, format: diskFormatOf(pool) })),
      seed: seedDisk,
      interfaces: ports,
    },
  }
}

/** A guest has one way out for each family: the first public interface's, else the first interface's that has one. */
function defaultGateways(rows: readonly PortRow[], index: number): string[] {
  const ways = rows.toSorted((a, b) => Number(b.kind === 'public') - Number(a.kind === 'public') || a.position - b.position)
  return ['.', ':'].flatMap((mark) => {
    const way = ways.find((row) => row.gateways.some((gateway) => gateway.includes(mark)))
    return way && way === rows[index] ? [way.gateways.find((gateway) => gateway.includes(mark))!] : []
  })
}
