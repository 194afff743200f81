import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import { quotaResources } from '../../model/quota.ts'
import type { Quota, QuotaAmounts, QuotaResource } from '../../model/quota.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'

/** What a workspace has of what is limited. */
export type QuotaUsage = Record<QuotaResource, number>

interface Count { of: readonly QuotaResource[]; from: (besides: string | undefined) => RawBuilder<unknown> }

const notThis = (besides: string | undefined) => (besides === undefined ? sql`` : sql`and vm.id <> ${besides}`)

/** As an array and not as a join: a planner that knows nothing of young tables would look through all addresses for each VM. */
const vmsOf = (besides: string | undefined) => sql`any(array(select vm.id from vm where vm.workspace_id = workspace.id ${notThis(besides)}))`

/**
 * Everything whose row exists counts: a VM that is being made, has failed or is being deleted holds its share until it
 * is really gone. Each part is answered from indexes alone.
 */
const counts: readonly Count[] = [
  { of: ['vms', 'vcpus', 'memoryBytes'], from: (besides) => sql`select count(*) as "vms", coalesce(sum(vcpus), 0) as "vcpus", coalesce(sum(memory_bytes), 0) as "memoryBytes" from vm where vm.workspace_id = workspace.id ${notThis(besides)}` },
  { of: ['diskBytes'], from: (besides) => sql`select coalesce(sum(disk.size_bytes), 0) as "diskBytes" from disk where disk.vm_id = ${vmsOf(besides)}` },
  { of: ['addresses'], from: (besides) => sql`select count(*) as "addresses" from address where address.vm_id = ${vmsOf(besides)} and address.released_at is null` },
  { of: ['networks'], from: () => sql`select count(*) as "networks" from network where network.workspace_id = workspace.id` },
]

/**
 * What each of the workspaces has, in one statement whatever their number; only what is asked for is counted, all else
 * is 0. `besides` is a VM that does not count.
 */
export async function usageOf(em: Em, workspaceIds: readonly string[], resources: readonly QuotaResource[] = quotaResources, besides?: string): Promise<Map<string, QuotaUsage>> {
  const needed = counts.filter(({ of }) => of.some((resource) => resources.includes(resource)))
  const { rows } = await sql<{ id: string } & Partial<Record<QuotaResource, string>>>`
    select * from unnest(${`{${workspaceIds.join(',')}}`}::uuid[]) as workspace(id)
    ${sql.join(needed.map(({ from }, index) => sql`cross join lateral (${from(besides)}) ${sql.ref(`part_${index}`)}`), sql` `)}`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map((row) => [row.id, Object.fromEntries(quotaResources.map((resource) => [resource, Number(row[resource] ?? 0)])) as QuotaUsage]))
}

/** The limits of these workspaces, by workspace. */
export async function limitsOf(em: Em, workspaceIds: readonly string[]): Promise<Map<string, Map<QuotaResource, number>>> {
  const { rows } = await sql<{ id: string; resource: QuotaResource; most: string }>`
    select workspace_id as id, resource, most from quota where workspace_id = any(${`{${workspaceIds.join(',')}}`}::uuid[])`.execute(kyselyOf(em).withoutPlugins())
  const found = new Map<string, Map<QuotaResource, number>>(workspaceIds.map((id) => [id, new Map()]))
  for (const { id, resource, most } of rows) found.get(id)!.set(resource, Number(most))
  return found
}

/** The limits on these resources, held until the transaction ends; always locked in one order. What has no limit is not locked. */
export async function lockLimits(em: Em, workspaceId: string, resources: readonly QuotaResource[]): Promise<Map<QuotaResource, number>> {
  const { rows } = await sql<{ resource: QuotaResource; most: string }>`
    select resource, most from quota where workspace_id = ${workspaceId} and resource = any(${`{${resources.join(',')}}`}::text[]) order by resource for no key update`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map(({ resource, most }) => [resource, Number(most)]))
}

/** Limit and usage of all resources, in their order. */
export async function quotasOf(em: Em, workspaceIds: readonly string[]): Promise<Map<string, Quota[]>> {
  const [limits, used] = [await limitsOf(em, workspaceIds), await usageOf(em, workspaceIds)]
  return new Map(workspaceIds.map((id) => [id, quotaResources.map((resource) => ({ resource, limit: limits.get(id)!.get(resource) ?? null, used: used.get(id)![resource] }))]))
}

/** What one VM takes of its workspace's quotas. */
export async function usageOfVm(em: Em, vmId: string): Promise<QuotaAmounts> {
  const { rows: [row] } = await sql<Record<'vcpus' | 'memoryBytes' | 'diskBytes' | 'addresses', string>>`
    select vcpus, memory_bytes as "memoryBytes", (select coalesce(sum(size_bytes), 0) from disk where vm_id = vm.id) as "diskBytes",
      (select count(*) from address where vm_id = vm.id and released_at is null) as "addresses"
    from vm where id = ${vmId}`.execute(kyselyOf(em).withoutPlugins())
  return { vms: 1, vcpus: Number(row!.vcpus), memoryBytes: Number(row!.memoryBytes), diskBytes: Number(row!.diskBytes), addresses: Number(row!.addresses) }
}

type Limits = ReadonlyMap<QuotaResource, number | null>

/** As two parameters: the resources, and the limit of each or null. */
const columnsOf = (limits: Limits) => sql`unnest(${`{${[...limits.keys()].join(',')}}`}::text[], ${`{${[...limits.values()].map((limit) => limit ?? 'null').join(',')}}`}::bigint[]) as named(resource, most)`

/** Sets the limits that are named; null ends one. */
export async function setLimits(em: Em, workspaceId: string, limits: Limits): Promise<void> {
  const db = kyselyOf(em)
  await sql`delete from quota using ${columnsOf(limits)} where quota.workspace_id = ${workspaceId} and quota.resource = named.resource and named.most is null`.execute(db)
  await sql`
    insert into quota (workspace_id, resource, most) select ${workspaceId}, resource, most from ${columnsOf(limits)} where most is not null order by resource
    on conflict (workspace_id, resource) do update set most = excluded.most`.execute(db)
}

/** As `setLimits`, for workspaces that do not exist yet. */
export async function setDefaultLimits(em: Em, limits: Limits): Promise<void> {
  const db = kyselyOf(em)
  await sql`delete from default_quota using ${columnsOf(limits)} where default_quota.resource = named.resource and named.most is null`.execute(db)
  await sql`
    insert into default_quota (resource, most) select resource, most from ${columnsOf(limits)} where most is not null order by resource
    on conflict (resource) do update set most = excluded.most`.execute(db)
}

export async function defaultLimits(em: Em): Promise<Map<QuotaResource, number>> {
  const { rows } = await sql<{ resource: QuotaResource; most: string }>`select resource, most from default_quota`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map(({ resource, most }) => [resource, Number(most)]))
}

/**
 * Makes a change of the workspace's quota a change of the workspace: its version grows and its event is written. The
 * trigger does both for a row that differs, and sets the time itself. Undefined when there is no such workspace.
 */
export async function touchWorkspace(em: Em, workspaceId: string): Promise<{ name: string; version: number } | undefined> {
  const { rows } = await sql<{ name: string; version: number }>`
    update workspace set updated_at = updated_at + interval '1 millisecond' where id = ${workspaceId} returning name, version`.execute(kyselyOf(em).withoutPlugins())
  return rows[0]
}
