import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { AffinityGroup } from '../entities/affinity-group.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, containing, countOf, keyset } from './page.ts'
import type { Sight } from './page.ts'

export interface AffinityGroupFilter { workspaceId?: string | undefined; name?: string | undefined }

function filtered(em: Em, sight: Sight, { workspaceId, name }: AffinityGroupFilter) {
  let query = kyselyOf(em).selectFrom('affinity_group')
  if (sight !== 'all') query = query.where(anyOf('affinity_group.workspace_id', sight))
  if (workspaceId !== undefined) query = query.where('affinity_group.workspace', '=', workspaceId)
  if (name !== undefined && name !== '') query = query.where('affinity_group.name', 'ilike', containing(name))
  return query
}

export const affinityGroupPage = (em: Em, sight: Sight, filter: AffinityGroupFilter, page: PageRequest): Promise<AffinityGroup[]> => rowsOf(em, AffinityGroup, keyset(filtered(em, sight, filter), 'affinity_group.id', page))

export const affinityGroupCount = (em: Em, sight: Sight, filter: AffinityGroupFilter): Promise<number> => countOf(filtered(em, sight, filter))

export const affinityGroupsByIds = (em: Em, ids: readonly string[]): Promise<AffinityGroup[]> => rowsByIds(em, AffinityGroup, 'affinity groups', { by: 'id', ids })

/** Who is in what, by group or by VM. */
export async function membershipsOf(em: Em, by: 'group_id' | 'vm_id', ids: readonly string[]): Promise<{ groupId: string; vmId: string }[]> {
  const { rows } = await sql<{ groupId: string; vmId: string }>`select group_id as "groupId", vm_id as "vmId" from affinity_member where ${anyOf(by, ids)} order by group_id, vm_id`.execute(kyselyOf(em))
  return rows
}

/** Those of the groups whose VMs are all together, or all apart, as the group would have it. */
export async function keptGroups(em: Em, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select affinity_group.id from affinity_group left join affinity_member on group_id = affinity_group.id left join vm on vm.id = vm_id and vm.phase <> 'failed'
    where ${anyOf('affinity_group.id', ids)} group by affinity_group.id
    having case affinity_group.policy when 'affinity' then count(distinct vm.host_id) <= 1 else count(distinct vm.host_id) = count(vm.id) end`.execute(kyselyOf(em))
  return new Set(rows.map(({ id }) => id))
}
