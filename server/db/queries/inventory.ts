import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { Image, Template } from '../entities/catalogue.ts'
import type { ImageVersion } from '../entities/catalogue.ts'
import { Area, Host, Pool } from '../entities/infrastructure.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, containing, countOf, keyset } from './page.ts'

// What operators keep: small tables, read whole or by name.
interface Rows { area: Area; host: Host; pool: Pool; image: Image; template: Template }
const entityOf = { area: Area, host: Host, pool: Pool, image: Image, template: Template }
export type InventoryTable = keyof Rows

/** How a host is logged in to is for the workers alone. */
const unseenOf: Partial<Record<InventoryTable, readonly (keyof Host)[]>> = { host: ['sshUser', 'sshHostKey', 'sshKeySealed'] }

export interface InventoryFilter {
  name?: string | undefined
  /** Hosts and pools stand in one area; ignored for the others. */
  areaId?: string | undefined
  /** Templates that are no longer offered are left out unless asked for. */
  retiredToo?: boolean | undefined
}

function filtered(em: Em, table: InventoryTable, { name, areaId, retiredToo }: InventoryFilter) {
  let query = kyselyOf(em).selectFrom(table as 'host')
  if (name !== undefined && name !== '') query = query.where('name', 'ilike', containing(name))
  if (areaId !== undefined && (table === 'host' || table === 'pool')) query = query.where('area', '=', areaId)
  if (table === 'template' && !retiredToo) query = query.where(sql<boolean>`retired_at is null`)
  return query
}

export async function inventoryPage<Table extends InventoryTable>(em: Em, table: Table, filter: InventoryFilter, page: PageRequest): Promise<Rows[Table][]> {
  return await rowsOf(em, entityOf[table] as typeof Host, keyset(filtered(em, table, filter), 'id', page), { without: unseenOf[table] }) as unknown as Rows[Table][]
}

export const inventoryCount = (em: Em, table: InventoryTable, filter: InventoryFilter): Promise<number> => countOf(filtered(em, table, filter))

export async function inventoryByIds<Table extends InventoryTable>(em: Em, table: Table, ids: readonly string[]): Promise<Rows[Table][]> {
  return await rowsByIds(em, entityOf[table] as typeof Host, table, { by: 'id', ids, without: unseenOf[table] }) as unknown as Rows[Table][]
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
