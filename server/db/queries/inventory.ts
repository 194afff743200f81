import { sql } from 'kysely'
import type { HostStatus } from '../../model/host.ts'
import type { PageRequest } from '../../model/page.ts'
import type { PoolKind, PoolState } from '../../model/pool.ts'
import { Image, InstanceType, Template } from '../entities/catalogue.ts'
import type { ImageVersion } from '../entities/catalogue.ts'
import { Area, Host, Pool } from '../entities/infrastructure.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { offerTables, offeredTo, offeredToSome } from './offer.ts'
import type { OfferTable } from './offer.ts'
import { stateIs } from './pool-read.ts'
import { anyOf, containing, countOf, keyset } from './page.ts'
import type { Sight } from './page.ts'

// What operators keep: small tables, read whole or by name.
interface Rows { area: Area; host: Host; pool: Pool; image: Image; template: Template; instance_type: InstanceType }
const entityOf = { area: Area, host: Host, pool: Pool, image: Image, template: Template, instance_type: InstanceType }
export type InventoryTable = keyof Rows

/** How a host is logged in to is for the workers alone. */
const unseenOf: Partial<Record<InventoryTable, readonly (keyof Host)[]>> = { host: ['sshUser', 'sshKeySealed', 'sshExpectedFingerprint'], pool: ['secretSealed' satisfies keyof Pool as keyof Host] }

export interface InventoryFilter {
  name?: string | undefined
  /** Hosts and pools stand in one area; ignored for the others. */
  areaId?: string | undefined
  /** Of pools alone. */
  poolKind?: PoolKind | undefined
  poolState?: PoolState | undefined
  /** What is no longer offered is left out unless asked for. */
  retiredToo?: boolean | undefined
  /** For hosts alone. */
  state?: HostStatus | undefined
  label?: string | undefined
  /** Only what this workspace may use; ignored for hosts, pools and areas. */
  workspaceId?: string | undefined
}

const isOffer = (table: InventoryTable): table is OfferTable => (offerTables as readonly string[]).includes(table)

function filtered(em: Em, sight: Sight, table: InventoryTable, { name, areaId, poolKind, poolState, retiredToo, workspaceId, state, label }: InventoryFilter) {
  let query = kyselyOf(em).selectFrom(table as 'host')
  if (isOffer(table)) {
    query = query.where(offeredToSome(table, sight))
    if (workspaceId !== undefined) query = query.where(offeredTo(table, workspaceId))
  }
  if (name !== undefined && name !== '') query = query.where('name', 'ilike', containing(name))
  if (areaId !== undefined && (table === 'host' || table === 'pool')) query = query.where('area', '=', areaId)
  if (table === 'pool' && poolKind !== undefined) query = query.where(sql<boolean>`kind = ${poolKind}`)
  if (table === 'pool' && poolState !== undefined) query = query.where(stateIs(poolState))
  if ((isOffer(table) || table === 'area') && !retiredToo) query = query.where(sql<boolean>`retired_at is null`)
  if (table === 'host') {
    if (state !== undefined) query = query.where(sql<boolean>`case when state = 'up' and duty <> 'service' then duty else state end = ${state}`)
    else if (!retiredToo) query = query.where(sql<boolean>`state <> 'retired'`)
    if (label !== undefined) query = query.where(sql<boolean>`labels @> array[${label}]`)
  }
  return query
}

export async function inventoryPage<Table extends InventoryTable>(em: Em, sight: Sight, table: Table, filter: InventoryFilter, page: PageRequest): Promise<Rows[Table][]> {
  return await rowsOf(em, entityOf[table] as typeof Host, keyset(filtered(em, sight, table, filter), 'id', page), { without: unseenOf[table] }) as unknown as Rows[Table][]
}

export const inventoryCount = (em: Em, sight: Sight, table: InventoryTable, filter: InventoryFilter): Promise<number> => countOf(filtered(em, sight, table, filter))

