import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { conditionsOf } from '../../model/vm.ts'
import type { VmStatus } from '../../model/vm.ts'
import { Disk, Vm, VmInterface } from '../entities/vm.ts'
import { Task } from '../entities/work.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, containing, countOf, keyset } from './page.ts'
import type { Sight } from './page.ts'

export interface VmFilter {
  workspaceId?: string | undefined
  areaId?: string | undefined
  hostId?: string | undefined
  networkId?: string | undefined
  /** Part of the name, in any case. */
  name?: string | undefined
  statuses?: readonly VmStatus[] | undefined
}

// What the guest was born with is for the sagas; of a list it would be the larger part.
const unseen = ['machine', 'passwordHash', 'userDataSealed'] as const
/** A VM as people see it. */
export type SeenVm = Omit<Vm, typeof unseen[number]>

function filtered(em: Em, sight: Sight, filter: VmFilter) {
  const { workspaceId, areaId, hostId, networkId, name, statuses } = filter
  let query = kyselyOf(em).selectFrom('vm')
  if (sight !== 'all') query = query.where(anyOf('vm.workspace_id', sight))
  if (workspaceId !== undefined) query = query.where('vm.workspace', '=', workspaceId)
  if (areaId !== undefined) query = query.where('vm.area', '=', areaId)
  if (hostId !== undefined) query = query.where('vm.host', '=', hostId)
  if (networkId !== undefined) query = query.where((eb) => eb.exists(eb.selectFrom('vm_interface').select('vm_interface.id').whereRef('vm_interface.vm', '=', 'vm.id').where('vm_interface.network', '=', networkId)))
  if (name !== undefined && name !== '') query = query.where('vm.name', 'ilike', containing(name))
  if (statuses !== undefined) {
    const wanted = statuses.flatMap(conditionsOf)
    query = query.where((eb) => eb.or(wanted.map(({ phase, observedPower }) => eb.and([eb('vm.phase', '=', phase), eb('vm.observedPower', '=', observedPower)]))))
  }
  return query
}

export async function vmPage(em: Em, sight: Sight, filter: VmFilter, page: PageRequest): Promise<SeenVm[]> {
  return rowsOf(em, Vm, keyset(filtered(em, sight, filter), 'vm.id', page), { without: unseen })
}

export const vmCount = (em: Em, sight: Sight, filter: VmFilter): Promise<number> => countOf(filtered(em, sight, filter))

export async function vmsByIds(em: Em, ids: readonly string[]): Promise<SeenVm[]> {
  return rowsByIds(em, Vm, 'vms', { by: 'id', ids, without: unseen })
}

/** The disks of these VMs, each VM's in the order of their places. */
export async function disksOf(em: Em, vmIds: readonly string[]): Promise<Disk[]> {
  return rowsByIds(em, Disk, 'disks of vms', { by: 'vm', ids: vmIds, orderBy: 'position' })
}

export async function interfacesOf(em: Em, vmIds: readonly string[]): Promise<VmInterface[]> {
  return rowsByIds(em, VmInterface, 'interfaces of vms', { by: 'vm', ids: vmIds, orderBy: 'position' })
}

export interface HeldAddress { id: string; interfaceId: string; ip: string; cidr: string; gateway: string | null; heldFrom: Date }

/** The addresses that these interfaces hold now. In plain SQL, for a page of a list asks for a hundred of them. */
export async function addressesOf(em: Em, interfaceIds: readonly string[]): Promise<HeldAddress[]> {
  const { rows } = await sql<Omit<HeldAddress, 'heldFrom'> & { heldFromMs: string }>`
    select address.id, address.interface_id as "interfaceId", host(address.ip) as ip, subnet.cidr::text, host(subnet.gateway) as gateway, extract(epoch from address.held_from) * 1000 as "heldFromMs"
    from address join subnet on subnet.id = address.subnet_id
    where ${anyOf('address.interface_id', interfaceIds)} and address.released_at is null order by address.ip`.execute(em.getKysely())
  return rows.map(({ heldFromMs, ...row }) => ({ ...row, heldFrom: new Date(Number(heldFromMs)) }))
}

/** The newest task of each object that has one: one index probe for each, however long its history is. Operators' own, on a workspace's VM, are of no workspace. */
export async function lastTasksOf(em: Em, objectIds: readonly string[], { operatorsToo }: { operatorsToo: boolean }): Promise<Task[]> {
  return rowsByIds(em, Task, `newest tasks of objects${operatorsToo ? ' for operators' : ''}`, {
    ids: objectIds,
    by: (ids) => sql`task.id in (select newest.id from unnest(${ids}) as wanted(id) cross join lateral (select t.id from task t where t.object_id = wanted.id ${operatorsToo ? sql`` : sql`and t.workspace_id is not null`} order by t.id desc limit 1) newest)`,
  })
}
