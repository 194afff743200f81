import type { Em } from '../../server/db/orm.ts'
import { probePrefix } from '../../server/hypervisor/driver.ts'
import type { ListedVm } from '../../server/hypervisor/driver.ts'
import type { UnmanagedVm } from '../../server/model/host-discovery.ts'
import { write } from './observe.ts'
import type { Grip } from './observe.ts'

/** Those of a host's VMs that bear no owner of Kloudak's: they are listed, and left alone. */
export function unmanagedOf(vms: Iterable<ListedVm>): UnmanagedVm[] {
  return [...vms].filter(({ owner, name }) => owner === undefined && !name.startsWith(probePrefix)).map(({ domainUuid, name, power }) => ({ uuid: domainUuid, name, power }))
}

/** Written where it is news. */
export async function recordUnmanaged(em: Em, grip: Grip, vms: Iterable<ListedVm>): Promise<number> {
  const found = JSON.stringify(unmanagedOf(vms))
  return write(em, grip, `done as (
    update host set unmanaged_vms = ?::jsonb from held where host.id = held.host_id and host.unmanaged_vms <> ?::jsonb returning host.id)`, [found, found])
}
