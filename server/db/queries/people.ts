import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf } from './page.ts'

/** The names of these users by id. */
export async function usernamesOf(em: Em, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await kyselyOf(em).selectFrom('user_account').select(['id', 'username']).where(anyOf('id', ids)).execute()
  return new Map(rows.map(({ id, username }) => [id, username]))
}