export async function inventoryByIds<Table extends InventoryTable>(em: Em, sight: Sight, table: Table, ids: readonly string[]): Promise<Rows[Table][]> {
  const rows = await rowsByIds(em, entityOf[table] as typeof Host, table, { by: 'id', ids, without: unseenOf[table] }) as unknown as Rows[Table][]
  if (!isOffer(table) || sight === 'all') return rows
  const isPublic = (row: Rows[Table]) => (row as Template).isPublic
  // Most are public, so that the second question is seldom asked.
  const narrow = rows.filter((row) => !isPublic(row))
  if (narrow.length === 0) return rows
  const seen = await filtered(em, sight, table, { retiredToo: true }).select('id').where(anyOf('id', narrow.map(({ id }) => id))).execute()
  const seenIds = new Set(seen.map(({ id }) => id))
  return rows.filter((row) => isPublic(row) || seenIds.has(row.id))
}

/** The image and the number of each of these versions. */
export async function imagesOfVersions(em: Em, versionIds: readonly string[]): Promise<{ id: string; imageId: string; number: number }[]> {
  const { rows } = await sql<{ id: string; imageId: string; number: number }>`select id, image_id as "imageId", number from image_version where ${anyOf('id', versionIds)}`.execute(kyselyOf(em))
  return rows
}

/** The workspaces that may use these rows when they are not public. */
export async function workspacesOfOffers(em: Em, table: OfferTable, ids: readonly string[]): Promise<{ offerId: string; workspaceId: string }[]> {
  const { rows } = await sql<{ offerId: string; workspaceId: string }>`
    select ${sql.ref(`${table}_id`)} as "offerId", workspace_id as "workspaceId" from ${sql.table(`${table}_workspace`)} where ${anyOf(`${table}_id`, ids)} order by workspace_id`.execute(kyselyOf(em))
  return rows
}

/** How the VLANs of these areas stand: those of the ranges less the reserved ones, and networks that have others. */
export async function vlanUsageOf(em: Em, areaIds: readonly string[]): Promise<Map<string, { total: number; used: number; free: number; outside: number }>> {
  const { rows } = await sql<{ id: string; total: string; used: string; outside: string }>`
    select area.id, (select coalesce(sum(upper(span) - lower(span)), 0) from unnest(area.vlan_ranges - area.vlan_reserved) as span) as total,
      count(network.id) filter (where (area.vlan_ranges - area.vlan_reserved) @> network.vlan) as used,
      count(network.id) filter (where not (area.vlan_ranges - area.vlan_reserved) @> network.vlan) as outside
    from area left join network on network.area_id = area.id and network.kind = 'private' where ${anyOf('area.id', areaIds)} group by area.id`.execute(kyselyOf(em))
  return new Map(rows.map(({ id, total, used, outside }) => [id, { total: Number(total), used: Number(used), free: Number(total) - Number(used), outside: Number(outside) }]))
}

export type ImageVersionWithReplicas = ImageVersion & { replicas: { poolId: string; state: 'uploading' | 'ready' | 'failed' }[] }

/** All versions of these images, newest first, each with the pools that hold or get a copy. */
export async function imageVersionsOf(em: Em, imageIds: readonly string[]): Promise<ImageVersionWithReplicas[]> {
  const versions = await kyselyOf(em).selectFrom('image_version').selectAll().where(anyOf('image_id', imageIds)).orderBy('number', 'desc').execute()
  const replicas = await kyselyOf(em).selectFrom('image_replica').select(['imageVersion', 'pool', 'state']).where(anyOf('image_version_id', versions.map(({ id }) => id))).orderBy('id').execute()
  const byVersion = Map.groupBy(replicas, ({ imageVersion }) => imageVersion)
  return versions.map((version) => ({ ...version, replicas: (byVersion.get(version.id) ?? []).map(({ pool, state }) => ({ poolId: pool, state })) })) as ImageVersionWithReplicas[]
}

/** What hosts have promised to VMs (decision 25), by host; a host with none is left out. */
export async function promisedByHosts(em: Em, hostIds: readonly string[]): Promise<{ hostId: string; vcpus: number; memoryBytes: number; vms: number }[]> {
  const rows = await kyselyOf(em).selectFrom('reservation')
    .select([sql<string>`host_id`.as('hostId'), sql<string>`sum(vcpus)`.as('vcpusSum'), sql<string>`sum(memory_bytes)`.as('memorySum'), sql<string>`count(distinct vm_id)`.as('vmCount')])
    .where(anyOf('host_id', hostIds)).groupBy(sql`host_id`).execute()
  return rows.map((row) => ({ hostId: row.hostId, vcpus: Number(row.vcpusSum), memoryBytes: Number(row.memorySum), vms: Number(row.vmCount) }))
}
