import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { KloudakError } from '../model/errors.ts'
import { formatVersion, manifest, manifestName, partBytes } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { readTar } from './tar.ts'
import type { TarFile } from './tar.ts'

/** One row larger than a part makes a part larger than others; beyond this it is no backup of ours. */
const mostBytes = partBytes + 1024 ** 3

/** The files of a backup, unpacked one at a time. */
async function* filesOf(path: string): AsyncGenerator<TarFile> {
  const source = createReadStream(path)
  const unpacked = createGunzip()
  source.on('error', (error) => { unpacked.destroy(error) })
  source.pipe(unpacked)
  try { yield* readTar(unpacked as AsyncIterable<Buffer>, mostBytes) } finally { source.destroy(); unpacked.destroy() }
}

const damaged = (path: string, cause: unknown) => new KloudakError('INVALID_INPUT', `${path} is not a whole backup of Kloudak: ${cause instanceof Error ? cause.message : String(cause)}.`, { remedy: 'Take another copy of the file, or another backup.', cause })

export interface Part { table: string; rows: number; content: Buffer }

/** Every part in the file's order. What it yields has been neither counted nor compared: see verifyBackup. */
export async function* readParts(path: string): AsyncGenerator<Part & { file: string }> {
  for await (const { name, content } of filesOf(path)) {
    if (name !== manifestName) yield { file: name, table: name.split('/')[0]!, rows: rowsIn(content), content }
  }
}

export const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

/** A row of COPY text ends with a newline, and holds none. */
function rowsIn(content: Buffer): number {
  let rows = 0
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) rows++
  return rows
}

/**
 * Reads the whole file and holds it against its manifest: each part's digest and rows, none missing, none added. `look` sees
 * each part on the way. @throws KloudakError INVALID_INPUT when the file is damaged, no backup, or of a newer format
 */
export async function verifyBackup(path: string, look: (part: Part) => void = () => {}): Promise<Manifest> {
  try {
    const found = new Map<string, string>()
    let told: unknown
    for await (const { name, content } of filesOf(path)) {
      if (told !== undefined || found.has(name)) throw new Error(`${name} stands where nothing may stand`)
      if (name === manifestName) { told = JSON.parse(content.toString()); continue }
      const rows = rowsIn(content)
      found.set(name, partKey({ sizeBytes: content.length, rows, sha256: digestOf(content) }))
      look({ table: name.split('/')[0]!, rows, content })
    }
    const version = (told as { formatVersion?: unknown } | undefined)?.formatVersion
    if (typeof version === 'number' && version > formatVersion) throw new Error(`its format ${version} is newer than this Kloudak, which reads up to ${formatVersion}`)
    const checked = manifest.parse(told)
    const parts = checked.tables.flatMap((table) => table.parts)
    for (const part of parts) if (found.get(part.file) !== partKey(part)) throw new Error(`${part.file} is ${found.has(part.file) ? 'not what was backed up' : 'missing'}`)
    if (found.size !== parts.length) throw new Error('it holds parts that its manifest does not name')
    for (const { name, rows, parts: own } of checked.tables) {
      if (own.some(({ file }) => !file.startsWith(`${name}/`)) || own.reduce((sum, part) => sum + part.rows, 0) !== rows) throw new Error(`the parts of ${name} do not add up`)
    }
    return checked
  } catch (error) {
    throw error instanceof KloudakError ? error : damaged(path, error)
  }
}

const partKey = ({ sizeBytes, rows, sha256 }: { sizeBytes: number; rows: number; sha256: string }) => `${sizeBytes} ${rows} ${sha256}`
