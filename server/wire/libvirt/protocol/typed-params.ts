// Libvirt's typed parameters: a list of named values, used wherever the set of values grows over time.
// It stays a list: names may repeat (migrate_disks), and order is the caller's.
import type { Codec } from '../../xdr/codec.ts'
import { list, struct } from '../../xdr/composites.ts'
import { bool, f64, i32, i64, u32, u64 } from '../../xdr/primitives.ts'
import { XdrError } from '../../xdr/writer.ts'
import { text } from './types.ts'

export type TypedParam =
  | { name: string; type: 'int' | 'uint' | 'double'; value: number }
  | { name: string; type: 'llong' | 'ullong'; value: bigint }
  | { name: string; type: 'boolean'; value: boolean }
  | { name: string; type: 'string'; value: string }

/** In the order of virTypedParameterType, which counts from 1. */
const types = ['int', 'uint', 'llong', 'ullong', 'double', 'boolean', 'string'] as const
const valueCodecs: Record<TypedParam['type'], Codec<unknown>> = { int: i32, uint: u32, llong: i64, ullong: u64, double: f64, boolean: bool, string: text }

const typedParam: Codec<TypedParam> = {
  encode: (writer, param) => {
    text.encode(writer, param.name)
    writer.writeI32(types.indexOf(param.type) + 1)
    valueCodecs[param.type].encode(writer, param.value)
  },
  decode: (reader) => {
    const name = text.decode(reader)
    const number = reader.readI32()
    const type = types[number - 1]
    if (type === undefined) throw new XdrError(`${name} has the unknown type ${number}`)
    return { name, type, value: valueCodecs[type].decode(reader) } as TypedParam
  },
  minBytes: 12,
  // The number on the wire and the name here stand for each other, so the fields alone do not describe it.
  shape: { kind: 'oneOf', cases: types.map((type) => struct({ name: text, type: constant(type), value: valueCodecs[type] })) },
}

/** Part of a shape only: a value that the surrounding codec writes. */
function constant(value: string): Codec<unknown> {
  return { encode: () => undefined, decode: () => value, minBytes: 0, shape: { kind: 'constant', value } }
}

/** At most `max` typed parameters. */
export const typedParams = (max: number): Codec<TypedParam[], readonly TypedParam[]> => list(typedParam, max)

/** Makers, so that a call reads `param.string('migrate_uri', uri)`. */
export const param = {
  int: (name: string, value: number): TypedParam => ({ name, type: 'int', value }),
  uint: (name: string, value: number): TypedParam => ({ name, type: 'uint', value }),
  llong: (name: string, value: bigint): TypedParam => ({ name, type: 'llong', value }),
  ullong: (name: string, value: bigint): TypedParam => ({ name, type: 'ullong', value }),
  double: (name: string, value: number): TypedParam => ({ name, type: 'double', value }),
  boolean: (name: string, value: boolean): TypedParam => ({ name, type: 'boolean', value }),
  string: (name: string, value: string): TypedParam => ({ name, type: 'string', value }),
}

/** Parameters by name, for reading; of a name that repeats, the last. */
export function paramsByName(params: readonly TypedParam[]): Map<string, TypedParam['value']> {
  return new Map(params.map(({ name, value }) => [name, value]))
}
