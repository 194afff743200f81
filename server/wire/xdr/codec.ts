// What a codec is. One value describes a type once, for encoding, decoding, TypeScript and the tests' generators.
import { XdrReader } from './reader.ts'
import { XdrWriter } from './writer.ts'

/** What a codec accepts, open to inspection: the tests make random values and read documentation from it. */
export type Shape =
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'hyper'; min: bigint; max: bigint }
  | { kind: 'double' }
  | { kind: 'boolean' }
  | { kind: 'string'; maxBytes: number }
  | { kind: 'opaque'; minBytes: number; maxBytes: number }
  | { kind: 'uuid' }
  | { kind: 'chars'; length: number }
  | { kind: 'nullable'; of: Codec<unknown> }
  | { kind: 'list'; of: Codec<unknown>; max: number }
  | { kind: 'struct'; fields: Record<string, Codec<unknown>> }
  | { kind: 'oneOf'; cases: Codec<unknown>[] }
  | { kind: 'constant'; value: unknown }

/**
 * `Out` is what decoding gives, `In` what encoding takes; they differ where a field may be left out.
 * `minBytes` is the least that a value takes on the wire: it bounds how many list elements a message can hold.
 */
export interface Codec<Out, In = Out> {
  encode(writer: XdrWriter, value: In): void
  decode(reader: XdrReader): Out
  readonly minBytes: number
  readonly shape: Shape
}

/** The type that decoding gives. */
export type Decoded<C> = C extends Codec<infer Out, infer _In> ? Out : never
/** The type that encoding takes. */
export type Encodable<C> = C extends Codec<infer _Out, infer In> ? In : never

/** One value as bytes of its own. Throws `XdrError`. */
export function encode<In>(codec: Codec<unknown, In>, value: In): Buffer {
  const writer = new XdrWriter()
  codec.encode(writer, value)
  return writer.bytes()
}

/** One value from bytes that hold it and nothing else. Throws `XdrError`. */
export function decode<Out>(codec: Codec<Out, never>, bytes: Buffer): Out {
  const reader = new XdrReader(bytes)
  const value = codec.decode(reader)
  reader.expectEnd()
  return value
}
