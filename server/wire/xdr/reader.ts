// Bounded input for XDR (RFC 4506). The bytes come from a peer that may lie about every length: nothing is
// allocated before the bytes that a length promises are known to be there.
import { XdrError } from './writer.ts'

/** Reads one message. Every `read` throws `XdrError` instead of passing the end. */
export class XdrReader {
  readonly #buffer: Buffer
  #at: number

  constructor(buffer: Buffer, at = 0) {
    this.#buffer = buffer
    this.#at = at
  }

  get remainingBytes(): number { return this.#buffer.length - this.#at }

  readU32(): number { return this.#buffer.readUInt32BE(this.#take(4)) }
  readI32(): number { return this.#buffer.readInt32BE(this.#take(4)) }
  readU64(): bigint { return this.#buffer.readBigUInt64BE(this.#take(8)) }
  readI64(): bigint { return this.#buffer.readBigInt64BE(this.#take(8)) }
  readF64(): number { return this.#buffer.readDoubleBE(this.#take(8)) }

  /** `bytes` raw bytes and their padding, which must be zero (RFC 4506, 3.5); a view into the message, not a copy. */
  readPadded(bytes: number): Buffer {
    const padded = Math.ceil(bytes / 4) * 4
    const at = this.#take(padded)
    for (let index = at + bytes; index < at + padded; index++) {
      if (this.#buffer[index] !== 0) throw new XdrError('padding is not zero')
    }
    return this.#buffer.subarray(at, at + bytes)
  }

  /** A message must be used up to its last byte: more bytes mean that both sides disagree on its layout. */
  expectEnd(): void {
    if (this.remainingBytes > 0) throw new XdrError(`${this.remainingBytes} bytes too many`)
  }

  #take(bytes: number): number {
    const at = this.#at
    if (bytes > this.remainingBytes) throw new XdrError(`${bytes} bytes expected, ${this.remainingBytes} left`)
    this.#at = at + bytes
    return at
  }
}
