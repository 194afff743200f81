import { sql } from 'kysely'
import type { HostCandidate } from '../../model/placement.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { takesNew } from './pool-ref.ts'

type HostRow = Omit<HostCandidate, 'memoryBytes' | 'reservedMemoryBytes' | 'promisedVcpus' | 'promisedMemoryBytes'> & Record<'memoryBytes' | 'reservedMemoryBytes' | 'promisedVcpus' | 'promisedMemoryBytes', string | null>

const asCandidate = (row: HostRow): HostCandidate => ({
  ...row,
  memoryBytes: row.memoryBytes === null ? null : Number(row.memoryBytes),
  reservedMemoryBytes: Number(row.reservedMemoryBytes),
  promisedVcpus: Number(row.promisedVcpus),
  promisedMemoryBytes: Number(row.promisedMemoryBytes),
})

const idsOf = (ids: readonly string[]) => `{${ids.join(',')}}`

/** The hosts of these areas with what they have promised (decision 25), retired ones left out. No lock: a first look. */
export async function hostCandidates(em: Em, areaIds: readonly string[]): Promise<HostCandidate[]> {
  const { rows } = await sql<HostRow>`
    select host.id, host.area_id as "areaId", host.state, host.duty, host.frozen_reason is not null as "isFrozen", host.cpus, host.memory_bytes as "memoryBytes", host.reserved_memory_bytes as "reservedMemoryBytes",
      coalesce(promised.vcpus, 0) as "promisedVcpus", coalesce(promised.memory_bytes, 0) as "promisedMemoryBytes",
      area.vcpu_overcommit as "vcpuOvercommit", area.memory_overcommit as "memoryOvercommit"
    from host join area on area.id = host.area_id
    left join (select host_id, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes from reservation where host_id is not null group by host_id) promised on promised.host_id = host.id
    where host.area_id = any(${idsOf(areaIds)}::uuid[]) and host.state <> 'retired'`.execute(kyselyOf(em))
  return rows.map(asCandidate)
}

/** Locks the first of these hosts that nobody else is placing on; when all are busy, waits for the first. */
export async function lockOneHost(em: Em, ranked: readonly string[]): Promise<string> {
  const { rows: [free] } = await sql<{ id: string }>`
    select id from host where id = any(${idsOf(ranked)}::uuid[]) order by array_position(${idsOf(ranked)}::uuid[], id) limit 1 for no key update skip locked`.execute(kyselyOf(em))
  if (free) return free.id
  await sql`select id from host where id = ${ranked[0]} for no key update`.execute(kyselyOf(em))
  return ranked[0]!
}

/** The host as it is now, under the lock that the caller holds, with the facts that its VMs are born with. */
export async function lockedHost(em: Em, hostId: string): Promise<HostCandidate & { facts: unknown; machineType: string | null; cpuModel: string | null }> {
  const { rows: [row] } = await sql<HostRow & { facts: unknown; machineType: string | null; cpuModel: string | null }>`
    select host.id, host.area_id as "areaId", host.state, host.duty, host.frozen_reason is not null as "isFrozen", host.cpus, host.memory_bytes as "memoryBytes", host.reserved_memory_bytes as "reservedMemoryBytes", host.facts,
      (select coalesce(sum(vcpus), 0) from reservation where host_id = host.id) as "promisedVcpus",
      (select coalesce(sum(memory_bytes), 0) from reservation where host_id = host.id) as "promisedMemoryBytes",
      area.vcpu_overcommit as "vcpuOvercommit", area.memory_overcommit as "memoryOvercommit", area.machine_type as "machineType", area.cpu_model as "cpuModel"
    from host join area on area.id = host.area_id where host.id = ${hostId}`.execute(kyselyOf(em))
  return { ...asCandidate(row!), facts: row!.facts, machineType: row!.machineType, cpuModel: row!.cpuModel }
}

export interface PoolCandidate { id: string; areaId: string; replicaId: string; capacityBytes: number | null; promisedBytes: number; overcommit: number }

/** The pools of these areas that hold the image, with what they have promised; all of it is read again under `lockPool`. */
export async function poolCandidates(em: Em, areaIds: readonly string[], imageVersionId: string): Promise<PoolCandidate[]> {
  const { rows } = await sql<{ id: string; areaId: string; replicaId: string; capacityBytes: string | null; promisedBytes: string; overcommit: number }>`
    select pool.id, pool.area_id as "areaId", image_replica.id as "replicaId", pool.capacity_bytes as "capacityBytes", pool.disk_overcommit as "overcommit",
      (select coalesce(sum(disk_bytes), 0) from reservation where pool_id = pool.id) as "promisedBytes"
    from pool join image_replica on image_replica.pool_id = pool.id and image_replica.image_version_id = ${imageVersionId} and image_replica.state = 'ready'
    where pool.area_id = any(${idsOf(areaIds)}::uuid[]) and ${sql.raw(takesNew)}`.execute(kyselyOf(em))
  return rows.map((row) => ({ ...row, capacityBytes: row.capacityBytes === null ? null : Number(row.capacityBytes), promisedBytes: Number(row.promisedBytes) }))
}

/** Waits for the pool's turn: until the transaction ends nobody else promises anything of it. Then says what it may still promise. */
export async function lockPool(em: Em, poolId: string): Promise<number> {
  await sql`select id from pool where id = ${poolId} for no key update`.execute(kyselyOf(em))
  // A statement of its own: its snapshot is taken after the lock, so it sees what the one before us promised.
  const { rows: [row] } = await sql<{ free: string }>`
    select floor(coalesce(capacity_bytes, 0) * disk_overcommit) - (select coalesce(sum(disk_bytes), 0) from reservation where pool_id = pool.id) as free
    from pool where id = ${poolId}`.execute(kyselyOf(em))
  return Number(row!.free)
}
