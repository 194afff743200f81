import { hostReview } from '../../jobs/contract/host.ts'
import { notFound, requireSuperuser } from '../auth/authorize.ts'
import { reviewOf, storedInventory } from '../db/queries/host-review.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import type { HostDifference, Settlement } from '../model/host-differences.ts'
import { foreignClaim } from '../model/host-inventory.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import type { Reader } from './reader.ts'

export interface HostDifferences {
  hostId: string
  /** When a worker looked at the host; null when none has since it was frozen. */
  observedAt: Date | null
  differences: HostDifference[]
  /** VMs on the host that are none of this Kloudak's: they are counted, and left alone. */
  unmanagedVms: number
  settlements: Settlement[]
}

/**
 * Where the books and a host differ, by what a worker saw there last: the API itself has no way to hosts. Workers look at
 * frozen hosts every few seconds. FORBIDDEN for all but superusers, NOT_FOUND.
 */
export async function findHostDifferences({ em, actor }: Reader, hostId: string): Promise<HostDifferences> {
  requireSuperuser(actor)
  const [host] = await em.execute<object[]>("select 1 from host where id = ? and state <> 'retired'", [hostId])
  if (!host) throw notFound('host', 'hostId')
  const stored = await storedInventory(em, hostId)
  if (!stored) return { hostId, observedAt: null, differences: [], unmanagedVms: 0, settlements: [] }
  const { differences, unmanagedVms, settlements } = await reviewOf(em, hostId, stored.content)
  return { hostId, observedAt: stored.takenAt, differences, unmanagedVms, settlements }
}

export interface ReviewHostInput extends Asked { hostId: string }

/**
 * An operator has seen where host and books differ. The host is taken as it is: what the books have and it has not is failed
 * in the books, what only it has is left alone there; nothing on it is made, stopped or removed. Then work on it goes on. The
 * task fails, and the host stays frozen, when host or books have changed meanwhile. WRONG_STATE when it is not frozen, nobody
 * has looked at it yet, or another Kloudak's marker lies in a pool. For superusers.
 */
export async function reviewHost(context: AppContext, input: ReviewHostInput): Promise<Done> {
  const { hostId } = input
  return act(context, { method: 'reviewHost', input, objectId: hostId }, async (act) => {
    act.requireSuperuser()
    const { name } = await lockFrozen(act.em, hostId)
    const stored = await storedInventory(act.em, hostId)
    if (!stored) throw new KloudakError('WRONG_STATE', `No worker has looked at host ${name} since it was frozen.`, { field: 'hostId', remedy: 'Wait until a worker reaches the host; hostDifferences tells when one has.' })
    const { own, differences, settlements, digest } = await reviewOf(act.em, hostId, stored.content)
    const foreign = foreignClaim(own, stored.content)
    if (foreign) throw new KloudakError('WRONG_STATE', foreign.message, { field: 'hostId', remedy: foreign.remedy })
    act.plan.restsOn('differences', digest)
    for (const settlement of settlements) act.plan.step(settlement.phase === 'failed' ? `Mark the VM ${settlement.name} as failed: ${settlement.failure}` : `Take the VM ${settlement.name} as ready: the host has it.`)
    for (const { kind, message } of differences) if (kind === 'vm-unknown' || kind === 'volume-unknown') act.plan.step(`Leave alone: ${message}`)
    for (const { kind, message } of differences) if (kind === 'vm-missing' || kind === 'volume-missing') act.plan.loss(message)
    return act.startTask({ contract: hostReview, input: { hostId, digest }, workspaceId: null, object: { type: 'host', id: hostId, name } })
  })
}

async function lockFrozen(em: Em, hostId: string): Promise<{ name: string }> {
  const [host] = await em.execute<{ name: string; frozen: boolean }[]>("select name, frozen_at is not null as frozen from host where id = ? and state <> 'retired' for update", [hostId])
  if (!host) throw notFound('host', 'hostId')
  if (!host.frozen) throw new KloudakError('WRONG_STATE', `Host ${host.name} does not wait for a review.`, { field: 'hostId' })
  return host
}
