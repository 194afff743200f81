import type { EntitySchema } from '@mikro-orm/core'
import { CompiledQuery, sql } from 'kysely'
import type { RawBuilder, SelectQueryBuilder } from 'kysely'
import type { Db, Em } from './orm.ts'
import { uuidArray } from './queries/page.ts'
import { sharedReadsOf } from './shared-reads.ts'

const typed = new WeakMap<object, ReturnType<typeof makeTyped>>()

/**
 * Kysely on the entity manager's connection, inside its transaction when there is one. Columns carry the entities'
 * property names, values the entities' types.
 */
export function kyselyOf(em: Em): ReturnType<typeof makeTyped> {
  // What turns names and values is dear to make, and the same for all statements of a transaction.
  const bare = em.getKysely()
  const known = typed.get(bare)
  if (known) return known
  const made = makeTyped(em)
  typed.set(bare, made)
  return made
}

const makeTyped = (em: Em) => (em as Db['em']).getKysely({ columnNamingStrategy: 'property', convertValues: true })

interface Column { field: string; property: string; convert: ((value: unknown) => unknown) | undefined }
interface Table { name: string; columns: Column[] }

const tables = new WeakMap<object, Table>()

/** An entity's table, and how each of its columns becomes a property: worked out once. */
function tableOf(em: Em, entity: EntitySchema): Table {
  const known = tables.get(entity)
  if (known) return known
  const platform = em.getPlatform()
  const { tableName, props } = em.getMetadata().get(entity)
  const columns = props.filter(({ fieldNames }) => fieldNames?.length === 1).map((prop): Column => {
    const { customType } = prop
    if (customType) return { field: prop.fieldNames[0]!, property: prop.name, convert: (value) => customType.convertToJSValue(value, platform) }
    return { field: prop.fieldNames[0]!, property: prop.name, convert: prop.runtimeType === 'Date' ? (value) => (value instanceof Date ? value : platform.parseDate(String(value))) : undefined }
  })
  const made = { name: tableName, columns }
  tables.set(entity, made)
  return made
}

interface Reading<Key> {
  /** Properties that the reader has no use for: secrets, and what is large, then stay in the database. */
  without?: readonly Key[] | undefined
}

const columnsOf = ({ columns }: Table, without: readonly PropertyKey[] = []) => columns.filter(({ property }) => !without.includes(property))

/** All of these columns, as one expression: the builder would look at each of them again and again. */
function selection({ name }: Table, columns: readonly Column[]) {
  return sql.raw(columns.map(({ field }) => `"${name}"."${field}"`).join(', ')).as(columns.at(-1)!.field) as never
}

function rowsFrom<Row>(rows: unknown[], columns: readonly Column[]): Row[] {
  return (rows as Record<string, unknown>[]).map((row) => {
    const made: Record<string, unknown> = {}
    for (const { field, property, convert } of columns) {
      const value = row[field]
      made[property] = value === null || value === undefined || !convert ? value : convert(value)
    }
    return made as Row
  })
}

/**
 * Runs a query, which selects nothing itself, for the rows of one entity's table. They are those that the query's own
 * `execute` gives with `selectAll`, without the plugin's search for each column in each row, which was the largest part
 * of a page of a list.
 */
export async function rowsOf<Row, Key extends keyof Row = never>(em: Em, entity: EntitySchema<Row>, query: SelectQueryBuilder<never, never, object>, { without }: Reading<Key> = {}): Promise<Omit<Row, Key>[]> {
  const table = tableOf(em, entity as EntitySchema)
  const columns = columnsOf(table, without)
  const { rows } = await em.getKysely().executeQuery(query.select(selection(table, columns)).compile())
  return rowsFrom(rows, columns)
}

interface ByIds<Row, Key> extends Reading<Key> {
  ids: readonly string[]
  /** Which rows: those with one of the ids in this property, or those that a condition on the list of ids chooses. */
  by: keyof Row & string | ((ids: RawBuilder<unknown>) => RawBuilder<boolean>)
  orderBy?: keyof Row & string
}

const statements = new Map<string, string>()

/** The rows that belong to these ids. The statement is made once, under the name `look`. */
export async function rowsByIds<Row, Key extends keyof Row = never>(em: Em, entity: EntitySchema<Row>, look: string, { ids, by, orderBy, without }: ByIds<Row, Key>): Promise<Omit<Row, Key>[]> {
  const table = tableOf(em, entity as EntitySchema)
  const columns = columnsOf(table, without)
  const list = uuidArray(ids)
  const read = async () => rowsFrom<Omit<Row, Key>>((await em.getKysely().executeQuery(CompiledQuery.raw(statements.get(look) ?? compile(), [list]))).rows, columns)
  return sharedReadsOf(em)?.read(`${look} ${list}`, read) ?? read()

  function compile(): string {
    const fieldOf = (name: string) => sql.ref(`${table.name}.${table.columns.find(({ property }) => property === name)!.field}`)
    const all = sql`${''}::uuid[]`
    let query = em.getKysely<Record<string, object>>().selectFrom(table.name).select(selection(table, columns)).where(typeof by === 'string' ? sql<boolean>`${fieldOf(by)} = any(${all})` : by(all))
    if (orderBy !== undefined) query = query.orderBy(fieldOf(orderBy))
    const text = query.compile().sql
    statements.set(look, text)
    return text
  }
}
