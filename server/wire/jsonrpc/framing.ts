// Cuts a byte stream into JSON values. RFC 7047, 4: values follow each other with nothing, or white space, between.

export class JsonFramingError extends Error {
  override readonly name = 'JsonFramingError'
}

const quote = 0x22
const backslash = 0x5c
const maxDepth = 200

const opens = (byte: number) => byte === 0x7b || byte === 0x5b
const closes = (byte: number) => byte === 0x7d || byte === 0x5d
const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/**
 * Incremental: a value may arrive in any number of pieces. Only objects and arrays are taken, as JSON-RPC sends no
 * others. Bytes are enough to find the ends: UTF-8 never uses an ASCII byte inside a longer character.
 */
export class JsonSplitter {
  readonly #maxBytes: number
  #pieces: Buffer[] = []
  #heldBytes = 0
  #depth = 0
  #inString = false
  #escaped = false

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes
  }

  /** The values that this piece completes, parsed. @throws JsonFramingError; the stream is of no use after that */
  push(piece: Buffer): unknown[] {
    const values: unknown[] = []
    let start = 0
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (byte === backslash) this.#escaped = true
        else if (byte === quote) this.#inString = false
      } else if (byte === quote && this.#depth > 0) {
        this.#inString = true
      } else if (opens(byte)) {
        if (this.#depth === 0) start = i
        if (++this.#depth > maxDepth) throw new JsonFramingError(`more than ${maxDepth} levels`)
      } else if (this.#depth === 0) {
        if (!isSpace(byte)) throw new JsonFramingError(`byte 0x${byte.toString(16)} between two values`)
      } else if (closes(byte) && --this.#depth === 0) {
        values.push(this.#take(piece.subarray(start, i + 1)))
      }
    }
    if (this.#depth > 0) this.#hold(piece.subarray(start))
    return values
  }

  #hold(piece: Buffer): void {
    this.#heldBytes += piece.length
    if (this.#heldBytes > this.#maxBytes) throw new JsonFramingError(`a value of more than ${this.#maxBytes} bytes`)
    this.#pieces.push(piece)
  }

  #take(last: Buffer): unknown {
    this.#hold(last)
    const text = Buffer.concat(this.#pieces).toString('utf8')
    this.#pieces = []
    this.#heldBytes = 0
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new JsonFramingError('not a JSON value', { cause })
    }
  }
}
