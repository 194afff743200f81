/** The last bytes of a terminal: what somebody sees who comes back to it. */
export class Scrollback {
  readonly #limitBytes: number
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(limitBytes: number) { this.#limitBytes = limitBytes }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    while (this.#bytes - this.#chunks[0]!.length >= this.#limitBytes) this.#bytes -= this.#chunks.shift()!.length
    // Many small chunks would cost more than their bytes.
    if (this.#chunks.length > 256) this.#chunks = [this.read()]
    if (this.#chunks.length === 1) this.#bytes = this.#chunks[0]!.length
  }

  /** At most the limit, the newest bytes. */
  read(): Buffer {
    const all = Buffer.concat(this.#chunks)
    return all.subarray(Math.max(0, all.length - this.#limitBytes))
  }
}
