import { notFound } from '../auth/authorize.ts'
import { AffinityGroup } from '../db/entities/affinity-group.ts'
import { kyselyOf } from '../db/kysely.ts'
import { lockGroups } from '../db/queries/affinity.ts'
import type { LockedGroup } from '../db/queries/affinity.ts'
import { affinityLimits } from '../model/affinity-group.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { checkName } from '../model/names.ts'
import type { AffinityPolicy, AffinityStrength } from '../model/placement/request.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { violatedUnique } from './retry.ts'
import { lockWorkspace, requireStanding } from './workspace-lock.ts'

export interface CreateAffinityGroupInput extends Asked { workspaceId: string; name: string; policy: AffinityPolicy; strength: AffinityStrength }

/** A group that VMs join when they are made, or later. CONFLICT when the name is taken, or the workspace has as many as it can. */
export async function createAffinityGroup(context: AppContext, input: CreateAffinityGroupInput): Promise<Done> {
  const id = newId()
  return act(context, { method: 'createAffinityGroup', input, objectId: id }, async (act) => {
    const { em, plan } = act
    const { workspaceId, policy, strength } = input
    act.authorize('vm:add', workspaceId, 'workspace', 'workspaceId')
    const name = checkName(input.name)
    // One at a time, so that the count holds.
    requireStanding(await lockWorkspace(em, workspaceId))
    const { count } = await kyselyOf(em).selectFrom('affinity_group').select((eb) => eb.fn.countAll<string>().as('count')).where('workspace', '=', workspaceId).executeTakeFirstOrThrow()
    if (Number(count) >= affinityLimits.groups.max) throw new KloudakError('CONFLICT', `A workspace has at most ${affinityLimits.groups.max} affinity groups.`, { field: 'workspaceId', remedy: 'Delete those that are not needed.' })
    await em.insert(AffinityGroup, { id, workspace: workspaceId, name, policy, strength }).catch(nameTaken)
    act.object = { type: 'affinity_group', id, name }
    plan.step(`The affinity group ${name} is made.`)
    return { taskId: null }
  })
}

function nameTaken(error: unknown): never {
  if (violatedUnique(error) !== 'affinity_group_name') throw error
  throw new KloudakError('CONFLICT', 'The workspace has an affinity group of this name.', { field: 'name', remedy: 'Choose another name.', cause: error })
}

async function lockGroup(act: Act, groupId: string): Promise<LockedGroup> {
  const [group] = await lockGroups(act.em, [groupId])
  if (!group) throw notFound('affinity group', 'groupId')
  act.object = { type: 'affinity_group', id: group.id, name: group.name }
  act.authorize('vm:edit', group.workspaceId, 'affinity group', 'groupId')
  act.plan.restsOn(`affinity_group ${group.id}`, group.version)
  return group
}

/** Changes the name. What a group asks for stays: its VMs stand as they do because of it. */
export async function updateAffinityGroup(context: AppContext, input: Asked & { groupId: string; name: string }): Promise<Done> {
  return act(context, { method: 'updateAffinityGroup', input, objectId: input.groupId }, async (act) => {
    const group = await lockGroup(act, input.groupId)
    const name = checkName(input.name)
    if (name === group.name) return { taskId: null }
    await kyselyOf(act.em).updateTable('affinity_group').set({ name }).where('id', '=', group.id).execute().catch(nameTaken)
    act.plan.step(`The affinity group ${group.name} is called ${name}.`)
    return { taskId: null }
  })
}

/** Its VMs stay where they are, and are free to go anywhere from now on. */
export async function deleteAffinityGroup(context: AppContext, input: Asked & { groupId: string }): Promise<Done> {
  return act(context, { method: 'deleteAffinityGroup', input, objectId: input.groupId }, async (act) => {
    const group = await lockGroup(act, input.groupId)
    await kyselyOf(act.em).deleteFrom('affinity_group').where('id', '=', group.id).execute()
    act.plan.loss(`The affinity group ${group.name} is gone; its VMs stay where they are.`)
    return { taskId: null }
  })
}
