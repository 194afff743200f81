import { sql } from 'kysely'
import { newId } from '../../model/id.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'

export interface NewVmParts {
  vmId: string
  hostId: string
  vcpus: number
  memoryBytes: number
  disk: { poolId: string; replicaId: string; sizeBytes: number }
  /** In the order of their places. */
  interfaces: readonly { id: string; networkId: string; mac: string }[]
}

/** A new VM's first disk, its interfaces, and what is promised to it of its host: in one statement, for the host is locked meanwhile. */
export async function insertVmParts(em: Em, { vmId, hostId, vcpus, memoryBytes, disk, interfaces }: NewVmParts): Promise<void> {
  const [ids, networkIds, macs] = [interfaces.map(({ id }) => id), interfaces.map(({ networkId }) => networkId), interfaces.map(({ mac }) => mac)]
  await sql`
    with disk as (
      insert into disk (id, vm_id, position, pool_id, volume, size_bytes, replica_id)
      values (${newId()}, ${vmId}, 0, ${disk.poolId}, ${`${vmId}-disk-0.qcow2`}, ${disk.sizeBytes}, ${disk.replicaId})
    ), promised as (
      insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason) values (${newId()}, ${vmId}, ${hostId}, ${vcpus}, ${memoryBytes}, 'vm')
    )
    insert into vm_interface (id, vm_id, position, network_id, mac)
    select card.id, ${vmId}, card.place - 1, card.network_id, card.mac
    from unnest(${ids}::uuid[], ${networkIds}::uuid[], ${macs}::macaddr[]) with ordinality as card(id, network_id, mac, place)`.execute(kyselyOf(em))
}

/** What is promised to a VM of a pool. */
export async function insertDiskReservation(em: Em, { vmId, poolId, diskBytes }: { vmId: string; poolId: string; diskBytes: number }): Promise<void> {
  await sql`insert into reservation (id, vm_id, pool_id, disk_bytes, reason) values (${newId()}, ${vmId}, ${poolId}, ${diskBytes}, 'vm')`.execute(kyselyOf(em))
}
