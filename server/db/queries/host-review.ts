import { createHash } from 'node:crypto'
import { differencesOf, settlementsOf } from '../../model/host-differences.ts'
import type { HostBooks, HostDifference, Settlement } from '../../model/host-differences.ts'
import type { HostInventory, Ownership } from '../../model/host-inventory.ts'
import type { PoolRef } from '../../model/pool.ts'
import type { DesiredPower, VmPhase } from '../../model/vm.ts'
import type { Em } from '../orm.ts'
import { isStanding, poolRef } from './pool-ref.ts'

export async function ownershipOf(em: Em): Promise<Ownership> {
  const [row] = await em.execute<Ownership[]>('select id as "installationId", generation, stream_epoch as epoch from installation')
  return row!
}

/** `wasMarked`: our marker has been there. A simulated host's folders end with their process, and begin empty with the next. */
export async function poolsOfHost(em: Em, hostId: string): Promise<{ id: string; name: string; ref: PoolRef; wasMarked: boolean }[]> {
  return em.execute(`
    select pool.id, pool.name, ${poolRef} as ref, pool.marked_at is not null and host.kind <> 'simulated' as "wasMarked"
    from pool join host on host.area_id = pool.area_id where host.id = ? and ${isStanding} order by pool.id`, [hostId])
}

/** Notes that the pool bears these books' marker. */
export async function notePoolMarked(em: Em, poolId: string): Promise<void> {
  await em.execute('update pool set marked_at = now() where id = ? and marked_at is null', [poolId])
}

/** What a worker saw last on the host, and when. */
export async function storedInventory(em: Em, hostId: string): Promise<{ takenAt: Date; content: HostInventory } | undefined> {
  const [row] = await em.execute<{ taken_at: Date; content: HostInventory }[]>('select taken_at, content from host_inventory where host_id = ?', [hostId])
  return row && { takenAt: new Date(row.taken_at), content: row.content }
}

export async function storeInventory(em: Em, hostId: string, content: HostInventory): Promise<void> {
  await em.execute(`
    insert into host_inventory (host_id, taken_at, content) values (?, now(), ?::jsonb)
    on conflict (host_id) do update set taken_at = excluded.taken_at, content = excluded.content`, [hostId, JSON.stringify(content)])
}

interface VmRow { id: string; name: string; domainUuid: string; phase: VmPhase; desiredPower: DesiredPower; isBusy: boolean; volumes: HostBooks['knownVolumes']; ports: { id: string; vlan: number | null }[] }

// A VM's seed lies beside its first disk.
export const volumesOfVm = `
  select disk.vm_id, disk.pool_id, disk.volume from disk
  union all select disk.vm_id, disk.pool_id, disk.vm_id || '-seed.iso' from disk where disk.position = 0`

/** The VMs that the books have on the host. */
export async function vmsOnHost(em: Em, hostId: string): Promise<HostBooks['vms']> {
  return em.execute<VmRow[]>(`
    select vm.id, vm.name, vm.domain_uuid as "domainUuid", vm.phase, vm.desired_power as "desiredPower",
      exists (select from object_lock where object_key = 'vm:' || vm.id) as "isBusy",
      coalesce((select jsonb_agg(jsonb_build_object('poolId', own.pool_id, 'volume', own.volume) order by own.volume) from (${volumesOfVm}) own where own.vm_id = vm.id), '[]') as volumes,
      coalesce((select jsonb_agg(jsonb_build_object('id', vm_interface.id, 'vlan', network.vlan) order by vm_interface.id) from vm_interface join network on network.id = vm_interface.network_id where vm_interface.vm_id = vm.id), '[]') as ports
    from vm where vm.host_id = ? order by vm.id`, [hostId])
}

export async function booksOfHost(em: Em, hostId: string): Promise<HostBooks> {
  const vms = await vmsOnHost(em, hostId)
  const images = await em.execute<(HostBooks['images'][number] & { isReady: boolean })[]>(`
    select image_replica.pool_id as "poolId", image_replica.volume, image_replica.state = 'ready' as "isReady" from image_replica
    join pool on pool.id = image_replica.pool_id join host on host.area_id = pool.area_id where host.id = ?`, [hostId])
  const disks = await em.execute<HostBooks['knownVolumes']>(`
    select own.pool_id as "poolId", own.volume from (${volumesOfVm}) own join pool on pool.id = own.pool_id join host on host.area_id = pool.area_id where host.id = ?`, [hostId])
  return { vms, images: images.filter(({ isReady }) => isReady).map(({ poolId, volume }) => ({ poolId, volume })), knownVolumes: [...images, ...disks].map(({ poolId, volume }) => ({ poolId, volume })) }
}

export interface HostReview { own: Ownership; seen: HostInventory; differences: HostDifference[]; unmanagedVms: number; settlements: Settlement[]; digest: string }

/** Holds what was seen against the books. The digest covers what differs and what a review would write. */
export async function reviewOf(em: Em, hostId: string, seen: HostInventory): Promise<HostReview> {
  const own = await ownershipOf(em)
  const books = await booksOfHost(em, hostId)
  const { differences, unmanagedVms } = differencesOf(own, books, seen)
  const settlements = settlementsOf(books, seen)
  const digest = createHash('sha256').update(JSON.stringify([differences, settlements])).digest('hex')
  return { own, seen, differences, unmanagedVms, settlements, digest }
}
