import type { EntitySchema } from '@mikro-orm/core'
import type { Compilable } from 'kysely'
import type { Db, Em } from './orm.ts'

/**
 * Kysely on the entity manager's connection, inside its transaction when there is one. Columns carry the entities'
 * property names, values the entities' types.
 */
export function kyselyOf(em: Em) {
  return (em as Db['em']).getKysely({ columnNamingStrategy: 'property', convertValues: true })
}

interface Column { field: string; property: string; convert: ((value: unknown) => unknown) | undefined }

const columns = new WeakMap<object, Column[]>()

/** How each column of an entity's table becomes a property, worked out once. */
function columnsOf(em: Em, entity: EntitySchema): Column[] {
  const known = columns.get(entity)
  if (known) return known
  const platform = em.getPlatform()
  const made = em.getMetadata().get(entity).props.filter(({ fieldNames }) => fieldNames?.length === 1).map((prop): Column => {
    const { customType } = prop
    if (customType) return { field: prop.fieldNames[0]!, property: prop.name, convert: (value) => customType.convertToJSValue(value, platform) }
    return { field: prop.fieldNames[0]!, property: prop.name, convert: prop.runtimeType === 'Date' ? (value) => (value instanceof Date ? value : platform.parseDate(String(value))) : undefined }
  })
  columns.set(entity, made)
  return made
}

/**
 * Runs a query that selects all columns of one entity's table. Its rows are those that the query's own `execute` gives,
 * without the plugin's search for each column in each row, which was the largest part of a page of a list.
 */
export async function rowsOf<Row>(em: Em, entity: EntitySchema<Row>, query: Compilable): Promise<Row[]> {
  const { rows } = await kyselyOf(em).withoutPlugins().executeQuery(query.compile())
  const wanted = columnsOf(em, entity as EntitySchema)
  return (rows as Record<string, unknown>[]).map((row) => {
    const made: Record<string, unknown> = {}
    for (const { field, property, convert } of wanted) {
      const value = row[field]
      made[property] = value === null || value === undefined || !convert ? value : convert(value)
    }
    return made as Row
  })
}
