import { sql } from 'kysely'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'

/** As many are named; of the rest the count is told. */
const named = 5

/** `a, b and 3 more`: the first names of a list, and how long the rest of it is. */
export function someOf(names: readonly string[], total: number): string {
  return `${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}`
}

/** Rows that keep another one from going: those of `table` whose `column` names it. */
export interface User { what: string; table: 'vm' | 'host' | 'pool' | 'network' | 'template'; column: string }

/** CONFLICT that names what uses the row, unless nothing does. The caller holds the row's lock, so that nothing begins to. */
export async function requireUnused(em: Em, { id, what, field }: { id: string; what: string; field: string }, users: readonly User[]): Promise<void> {
  const found: string[] = []
  for (const user of users) {
    const { rows } = await sql<{ name: string; total: string }>`
      select name, count(*) over () as total from ${sql.table(user.table)} where ${sql.ref(user.column)} = ${id} order by name limit ${named}`.execute(kyselyOf(em))
    if (rows.length > 0) found.push(`the ${rows.length > 1 ? `${user.what}s` : user.what} ${someOf(rows.map(({ name }) => name), Number(rows[0]!.total))}`)
  }
  if (found.length > 0) throw new KloudakError('CONFLICT', `The ${what} is used by ${found.join(', ')}.`, { field, remedy: `Delete these first, or retire the ${what}: it is then offered to nobody any more.` })
}
