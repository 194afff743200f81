import type { FenceDeviceKind, FenceOptions, ProofMethod } from '../../model/fence.ts'
import type { HostState } from '../../model/host.ts'
import type { Em } from '../orm.ts'

export interface SeenFenceDevice {
  id: string
  hostId: string
  kind: FenceDeviceKind
  address: string | null
  port: number | null
  username: string | null
  hasPassword: boolean
  options: FenceOptions
  testedAt: Date | null
  testResult: string | null
}

const idsOf = (ids: readonly string[]) => `{${ids.join(',')}}`
const asDate = (value: unknown) => (value === null ? null : new Date(value as string))

/** The devices of these hosts in their order, without what only workers may open. */
export async function devicesOfHosts(em: Em, hostIds: readonly string[]): Promise<SeenFenceDevice[]> {
  const rows = await em.execute<SeenFenceDevice[]>(`
    select id, host_id as "hostId", kind, address, port, username, password_sealed is not null as "hasPassword", options, tested_at as "testedAt", test_result as "testResult"
    from fence_device where host_id = any (?::uuid[]) order by host_id, position`, [idsOf(hostIds)])
  return rows.map((row) => ({ ...row, testedAt: asDate(row.testedAt) }))
}

export interface SeenProof { method: ProofMethod; detail: string; userId: string | null; requestedAt: Date; confirmedAt: Date }

export interface SeenOutage {
  hostId: string
  silentSince: Date
  downAt: Date
  endedAt: Date | null
  missing: string | null
  proof: SeenProof | null
  recovered: number
  waiting: number
}

/** The newest outage of each of these hosts that ever had one. */
export async function newestOutages(em: Em, hostIds: readonly string[]): Promise<SeenOutage[]> {
  const rows = await em.execute<SeenOutage[]>(`
    select distinct on (outage.host_id) outage.host_id as "hostId", outage.silent_since as "silentSince", outage.down_at as "downAt", outage.ended_at as "endedAt", outage.missing,
      (select jsonb_build_object('method', method, 'detail', detail, 'userId', user_id, 'requestedAt', requested_at, 'confirmedAt', confirmed_at) from fence where outage_id = outage.id order by confirmed_at limit 1) as proof,
      (select count(*)::integer from vm_recovery where outage_id = outage.id) as recovered,
      case when outage.ended_at is null then (select count(*)::integer from vm where host_id = outage.host_id) else 0 end as waiting
    from host_outage outage where outage.host_id = any (?::uuid[]) order by outage.host_id, outage.down_at desc`, [idsOf(hostIds)])
  return rows.map((row) => ({
    ...row, silentSince: new Date(row.silentSince), downAt: new Date(row.downAt), endedAt: asDate(row.endedAt),
    proof: row.proof && { ...row.proof, requestedAt: new Date(row.proof.requestedAt), confirmedAt: new Date(row.proof.confirmedAt) },
  }))
}

export interface HostSilence { id: string; state: HostState; isFrozen: boolean; isProven: boolean; missing: string | null }

/** Why nothing is known of what is on these hosts. */
export async function silenceOf(em: Em, hostIds: readonly string[]): Promise<HostSilence[]> {
  return em.execute<HostSilence[]>(`
    select host.id, host.state, host.frozen_at is not null as "isFrozen", outage.missing, exists (select from fence where outage_id = outage.id) as "isProven"
    from host left join host_outage outage on outage.host_id = host.id and outage.ended_at is null where host.id = any (?::uuid[])`, [idsOf(hostIds)])
}
