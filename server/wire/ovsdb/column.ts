// Columns, their TypeScript types and their form on the wire (RFC 7047, 3.2 and 5.1).
import { OvsdbProtocolError } from './errors.ts'

export type AtomType = 'integer' | 'real' | 'boolean' | 'string' | 'uuid'
type ReadAtom<A extends AtomType> = A extends 'integer' | 'real' ? number : A extends 'boolean' ? boolean : string
/** A row that the same transaction inserts, by the name that its insert gave it. */
export interface NamedUuid { named: string }
type WriteAtom<A extends AtomType> = A extends 'uuid' ? string | NamedUuid : ReadAtom<A>

/** A declared column: `Read` is what rows hold, `Write` what operations take. UUIDs are plain strings. */
export interface Column<Read = unknown, Write = Read> {
  readonly kind: 'scalar' | 'optional' | 'set' | 'map'
  readonly key: AtomType
  readonly value?: AtomType
  /** Types only, never set. */
  readonly types?: readonly [Read, Write]
}

export const scalar = <A extends AtomType>(key: A): Column<ReadAtom<A>, WriteAtom<A>> => ({ kind: 'scalar', key })
/** A set of none or one. */
export const optional = <A extends AtomType>(key: A): Column<ReadAtom<A> | undefined, WriteAtom<A> | undefined> => ({ kind: 'optional', key })
export const setOf = <A extends AtomType>(key: A): Column<ReadAtom<A>[], readonly WriteAtom<A>[]> => ({ kind: 'set', key })
export const mapOf = <K extends AtomType, V extends AtomType>(key: K, value: V): Column<Map<ReadAtom<K>, ReadAtom<V>>, ReadonlyMap<WriteAtom<K>, WriteAtom<V>>> => ({ kind: 'map', key, value })

export type Columns = Readonly<Record<string, Column>>
export interface Table<C extends Columns = Columns> { readonly name: string; readonly columns: C }
export const defineTable = <const C extends Columns>(name: string, columns: C): Table<C> => ({ name, columns })

type ReadOf<C> = C extends Column<infer R, unknown> ? R : never
type WriteOf<C> = C extends Column<unknown, infer W> ? W : never
export type Row<T extends Table> = { [K in keyof T['columns']]: ReadOf<T['columns'][K]> }
export type WriteRow<T extends Table> = { [K in keyof T['columns']]?: WriteOf<T['columns'][K]> }

export const uuidColumn = scalar('uuid')

export function columnOf(table: Table, name: string): Column {
  const column = name === '_uuid' ? uuidColumn : Object.hasOwn(table.columns, name) ? table.columns[name] : undefined
  if (!column) throw new TypeError(`${table.name}.${name} is not declared`)
  return column
}

const zeroUuid = '00000000-0000-0000-0000-000000000000'
const atomDefaults = { integer: 0, real: 0, boolean: false, string: '', uuid: zeroUuid } as const

/** What a column holds when a row does not mention it. */
export function defaultValue({ kind, key }: Column): unknown {
  if (kind === 'scalar') return atomDefaults[key]
  if (kind === 'optional') return undefined
  return kind === 'set' ? [] : new Map()
}

function encodeAtom(type: AtomType, atom: unknown): unknown {
  if (type !== 'uuid') return atom
  return typeof atom === 'string' ? ['uuid', atom] : ['named-uuid', (atom as NamedUuid).named]
}

export const encodeSet = (type: AtomType, atoms: readonly unknown[]): unknown => ['set', atoms.map((atom) => encodeAtom(type, atom))]

/** A value in the form of the wire. */
export function encodeValue({ kind, key, value }: Column, data: unknown): unknown {
  if (kind === 'scalar') return encodeAtom(key, data)
  if (kind === 'optional') return encodeSet(key, data === undefined ? [] : [data])
  if (kind === 'set') return encodeSet(key, data as readonly unknown[])
  return ['map', Array.from(data as ReadonlyMap<unknown, unknown>, ([k, v]) => [encodeAtom(key, k), encodeAtom(value!, v)])]
}

const atomTests: Record<Exclude<AtomType, 'uuid'>, (atom: unknown) => boolean> = {
  integer: (atom) => Number.isInteger(atom),
  real: (atom) => typeof atom === 'number',
  boolean: (atom) => typeof atom === 'boolean',
  string: (atom) => typeof atom === 'string',
}

const tagged = (wire: unknown, tag: string): unknown => (Array.isArray(wire) && wire.length === 2 && wire[0] === tag ? wire[1] : undefined)

function decodeAtom(type: AtomType, wire: unknown): unknown {
  const atom = type === 'uuid' ? tagged(wire, 'uuid') : wire
  if (type === 'uuid' ? typeof atom !== 'string' : !atomTests[type](atom)) throw new OvsdbProtocolError(`not of type ${type}: ${JSON.stringify(wire)}`)
  return atom
}

/** A set of exactly one element may stand without its brackets. */
export function decodeSet(type: AtomType, wire: unknown): unknown[] {
  const elements = tagged(wire, 'set')
  return Array.isArray(elements) ? elements.map((element) => decodeAtom(type, element)) : [decodeAtom(type, wire)]
}

/** A value from the form of the wire. @throws OvsdbProtocolError when it does not fit the column */
export function decodeValue({ kind, key, value }: Column, wire: unknown): unknown {
  if (kind === 'map') {
    const pairs = tagged(wire, 'map')
    if (!Array.isArray(pairs)) throw new OvsdbProtocolError(`not a map: ${JSON.stringify(wire)}`)
    return new Map(pairs.map((pair: unknown) => {
      if (!Array.isArray(pair) || pair.length !== 2) throw new OvsdbProtocolError(`not a pair: ${JSON.stringify(pair)}`)
      return [decodeAtom(key, pair[0]), decodeAtom(value!, pair[1])]
    }))
  }
  const elements = decodeSet(key, wire)
  if (kind === 'set') return elements
  if (elements.length > 1 || (kind === 'scalar' && elements.length === 0)) throw new OvsdbProtocolError(`${elements.length} elements where ${kind} is declared`)
  return elements[0]
}

/**
 * Applies the difference that `update2` sends for a modified column (ovsdb-server(7), update2): columns of at most one
 * element come whole, a set as the elements that only one side has, a map as pairs to add, replace or, when equal, remove.
 */
export function applyDifference(column: Column, old: unknown, wire: unknown): unknown {
  const difference = decodeValue(column, wire)
  if (column.kind === 'set') {
    const elements = new Set(old as unknown[])
    for (const element of difference as unknown[]) if (!elements.delete(element)) elements.add(element)
    return [...elements]
  }
  if (column.kind === 'map') {
    const map = new Map(old as Map<unknown, unknown>)
    for (const [k, v] of difference as Map<unknown, unknown>) {
      if (map.has(k) && map.get(k) === v) map.delete(k)
      else map.set(k, v)
    }
    return map
  }
  return difference
}
