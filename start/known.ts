import type { HostAccess } from '../server/app/inventory.ts'
import type { Em } from '../server/db/orm.ts'

interface Planned { name: string; access: HostAccess }
interface KnownHost { name: string; kind: HostAccess['kind']; areaId: string; address: string | null; sshPort: number | null }

const isAt = ({ kind, address, sshPort }: KnownHost, access: HostAccess): boolean =>
  kind === access.kind && (access.kind === 'local' || (access.kind === 'ssh' && address === access.address && sshPort === access.sshPort))

/**
 * The hypervisors by the names that the books have them under, and the area that they are in: people rename both, and a
 * start that looked for the names of the first would enrol the same machines again. A machine is known by how it is
 * reached, else by its name; a simulated one, which is nowhere, takes the place of one that is not looked for.
 */
export async function asKnown<Host extends Planned>(em: Em, hosts: readonly Host[]): Promise<{ hosts: Host[]; areaId: string | undefined }> {
  const rows = await em.execute<KnownHost[]>(`select name, kind, area_id as "areaId", address, ssh_port as "sshPort" from host where state <> 'retired' order by id`)
  const names = new Set(hosts.map(({ name }) => name))
  const free = new Set(rows)
  const take = (matches: (row: KnownHost) => boolean) => {
    const row = [...free].find(matches)
    if (row) free.delete(row)
    return row
  }
  const reached = hosts.map(({ access }) => take((row) => isAt(row, access)))
  const named = hosts.map(({ name }, index) => reached[index] ?? take((row) => row.name === name))
  const found = hosts.map(({ access }, index) => named[index] ?? (access.kind === 'simulated' ? take((row) => row.kind === 'simulated' && !names.has(row.name)) : undefined))
  return { hosts: hosts.map((host, index) => ({ ...host, name: found[index]?.name ?? host.name })), areaId: found.find((row) => row !== undefined)?.areaId }
}

/** The name of the area's pool at this path; undefined when there is none. */
export async function poolAt(em: Em, areaId: string, path: string): Promise<string | undefined> {
  const [pool] = await em.execute<{ name: string }[]>('select name from pool where area_id = ? and path = ? order by id limit 1', [areaId, path])
  return pool?.name
}
