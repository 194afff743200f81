// As much of the tar format (POSIX ustar) as a backup needs: plain files with short names, so that any `tar` reads it.
const blockBytes = 512

export interface TarFile { name: string; content: Buffer }

/** One file's header, content and padding. */
export function tarFile({ name, content }: TarFile): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`the name ${name} is too long`)
  const header = Buffer.alloc(blockBytes)
  header.write(name, 0)
  header.write('0000600\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('0', 156)
  header.write('ustar\x0000', 257)
  header.write(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)])
}

export const tarEnd = Buffer.alloc(2 * blockBytes)

/** The files of an archive in their order. @throws Error when the archive is cut short or damaged */
export async function* readTar(source: AsyncIterable<Buffer>, mostBytes: number): AsyncGenerator<TarFile> {
  const bytes = new Bytes(source)
  for (;;) {
    const header = await bytes.take(blockBytes)
    if (!header) throw new Error('the archive ends before its end mark')
    if (header.every((byte) => byte === 0)) return
    if (parseInt(header.toString('latin1', 148, 154), 8) !== sumOf(header)) throw new Error('a header of the archive is damaged')
    const name = header.toString('utf8', 0, 100).replace(/\0.*$/s, '')
    const sizeBytes = parseInt(header.toString('latin1', 124, 135), 8)
    if (!(sizeBytes >= 0 && sizeBytes <= mostBytes)) throw new Error(`${name} is larger than any part of a backup`)
    const content = await bytes.take(sizeBytes)
    const padding = await bytes.take((blockBytes - (sizeBytes % blockBytes)) % blockBytes)
    if (!content || !padding) throw new Error(`the archive ends inside ${name}`)
    yield { name, content }
  }
}

/** The header's checksum: all its bytes, with spaces where the checksum stands. */
function sumOf(header: Buffer): number {
  let sum = 0
  for (let at = 0; at < blockBytes; at++) sum += at >= 148 && at < 156 ? 32 : header[at]!
  return sum
}

/** Takes exact numbers of bytes from a stream of chunks. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Buffer>) { this.#chunks = source[Symbol.asyncIterator]() }

  /** Undefined when fewer are left. */
  async take(count: number): Promise<Buffer | undefined> {
    const parts = [this.#rest]
    let length = this.#rest.length
    while (length < count) {
      const { value, done } = await this.#chunks.next()
      if (done) return undefined
      parts.push(value)
      length += value.length
    }
    const all = parts.length === 1 ? this.#rest : Buffer.concat(parts)
    this.#rest = all.subarray(count)
    return all.subarray(0, count)
  }
}
