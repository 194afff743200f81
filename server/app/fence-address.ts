// Of whom a fence device speaks: of one host, and from outside of it.
import type { Em } from '../db/orm.ts'
import type { DeviceRow } from '../db/queries/outage.ts'
import { KloudakError } from '../model/errors.ts'
import { usualFencePorts } from '../model/fence.ts'

type Device = Pick<DeviceRow, 'hostId' | 'kind' | 'address'>

/** CONFLICT for a device that a host has already: of another host it says nothing, and what failed once is not tried again. */
export async function requireOwnDevice(em: Em, { hostId, kind, address, port, options }: Device & Pick<DeviceRow, 'port' | 'options'>): Promise<void> {
  if (address === null) return
  // Two that are added at once would not see each other.
  await em.execute('select pg_advisory_xact_lock(7203415)')
  const usual = usualFencePorts[kind] ?? 0
  const [other] = await em.execute<{ hostId: string; name: string }[]>(`
    select host.id as "hostId", host.name from fence_device join host on host.id = fence_device.host_id
    where fence_device.kind = ? and fence_device.address = ? and coalesce(fence_device.port, ?) = ? and options ->> 'plug' is not distinct from ?
    order by host.id = ? desc limit 1`, [kind, address, usual, port ?? usual, options.plug ?? null, hostId])
  if (!other) return
  if (other.hostId === hostId) throw new KloudakError('CONFLICT', `Host ${other.name} has this ${kind} device already.`, { field: 'address', remedy: 'To change how it is asked, remove it and add it anew.' })
  throw new KloudakError('CONFLICT', `Host ${other.name} has this ${kind} device: it switches one of the two, and says nothing of the other.`, { field: 'address', remedy: 'Give each host its own, and try each with testFenceDevice.' })
}

// Ceph's is the host's: it names the client that is cut off, and is asked elsewhere.
const isOwn = `fence_device.kind <> 'ceph' and fence_device.address in (select host.address union all select noted ->> 'address' from jsonb_array_elements(host.addresses) noted)`

/** INVALID_INPUT for a device at an address of its host: it would fall silent with the host, and could switch off something else. */
export async function requireOutside(em: Em, { hostId, kind, address }: Device): Promise<void> {
  const [own] = await em.execute<{ name: string }[]>(`select host.name from (select ?::text as kind, ?::text as address) fence_device, host where host.id = ? and ${isOwn}`, [kind, address, hostId])
  if (own) throw new KloudakError('INVALID_INPUT', `${address} is an address of host ${own.name} itself: a device there is lost with its host.`, { field: 'address', remedy: 'Send the address of the board or machine that switches the host. If that is it, take it from the addresses of the host first.' })
}

/** The same, where an operator has given the host these addresses: INVALID_INPUT for one at which a device of it is. */
export async function requireDevicesOutside(em: Em, hostId: string, given: { address: boolean; addresses: boolean }): Promise<void> {
  if (!given.address && !given.addresses) return
  const own = await em.execute<{ kind: string; address: string; field: 'address' | 'addresses' }[]>(`
    select fence_device.kind, fence_device.address, case when fence_device.address = host.address then 'address' else 'addresses' end as field
    from fence_device join host on host.id = host_id where host_id = ? and ${isOwn}`, [hostId])
  const wrong = own.find(({ field }) => given[field])
  if (wrong) throw new KloudakError('INVALID_INPUT', `${wrong.address} is where the host's ${wrong.kind} device is, and so is no address of the host itself.`, { field: wrong.field, remedy: 'Send another address, or remove that fence device first.' })
}
