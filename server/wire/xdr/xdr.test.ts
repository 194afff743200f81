import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decode, encode } from './codec.ts'
import type { Codec } from './codec.ts'
import { list, nullable, struct, withDefault } from './composites.ts'
import { bool, chars, f64, i32, i64, i8, opaque, opaqueFixed, string, u16, u32, u64, u8, uuid } from './primitives.ts'
import { XdrError, XdrWriter } from './writer.ts'

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

/** Both directions at once: the value gives these bytes, and these bytes give the value. */
function isOnTheWire<Out, In>(codec: Codec<Out, In>, value: Out & In, bytes: string): void {
  assert.equal(encode(codec, value).toString('hex'), hex(bytes).toString('hex'))
  assert.deepEqual(decode(codec, hex(bytes)), value)
}

describe('numbers', () => {
  it('are big-endian and at least four bytes', () => {
    isOnTheWire(u8, 0xab, '000000ab')
    isOnTheWire(u16, 0xabcd, '0000abcd')
    isOnTheWire(i8, -2, 'fffffffe')
    isOnTheWire(i32, -2, 'fffffffe')
    isOnTheWire(u32, 0xffff_fffe, 'fffffffe')
    isOnTheWire(u64, 0x1122_3344_5566_7788n, '1122334455667788')
    isOnTheWire(i64, -1n, 'ffffffffffffffff')
    isOnTheWire(f64, -2.5, 'c004000000000000')
    isOnTheWire(bool, true, '00000001')
  })

  it('are refused outside their range, never wrapped', () => {
    assert.throws(() => encode(u8, 256), XdrError)
    assert.throws(() => encode(u32, -1), XdrError)
    assert.throws(() => encode(i32, 2 ** 31), XdrError)
    assert.throws(() => encode(i32, 1.5), XdrError)
    assert.throws(() => encode(u32, Number.NaN), XdrError)
    assert.throws(() => encode(u64, -1n), XdrError)
    assert.throws(() => encode(i64, 2n ** 63n), XdrError)
    assert.throws(() => encode(u64, 7 as unknown as bigint), XdrError)
    assert.throws(() => decode(u8, hex('00000100')), XdrError)
  })
})

describe('bytes and texts', () => {
  it('carry their length and are padded to four', () => {
    isOnTheWire(string(10), '', '00000000')
    isOnTheWire(string(10), 'abcd', '00000004 61626364')
    isOnTheWire(string(10), 'é✓', '00000005 c3a9e29c 93000000')
    assert.equal(encode(opaque(5), Uint8Array.of(1, 2, 3)).toString('hex'), '0000000301020300')
    assert.deepEqual(decode(opaqueFixed(3), hex('01020300')), Uint8Array.of(1, 2, 3))
    isOnTheWire(uuid, '00112233-4455-6677-8899-aabbccddeeff', '00112233445566778899aabbccddeeff')
    isOnTheWire(chars(4), 'aé', '00000061 ffffffe9 00000000 00000000')
  })

  it('keep their limits both ways', () => {
    assert.throws(() => encode(string(3), 'abcd'), XdrError)
    assert.throws(() => encode(string(3), 'éé'), XdrError)
    assert.throws(() => decode(string(3), hex('00000004 61626364')), XdrError)
    assert.throws(() => encode(opaque(2), Uint8Array.of(1, 2, 3)), XdrError)
    assert.throws(() => decode(opaque(2), hex('00000003 01020300')), XdrError)
    assert.throws(() => encode(opaqueFixed(2), Uint8Array.of(1)), XdrError)
    assert.throws(() => encode(chars(2), 'ab'), XdrError)
  })

  it('refuse what would change on the way', () => {
    assert.throws(() => encode(string(10), 'a\0b'), XdrError)
    assert.throws(() => encode(string(10), '\ud800'), XdrError)
    assert.throws(() => encode(string(10), undefined as unknown as string), XdrError)
    assert.throws(() => encode(uuid, '00112233445566778899aabbccddeeff'), XdrError)
    assert.throws(() => decode(string(10), hex('00000001 61000001')), XdrError, 'padding')
  })

  it('read bytes that are no UTF-8 as replacement characters', () => {
    assert.equal(decode(string(10), hex('00000002 61ff0000')), 'a\ufffd')
  })

  it('give opaque bytes that outlive the message', () => {
    const message = hex('00000001 07000000')
    const value = decode(opaque(4), message)
    message.fill(0)
    assert.deepEqual(value, Uint8Array.of(7))
  })
})

describe('a long message', () => {
  it('grows by every kind of value', () => {
    for (const codec of [list(u32, 5_000), list(i32, 5_000)]) {
      const values = Array.from({ length: 5_000 }, (_, index) => index)
      assert.deepEqual(decode(codec, encode(codec, values)), values)
    }
    for (const codec of [list(u64, 5_000), list(i64, 5_000)]) {
      const values = Array.from({ length: 5_000 }, (_, index) => BigInt(index))
      assert.deepEqual(decode(codec, encode(codec, values)), values)
    }
    const doubles = Array.from({ length: 5_000 }, (_, index) => index / 7)
    assert.deepEqual(decode(list(f64, 5_000), encode(list(f64, 5_000), doubles)), doubles)
    const texts = Array.from({ length: 500 }, (_, index) => 'x'.repeat(index))
    assert.deepEqual(decode(list(string(500), 500), encode(list(string(500), 500), texts)), texts)
  })

  it('ends at the limit', () => {
    const writer = new XdrWriter({ maxBytes: 1_000 })
    assert.throws(() => { for (;;) writer.writeU64(1n) }, /larger than 1000 bytes/)
  })
})

describe('composites', () => {
  const point = struct({ x: i32, name: nullable(string(8)), tags: list(string(8), 3), flags: withDefault(u32, 0) })

  it('follow the order of their fields', () => {
    isOnTheWire(point, { x: 1, name: 'n', tags: ['a', 'b'], flags: 9 },
      '00000001  00000001 00000001 6e000000  00000002 00000001 61000000 00000001 62000000  00000009')
    isOnTheWire(point, { x: 1, name: null, tags: [], flags: 0 }, '00000001 00000000 00000000 00000000')
  })

  it('let a field be left out that has a default or may be null', () => {
    assert.deepEqual(decode(point, encode(point, { x: 1, tags: [] })), { x: 1, name: null, tags: [], flags: 0 })
  })

  it('name the field that is wrong', () => {
    assert.throws(() => encode(struct({ inner: point }), { inner: { x: 1, tags: ['ok', 'much too long'] } }), /^XdrError: inner\.tags\.1: a string of 13/)
    assert.throws(() => decode(point, hex('00000001 00000000 00000001 000000ff')), /^XdrError: tags\.0: /)
  })

  it('refuse a list that is longer than allowed or than its message', () => {
    assert.throws(() => encode(list(u32, 1), [1, 2]), XdrError)
    assert.throws(() => decode(list(u32, 1), hex('00000002 00000001 00000002')), XdrError)
    assert.throws(() => decode(list(struct({ a: u64, b: u64 }), 2 ** 31), hex('00000002 0000000000000001 0000000000000001 00000000')), /does not fit/)
    assert.throws(() => decode(list(u32, 0xffff_ffff), hex('ffffffff 00000000')), XdrError)
  })

  it('refuse messages that are too short or too long', () => {
    assert.throws(() => decode(u64, hex('00000001')), /8 bytes expected, 4 left/)
    assert.throws(() => decode(string(100), hex('00000008 61626364')), XdrError)
    assert.throws(() => decode(u32, hex('00000001 00000000')), /4 bytes too many/)
  })
})
