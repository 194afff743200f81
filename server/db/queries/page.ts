import { sql } from 'kysely'
import type { SelectQueryBuilder } from 'kysely'
import type { PageRequest } from '../../model/page.ts'

/** Whose rows a reader sees: those of the named workspaces, or all (superusers, and the workers of Kloudak itself). */
export type Sight = 'all' | readonly string[]

/** The ids as one array parameter: an empty list is no syntax error, and statements of any length share one plan. */
export const anyOf = (column: string, ids: readonly string[]) => sql<boolean>`${sql.ref(column)} = any(${uuidArray(ids)}::uuid[])`

/** PostgreSQL's text form of an array of ids; they are checked UUIDs and need no quoting. */
export const uuidArray = (ids: readonly string[]): string => {
  for (const id of ids) if (!/^[0-9a-f-]{36}$/.test(id)) throw new Error('an id that is no UUID came to a query')
  return `{${ids.join(',')}}`
}

/** Cuts the query to one keyset page by id; `newestFirst` turns the whole list round. */
export function keyset<DB, TB extends keyof DB, Row>(query: SelectQueryBuilder<DB, TB, Row>, column: string, page: PageRequest, { newestFirst = false } = {}): SelectQueryBuilder<DB, TB, Row> {
  const id = sql.ref(column)
  const [follows, precedes] = newestFirst ? [sql`<`, sql`>`] : [sql`>`, sql`<`]
  let cut = query
  if (page.after !== undefined) cut = cut.where(sql<boolean>`${id} ${follows} ${page.after}::uuid`)
  if (page.before !== undefined) cut = cut.where(sql<boolean>`${id} ${precedes} ${page.before}::uuid`)
  return cut.orderBy(id, newestFirst === page.backward ? 'asc' : 'desc').limit(page.limit)
}

/** How many rows the query has, without reading them. */
export async function countOf<DB, TB extends keyof DB>(query: SelectQueryBuilder<DB, TB, object>): Promise<number> {
  const counted = await query.select(sql<string>`count(*)`.as('count')).executeTakeFirstOrThrow()
  return Number((counted as { count: string }).count)
}

/** A pattern for `ilike` that finds the text anywhere, with its own wildcards taken literally. */
export const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`
