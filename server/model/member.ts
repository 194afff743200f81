import { permissions, roleOf } from './permissions.ts'
import type { Permission } from './permissions.ts'
import type { Allowed } from './vm.ts'

/** Who asks: what they hold in the workspace. Superusers hold everything. */
export interface Asker { superuser: boolean; held: ReadonlySet<Permission> }

export const holdsOf = ({ superuser, held }: Asker): ReadonlySet<Permission> => (superuser ? new Set(permissions) : held)

export const isOwner = (held: ReadonlySet<Permission>): boolean => roleOf(held) === 'owner'

/** Whether the permissions are theirs to give: nobody gives what they do not hold. */
export function mayGive(asker: Asker, wanted: ReadonlySet<Permission>): Allowed {
  const lacking = [...wanted].filter((permission) => !holdsOf(asker).has(permission))
  return lacking.length === 0 || `You cannot give what you do not hold: ${lacking.join(', ')}.`
}

/** Whether they may change or remove a member who holds this: nobody touches who holds more. */
export function mayTouch(asker: Asker, theirs: ReadonlySet<Permission>): Allowed {
  const lacking = [...theirs].filter((permission) => !holdsOf(asker).has(permission))
  return lacking.length === 0 || `This member holds what you do not: ${lacking.join(', ')}.`
}

export interface MemberCondition { asker: Asker; isSelf: boolean; theirs: ReadonlySet<Permission>; isLastOwner: boolean }

const lastOwner = 'This is the last owner of the workspace: make somebody else an owner first.'

/** The one table of what may be done to a member, shared by the API and the dashboard. Leaving needs no permission. */
export function memberCan(action: 'update' | 'remove', { asker, isSelf, theirs, isLastOwner }: MemberCondition): Allowed {
  const needed: Permission = action === 'update' ? 'user:edit' : 'user:delete'
  const isLeaving = action === 'remove' && isSelf
  if (!isLeaving && !holdsOf(asker).has(needed)) return `This needs the permission ${needed} in the workspace.`
  const touch = isLeaving || mayTouch(asker, theirs)
  if (touch !== true) return touch
  return isLastOwner ? lastOwner : true
}
