// Looks for secrets in whatever could have kept one, in every form that it could have been given on the way.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'

/** A value that may be kept nowhere, by what it is. Its middle must be letters and digits: those look the same in JSON, in URLs and in quotes. */
export type Secrets = Record<string, string | Uint8Array>

/** All ways to write the bytes: as they are, base64 and base64url wherever they stand in a larger text, hex (which PostgreSQL shows for bytea) and UTF-16. */
export function formsOf(secret: string | Uint8Array): Buffer[] {
  const bytes = Buffer.from(secret)
  const texts = [0, 1, 2].flatMap((before) => {
    // What stands before and after changes the first and last letters: only those in between are sure.
    const base64 = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').replace(/=+$/, '')
    const sure = base64.slice(Math.ceil((before * 8) / 6), (before + bytes.length) % 3 === 0 ? undefined : -1)
    return [sure, sure.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const hex = bytes.toString('hex')
  return [bytes, ...[...new Set([...texts, hex, hex.toUpperCase()])].map((text) => Buffer.from(text)), ...(typeof secret === 'string' ? [Buffer.from(secret, 'utf16le')] : [])]
}

/** The names of the secrets that stand in one of the places, as `name in place`. */
export function findSecrets(secrets: Secrets, places: Iterable<[place: string, content: string | Uint8Array]>): string[] {
  const forms = Object.entries(secrets).map(([name, secret]) => ({ name, forms: formsOf(secret) }))
  const found: string[] = []
  for (const [place, content] of places) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength)
    for (const { name, forms: wanted } of forms) if (wanted.some((form) => bytes.includes(form))) found.push(`${name} in ${place}`)
  }
  return found
}

/** Every row of every table, as PostgreSQL writes rows: those of the job queue too. */
export async function tablesOf(url: string): Promise<[string, string][]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const tables = await sql<{ name: string }[]>`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1`
    const contents: [string, string][] = []
    for (const { name } of tables) contents.push([`table ${name}`, (await sql.unsafe<{ row: string }[]>(`select t::text as row from ${name} t`)).map(({ row }) => row).join('\n')])
    return contents
  } finally {
    await sql.end()
  }
}

/**
 * The files of the server's data and its log, after a checkpoint: what was deleted or changed is still there. Its
 * write-ahead log comes without the headers of its pages, which could cut a value in two.
 */
export async function filesOf(url: string): Promise<[string, Buffer][]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const [settings] = await sql<{ folder: string; compression: string }[]>`select current_setting('data_directory') as folder, current_setting('wal_compression') as compression`
  if (settings!.compression !== 'off') throw new Error('the write-ahead log is compressed: nothing could be found in it')
  await sql`select pg_switch_wal()`
  await sql`checkpoint`
  await sql.end()
  const { folder } = settings!
  const walk = (path: string): string[] => (statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(join(path, name))) : [path])
  return [join(folder, 'base'), join(folder, 'pg_wal'), join(folder, '..', 'postgres.log')].flatMap(walk).map((path) => {
    const content = readFileSync(path)
    return [path.replace(folder, 'data'), /pg_wal\/[0-9A-F]{24}$/.test(path) ? withoutPageHeaders(content) : content]
  })
}

const pageBytes = 8192
const longHeader = 2

/** A page of the log begins with 24 bytes of its own, the first of a file with 40 (XLogPageHeaderData). */
function withoutPageHeaders(wal: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < wal.length; at += pageBytes) parts.push(wal.subarray(at + ((wal.readUInt16LE(at + 2) & longHeader) ? 40 : 24), at + pageBytes))
  return Buffer.concat(parts)
}
