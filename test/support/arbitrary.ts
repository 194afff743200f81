// Random values of a codec's type, made from what the codec says of itself. The seed makes a failure repeatable.
import type { Codec, Shape } from '../../server/wire/xdr/codec.ts'

/** Uniform in [0, 1), the same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const alphabet = Array.from('abc XYZ09_-./<&>"\'éß✓漢😀\n\u007f')
const longestList = 4
const longestString = 24

/** A value that `codec` encodes; numbers hit the ends of their ranges often. */
export function arbitrary(codec: Codec<unknown>, random: () => number): unknown {
  return arbitraryOf(codec.shape, random)
}

function arbitraryOf(shape: Shape, random: () => number): unknown {
  const below = (limit: number) => Math.floor(random() * limit)
  const bytes = (length: number) => Uint8Array.from({ length }, () => below(256))
  switch (shape.kind) {
    case 'integer': return [shape.min, shape.max, shape.min + below(shape.max - shape.min + 1)][below(3)]
    case 'hyper': return [shape.min, shape.max, BigInt.asIntN(63, BigInt(below(2 ** 32)) << 31n | BigInt(below(2 ** 31))) & shape.max][below(3)]
    case 'double': return [0, -1.5, Number.MAX_VALUE, Number.MIN_VALUE, random() * 1e12][below(5)]
    case 'boolean': return below(2) === 1
    case 'string': return Array.from({ length: below(longestString) }, () => alphabet[below(alphabet.length)]).join('')
    case 'opaque': return bytes(shape.minBytes + below(Math.min(shape.maxBytes - shape.minBytes, 40) + 1))
    case 'uuid': return Buffer.from(bytes(16)).toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    case 'chars': return 'a CPU model é'.slice(0, below(shape.length))
    case 'nullable': return below(3) === 0 ? null : arbitrary(shape.of, random)
    case 'list': return Array.from({ length: below(Math.min(shape.max, longestList) + 1) }, () => arbitrary(shape.of, random))
    case 'struct': return Object.fromEntries(Object.entries(shape.fields).map(([name, field]) => [name, arbitrary(field, random)]))
    case 'oneOf': return arbitrary(shape.cases[below(shape.cases.length)]!, random)
    case 'constant': return shape.value
    default: throw new TypeError(`no arbitrary value for ${JSON.stringify(shape satisfies never)}`)
  }
}
