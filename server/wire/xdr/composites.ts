// Types made of other types: struct, list, nullable and values with a default.
import type { Codec, Decoded, Encodable } from './codec.ts'
import { XdrError } from './writer.ts'

type Fields = Record<string, Codec<unknown>>
type MayBeLeftOut<F extends Fields> = { [K in keyof F]: undefined extends Encodable<F[K]> ? K : never }[keyof F]
type StructOut<F extends Fields> = { [K in keyof F]: Decoded<F[K]> }
type StructIn<F extends Fields> =
  & { [K in Exclude<keyof F, MayBeLeftOut<F>>]: Encodable<F[K]> }
  & { [K in MayBeLeftOut<F>]?: Encodable<F[K]> }

function inside<T>(field: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof XdrError ? error.inside(field) : error
  }
}

/** Fields in the order in which they are written here: that order is the wire's. */
export function struct<F extends Fields>(fields: F): Codec<StructOut<F>, StructIn<F>> {
  const entries = Object.entries(fields)
  return {
    encode: (writer, value) => {
      const record = value as Record<string, unknown>
      for (const [name, codec] of entries) inside(name, () => codec.encode(writer, record[name]))
    },
    decode: (reader) => {
      const record: Record<string, unknown> = {}
      for (const [name, codec] of entries) record[name] = inside(name, () => codec.decode(reader))
      return record as StructOut<F>
    },
    minBytes: entries.reduce((sum, [, codec]) => sum + codec.minBytes, 0),
    shape: { kind: 'struct', fields },
  }
}

/** Any number of elements up to `max`. A count that the rest of the message cannot hold is refused before it is believed. */
export function list<Out, In>(of: Codec<Out, In>, max: number): Codec<Out[], readonly In[]> {
  return {
    encode: (writer, values) => {
      if (values.length > max) throw new XdrError(`a list of ${values.length} exceeds ${max}`)
      writer.writeU32(values.length)
      values.forEach((value, index) => inside(String(index), () => of.encode(writer, value)))
    },
    decode: (reader) => {
      const count = reader.readU32()
      if (count > max) throw new XdrError(`a list of ${count} exceeds ${max}`)
      if (count * of.minBytes > reader.remainingBytes) throw new XdrError(`a list of ${count} does not fit the ${reader.remainingBytes} bytes left`)
      const values: Out[] = []
      for (let index = 0; index < count; index++) values.push(inside(String(index), () => of.decode(reader)))
      return values
    },
    minBytes: 4,
    shape: { kind: 'list', of, max },
  }
}

/** XDR's optional data: a boolean, then the value if there is one. May be left out of a struct. */
export function nullable<Out, In>(of: Codec<Out, In>): Codec<Out | null, In | null | undefined> {
  return {
    encode: (writer, value) => {
      writer.writeU32(value === null || value === undefined ? 0 : 1)
      if (value !== null && value !== undefined) of.encode(writer, value)
    },
    decode: (reader) => reader.readU32() === 0 ? null : of.decode(reader),
    minBytes: 4,
    shape: { kind: 'nullable', of },
  }
}

/** The same type on the wire, but a struct may leave the field out and `value` is sent. */
export function withDefault<Out, In>(of: Codec<Out, In>, value: In): Codec<Out, In | undefined> {
  return { ...of, encode: (writer, given) => of.encode(writer, given === undefined ? value : given) }
}
