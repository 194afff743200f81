// A copy of the monitored columns, kept by the server's notifications: `update` of RFC 7047, 4.1.6, where a changed
// row comes whole, and `update2` of ovsdb-server(7), where it comes as a difference.
import { applyDifference, columnOf, decodeValue, defaultValue } from './column.ts'
import type { Column, Row, Table } from './column.ts'
import { OvsdbProtocolError } from './errors.ts'

/** `row` is the row as it is now, or, when removed, as it was. */
export interface RowChange<T extends Table = Table> {
  table: T
  uuid: string
  kind: 'inserted' | 'modified' | 'removed'
  row: Row<T>
  old: Row<T> | undefined
}

type Wire = Record<string, unknown>
type AnyRow = Record<string, unknown>
export type MonitorForm = 'update' | 'update2'

const isObject = (value: unknown): value is Wire => typeof value === 'object' && value !== null && !Array.isArray(value)

export function monitorRequests(tables: readonly Table[], form: MonitorForm): Wire {
  return Object.fromEntries(tables.map(({ name, columns }) => {
    const request = { columns: Object.keys(columns) }
    return [name, form === 'update2' ? [request] : request]
  }))
}

function wholeRow(table: Table, wire: Wire): AnyRow {
  return Object.fromEntries(Object.keys(table.columns).map((name) => {
    const column = columnOf(table, name)
    // update2 leaves out what equals the default.
    return [name, Object.hasOwn(wire, name) ? decodeValue(column, wire[name]) : defaultValue(column)]
  }))
}

function changedRow(table: Table, old: AnyRow, wire: Wire, apply: (column: Column, old: unknown, wire: unknown) => unknown): AnyRow {
  const row = { ...old }
  for (const [name, value] of Object.entries(wire)) if (Object.hasOwn(table.columns, name)) row[name] = apply(columnOf(table, name), old[name], value)
  return row
}

export class MonitoredRows {
  readonly #tables: Map<string, { table: Table; rows: Map<string, AnyRow> }>

  constructor(tables: readonly Table[]) {
    this.#tables = new Map(tables.map((table) => [table.name, { table, rows: new Map() }]))
  }

  /** The rows by UUID: a live view, to be read and not kept. */
  rows<T extends Table>(table: T): ReadonlyMap<string, Row<T>> {
    const held = this.#tables.get(table.name)
    if (!held) throw new TypeError(`${table.name} is not monitored`)
    return held.rows as ReadonlyMap<string, Row<T>>
  }

  /** Takes in one notification, which is one transaction of the server's. @throws OvsdbProtocolError when it does not fit the copy */
  apply(form: MonitorForm, updates: unknown): RowChange[] {
    if (!isObject(updates)) throw new OvsdbProtocolError('table updates that are no object')
    const changes: RowChange[] = []
    for (const [name, byUuid] of Object.entries(updates)) {
      const held = this.#tables.get(name)
      if (!held || !isObject(byUuid)) throw new OvsdbProtocolError(`an update of ${name}, which is not monitored`)
      for (const [uuid, change] of Object.entries(byUuid)) {
        if (!isObject(change)) throw new OvsdbProtocolError('a row update that is no object')
        const old = held.rows.get(uuid)
        const row = form === 'update' ? this.#next(held.table, old, change) : this.#next2(held.table, old, change)
        if (row) held.rows.set(uuid, row)
        else held.rows.delete(uuid)
        const now = row ?? old
        if (now) changes.push({ table: held.table, uuid, kind: !row ? 'removed' : old ? 'modified' : 'inserted', row: now, old })
      }
    }
    return changes
  }

  /** The row after a <row-update>: {new}, {old, new} or {old}. */
  #next(table: Table, old: AnyRow | undefined, change: Wire): AnyRow | undefined {
    if (!isObject(change.new)) return undefined
    return old ? changedRow(table, old, change.new, (column, _old, wire) => decodeValue(column, wire)) : wholeRow(table, change.new)
  }

  /** The row after a <row-update2>: {initial}, {insert}, {modify} or {delete}. */
  #next2(table: Table, old: AnyRow | undefined, change: Wire): AnyRow | undefined {
    const whole = change.initial ?? change.insert
    if (isObject(whole)) return wholeRow(table, whole)
    if (!isObject(change.modify)) return undefined
    if (!old) throw new OvsdbProtocolError(`a difference to a row of ${table.name} that is not there`)
    return changedRow(table, old, change.modify, applyDifference)
  }
}
