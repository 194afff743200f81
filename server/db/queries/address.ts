import { sql } from 'kysely'
import type { SubnetUsage } from '../../model/subnet.ts'
import { usageOf } from '../../model/subnet.ts'
import type { PageRequest } from '../../model/page.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { quarantineSeconds } from './allocate.ts'
import { anyOf } from './page.ts'
import type { Sight } from './page.ts'

interface Holders { names: string[]; total: number }

const some = 5

async function holders(em: Em, condition: ReturnType<typeof sql<boolean>>): Promise<Holders> {
  const { rows } = await sql<{ name: string; total: string }>`
    select coalesce(vm.name, address.vm_name, host(address.ip)) as name, count(*) over () as total
    from address left join vm on vm.id = address.vm_id where address.released_at is null and ${condition} order by 1 limit ${some}`.execute(kyselyOf(em))
  return { names: rows.map(({ name }) => name), total: Number(rows[0]?.total ?? 0) }
}

/** The VMs that hold an address of the subnet: a few names, and how many there are. */
export const holdersOf = (em: Em, subnetId: string): Promise<Holders> => holders(em, sql<boolean>`address.subnet_id = ${subnetId}`)

/** Of these those whose address lies in a reserved range. */
export const heldInRanges = (em: Em, subnetId: string): Promise<Holders> => holders(em, sql<boolean>`address.subnet_id = ${subnetId}
  and exists (select 1 from reserved_range range where range.subnet_id = address.subnet_id and address.ip between range.first and range.last)`)

export interface ReservedRow { id: string; subnetId: string; first: string; last: string; reason: string }

/** The reserved ranges of these subnets, lowest first. */
export async function reservedOf(em: Em, subnetIds: readonly string[]): Promise<ReservedRow[]> {
  const { rows } = await sql<ReservedRow>`
    select id, subnet_id as "subnetId", host(first) as first, host(last) as last, reason from reserved_range where ${anyOf('subnet_id', subnetIds)} order by reserved_range.first`.execute(kyselyOf(em))
  return rows
}

/** How the addresses of these subnets stand now. */
export async function usageOfSubnets(em: Em, subnetIds: readonly string[]): Promise<Map<string, SubnetUsage>> {
  const { rows } = await sql<{ id: string; gateway: string | null; rangeFirst: string; rangeLast: string; held: string; resting: string; takenInReserved: string }>`
    select subnet.id, host(subnet.gateway) as gateway, host(subnet.range_first) as "rangeFirst", host(subnet.range_last) as "rangeLast",
      taken.held, taken.resting, taken.in_reserved as "takenInReserved"
    from subnet cross join lateral (
      select count(*) filter (where is_held) as held, count(*) filter (where not is_held) as resting,
        count(*) filter (where exists (select 1 from reserved_range range where range.subnet_id = subnet.id and each.ip between range.first and range.last)) as in_reserved
      from (
        select address.ip, bool_or(address.released_at is null) as is_held from address
        where address.subnet_id = subnet.id and (address.released_at is null or address.released_at > now() - make_interval(secs => ${quarantineSeconds}))
        group by address.ip
      ) each
    ) taken
    where ${anyOf('subnet.id', subnetIds)}`.execute(kyselyOf(em))
  const reserved = Map.groupBy(await reservedOf(em, subnetIds), ({ subnetId }) => subnetId)
  return new Map(rows.map(({ held, resting, takenInReserved, ...row }) => [
    row.id,
    usageOf(row, { reserved: reserved.get(row.id) ?? [], held: Number(held), resting: Number(resting), takenInReserved: Number(takenInReserved) }),
  ]))
}

export interface AddressFilter {
  networkId: string
  ip?: string | undefined
  /** Who had it at this moment; without it, who has it now. */
  at?: Date | undefined
  /** All of them, whenever they were held. */
  wholeHistory?: boolean | undefined
}

/** Who has or had an address, and when. */
export interface AddressInterval { id: string; ip: string; networkId: string; workspaceId: string | null; vmId: string; vmName: string | null; heldFrom: Date; releasedAt: Date | null }

function matching(sight: Sight, { networkId, ip, at, wholeHistory }: AddressFilter) {
  const parts = [sql<boolean>`address.on_network_id = ${networkId}`]
  if (sight !== 'all') parts.push(anyOf('address.for_workspace_id', sight))
  if (ip !== undefined) parts.push(sql<boolean>`address.ip = ${ip}::inet`)
  if (at !== undefined) parts.push(sql<boolean>`address.held_from <= ${at} and (address.released_at is null or address.released_at > ${at})`)
  else if (!wholeHistory) parts.push(sql<boolean>`address.released_at is null`)
  return sql.join(parts, sql` and `)
}

/** One keyset page, in the order in which the addresses were given. */
export async function addressPage(em: Em, sight: Sight, filter: AddressFilter, { after, before, limit, backward }: PageRequest): Promise<AddressInterval[]> {
  const cut = [matching(sight, filter)]
  if (after !== undefined) cut.push(sql`address.id > ${after}::uuid`)
  if (before !== undefined) cut.push(sql`address.id < ${before}::uuid`)
  const { rows } = await sql<Omit<AddressInterval, 'heldFrom' | 'releasedAt'> & { heldFromMs: string; releasedAtMs: string | null }>`
    select address.id, host(address.ip) as ip, address.on_network_id as "networkId", address.for_workspace_id as "workspaceId", address.vm_id as "vmId",
      coalesce(vm.name, address.vm_name) as "vmName", extract(epoch from address.held_from) * 1000 as "heldFromMs", extract(epoch from address.released_at) * 1000 as "releasedAtMs"
    from address left join vm on vm.id = address.vm_id
    where ${sql.join(cut, sql` and `)} order by address.id ${backward ? sql`desc` : sql`asc`} limit ${limit}`.execute(kyselyOf(em).withoutPlugins())
  return rows.map(({ heldFromMs, releasedAtMs, ...row }) => ({ ...row, heldFrom: new Date(Number(heldFromMs)), releasedAt: releasedAtMs === null ? null : new Date(Number(releasedAtMs)) }))
}

export async function addressCount(em: Em, sight: Sight, filter: AddressFilter): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) from address where ${matching(sight, filter)}`.execute(kyselyOf(em))
  return Number(rows[0]!.count)
}
