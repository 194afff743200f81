import type { Caller } from '../auth/actor.ts'
import { requireActor } from '../auth/authorize.ts'
import { UserAccount } from '../db/entities/people.ts'
import type { Em } from '../db/orm.ts'

/** Those of the users that exist and that the caller sees (themselves, members of their workspaces; superusers all), in no order. */
export async function findUsers({ actor, em }: Caller & { em: Em }, ids: readonly string[]): Promise<UserAccount[]> {
  const { id, superuser } = requireActor(actor)
  if (superuser) return em.find(UserAccount, { id: { $in: [...ids] } })
  const rows = await em.execute<{ id: string }[]>(`
    select distinct theirs.user_id as id from membership theirs join membership mine using (workspace_id)
    where mine.user_id = ? and theirs.user_id = any(?::uuid[])`, [id, `{${ids.join(',')}}`])
  const seen = new Set([id, ...rows.map((row) => row.id)])
  return em.find(UserAccount, { id: { $in: ids.filter((wanted) => seen.has(wanted)) } })
}
