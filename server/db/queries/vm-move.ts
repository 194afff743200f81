import { sql } from 'kysely'
import { KloudakError } from '../../model/errors.ts'
import { newId } from '../../model/id.ts'
import { explainRefusals, place } from '../../model/placement.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { hostCandidates, lockOneHost, lockedHost } from './capacity.ts'

export interface MoveRequest {
  vmId: string
  /** Hosts that it must not go to; the one that it is on is always among them. */
  exclude?: readonly string[]
  /** The one host that it shall go to; undefined for the best. */
  to?: string | undefined
}

// How many of the best hosts are tried for one that nobody else is placing on at this moment.
const choices = 16
const tries = 5

/**
 * Promises the VM its size on another host of its area, beside what its own host has promised it, and returns that host.
 * Repeating it finds the promise that stands. Call it in a transaction: the host is locked until its end.
 * @throws KloudakError NOT_FOUND for a VM that is gone; NO_CAPACITY when no other host has room
 */
export async function promiseElsewhere(em: Em, { vmId, exclude = [], to }: MoveRequest): Promise<string> {
  const { rows: [vm] } = await sql<{ areaId: string; hostId: string; vcpus: number; memoryBytes: string; promised: string | null }>`
    select area_id as "areaId", host_id as "hostId", vcpus, memory_bytes as "memoryBytes", (select host_id from reservation where vm_id = vm.id and reason = 'move') as promised
    from vm where id = ${vmId} for no key update`.execute(kyselyOf(em))
  if (!vm) throw new KloudakError('NOT_FOUND', 'The VM is gone from the books.')
  if (vm.promised !== null) return vm.promised
  const shut = new Set([...exclude, vm.hostId])
  const request = { vcpus: vm.vcpus, memoryBytes: Number(vm.memoryBytes) }
  for (let left = tries; left > 0; left--) {
    const candidates = (await hostCandidates(em, [vm.areaId])).filter(({ id }) => !shut.has(id) && (to === undefined || id === to))
    const { ranked, refusals } = place(request, candidates)
    if (ranked.length === 0) {
      const { message, remedy } = explainRefusals(request, refusals)
      throw new KloudakError('NO_CAPACITY', message, { remedy })
    }
    const host = await lockedHost(em, await lockOneHost(em, ranked.slice(0, choices).map(({ id }) => id)))
    if (place(request, [host]).ranked.length === 0) continue
    await sql`
      insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason)
      values (${newId()}, ${vmId}, ${host.id}, ${request.vcpus}, ${request.memoryBytes}, 'move')`.execute(kyselyOf(em))
    return host.id
  }
  throw new KloudakError('UNAVAILABLE', 'Other VMs took the room of every host that had some.', { retryAfterMs: 1_000 })
}

/** The VM is on the host that promised it room: what its old host promised it is free. Repeating it changes nothing. */
export async function settleMove(em: Em, { vmId, hostId }: { vmId: string; hostId: string }): Promise<void> {
  await sql`update vm set host_id = ${hostId} where id = ${vmId} and host_id <> ${hostId}`.execute(kyselyOf(em))
  await sql`delete from reservation where vm_id = ${vmId} and host_id is not null and host_id <> ${hostId}`.execute(kyselyOf(em))
  await sql`update reservation set reason = 'vm' where vm_id = ${vmId} and host_id = ${hostId}`.execute(kyselyOf(em))
}

/** The VM stays where it is: the room that was promised it elsewhere is free. Absence is success. */
export async function giveUpMove(em: Em, vmId: string): Promise<void> {
  await sql`delete from reservation where vm_id = ${vmId} and reason = 'move'`.execute(kyselyOf(em))
}
