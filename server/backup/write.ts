import { open, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import postgres from 'postgres'
import type { Sql, TransactionSql } from 'postgres'
import { KloudakError } from '../model/errors.ts'
import { sequencesOf, tablesOf } from './catalogue.ts'
import type { TableShape } from './catalogue.ts'
import { formatVersion, manifestName, notKept, partBytes } from './manifest.ts'
import type { Manifest, TableInFile } from './manifest.ts'
import { digestOf } from './read.ts'
import { tarEnd, tarFile } from './tar.ts'

/** Text that every PostgreSQL reads, whatever the server's own settings; no time limit, which all other connections of ours have. */
const connection = { TimeZone: 'UTC', DateStyle: 'ISO', IntervalStyle: 'postgres', bytea_output: 'hex', options: '-c transaction_timeout=0 -c statement_timeout=0 -c idle_in_transaction_session_timeout=0' }

export function connectFor(url: string, applicationName: string): Sql {
  return postgres(url, { max: 1, fetch_types: false, onnotice: () => {}, connection: { ...connection, application_name: applicationName } })
}

/**
 * One view of the whole database for as long as `work` takes. It never writes, so it gets no transaction id and does not
 * hold back the event streams (decision 3); it only keeps vacuum from removing old rows meanwhile.
 */
export async function withSnapshot<T>(url: string, work: (sql: TransactionSql) => Promise<T>): Promise<T> {
  const sql = connectFor(url, 'kloudak-backup')
  try { return await sql.begin('isolation level repeatable read read only', work) as T } finally { await sql.end({ timeout: 5 }) }
}

/**
 * Writes the whole of Kloudak's own tables into one file: a .tar.gz with the rows in PostgreSQL's COPY text and a manifest
 * at its end. Readable by its owner alone: password hashes and sealed keys are in it; the master key is not. Nothing stands
 * under the name before all of it does. @throws KloudakError CONFLICT when the file exists, WRONG_STATE when there is nothing to back up
 */
export async function writeBackup(url: string, file: string): Promise<Manifest> {
  const half = `${file}.partial`
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new KloudakError('CONFLICT', `${file} is there already.`, { remedy: 'Choose another name, or remove the file.' })
    throw error
  })
  await handle.close()
  try {
    const output = await open(half, 'w', 0o600)
    const made = await withSnapshot(url, async (sql) => {
      const known: { manifest?: Manifest } = {}
      await pipeline(Readable.from(archive(sql, known)), createGzip(), output.createWriteStream({ flush: true }))
      return known.manifest!
    })
    await rename(half, file)
    return made
  } catch (error) {
    await Promise.all([rm(half, { force: true }), rm(file, { force: true })])
    throw error
  }
}

async function* archive(sql: TransactionSql, known: { manifest?: Manifest }): AsyncGenerator<Buffer> {
  const tables = await tablesOf(sql)
  if (!tables.some(({ name }) => name === 'installation')) throw new KloudakError('WRONG_STATE', 'The database holds no Kloudak.', { remedy: 'Look at DATABASE_URL and KLOUDAK_DATA.' })
  const [about] = await sql<{ id: string; generation: number; takenAt: string; postgres: string }[]>`
    select id, generation, to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "takenAt", current_setting('server_version') as postgres from installation`
  const { id, generation, takenAt, postgres: version } = about!
  const migrations = await sql<{ name: string }[]>`select name from migration order by id`
  const written: TableInFile[] = []
  for (const table of tables) {
    if (notKept.includes(table.name) || table.name === 'migration') continue
    const entry: TableInFile = { ...table, rows: 0, parts: [] }
    for await (const { rows, content } of partsOf(sql, table)) {
      const part = { file: `${table.name}/${String(entry.parts.length).padStart(6, '0')}.copy`, sizeBytes: content.length, sha256: digestOf(content), rows }
      entry.parts.push(part)
      entry.rows += rows
      yield tarFile({ name: part.file, content })
    }
    written.push(entry)
  }
  known.manifest = { format: 'kloudak-backup', formatVersion, takenAt, postgres: version, installation: { id, generation }, migrations: migrations.map(({ name }) => name), tables: written, sequences: await sequencesOf(sql) }
  yield tarFile({ name: manifestName, content: Buffer.from(JSON.stringify(known.manifest, null, 2)) })
  yield tarEnd
}

/** A table's rows in pieces that end between two rows: the server sends each row as one message. */
async function* partsOf(sql: TransactionSql, { name, columns }: TableShape): AsyncGenerator<{ rows: number; content: Buffer }> {
  const rows = await sql`copy (select ${sql(columns)} from ${sql(name)}) to stdout`.readable()
  let chunks: Buffer[] = []
  let size = 0
  for await (const row of rows as AsyncIterable<Buffer>) {
    chunks.push(row)
    size += row.length
    if (size < partBytes) continue
    yield { rows: chunks.length, content: Buffer.concat(chunks) }
    chunks = []
    size = 0
  }
  // When the last rows were more than the stream wanted, the driver has paused the connection, and nothing asks for more.
  rows._read(0)
  if (size > 0) yield { rows: chunks.length, content: Buffer.concat(chunks) }
}
