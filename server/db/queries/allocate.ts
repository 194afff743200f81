import { sql } from 'kysely'
import { newId } from '../../model/id.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'

/** A released address rests this long, so that no cached route or ARP entry leads to its next holder. */
export const quarantineSeconds = 60

interface Holder { subnetId: string; interfaceId: string; vmId: string }

/** Makes the transactions that give addresses of these subnets wait for each other; always in one order, so that none deadlock. */
export async function lockSubnets(em: Em, subnetIds: readonly string[]): Promise<void> {
  await sql`select id from subnet where id = any(${`{${subnetIds.join(',')}}`}::uuid[]) order by id for no key update`.execute(kyselyOf(em))
}

const resting = sql`(used.released_at is null or used.released_at > now() - make_interval(secs => ${quarantineSeconds}))`

/**
 * Gives the interface the lowest free address of the subnet, in one statement; undefined when there is none. An address
 * can only be the lowest free one when it begins the range or follows one that is taken, so a subnet of any size is
 * searched at the cost of its holders. The caller holds the subnet's lock; the unique index is the last guard.
 */
export async function giveLowestAddress(em: Em, { subnetId, interfaceId, vmId }: Holder): Promise<string | undefined> {
  const { rows: [given] } = await sql<{ ip: string }>`
    insert into address (id, subnet_id, ip, interface_id, vm_id)
    select ${newId()}, subnet.id, lowest.ip, ${interfaceId}, ${vmId}
    from subnet cross join lateral (
      select candidate.ip from (
        select subnet.range_first as ip
        union all select subnet.gateway + 1
        union all select used.ip + 1 from address used where used.subnet_id = subnet.id and ${resting}
      ) candidate
      where candidate.ip between subnet.range_first and subnet.range_last and candidate.ip is distinct from subnet.gateway
        and not exists (select 1 from address used where used.subnet_id = subnet.id and used.ip = candidate.ip and ${resting})
      order by candidate.ip limit 1
    ) lowest
    where subnet.id = ${subnetId}
    returning host(ip) as ip`.execute(kyselyOf(em))
  return given?.ip
}

/** Gives the interface this very address; false when somebody holds it or it still rests. That it is in range is checked before. */
export async function giveChosenAddress(em: Em, { subnetId, interfaceId, vmId }: Holder, ip: string): Promise<boolean> {
  const { rows } = await sql<object>`
    insert into address (id, subnet_id, ip, interface_id, vm_id)
    select ${newId()}, ${subnetId}, ${ip}::inet, ${interfaceId}, ${vmId}
    where not exists (select 1 from address used where used.subnet_id = ${subnetId} and used.ip = ${ip}::inet and ${resting})
    returning id`.execute(kyselyOf(em))
  return rows.length > 0
}
