import { maySee } from '../auth/authorize.ts'
import type { Actor } from '../auth/actor.ts'
import type { Membership } from '../db/entities/people.ts'
import { memberCount, memberPage, membersByIds, ownersOf } from '../db/queries/member.ts'
import { memberCan } from '../model/member.ts'
import type { Asker } from '../model/member.ts'
import type { PageRequest } from '../model/page.ts'
import type { Permission } from '../model/permissions.ts'
import type { Allowed } from '../model/vm.ts'
import type { Reader } from './reader.ts'

/** The members of a workspace that the reader sees, in the order in which they joined; of any other there are none. */
export async function listMembers({ actor, em }: Reader, workspaceId: string, page: PageRequest): Promise<Membership[]> {
  return maySee(actor, workspaceId) ? memberPage(em, workspaceId, page) : []
}

export async function countMembers({ actor, em }: Reader, workspaceId: string): Promise<number> {
  return maySee(actor, workspaceId) ? memberCount(em, workspaceId) : 0
}

/** Those of the memberships that exist and that the reader sees, in no order. */
export async function findMembers({ actor, em }: Reader, ids: readonly string[]): Promise<Membership[]> {
  return (await membersByIds(em, ids)).filter(({ workspace }) => maySee(actor, workspace))
}

export const heldBy = ({ permissions }: Pick<Membership, 'permissions'>): Set<Permission> => new Set(permissions as Permission[])

/** Whether it is their own membership to leave. A token leaves nothing on its user's behalf. */
export const isOwn = (actor: Actor | undefined, { user }: Pick<Membership, 'user'>): boolean => actor?.id === user && actor.isToken !== true

/** What the actor holds in the workspace, as the rules of membership ask for it. */
export const askerOf = (actor: Actor | undefined, workspaceId: string): Asker => ({ superuser: actor?.superuser === true, held: actor?.memberships.get(workspaceId) ?? new Set() })

/** For each member, whether it is the last owner of its workspace: one statement for all of them. */
export async function lastOwners(em: Reader['em'], members: readonly Pick<Membership, 'id' | 'workspace'>[]): Promise<Set<string>> {
  const owners = await ownersOf(em, [...new Set(members.map(({ workspace }) => workspace))])
  return new Set(members.filter(({ id, workspace }) => owners.get(workspace)?.every((owner) => owner === id)).map(({ id }) => id))
}

/** What the reader may do to the member now, or the sentence that says why not. */
export function memberPermit(action: 'update' | 'remove', actor: Actor | undefined, member: Membership, isLastOwner: boolean): Allowed {
  return memberCan(action, { asker: askerOf(actor, member.workspace), isSelf: isOwn(actor, member), theirs: heldBy(member), isLastOwner })
}
