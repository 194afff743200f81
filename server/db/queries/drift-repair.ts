import { KloudakError } from '../../model/errors.ts'
import { newId } from '../../model/id.ts'
import type { Em } from '../orm.ts'

/** Lets the address go, unless an interface has it after all. */
export async function releaseLeakedAddress(em: Em, addressId: string): Promise<void> {
  await em.execute('update address set released_at = now() where id = ? and released_at is null and not exists (select from vm_interface where vm_interface.id = address.interface_id and vm_interface.vm_id = address.vm_id)', [addressId])
}

export async function releaseReservation(em: Em, reservationId: string): Promise<void> {
  await em.execute('delete from reservation where id = ?', [reservationId])
}

/** Promises the VM what it has of its host, or of the pool. Repeating it changes nothing. @throws KloudakError NO_CAPACITY when that promised all it has to others */
export async function addReservation(em: Em, { vmId, hostId, poolId }: { vmId: string; hostId: string | null; poolId: string | null }): Promise<void> {
  const table = hostId === null ? 'pool' : 'host'
  await em.execute(`select id from ${table} where id = ? for no key update`, [hostId ?? poolId])
  const [kept] = await em.execute<object[]>('select 1 from reservation where vm_id = ? and (host_id = ? or pool_id = ?)', [vmId, hostId, poolId])
  if (kept) return
  const [room] = await em.execute<{ fits: boolean }[]>(hostId === null ? `
    select coalesce(pool.capacity_bytes, 0) * pool.disk_overcommit >= coalesce((select sum(disk_bytes) from reservation where pool_id = pool.id), 0) + (select sum(size_bytes) from disk where disk.vm_id = vm.id and disk.pool_id = pool.id) as fits
    from pool cross join vm where pool.id = ? and vm.id = ?` : `
    select (coalesce(host.memory_bytes, 0) - host.reserved_memory_bytes) * area.memory_overcommit >= coalesce(sum(reservation.memory_bytes), 0) + vm.memory_bytes
      and coalesce(host.cpus, 0) * area.vcpu_overcommit >= coalesce(sum(reservation.vcpus), 0) + vm.vcpus as fits
    from host join area on area.id = host.area_id left join reservation on reservation.host_id = host.id cross join vm where host.id = ? and vm.id = ? group by host.id, area.id, vm.id`, [hostId ?? poolId, vmId])
  if (!room) return
  if (!room.fits) throw new KloudakError('NO_CAPACITY', `The ${table} has promised all that it has to other VMs.`, { remedy: hostId === null ? 'Make the pool larger, or delete what is not needed.' : 'Move this VM or others away from the host.' })
  await em.execute(hostId === null
    ? "insert into reservation (id, vm_id, pool_id, disk_bytes, reason) select ?, disk.vm_id, disk.pool_id, sum(disk.size_bytes), 'vm' from disk where disk.vm_id = ? and disk.pool_id = ? group by disk.vm_id, disk.pool_id"
    : "insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason) select ?, id, host_id, vcpus, memory_bytes, 'vm' from vm where id = ? and host_id = ?", [newId(), vmId, hostId ?? poolId])
}

/** The difference is over: because of a repair, or because it was over when the repair came. */
export async function endDrift(em: Em, driftId: string, isRepaired: boolean): Promise<void> {
  await em.execute('update drift set resolved_at = now(), repaired_at = case when ? then now() end where id = ? and resolved_at is null', [isRepaired, driftId])
}
