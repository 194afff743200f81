import { sql } from 'kysely'
import { notFound } from '../auth/authorize.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { groupRules, groupsOfVm, lockGroups } from '../db/queries/affinity.ts'
import type { LockedGroup } from '../db/queries/affinity.ts'
import { uuidArray } from '../db/queries/page.ts'
import { affinityLimits } from '../model/affinity-group.ts'
import { KloudakError } from '../model/errors.ts'

const field = 'affinityGroupIds'

/** The groups, each once. INVALID_INPUT when there are more than a VM may be in. */
export function checkGroups(ids: readonly string[]): string[] {
  const groups = [...new Set(ids)]
  if (groups.length > affinityLimits.groupsOfVm.max) throw new KloudakError('INVALID_INPUT', `A VM is in at most ${affinityLimits.groupsOfVm.max} affinity groups.`, { field })
  return groups
}

/** Locks the groups that a VM of the workspace shall be in, beside those that it leaves, and finds them to have room. NOT_FOUND, CONFLICT. */
export async function lockOwnGroups(em: Em, workspaceId: string, wanted: readonly string[], besides: readonly string[] = []): Promise<LockedGroup[]> {
  const locked = new Map((await lockGroups(em, [...new Set([...wanted, ...besides])])).map((group) => [group.id, group]))
  for (const [index, id] of wanted.entries()) if (locked.get(id)?.workspaceId !== workspaceId) throw notFound('affinity group', `${field}.${index}`)
  const joined = wanted.filter((id) => !besides.includes(id))
  if (joined.length > 0) {
    const { rows: full } = await sql<{ id: string }>`
      select group_id as id from affinity_member where group_id = any(${uuidArray(joined)}::uuid[]) group by group_id having count(*) >= ${affinityLimits.members.max}`.execute(kyselyOf(em))
    if (full[0]) throw new KloudakError('CONFLICT', `The affinity group ${locked.get(full[0].id)!.name} has ${affinityLimits.members.max} VMs, as many as it can.`, { field: `${field}.${wanted.indexOf(full[0].id)}`, remedy: 'Choose another group.' })
  }
  return wanted.map((id) => locked.get(id)!)
}

/** Puts a VM into groups and takes it out of others; those who follow VM or groups are told. */
export async function writeGroups(em: Em, vmId: string, { joined, left = [] }: { joined: readonly string[]; left?: readonly string[] }): Promise<void> {
  if (joined.length + left.length === 0) return
  await sql`delete from affinity_member where vm_id = ${vmId} and group_id = any(${uuidArray(left)}::uuid[])`.execute(kyselyOf(em))
  await sql`insert into affinity_member (group_id, vm_id) select id, ${vmId} from unnest(${uuidArray(joined)}::uuid[]) as id`.execute(kyselyOf(em))
  await sql`update affinity_group set updated_at = clock_timestamp() where id = any(${uuidArray([...joined, ...left])}::uuid[])`.execute(kyselyOf(em))
}

/**
 * Has a VM, which the caller has locked, be in these groups and no others. It is moved nowhere: CONFLICT when it is not where
 * a hard group would have it.
 */
export async function changeGroups(em: Em, { id: vmId, workspace }: { id: string; workspace: string }, ids: readonly string[]): Promise<boolean> {
  const wanted = checkGroups(ids)
  const before = await groupsOfVm(em, vmId)
  const groups = await lockOwnGroups(em, workspace, wanted, before)
  const joined = wanted.filter((id) => !before.includes(id))
  const left = before.filter((id) => !wanted.includes(id))
  if (joined.length + left.length === 0) return false
  const { rows } = await sql<{ hostId: string }>`select distinct host_id as "hostId" from reservation where vm_id = ${vmId} and host_id is not null`.execute(kyselyOf(em))
  for (const group of groups) {
    if (!joined.includes(group.id) || group.strength === 'soft') continue
    const [rule] = await groupRules(em, [group.id], { besides: vmId })
    if (rule!.hostIds.size === 0 || rows.every(({ hostId }) => (group.policy === 'affinity') === rule!.hostIds.has(hostId))) continue
    throw new KloudakError('CONFLICT', group.policy === 'affinity' ? `The VM is not on the host of the group ${group.name}.` : `The VM is on one host with another of the group ${group.name}.`, { field: `${field}.${wanted.indexOf(group.id)}`, remedy: 'Choose a soft group, or ask an operator to move the VM first.' })
  }
  await writeGroups(em, vmId, { joined, left })
  await sql`update vm set updated_at = clock_timestamp() where id = ${vmId}`.execute(kyselyOf(em))
  return true
}
