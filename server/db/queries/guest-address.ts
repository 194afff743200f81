import { newId } from '../../model/id.ts'
import { sql } from 'kysely'
import { kyselyOf } from '../kysely.ts'
import type { AddressSource } from '../entities/drift.ts'
import type { Em } from '../orm.ts'
import { anyOf } from './page.ts'

/** What was seen of one VM. */
export interface SeenGuestRow { domainUuid: string; agentAnswered: boolean; addresses: readonly { mac: string; ip: string; source: AddressSource }[] }

// The host's neighbours and leases are forgotten when nobody speaks: absence means something only after so long.
const forgottenAfter = "interval '1 hour'"

/**
 * Writes what was seen of these VMs of the host: of what is there already only when; a VM whose addresses are others than
 * before tells its followers. Returns how many VMs these are. In a transaction of the caller's.
 */
export async function writeGuestAddresses(em: Em, hostId: string, guests: readonly SeenGuestRow[]): Promise<number> {
  const told = guests.flatMap(({ domainUuid, addresses }) => addresses.map((address) => ({ id: newId(), domainUuid, ...address })))
  const asked = guests.map(({ domainUuid, agentAnswered }) => ({ domainUuid, agentAnswered }))
  const [row] = await em.execute<{ changed: number }[]>(`
    with asked as (
      select vm.id, a."agentAnswered" from jsonb_to_recordset(?::jsonb) as a ("domainUuid" uuid, "agentAnswered" boolean) join vm on vm.domain_uuid = a."domainUuid" and vm.host_id = ?
    ), seen as (
      select t.id, vm.id as vm_id, vm_interface.id as interface_id, t.ip, t.source from jsonb_to_recordset(?::jsonb) as t (id uuid, "domainUuid" uuid, mac macaddr, ip inet, source text)
      join vm on vm.domain_uuid = t."domainUuid" join asked on asked.id = vm.id join vm_interface on vm_interface.vm_id = vm.id and vm_interface.mac = t.mac
    ), gone as (
      delete from guest_address using asked where guest_address.vm_id = asked.id
        and not exists (select from seen where (seen.interface_id, seen.ip, seen.source) = (guest_address.interface_id, guest_address.ip, guest_address.source))
        and (guest_address.source = 'agent' and asked."agentAnswered" or guest_address.last_seen_at < now() - ${forgottenAfter}) returning guest_address.vm_id
    ), again as (
      update guest_address set last_seen_at = now() from seen where (seen.interface_id, seen.ip, seen.source) = (guest_address.interface_id, guest_address.ip, guest_address.source)
    ), fresh as (
      insert into guest_address (id, vm_id, interface_id, ip, source) select id, vm_id, interface_id, ip, source from seen on conflict (interface_id, ip, source) do nothing returning vm_id
    ), changed as (
      -- Addresses are shown with their VM: its version tells that they are others.
      update vm set version = version + 1 where id in (select vm_id from gone union select vm_id from fresh) returning id
    ) select count(*)::integer as changed from changed`, [JSON.stringify(asked), hostId, JSON.stringify(told)])
  return row!.changed
}

/** The domains of the host's VMs that run, as far as is known. */
export async function runningDomains(em: Em, hostId: string): Promise<string[]> {
  return (await em.execute<{ uuid: string }[]>("select domain_uuid as uuid from vm where host_id = ? and phase = 'ready' and observed_power = 'running'", [hostId])).map(({ uuid }) => uuid)
}

export interface ObservedAddress { interfaceId: string; ip: string; source: AddressSource; isAssigned: boolean; firstSeenAt: Date; lastSeenAt: Date }

/** What was seen on these interfaces, and whether Kloudak gave it to them. */
export async function observedAddressesOf(em: Em, interfaceIds: readonly string[]): Promise<ObservedAddress[]> {
  const { rows } = await sql<Omit<ObservedAddress, 'firstSeenAt' | 'lastSeenAt'> & { firstMs: string; lastMs: string }>`
    select interface_id as "interfaceId", host(ip) as ip, source, extract(epoch from first_seen_at) * 1000 as "firstMs", extract(epoch from last_seen_at) * 1000 as "lastMs",
      exists (select from address where address.interface_id = guest_address.interface_id and address.released_at is null and host(address.ip) = host(guest_address.ip)) as "isAssigned"
    from guest_address where ${anyOf('interface_id', interfaceIds)} order by ip, source`.execute(kyselyOf(em))
  return rows.map(({ firstMs, lastMs, ...row }) => ({ ...row, firstSeenAt: new Date(Number(firstMs)), lastSeenAt: new Date(Number(lastMs)) }))
}
