import type { Actor, Caller } from '../auth/actor.ts'
import { requireActor, requireSuperuser } from '../auth/authorize.ts'
import type { UserAccount } from '../db/entities/people.ts'
import type { Em } from '../db/orm.ts'
import { userCount, userPage, usersByIds } from '../db/queries/people.ts'
import type { UserFilter } from '../db/queries/people.ts'
import type { PageRequest } from '../model/page.ts'
import type { Reader } from './reader.ts'

/** Those of the users that exist and that the caller sees (themselves, members of their workspaces; superusers all), in no order. */
export async function findUsers({ actor, em }: Caller & { em: Em }, ids: readonly string[]): Promise<UserAccount[]> {
  const { id, superuser, memberships } = requireActor(actor)
  if (superuser) return usersByIds(em, ids)
  // Of the workspaces that the caller sees, not of the user's: a token has its scopes.
  const rows = await em.execute<{ id: string }[]>('select distinct user_id as id from membership where workspace_id = any(?::uuid[]) and user_id = any(?::uuid[])', [`{${[...memberships.keys()].join(',')}}`, `{${ids.join(',')}}`])
  const seen = new Set([id, ...rows.map((row) => row.id)])
  return usersByIds(em, ids.filter((wanted) => seen.has(wanted)))
}

/** One page of all accounts, oldest first. For superusers. */
export async function listUsers({ actor, em }: Reader, filter: UserFilter, page: PageRequest): Promise<UserAccount[]> {
  requireSuperuser(actor)
  return userPage(em, filter, page)
}

export async function countUsers({ actor, em }: Reader, filter: UserFilter): Promise<number> {
  requireSuperuser(actor)
  return userCount(em, filter)
}

/** Whether the actor sees what is private of an account: its owner and superusers do. */
export const seesAccount = (actor: Actor | undefined, userId: string): boolean => actor?.superuser === true || actor?.id === userId
