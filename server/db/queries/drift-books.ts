import type { Finding } from '../../model/drift.ts'
import { keyOf } from '../../model/drift.ts'
import type { HostBooks } from '../../model/host-differences.ts'
import type { Em } from '../orm.ts'
import { volumesOfVm } from './host-review.ts'
import { uuidArray } from './page.ts'

/** What the books say of all hosts' VMs in one pool. */
export async function booksOfPool(em: Em, poolId: string): Promise<HostBooks> {
  const vms = await em.execute<Omit<HostBooks['vms'][number], 'ports'>[]>(`
    select vm.id, vm.name, vm.domain_uuid as "domainUuid", vm.phase, vm.desired_power as "desiredPower", false as "isBusy",
      jsonb_agg(jsonb_build_object('poolId', own.pool_id, 'volume', own.volume)) as volumes
    from (${volumesOfVm}) own join vm on vm.id = own.vm_id where own.pool_id = ? group by vm.id`, [poolId])
  const replicas = await em.execute<{ volume: string; isReady: boolean }[]>(`select volume, state = 'ready' as "isReady" from image_replica where pool_id = ?`, [poolId])
  return {
    vms: vms.map((vm) => ({ ...vm, ports: [] })),
    images: replicas.filter(({ isReady }) => isReady).map(({ volume }) => ({ poolId, volume })),
    knownVolumes: [...vms.flatMap(({ volumes }) => volumes), ...replicas.map(({ volume }) => ({ poolId, volume }))],
  }
}

type Row = Omit<Finding, 'kind'>

// A promise on two hosts is right while a VM moves: then work on it, or on one of the hosts, is open, or its host is not up.
const settled = `not exists (select from object_lock where object_key in ('host:' || vm.host_id, 'host:' || reservation.host_id))
  and exists (select from host own where own.id = vm.host_id and own.state = 'up')`

const leakedAddresses = `
  select network.area_id as "areaId", null as "hostId", null as "poolId", address.vm_id as "vmId", address.id as subject,
    format('%s on the network %s is held for %s, %s.', host(address.ip), network.name, coalesce(vm.name, address.vm_name, 'a VM'), case when vm.id is null then 'which is gone' else 'which has no such interface any more' end) as message
  from address join network on network.id = address.on_network_id left join vm on vm.id = address.vm_id
  left join vm_interface on vm_interface.id = address.interface_id and vm_interface.vm_id = address.vm_id
  where address.released_at is null and vm_interface.id is null`

const leakedReservations = `
  select vm.area_id as "areaId", reservation.host_id as "hostId", null as "poolId", vm.id as "vmId", reservation.id as subject,
    format(case when reservation.host_id = vm.host_id then 'Host %1$s keeps room for %2$s twice.' else 'Host %1$s keeps room for %2$s, which is on %3$s.' end, host.name, vm.name, (select name from host own where own.id = vm.host_id)) as message
  from reservation join vm on vm.id = reservation.vm_id join host on host.id = reservation.host_id
  where (reservation.host_id <> vm.host_id or exists (
    select from reservation older where older.vm_id = vm.id and older.host_id = vm.host_id and (older.created_at, older.id) < (reservation.created_at, reservation.id))) and ${settled}
  union all
  select vm.area_id, null, reservation.pool_id, vm.id, reservation.id, format('The pool %s keeps room for %s, which has no disk there.', pool.name, vm.name)
  from reservation join vm on vm.id = reservation.vm_id join pool on pool.id = reservation.pool_id
  where not exists (select from disk where disk.vm_id = vm.id and disk.pool_id = reservation.pool_id)`

const missingReservations = `
  select vm.area_id as "areaId", vm.host_id as "hostId", null as "poolId", vm.id as "vmId", vm.id as subject, format('%s is on host %s, which keeps no room for it.', vm.name, host.name) as message
  from vm join host on host.id = vm.host_id
  where vm.phase <> 'failed' and host.state <> 'retired' and not exists (select from reservation where reservation.vm_id = vm.id and reservation.host_id = vm.host_id)
  union all
  select vm.area_id, null, pool.id, vm.id, vm.id, format('%s has a disk in the pool %s, which keeps no room for it.', vm.name, pool.name)
  from vm join (select distinct vm_id, pool_id from disk) used on used.vm_id = vm.id join pool on pool.id = used.pool_id
  where vm.phase <> 'failed' and not exists (select from reservation where reservation.vm_id = vm.id and reservation.pool_id = pool.id)`

export const booksKinds = ['address-leaked', 'reservation-leaked', 'reservation-missing'] as const
const findingsOf = { 'address-leaked': leakedAddresses, 'reservation-leaked': leakedReservations, 'reservation-missing': missingReservations }

/** Where the books themselves do not agree, work that is open not taken into account. */
export async function booksFindings(em: Em, kinds: readonly (keyof typeof findingsOf)[] = booksKinds): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const kind of kinds) findings.push(...(await em.execute<Row[]>(findingsOf[kind])).map((row) => ({ kind, ...row })))
  return findings
}

/** Whether the books still say so. */
export async function isStillInBooks(em: Em, finding: Omit<Finding, 'message' | 'areaId'>): Promise<boolean> {
  const kind = booksKinds.find((one) => one === finding.kind)
  return kind !== undefined && (await booksFindings(em, [kind])).some((found) => keyOf(found) === keyOf(finding))
}

/** Those of the VMs, in the books or not, that work is open on: what is seen of them may be on its way. */
export async function busyVms(em: Em, vmIds: readonly string[]): Promise<Set<string>> {
  const rows = await em.execute<{ id: string }[]>("select id from unnest(?::uuid[]) as id where exists (select from object_lock where object_key = 'vm:' || id)", [uuidArray(vmIds)])
  return new Set(rows.map(({ id }) => id))
}
