import { sql } from 'kysely'
import type { AffinityPolicy, AffinityStrength, GroupRule } from '../../model/placement/request.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { uuidArray } from './page.ts'

export interface LockedGroup { id: string; workspaceId: string; name: string; policy: AffinityPolicy; strength: AffinityStrength; version: number }

/**
 * Waits for the turn of these groups: until the transaction ends nobody else places one of their VMs, so that of two at once
 * the second sees where the first is. In the order of locks they stand behind networks and VMs, before hosts.
 */
export async function lockGroups(em: Em, groupIds: readonly string[]): Promise<LockedGroup[]> {
  if (groupIds.length === 0) return []
  const { rows } = await sql<LockedGroup>`
    select id, workspace_id as "workspaceId", name, policy, strength, version from affinity_group where id = any(${uuidArray(groupIds)}::uuid[]) order by id for no key update`.execute(kyselyOf(em))
  return rows
}

export async function groupsOfVm(em: Em, vmId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select group_id as id from affinity_member where vm_id = ${vmId}`.execute(kyselyOf(em))
  return rows.map(({ id }) => id)
}

/**
 * What these groups ask of a host for the VM, or for a new one: where their other members have reservations. `forMove`: members
 * on hosts that are down or being emptied draw nobody to them, for they will leave too. Read it under `lockGroups`.
 */
export async function groupRules(em: Em, groupIds: readonly string[], { besides = null, forMove = false }: { besides?: string | null; forMove?: boolean } = {}): Promise<GroupRule[]> {
  if (groupIds.length === 0) return []
  const { rows } = await sql<{ policy: AffinityPolicy; strength: AffinityStrength; hostIds: string[] }>`
    select affinity_group.policy, affinity_group.strength, array(
      select distinct reservation.host_id from affinity_member join reservation on reservation.vm_id = affinity_member.vm_id join host_room room on room.host_id = reservation.host_id
      where affinity_member.group_id = affinity_group.id and (${besides}::uuid is null or affinity_member.vm_id <> ${besides}::uuid)
        and (room.is_open or not (${forMove}::boolean and affinity_group.policy = 'affinity'))) as "hostIds"
    from affinity_group where id = any(${uuidArray(groupIds)}::uuid[]) order by id`.execute(kyselyOf(em))
  return rows.map(({ hostIds, ...rule }) => ({ ...rule, hostIds: new Set(hostIds) }))
}
