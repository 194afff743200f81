import { sql } from 'kysely'
import { figuresFreshForMs } from '../../model/host-figures.ts'
import type { FileSystem } from '../../model/host-figures.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { uuidArray } from './page.ts'
import { milliseconds } from './stats-columns.ts'

/** Writes the file systems of many hosts in one statement, in place of those before. */
export async function writeFileSystems(em: Em, byHost: ReadonlyMap<string, readonly FileSystem[]>): Promise<void> {
  if (byHost.size === 0) return
  const rows = Array.from(byHost, ([hostId, fileSystems]) => ({ host_id: hostId, file_systems: fileSystems }))
  await sql`
    insert into host_file_systems (host_id, file_systems)
    select told.host_id, told.file_systems from json_to_recordset(${JSON.stringify(rows)}::json) as told (host_id uuid, file_systems jsonb) join host on host.id = told.host_id order by told.host_id
    on conflict (host_id) do update set file_systems = excluded.file_systems, seen_at = now()`.execute(kyselyOf(em).withoutPlugins())
}

/** What these hosts told in the last minutes, by host; one that did not is left out. */
export async function fileSystemsOfHosts(em: Em, hostIds: readonly string[]): Promise<Map<string, FileSystem[]>> {
  const { rows } = await sql<{ id: string; fileSystems: FileSystem[] }>`
    select host_id as id, file_systems as "fileSystems" from host_file_systems
    where host_id = any(${uuidArray(hostIds)}::uuid[]) and seen_at > now() - ${milliseconds(figuresFreshForMs)}`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map(({ id, fileSystems }) => [id, fileSystems]))
}
