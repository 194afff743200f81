import { notFound, requireActor } from '../auth/authorize.ts'
import { defaultLimits, quotasOf, setDefaultLimits, setLimits, touchWorkspace } from '../db/queries/quota.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { formatQuota, quotaResources, quotaWord } from '../model/quota.ts'
import type { QuotaResource } from '../model/quota.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import type { Reader } from './reader.ts'

/** A limit that is left out or null ends: there may be any amount then. */
export interface LimitInput { resource: QuotaResource; limit?: number | null | undefined }

export interface SetWorkspaceQuotaInput extends Asked { workspaceId: string; limits: readonly LimitInput[] }

/**
 * Sets the limits that are named; all others stay. One below the usage takes nothing away: nothing new comes until there
 * is less. Waits for the requests that hold the limits; those behind it see the new ones.
 */
export async function setWorkspaceQuota(context: AppContext, input: SetWorkspaceQuotaInput): Promise<Done> {
  const { workspaceId } = input
  return act(context, { method: 'setWorkspaceQuota', input, objectId: workspaceId }, async (act) => {
    act.requireSuperuser()
    const limits = checkLimits(input.limits)
    const workspace = await touchWorkspace(act.em, workspaceId)
    if (!workspace) throw notFound('workspace', 'workspaceId')
    act.requireSight(workspaceId, 'workspace', 'workspaceId')
    act.object = { type: 'workspace', id: workspaceId, name: workspace.name }
    act.plan.restsOn(`workspace ${workspaceId}`, workspace.version)
    if (act.wantsPlan) {
      for (const { resource, used } of (await quotasOf(act.em, [workspaceId])).get(workspaceId)!) {
        if (limits.has(resource)) act.plan.step(`${sentenceOf(resource, limits.get(resource)!)} ${formatQuota(resource, used)} used now.`)
      }
    }
    await setLimits(act.em, workspaceId, limits)
    return { taskId: null }
  })
}

export interface SetDefaultQuotaInput extends Asked { limits: readonly LimitInput[] }

/** Sets limits that workspaces begin with from now on; those that exist keep theirs. */
export async function setDefaultQuota(context: AppContext, input: SetDefaultQuotaInput): Promise<Done> {
  return act(context, { method: 'setDefaultQuota', input, objectId: newId() }, async (act) => {
    act.requireSuperuser()
    const limits = checkLimits(input.limits)
    for (const [resource, limit] of limits) act.plan.step(sentenceOf(resource, limit))
    await setDefaultLimits(act.em, limits)
    return { taskId: null }
  })
}

/** The limits that a new workspace begins with, of all resources. */
export async function findDefaultQuota({ actor, em }: Reader): Promise<{ resource: QuotaResource; limit: number | null }[]> {
  requireActor(actor)
  const limits = await defaultLimits(em)
  return quotaResources.map((resource) => ({ resource, limit: limits.get(resource) ?? null }))
}

const sentenceOf = (resource: QuotaResource, limit: number | null) => (limit === null ? `The quota of ${quotaWord(resource)} ends.` : `The quota of ${quotaWord(resource)} is ${formatQuota(resource, limit)}.`)

function checkLimits(limits: readonly LimitInput[]): Map<QuotaResource, number | null> {
  const checked = new Map<QuotaResource, number | null>()
  if (limits.length === 0) throw new KloudakError('INVALID_INPUT', 'No limit is named.', { field: 'limits', remedy: 'Name at least one resource.' })
  for (const [index, { resource, limit = null }] of limits.entries()) {
    if (checked.has(resource)) throw new KloudakError('INVALID_INPUT', 'A resource is named twice.', { field: `limits.${index}.resource`, remedy: 'Name it once.' })
    if (limit !== null && !(Number.isSafeInteger(limit) && limit >= 0)) throw new KloudakError('INVALID_INPUT', 'A limit is a whole number from 0 to 2^53 - 1.', { field: `limits.${index}.limit`, remedy: 'Leave it out for no limit.' })
    checked.set(resource, limit)
  }
  return checked
}
