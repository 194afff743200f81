import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { permissions } from '../../model/permissions.ts'
import { Membership } from '../entities/people.ts'
import { kyselyOf, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, countOf, keyset } from './page.ts'

const ofWorkspace = (em: Em, workspaceId: string) => kyselyOf(em).selectFrom('membership').where('membership.workspace', '=', workspaceId)

/** In the order in which they joined. */
export async function memberPage(em: Em, workspaceId: string, page: PageRequest): Promise<Membership[]> {
  return rowsOf(em, Membership, keyset(ofWorkspace(em, workspaceId).selectAll('membership'), 'membership.id', page))
}

export const memberCount = (em: Em, workspaceId: string): Promise<number> => countOf(ofWorkspace(em, workspaceId))

export async function membersByIds(em: Em, ids: readonly string[]): Promise<Membership[]> {
  return rowsOf(em, Membership, kyselyOf(em).selectFrom('membership').selectAll('membership').where(anyOf('membership.id', ids)))
}

/** The members of each workspace who hold every permission and whose accounts are not disabled. */
export async function ownersOf(em: Em, workspaceIds: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ workspaceId: string; memberId: string }>`
    select membership.workspace_id as "workspaceId", membership.id as "memberId" from membership join user_account on user_account.id = membership.user_id
    where ${anyOf('membership.workspace_id', workspaceIds)} and membership.permissions @> ${`{${permissions.join(',')}}`}::text[] and user_account.disabled_at is null`.execute(kyselyOf(em))
  return new Map([...Map.groupBy(rows, ({ workspaceId }) => workspaceId)].map(([id, owners]) => [id, owners.map(({ memberId }) => memberId)]))
}

/** The account of this name; undefined, too, when it is disabled. */
export async function accountByKey(em: Em, usernameKey: string): Promise<{ id: string; username: string } | undefined> {
  return kyselyOf(em).selectFrom('user_account').select(['id', 'username']).where('usernameKey', '=', usernameKey).where('disabledAt', 'is', null).executeTakeFirst()
}
