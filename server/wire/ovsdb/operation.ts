// The operations of a transaction (RFC 7047, 5.2), typed by the tables they name.
import { columnOf, decodeValue, encodeSet, encodeValue, uuidColumn } from './column.ts'
import type { Row, Table, WriteRow } from './column.ts'
import { OvsdbProtocolError } from './errors.ts'

/** One operation in the form of the wire, with the reader of its result. */
export interface Operation<Result = unknown> {
  readonly wire: Readonly<Record<string, unknown>>
  /** False for what cannot change the database: a lost connection then leaves nothing unknown. */
  readonly writes: boolean
  decode(result: Readonly<Record<string, unknown>>): Result
}

type Field<T extends Table> = keyof T['columns'] & string
type Test<T extends Table, K extends Field<T>> = readonly [column: K, test: '==' | '!=' | 'includes' | 'excludes' | '<' | '<=' | '>' | '>=', value: Required<WriteRow<T>>[K]]
/** One condition on a row; all of a list must hold. */
export type Condition<T extends Table> = readonly [column: '_uuid', test: '==' | '!=', uuid: string] | { [K in Field<T>]: Test<T, K> }[Field<T>]
export type Mutation<T extends Table> = { [K in Field<T>]:
  | readonly [column: K, mutator: '+=' | '-=' | '*=' | '/=' | '%=', value: number]
  | readonly [column: K, mutator: 'insert' | 'delete', value: Required<WriteRow<T>>[K]]
  /** Removes the pairs with these keys from a map, whatever their values. */
  | readonly [column: K, mutator: 'delete', keys: { keys: readonly (string | number)[] }] }[Field<T>]

export interface FoundRow<T extends Table> { uuid: string; row: Row<T> }

function encodeRow<T extends Table>(table: T, row: WriteRow<T>): Record<string, unknown> {
  const entries = Object.entries(row)
  return Object.fromEntries(entries.map(([name, value]) => [name, encodeValue(columnOf(table, name), value)]))
}

function encodeWhere<T extends Table>(table: T, where: readonly Condition<T>[]): unknown[] {
  return where.map(([name, test, value]) => [name, test, encodeValue(columnOf(table, name), value)])
}

export function decodeRow<T extends Table>(table: T, wire: Readonly<Record<string, unknown>>): Row<T> {
  return Object.fromEntries(Object.keys(table.columns).map((name) => [name, decodeValue(columnOf(table, name), wire[name])])) as Row<T>
}

const count = (result: Readonly<Record<string, unknown>>): number => {
  if (typeof result.count !== 'number') throw new OvsdbProtocolError('a result without a count')
  return result.count
}
const nothing = () => undefined

/** Adds a row; columns left out get their defaults. `as` names it for other operations of the same transaction. The result is its UUID. */
export function insert<T extends Table>(table: T, row: WriteRow<T>, as?: string): Operation<string> {
  return {
    wire: { op: 'insert', table: table.name, row: encodeRow(table, row), ...(as !== undefined && { 'uuid-name': as }) },
    writes: true,
    decode: (result) => decodeValue(uuidColumn, result.uuid) as string,
  }
}

/** The rows that meet all conditions, with all declared columns. */
export function select<T extends Table>(table: T, where: readonly Condition<T>[]): Operation<FoundRow<T>[]> {
  return {
    wire: { op: 'select', table: table.name, where: encodeWhere(table, where), columns: ['_uuid', ...Object.keys(table.columns)] },
    writes: false,
    decode: ({ rows }) => {
      if (!Array.isArray(rows)) throw new OvsdbProtocolError('a select without rows')
      return rows.map((row: Record<string, unknown>) => ({ uuid: decodeValue(uuidColumn, row._uuid) as string, row: decodeRow(table, row) }))
    },
  }
}

/** Sets columns of the rows that meet all conditions. The result is their number. */
export function update<T extends Table>(table: T, where: readonly Condition<T>[], row: WriteRow<T>): Operation<number> {
  return { wire: { op: 'update', table: table.name, where: encodeWhere(table, where), row: encodeRow(table, row) }, writes: true, decode: count }
}

/** Changes columns from what they hold: elements of sets and maps, arithmetic. The result is the number of rows. */
export function mutate<T extends Table>(table: T, where: readonly Condition<T>[], mutations: readonly Mutation<T>[]): Operation<number> {
  const encode = ([name, mutator, value]: Mutation<T>): unknown => {
    const column = columnOf(table, name)
    if (typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys)) return [name, mutator, encodeSet(column.key, value.keys)]
    return [name, mutator, encodeValue(column, value)]
  }
  return { wire: { op: 'mutate', table: table.name, where: encodeWhere(table, where), mutations: mutations.map(encode) }, writes: true, decode: count }
}

/** Removes the rows that meet all conditions. The result is their number. */
export function remove<T extends Table>(table: T, where: readonly Condition<T>[]): Operation<number> {
  return { wire: { op: 'delete', table: table.name, where: encodeWhere(table, where) }, writes: true, decode: count }
}

/**
 * Lets the transaction proceed only when the rows found, looked at in the columns that `rows` mentions, are (`==`) or
 * are not (`!=`) these. With `timeoutMs` 0 it does not wait but fails with OvsdbWaitError.
 */
export function wait<T extends Table>(table: T, where: readonly Condition<T>[], until: '==' | '!=', columns: readonly Field<T>[], rows: readonly WriteRow<T>[], timeoutMs: number): Operation<void> {
  return {
    wire: { op: 'wait', table: table.name, timeout: timeoutMs, where: encodeWhere(table, where), columns, until, rows: rows.map((row) => encodeRow(table, row)) },
    writes: false,
    decode: nothing,
  }
}

/** Fails the transaction with OvsdbNotOwnerError unless this connection holds the lock. */
export const assertLock = (lock: string): Operation<void> => ({ wire: { op: 'assert', lock }, writes: false, decode: nothing })
/** Goes into the server's own log beside the transaction. */
export const comment = (text: string): Operation<void> => ({ wire: { op: 'comment', comment: text }, writes: false, decode: nothing })
/** With `durable` the answer comes once the change is on disk. */
export const commit = (durable: boolean): Operation<void> => ({ wire: { op: 'commit', durable }, writes: false, decode: nothing })
