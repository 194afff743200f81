import { lockLimits, quotasOf, usageOf } from '../db/queries/quota.ts'
import { checkQuotas, quotaResources } from '../model/quota.ts'
import type { QuotaAmounts, QuotaResource } from '../model/quota.ts'
import type { Act } from './act.ts'

type Taker = Pick<Act, 'em' | 'plan' | 'wantsPlan'>

export interface Taking {
  /** A new VM whose rows this transaction has written already: they are what is asked for and do not count as used. */
  besides?: string
  /** The input field that asks for each resource; `workspaceId` where none is given. */
  fields?: Partial<Record<QuotaResource, string>>
}

/**
 * Takes of the workspace's quota what a verb is about to reserve, or throws QUOTA_EXCEEDED: which quota, how much is
 * used, how much was asked for, the limit.
 *
 *     await takeQuota(act, network.workspace, { addresses: 2 }, { fields: { addresses: 'networkId' } })
 *
 * Nothing is written: what is used is what has rows. Limits of what is asked for are locked until the transaction ends, so
 * that of two requests at once the second counts what the first wrote; without a limit nothing is locked. Call it in the
 * transaction that writes the rows, as late as the order of locks allows: behind networks, hosts, VMs and tasks, before
 * areas, pools and subnets, which other workspaces share. Rows that are already written would count twice: call it
 * before they are, or name the new VM in `besides`. A change of size asks for the difference; what is not above 0 passes.
 */
export async function takeQuota({ em, plan, wantsPlan }: Taker, workspaceId: string, asked: QuotaAmounts, { besides, fields = {} }: Taking = {}): Promise<void> {
  const more = quotaResources.filter((resource) => (asked[resource] ?? 0) > 0)
  if (more.length === 0) return
  const limits = await lockLimits(em, workspaceId, more)
  // Without a limit only a plan wants to know.
  const counted = wantsPlan ? more : more.filter((resource) => limits.has(resource))
  if (counted.length === 0) return
  // A statement of its own: its snapshot is taken after the lock, so it sees what the one before us wrote.
  const usage = (await usageOf(em, [workspaceId], counted, besides)).get(workspaceId)!
  const quotas = counted.map((resource) => ({ resource, limit: limits.get(resource) ?? null, used: usage[resource] }))
  checkQuotas(quotas, asked, fields)
  for (const { resource, limit, used } of quotas) plan.quota({ resource, limit, before: used, after: used + asked[resource]! })
}

/** Tells a plan what will be free again when the work is done. */
export async function planQuotaFreed({ em, plan, wantsPlan }: Taker, workspaceId: string, freed: QuotaAmounts): Promise<void> {
  if (!wantsPlan) return
  const quotas = (await quotasOf(em, [workspaceId])).get(workspaceId)!
  for (const { resource, limit, used } of quotas) if (freed[resource]) plan.quota({ resource, limit, before: used, after: used - freed[resource] })
}
