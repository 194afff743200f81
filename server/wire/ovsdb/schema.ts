// Compares the tables declared here with the schema that the server has (RFC 7047, 3.2).
import type { Column, Table } from './column.ts'
import { OvsdbSchemaError } from './errors.ts'

interface BaseType { type: string }
interface ColumnType { key: BaseType; value: BaseType | undefined; min: number; max: number }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function baseType(json: unknown): BaseType {
  return { type: typeof json === 'string' ? json : isObject(json) && typeof json.type === 'string' ? json.type : '?' }
}

function columnType(json: unknown): ColumnType {
  if (!isObject(json)) return { key: baseType(json), value: undefined, min: 1, max: 1 }
  const max = json.max === 'unlimited' ? Infinity : Number(json.max ?? 1)
  return { key: baseType(json.key), value: json.value === undefined ? undefined : baseType(json.value), min: Number(json.min ?? 1), max }
}

function kindOf({ value, min, max }: ColumnType): Column['kind'] {
  if (value) return 'map'
  if (max > 1) return 'set'
  return min === 0 ? 'optional' : 'scalar'
}

/** @throws OvsdbSchemaError naming every difference: a table or column that is not there, or of another type */
export function checkSchema(schema: unknown, tables: readonly Table[]): void {
  const known = isObject(schema) && isObject(schema.tables) ? schema.tables : {}
  const faults: string[] = []
  for (const table of tables) {
    const found = known[table.name]
    const columns = isObject(found) && isObject(found.columns) ? found.columns : undefined
    if (!columns) { faults.push(`no table ${table.name}`); continue }
    for (const [name, declared] of Object.entries(table.columns)) {
      const column = columns[name]
      if (!isObject(column)) { faults.push(`no column ${table.name}.${name}`); continue }
      const type = columnType(column.type)
      if (kindOf(type) !== declared.kind || type.key.type !== declared.key || type.value?.type !== declared.value) faults.push(`${table.name}.${name} is ${JSON.stringify(column.type)}`)
    }
  }
  if (faults.length > 0) throw new OvsdbSchemaError(`the database does not fit: ${faults.join(', ')}`)
}
