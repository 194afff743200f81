import { sql } from 'kysely'
import { newId } from '../../model/id.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'

/** A released address rests this long, so that no cached route or ARP entry leads to its next holder. */
export const quarantineSeconds = 60

interface Holder { subnetId: string; interfaceId: string; vmId: string }

/** Makes the transactions that give addresses of these subnets, or change their ranges, wait for each other; always in one order, so that none deadlock. */
export async function lockSubnets(em: Em, subnetIds: readonly string[]): Promise<void> {
  await sql`select id from subnet where id = any(${`{${subnetIds.join(',')}}`}::uuid[]) order by id for no key update`.execute(kyselyOf(em))
}

const restsSince = sql`now() - make_interval(secs => ${quarantineSeconds})`

/**
 * Gives the interface the lowest free address of the subnet, in one statement; undefined when there is none. All that is
 * taken (held, resting, reserved, the gateway) is laid out in order, and the first gap in it is the answer: so a subnet
 * of any size is searched at the cost of its holders, whatever its history. The caller holds the subnet's lock; the
 * unique index is the last guard.
 */
export async function giveLowestAddress(em: Em, { subnetId, interfaceId, vmId }: Holder): Promise<string | undefined> {
  const { rows: [given] } = await sql<{ ip: string }>`
    insert into address (id, subnet_id, ip, interface_id, vm_id)
    select ${newId()}, subnet.id, gap.ip, ${interfaceId}, ${vmId}
    from subnet cross join lateral (
      select span.behind as ip from (
        -- Ranges may lie in each other, so what matters is the furthest end so far.
        select max(taken.last) over (order by taken.first rows unbounded preceding) + 1 as behind, lead(taken.first) over (order by taken.first) as next
        from (
          select subnet.range_first - 1 as first, subnet.range_first - 1 as last
          union all select subnet.gateway, subnet.gateway where subnet.gateway is not null
          union all select reserved.first, reserved.last from reserved_range reserved where reserved.subnet_id = ${subnetId}
          union all select held.ip, held.ip from address held where held.subnet_id = ${subnetId} and held.released_at is null
          union all select resting.ip, resting.ip from address resting where resting.subnet_id = ${subnetId} and resting.released_at > ${restsSince}
          -- Of a subnet that was removed, perhaps to be added again: it rests all the same.
          union all select gone.ip, gone.ip from address gone where gone.subnet_id is null and gone.released_at > ${restsSince} and gone.on_network_id = subnet.network_id and gone.ip <<= subnet.cidr
        ) taken
      ) span
      where span.behind between subnet.range_first and subnet.range_last and (span.next is null or span.behind < span.next)
      order by span.behind limit 1
    ) gap
    where subnet.id = ${subnetId}
    returning host(ip) as ip`.execute(kyselyOf(em))
  return given?.ip
}

/** Gives the interface this very address; false when somebody holds it or it still rests. That it may be given is checked before, under the subnet's lock. */
export async function giveChosenAddress(em: Em, { subnetId, interfaceId, vmId }: Holder, ip: string): Promise<boolean> {
  const { rows } = await sql<object>`
    insert into address (id, subnet_id, ip, interface_id, vm_id)
    select ${newId()}, ${subnetId}, ${ip}::inet, ${interfaceId}, ${vmId}
    where not exists (select 1 from address used where used.subnet_id = ${subnetId} and used.ip = ${ip}::inet and (used.released_at is null or used.released_at > ${restsSince}))
      and not exists (select 1 from address gone join subnet on subnet.network_id = gone.on_network_id where subnet.id = ${subnetId} and gone.subnet_id is null and gone.released_at > ${restsSince} and gone.ip = ${ip}::inet)
    returning id`.execute(kyselyOf(em))
  return rows.length > 0
}

/** The reserved range that the address lies in. */
export async function reservedRangeOf(em: Em, subnetId: string, ip: string): Promise<{ first: string; last: string; reason: string } | undefined> {
  const { rows: [range] } = await sql<{ first: string; last: string; reason: string }>`
    select host(first) as first, host(last) as last, reason from reserved_range where subnet_id = ${subnetId} and ${ip}::inet between first and last limit 1`.execute(kyselyOf(em))
  return range
}
