import type { FenceDeviceKind, FenceOptions, ProofMethod } from '../../model/fence.ts'
import type { HostDuty, HostState } from '../../model/host.ts'
import { newId } from '../../model/id.ts'
import type { Em } from '../orm.ts'

/** An outage as it stands, with its host. */
export interface OutageStanding {
  hostId: string
  hostName: string
  state: HostState
  duty: HostDuty
  isFrozen: boolean
  hasEnded: boolean
  isProven: boolean
  /** Its switching off has been decided by a try that is under way, or did not get to its end. */
  isClaimed: boolean
  doubt: string | null
  /** Its fence devices have been asked in vain, and what is missing says so. */
  isTried: boolean
  /** VMs that are still on the host. */
  vms: number
}

/** Undefined when the outage, or its host, is gone from the books. */
export async function outageStanding(em: Em, outageId: string): Promise<OutageStanding | undefined> {
  const [row] = await em.execute<OutageStanding[]>(`
    select host.id as "hostId", host.name as "hostName", host.state, host.duty, host.frozen_at is not null as "isFrozen", outage.ended_at is not null as "hasEnded", host.fencing_at is not null and host.state <> 'fenced' as "isClaimed", outage.doubt, outage.tried_at is not null as "isTried",
      exists (select from fence where outage_id = outage.id) as "isProven", (select count(*)::integer from vm where host_id = host.id) as vms
    from host_outage outage join host on host.id = outage.host_id where outage.id = ?`, [outageId])
  return row
}

/** Says what keeps the host's VMs from starting elsewhere; the host's row tells those who follow it. `tried`: the fence devices were asked, in vain. */
export async function noteMissing(em: Em, outageId: string, missing: string | null, { tried = false } = {}): Promise<void> {
  const changed = await em.execute<object[]>(`
    update host_outage set missing = ?, tried_at = case when ? then now() end
    where id = ? and ended_at is null and (missing is distinct from ? or (tried_at is not null) <> ?) returning 1`, [missing, tried, outageId, missing, tried])
  if (changed.length > 0) await em.execute('update host set updated_at = clock_timestamp() where id = (select host_id from host_outage where id = ?)', [outageId])
}

/**
 * Decides that the host is switched off: from now on nobody finds it to be up again. Undefined when it was heard meanwhile, be it
 * during a try that failed, or something speaks against it; when it was, otherwise.
 */
export async function claimHost(em: Em, outageId: string): Promise<Date | undefined> {
  const [claimed] = await em.execute<{ at: Date }[]>(`
    update host set fencing_at = coalesce(fencing_at, now()) from host_outage outage
    where outage.id = ? and host.id = outage.host_id and outage.ended_at is null and outage.doubt is null and host.silent_since is not null and host.state in ('down', 'fenced') and host.frozen_at is null and host.duty <> 'maintenance' returning clock_timestamp() as at`, [outageId])
  return claimed && new Date(claimed.at)
}

/** It was not switched off: it may be found to be up again. One that is fenced stays so, and one of which a person has meanwhile said that it is off. */
export async function releaseHost(em: Em, outageId: string): Promise<void> {
  await em.execute("update host set fencing_at = null where id = (select host_id from host_outage where id = ?) and state in ('suspect', 'down') and not exists (select from fence where outage_id = ?)", [outageId, outageId])
}

export interface Proof { outageId: string; method: ProofMethod; deviceId: string | null; userId: string | null; requestedAt: Date; detail: string }

/** The host's VMs cannot be running there. False when the outage has ended meanwhile: then it proves nothing. */
export async function insertProof(em: Em, { outageId, method, deviceId, userId, requestedAt, detail }: Proof): Promise<boolean> {
  const open = await em.execute<object[]>('select 1 from host_outage where id = ? and ended_at is null for update', [outageId])
  if (open.length === 0) return false
  await em.execute('insert into fence (id, outage_id, method, device_id, user_id, requested_at, detail) values (?, ?, ?, ?, ?, ?, ?)', [newId(), outageId, method, deviceId, userId, requestedAt, detail])
  return true
}

/** The host of a proven outage is fenced, until it has been cleaned up. */
export async function markFenced(em: Em, outageId: string): Promise<void> {
  await em.execute(`
    update host set state = 'fenced', fencing_at = coalesce(fencing_at, now()), state_reason = (select detail from fence where outage_id = outage.id order by confirmed_at limit 1)
    from host_outage outage where outage.id = ? and host.id = outage.host_id and outage.ended_at is null and exists (select from fence where outage_id = outage.id) and host.state in ('suspect', 'down')`, [outageId])
}

/** Names of VMs that are on the host, or on their way to it, and have a disk that is not in Ceph; five at most. */
export async function disksBesideCeph(em: Em, hostId: string): Promise<string[]> {
  const rows = await em.execute<{ name: string }[]>(`
    select vm.name from vm where (vm.host_id = ? or exists (select from reservation where vm_id = vm.id and host_id = ?))
      and exists (select from disk join pool on pool.id = disk.pool_id where disk.vm_id = vm.id and pool.kind <> 'rbd') order by vm.number limit 5`, [hostId, hostId])
  return rows.map(({ name }) => name)
}

export interface DeviceRow { id: string; hostId: string; hostName: string; areaId: string; kind: FenceDeviceKind; address: string | null; port: number | null; username: string | null; passwordSealed: Buffer | null; options: FenceOptions }

const deviceFields = `
  fence_device.id, fence_device.host_id as "hostId", host.name as "hostName", host.area_id as "areaId", fence_device.kind, fence_device.address, fence_device.port, fence_device.username,
  fence_device.password_sealed as "passwordSealed", fence_device.options`

/** A host's devices in the order in which they are tried. */
export async function devicesOfHost(em: Em, hostId: string): Promise<DeviceRow[]> {
  return em.execute<DeviceRow[]>(`select ${deviceFields} from fence_device join host on host.id = fence_device.host_id where host_id = ? order by position`, [hostId])
}

export async function deviceById(em: Em, deviceId: string): Promise<DeviceRow | undefined> {
  const [row] = await em.execute<DeviceRow[]>(`select ${deviceFields} from fence_device join host on host.id = fence_device.host_id where fence_device.id = ?`, [deviceId])
  return row
}
