import { changeAccess } from '../auth/access.ts'
import { notFound } from '../auth/authorize.ts'
import { Membership } from '../db/entities/people.ts'
import { kyselyOf } from '../db/kysely.ts'
import { accountByKey, membersByIds } from '../db/queries/member.ts'
import { usernamesOf } from '../db/queries/people.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'
import { isOwner, mayGive, mayTouch } from '../model/member.ts'
import { isPermission, permissions, roleOf, roles } from '../model/permissions.ts'
import type { Permission, Role } from '../model/permissions.ts'
import { usernameKey } from '../model/username.ts'
import { act } from './act.ts'
import type { Act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { askerOf, heldBy, isOwn, lastOwners } from './member-read.ts'
import { violatedUnique } from './retry.ts'
import { lockWorkspace, requireStanding } from './workspace-lock.ts'

// Lock order of all that changes members: the rights of the one who asks (act), those of the one concerned, the workspace.

/** A preset or the permissions one by one: one of the two. */
export interface Wanted { role?: Role | null | undefined; permissions?: readonly string[] | null | undefined }
export interface AddMemberInput extends Asked, Wanted { workspaceId: string; username: string }

/**
 * Makes somebody a member. Nobody gives what they do not hold: FORBIDDEN. NOT_FOUND for a name that nobody has,
 * CONFLICT for somebody who is a member.
 */
export async function addMember(context: AppContext, input: AddMemberInput): Promise<Done> {
  const { workspaceId } = input
  const id = newId()
  return act(context, { method: 'addMember', input, objectId: id }, async (act) => {
    act.authorize('user:add', workspaceId, 'workspace', 'workspaceId')
    const wanted = wantedOf(input)
    const workspace = requireStanding(await lockWorkspace(act.em, workspaceId))
    requireGivable(act, workspaceId, wanted)
    const account = await accountByKey(act.em, usernameKey(input.username).slice(0, 63))
    if (!account) throw new KloudakError('NOT_FOUND', 'There is no user of this name.', { field: 'username', remedy: 'Check how it is written; they may have to sign up first.' })
    act.object = { type: 'member', id, name: account.username }
    try {
      await act.em.insert(Membership, { id, workspace: workspaceId, user: account.id, permissions: inOrder(wanted) })
    } catch (error) {
      if (violatedUnique(error) !== 'membership_pkey') throw error
      throw new KloudakError('CONFLICT', `${account.username} is a member of this workspace.`, { field: 'username', remedy: 'Change what they may do instead.', cause: error })
    }
    act.plan.restsOn(`workspace ${workspaceId}`, workspace.version)
    act.plan.step(`${account.username} becomes a member of ${workspace.name}: ${described(wanted)}.`)
    return { taskId: null }
  })
}

export interface UpdateMemberInput extends Asked, Wanted { memberId: string }

/** Changes what a member may do. Whoever loses a permission has nothing under way with it once this is answered. */
export async function updateMember(context: AppContext, input: UpdateMemberInput): Promise<Done> {
  const { memberId } = input
  return act(context, { method: 'updateMember', input, objectId: memberId }, async (act) => {
    const { member, username } = await openMember(act, memberId, () => 'user:edit')
    const wanted = wantedOf(input)
    requireGivable(act, member.workspace, wanted)
    if (!isOwner(wanted)) await requireAnotherOwner(act, member)
    await kyselyOf(act.em).updateTable('membership').set({ permissions: inOrder(wanted) }).where('id', '=', memberId).execute()
    act.plan.step(`${username} may do: ${described(wanted)}.`)
    const lost = [...heldBy(member)].filter((permission) => !wanted.has(permission))
    if (lost.length > 0) act.plan.loss(`${username} loses ${lost.join(', ')}, and what they have open with it.`)
    return { taskId: null }
  })
}

export interface RemoveMemberInput extends Asked { memberId: string }

/** Removes a member, or lets one leave. What they follow or have open in the workspace is closed at once. */
export async function removeMember(context: AppContext, input: RemoveMemberInput): Promise<Done> {
  const { memberId } = input
  return act(context, { method: 'removeMember', input, objectId: memberId }, async (act) => {
    const { member, username } = await openMember(act, memberId, (member) => (isOwn(act.actor, member) ? 'nothing' : 'user:delete'))
    await requireAnotherOwner(act, member)
    await kyselyOf(act.em).deleteFrom('membership').where('id', '=', memberId).execute()
    act.plan.loss(`${username} no longer sees the workspace, and what they have open in it is closed.`)
    return { taskId: null }
  })
}

/** The member as nobody else can change them until the transaction ends, once the actor may. */
async function openMember(act: Act, memberId: string, needs: (member: Membership) => Permission | 'nothing'): Promise<{ member: Membership; username: string }> {
  const [found] = await membersByIds(act.em, [memberId])
  if (!found) throw notFound('member', 'memberId')
  const needed = needs(found)
  if (needed === 'nothing') act.requireSight(found.workspace, 'member', 'memberId')
  else act.authorize(needed, found.workspace, 'member', 'memberId')
  await changeAccess(act.em, found.user)
  const workspace = await lockWorkspace(act.em, found.workspace)
  const [member] = await membersByIds(act.em, [memberId])
  if (!member) throw notFound('member', 'memberId')
  const username = (await usernamesOf(act.em, [member.user])).get(member.user)!
  act.object = { type: 'member', id: memberId, name: username }
  act.plan.restsOn(`workspace ${workspace.id}`, workspace.version)
  act.plan.restsOn(`member ${memberId}`, member.version)
  const touch = needed === 'nothing' || mayTouch(askerOf(act.actor, member.workspace), heldBy(member))
  if (touch !== true) throw new KloudakError('FORBIDDEN', touch, { field: 'memberId', remedy: 'Ask an owner of the workspace.' })
  return { member, username }
}

/** WRONG_STATE for the last owner. The lock on the workspace keeps two who go at once from each counting on the other. */
async function requireAnotherOwner(act: Act, member: Membership): Promise<void> {
  if (!(await lastOwners(act.em, [member])).has(member.id)) return
  throw new KloudakError('WRONG_STATE', 'This is the last owner of the workspace.', { field: 'memberId', remedy: 'Make somebody else an owner first, or delete the workspace.' })
}

function requireGivable(act: Act, workspaceId: string, wanted: ReadonlySet<Permission>): void {
  const allowed = mayGive(askerOf(act.actor, workspaceId), wanted)
  if (allowed !== true) throw new KloudakError('FORBIDDEN', allowed, { field: 'permissions', remedy: 'Ask an owner of the workspace.' })
}

function wantedOf({ role, permissions: codes }: Wanted): Set<Permission> {
  if ((role == null) === (codes == null)) throw new KloudakError('INVALID_INPUT', 'Give either a role or permissions.', { field: codes == null ? 'role' : 'permissions' })
  if (role != null) return new Set<Permission>(roles[role])
  const unknown = codes!.findIndex((code) => !isPermission(code))
  if (unknown >= 0) throw new KloudakError('INVALID_INPUT', 'There is no such permission.', { field: `permissions.${unknown}`, remedy: `There are ${permissions.join(', ')}.` })
  return new Set(codes as readonly Permission[])
}

const inOrder = (wanted: ReadonlySet<Permission>): Permission[] => permissions.filter((permission) => wanted.has(permission))
const described = (wanted: ReadonlySet<Permission>): string => roleOf(wanted) ?? inOrder(wanted).join(', ')
