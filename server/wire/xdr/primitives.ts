// The basic types of RFC 4506 as codecs. Numbers are checked on the way out: a silently wrapped value would
// reach the hypervisor as another one.
import type { Codec } from './codec.ts'
import { XdrError } from './writer.ts'

const maxU32 = 0xffff_ffff
const maxU64 = 0xffff_ffff_ffff_ffffn
const minI64 = -0x8000_0000_0000_0000n
const maxI64 = 0x7fff_ffff_ffff_ffffn

/** An integer that takes four bytes whatever its range: XDR knows nothing smaller. */
function integer(min: number, max: number): Codec<number> {
  const check = (value: number): number => {
    if (!Number.isInteger(value) || value < min || value > max) throw new XdrError(`${value} is not an integer from ${min} to ${max}`)
    return value
  }
  return {
    encode: (writer, value) => { if (min < 0) writer.writeI32(check(value)); else writer.writeU32(check(value)) },
    decode: (reader) => check(min < 0 ? reader.readI32() : reader.readU32()),
    minBytes: 4,
    shape: { kind: 'integer', min, max },
  }
}

export const i8 = integer(-0x80, 0x7f)
export const u8 = integer(0, 0xff)
export const u16 = integer(0, 0xffff)
export const i32 = integer(-0x8000_0000, 0x7fff_ffff)
export const u32 = integer(0, maxU32)

function hyper(min: bigint, max: bigint): Codec<bigint> {
  return {
    encode: (writer, value) => {
      if (typeof value !== 'bigint' || value < min || value > max) throw new XdrError(`${value} is not a bigint from ${min} to ${max}`)
      if (min < 0n) writer.writeI64(value); else writer.writeU64(value)
    },
    decode: (reader) => min < 0n ? reader.readI64() : reader.readU64(),
    minBytes: 8,
    shape: { kind: 'hyper', min, max },
  }
}

export const i64 = hyper(minI64, maxI64)
export const u64 = hyper(0n, maxU64)

export const f64: Codec<number> = {
  encode: (writer, value) => {
    if (typeof value !== 'number') throw new XdrError(`${typeof value} is not a number`)
    writer.writeF64(value)
  },
  decode: (reader) => reader.readF64(),
  minBytes: 8,
  shape: { kind: 'double' },
}

/** A boolean, also where a protocol declares an `int` that is only ever 0 or 1. Anything but 0 reads as true, as in C. */
export const bool: Codec<boolean> = {
  encode: (writer, value) => {
    if (typeof value !== 'boolean') throw new XdrError(`${String(value)} is not a boolean`)
    writer.writeU32(value ? 1 : 0)
  },
  decode: (reader) => reader.readU32() !== 0,
  minBytes: 4,
  shape: { kind: 'boolean' },
}

/**
 * A string of at most `maxBytes` bytes in UTF-8. Encoding refuses NUL (C would cut the string there) and lone
 * surrogates. Decoding puts U+FFFD for bytes that are no UTF-8: one odd file name in a pool must not cost the
 * connection that lists it.
 */
export function string(maxBytes: number): Codec<string> {
  return {
    encode: (writer, value) => {
      if (typeof value !== 'string') throw new XdrError(`${typeof value} is not a string`)
      if (value.includes('\0')) throw new XdrError('a string must not contain NUL')
      if (!value.isWellFormed()) throw new XdrError('a string must be well-formed Unicode')
      if (value.length > maxBytes) throw new XdrError(`a string of ${value.length} characters exceeds ${maxBytes} bytes`)
      const bytes = Buffer.from(value, 'utf8')
      if (bytes.length > maxBytes) throw new XdrError(`a string of ${bytes.length} bytes exceeds ${maxBytes}`)
      writer.writeU32(bytes.length)
      writer.writePadded(bytes)
    },
    decode: (reader) => {
      const bytes = reader.readU32()
      if (bytes > maxBytes) throw new XdrError(`a string of ${bytes} bytes exceeds ${maxBytes}`)
      return reader.readPadded(bytes).toString('utf8')
    },
    minBytes: 4,
    shape: { kind: 'string', maxBytes },
  }
}

/** Bytes with a length, at most `maxBytes`. Decoding gives a copy, which may outlive the message. */
export function opaque(maxBytes: number): Codec<Uint8Array> {
  return {
    encode: (writer, value) => {
      if (value.length > maxBytes) throw new XdrError(`${value.length} opaque bytes exceed ${maxBytes}`)
      writer.writeU32(value.length)
      writer.writePadded(value)
    },
    decode: (reader) => {
      const bytes = reader.readU32()
      if (bytes > maxBytes) throw new XdrError(`${bytes} opaque bytes exceed ${maxBytes}`)
      return Uint8Array.from(reader.readPadded(bytes))
    },
    minBytes: 4,
    shape: { kind: 'opaque', minBytes: 0, maxBytes },
  }
}

/** Exactly `length` bytes without a length word. */
export function opaqueFixed(length: number): Codec<Uint8Array> {
  return {
    encode: (writer, value) => {
      if (value.length !== length) throw new XdrError(`${value.length} opaque bytes where ${length} belong`)
      writer.writePadded(value)
    },
    decode: (reader) => Uint8Array.from(reader.readPadded(length)),
    minBytes: (length + 3) & ~3,
    shape: { kind: 'opaque', minBytes: length, maxBytes: length },
  }
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Sixteen raw bytes, in TypeScript the usual lower-case text with hyphens. */
export const uuid: Codec<string> = {
  encode: (writer, value) => {
    if (!uuidPattern.test(value)) throw new XdrError(`${value} is not a UUID`)
    writer.writePadded(Buffer.from(value.replaceAll('-', ''), 'hex'))
  },
  decode: (reader) => reader.readPadded(16).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  minBytes: 16,
  shape: { kind: 'uuid' },
}

/** C's `char[length]`: a fixed number of chars, each of which XDR gives four bytes; the text ends at the first NUL. */
export function chars(length: number): Codec<string> {
  return {
    encode: (writer, value) => {
      const bytes = Buffer.from(value, 'latin1')
      if (bytes.length >= length) throw new XdrError(`a text of ${bytes.length} bytes does not fit ${length} with its end`)
      for (let index = 0; index < length; index++) writer.writeI32((bytes[index] ?? 0) << 24 >> 24)
    },
    decode: (reader) => {
      const bytes = Buffer.alloc(length)
      for (let index = 0; index < length; index++) bytes[index] = reader.readI32() & 0xff
      const end = bytes.indexOf(0)
      return bytes.toString('latin1', 0, end < 0 ? length : end)
    },
    minBytes: 4 * length,
    shape: { kind: 'chars', length },
  }
}
