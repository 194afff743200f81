// Growing output buffer for XDR (RFC 4506): everything is big-endian and padded to four bytes.
const initialBytes = 512

/** Thrown when a value cannot be encoded or bytes cannot be decoded; `path` leads to the field, outermost first. */
export class XdrError extends Error {
  override name = 'XdrError'
  readonly path: string[] = []
  #problem: string

  constructor(problem: string) {
    super(problem)
    this.#problem = problem
  }

  /** Names the field in which the error arose; called once for each level on the way out. */
  inside(field: string): this {
    this.path.unshift(field)
    this.message = `${this.path.join('.')}: ${this.#problem}`
    return this
  }
}

/** Collects encoded bytes. `reserveBytes` keeps room at the front for a frame header that is filled in later. */
export class XdrWriter {
  #buffer: Buffer
  #length: number
  readonly #maxBytes: number

  constructor({ reserveBytes = 0, maxBytes = 32 * 1024 * 1024 }: { reserveBytes?: number; maxBytes?: number } = {}) {
    this.#buffer = Buffer.allocUnsafe(initialBytes + reserveBytes)
    this.#length = reserveBytes
    this.#maxBytes = maxBytes
  }

  get length(): number { return this.#length }

  /** Everything written so far, reserved room first; a view, valid until the next write. */
  bytes(): Buffer { return this.#buffer.subarray(0, this.#length) }

  // Room first: growing replaces the buffer, so it must not be read before.
  writeU32(value: number): void { const at = this.#grow(4); this.#buffer.writeUInt32BE(value, at) }
  writeI32(value: number): void { const at = this.#grow(4); this.#buffer.writeInt32BE(value, at) }
  writeU64(value: bigint): void { const at = this.#grow(8); this.#buffer.writeBigUInt64BE(value, at) }
  writeI64(value: bigint): void { const at = this.#grow(8); this.#buffer.writeBigInt64BE(value, at) }
  writeF64(value: number): void { const at = this.#grow(8); this.#buffer.writeDoubleBE(value, at) }

  /** Raw bytes without a length, padded with zeros to four. */
  writePadded(value: Uint8Array): void {
    const padded = (value.length + 3) & ~3
    const at = this.#grow(padded)
    this.#buffer.set(value, at)
    this.#buffer.fill(0, at + value.length, at + padded)
  }

  #grow(bytes: number): number {
    const at = this.#length
    const end = at + bytes
    if (end > this.#maxBytes) throw new XdrError(`the message is larger than ${this.#maxBytes} bytes`)
    if (end > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.#buffer.length * 2))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    }
    this.#length = end
    return at
  }
}
