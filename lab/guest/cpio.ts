/** One entry of an archive: a folder when it has no content. `path` without a leading slash. */
export interface ArchiveEntry { path: string; mode: number; content?: Uint8Array }

/**
 * A cpio archive in the "newc" format, as the kernel unpacks it for its first root file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst): for each entry a header of 110 hex characters, the
 * name and the content, each padded to 4 bytes; then an entry called TRAILER!!!.
 */
export function packArchive(entries: readonly ArchiveEntry[]): Buffer {
  const parts: Buffer[] = []
  const all = [...entries, { path: 'TRAILER!!!', mode: 0 }]
  for (const [at, { path, mode, content }] of all.entries() as Iterable<[number, ArchiveEntry]>) {
    const type = mode === 0 ? 0 : content ? 0o100000 : 0o040000
    const name = Buffer.from(`${path}\0`)
    const fields = [at + 1, type | mode, 0, 0, 1, 0, content?.length ?? 0, 0, 0, 0, 0, name.length, 0]
    const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
    parts.push(padded(Buffer.concat([header, name])), padded(Buffer.from(content ?? [])))
  }
  return Buffer.concat(parts)
}

const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
