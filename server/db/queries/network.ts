import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { Network, Subnet } from '../entities/network.ts'
import type { NetworkPhase } from '../entities/network.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, containing, countOf, keyset } from './page.ts'
import type { Sight } from './page.ts'

export interface NetworkFilter {
  /** Networks of this workspace, and the public ones, which all workspaces may use. */
  workspaceId?: string | undefined
  areaId?: string | undefined
  name?: string | undefined
  phases?: readonly NetworkPhase[] | undefined
  kind?: Network['kind'] | undefined
}

function filtered(em: Em, sight: Sight, { workspaceId, areaId, name, phases, kind }: NetworkFilter) {
  let query = kyselyOf(em).selectFrom('network')
  if (sight !== 'all') query = query.where((eb) => eb.or([anyOf('network.workspace_id', sight), eb('network.workspace', 'is', null)]))
  if (workspaceId !== undefined) query = query.where((eb) => eb.or([eb('network.workspace', '=', workspaceId), eb('network.workspace', 'is', null)]))
  if (areaId !== undefined) query = query.where('network.area', '=', areaId)
  if (kind !== undefined) query = query.where('network.kind', '=', kind)
  if (name !== undefined && name !== '') query = query.where('network.name', 'ilike', containing(name))
  if (phases !== undefined) query = query.where(sql<boolean>`network.phase = any(${`{${phases.join(',')}}`}::text[])`)
  return query
}

export async function networkPage(em: Em, sight: Sight, filter: NetworkFilter, page: PageRequest): Promise<Network[]> {
  return rowsOf(em, Network, keyset(filtered(em, sight, filter), 'network.id', page))
}

export const networkCount = (em: Em, sight: Sight, filter: NetworkFilter): Promise<number> => countOf(filtered(em, sight, filter))

export async function networksByIds(em: Em, ids: readonly string[]): Promise<Network[]> {
  return rowsByIds(em, Network, 'networks', { by: 'id', ids })
}

export async function subnetsOf(em: Em, networkIds: readonly string[]): Promise<Subnet[]> {
  return rowsByIds(em, Subnet, 'subnets of networks', { by: 'network', ids: networkIds, orderBy: 'id' })
}

export async function subnetsByIds(em: Em, ids: readonly string[]): Promise<Subnet[]> {
  return rowsOf(em, Subnet, kyselyOf(em).selectFrom('subnet').where(anyOf('subnet.id', ids)))
}
