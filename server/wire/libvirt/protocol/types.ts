// The types that many procedures share. Limits are those of libvirt's own protocol definition.
import { list, nullable, struct, withDefault } from '../../xdr/composites.ts'
import type { Codec, Decoded, Encodable } from '../../xdr/codec.ts'
import { i32, string, u32, uuid } from '../../xdr/primitives.ts'

export const program = { remote: 0x2000_8086, qemu: 0x2000_8087, keepalive: 0x6b65_6570 } as const

export const text = string(4 * 1024 * 1024)
/** Libvirt's nullable string; in arguments it may be left out. */
export const nullableText = nullable(text)

/** A bit set, left out when empty. Takes the signed results of `1 << 31` and `~` too. */
export const flags: Codec<number, number | undefined> = {
  ...u32,
  encode: (writer, value = 0) => u32.encode(writer, value >= -0x8000_0000 && value < 0 ? value >>> 0 : value),
}

/** Lists carry up to this many objects: domains, pools, volumes, secrets, snapshots. */
const maxObjects = 16_384

export const domain = struct({ name: text, uuid, id: i32 })
export const network = struct({ name: text, uuid })
export const pool = struct({ name: text, uuid })
export const volume = struct({ pool: text, name: text, key: text })
export const secret = struct({ uuid, usageType: i32, usageId: text })
export const snapshot = struct({ name: text, domain })
export const checkpoint = struct({ name: text, domain })

/** A domain as libvirt names it; `id` is -1 while it does not run. Only the UUID identifies it. */
export type DomainRef = Decoded<typeof domain>
export type PoolRef = Decoded<typeof pool>
/** `key` identifies a volume among all pools: for folders it is the path. */
export type VolumeRef = Decoded<typeof volume>

export const domains = list(domain, maxObjects)
export const pools = list(pool, maxObjects)
export const volumes = list(volume, maxObjects)
export const secrets = list(secret, maxObjects)
export const snapshots = list(snapshot, maxObjects)
export const checkpoints = list(checkpoint, maxObjects)

/** Without results a list answers its count alone, so ask for them. */
export const needResults = withDefault(i32, 1)

export interface Procedure<Out, In> {
  program: number
  number: number
  args: Codec<unknown, In>
  reply: Codec<Out, unknown>
  /** Set when the call opens a stream: which way its data flows, seen from here. */
  stream?: StreamDirection
}

export type StreamDirection = 'up' | 'down' | 'both'
export type AnyProcedure = Procedure<unknown, never>
type Fields = Parameters<typeof struct>[0]
type ArgsOf<F extends Fields> = Encodable<ReturnType<typeof struct<F>>>
type ReplyOf<F extends Fields> = Decoded<ReturnType<typeof struct<F>>>

/** A procedure of the main program. A reply left out is empty. */
export function remote<A extends Fields>(number: number, args: A): Procedure<void, ArgsOf<A>>
export function remote<A extends Fields, R extends Fields>(number: number, args: A, reply: R): Procedure<ReplyOf<R>, ArgsOf<A>>
export function remote(number: number, args: Fields, reply: Fields = {}): AnyProcedure {
  return { program: program.remote, number, args: struct(args), reply: struct(reply) }
}

/** A procedure of the QEMU program, outside libvirt's promise of stability. */
export function qemu<A extends Fields, R extends Fields>(number: number, args: A, reply: R): Procedure<ReplyOf<R>, ArgsOf<A>> {
  return { program: program.qemu, number, args: struct(args), reply: struct(reply) }
}

/** Marks a procedure whose successful reply is followed by a stream under the same serial. */
export function streaming<Out, In, D extends StreamDirection>(stream: D, procedure: Procedure<Out, In>): Procedure<Out, In> & { stream: D } {
  return { ...procedure, stream }
}
