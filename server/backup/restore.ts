import type { Sql, TransactionSql } from 'postgres'
import { migrationStatements, openDb } from '../db/orm.ts'
import type { MasterKey } from '../db/master-key.ts'
import { KloudakError } from '../model/errors.ts'
import { dropsOf, foreignKeysOf, jsonColumnsOf, tablesOf } from './catalogue.ts'
import { asJsonRows } from './copy-text.ts'
import { notKept } from './manifest.ts'
import type { Manifest } from './manifest.ts'
import { digestOf, readParts, verifyBackup } from './read.ts'
import { requireKeyOpens, SealedRows } from './sealed.ts'
import { beginAnew } from './settle.ts'
import { connectFor, writeBackup } from './write.ts'

export interface RestoreOptions {
  /** The database that gets the backup's contents in the place of its own. */
  url: string
  file: string
  masterKey: MasterKey
  /** Where what the database holds now is backed up first; undefined to lose it. Not needed for one without users. */
  keepAs: string | undefined
}

export interface Restored {
  manifest: Manifest
  rows: number
  generation: number
  /** Sealed values that the master key opened. */
  opened: number
  /** Hosts that wait for a review now. */
  frozenHosts: string[]
  /** Work that was under way in the backup and will not go on. */
  endedTasks: number
  keptAs: string | undefined
}

type Migrations = ReturnType<typeof migrationStatements>

/** One at a time, and none while a migration runs: the same lock as migrate() takes. */
const schemaLock = 7203411

/**
 * Puts a backup in the place of all that the database holds. Everything that can be checked is checked before anything is
 * changed: the file as a whole, that this Kloudak knows its migrations, that the master key opens what is sealed, and that
 * nothing of Kloudak is connected. The rest is one transaction: whatever goes wrong, the database is as it was.
 * @throws KloudakError INVALID_INPUT for the file, WRONG_STATE for the key or what still runs, CONFLICT when `keepAs` exists
 */
export async function restoreBackup({ url, file, masterKey, keepAs }: RestoreOptions): Promise<Restored> {
  const sealed = new SealedRows()
  const manifest = await verifyBackup(file, (part) => { sealed.look(part) })
  const migrations = await allMigrations(url)
  requireKnown(manifest, migrations)
  const opened = requireKeyOpens(masterKey, sealed, manifest)
  const sql = connectFor(url, 'kloudak-restore')
  try {
    await requireQuiet(sql)
    const before = await standing(sql)
    const keptAs = before.users > 0 ? keepAs : undefined
    if (keptAs) await writeBackup(url, keptAs)
    return await sql.begin(async (tx): Promise<Restored> => {
      await tx`set local lock_timeout = '10s'`
      await tx`select pg_advisory_xact_lock(${schemaLock})`
      for (const statement of await dropsOf(tx)) await tx.unsafe(statement)
      await runMigrations(tx, migrations.filter(({ name }) => manifest.migrations.includes(name)))
      const rows = await load(tx, manifest, file)
      await runMigrations(tx, migrations.filter(({ name }) => !manifest.migrations.includes(name)))
      const known = before.installationId === manifest.installation.id ? before.generation : 0
      await requireQuiet(tx)
      return { manifest, rows, opened, keptAs, ...(await beginAnew(tx, manifest, known)) }
    })
  } catch (error) {
    if ((error as { code?: unknown }).code === '55P03') throw new KloudakError('WRONG_STATE', 'Somebody else uses the database.', { remedy: 'End what is connected to it, and restore again.', cause: error })
    throw error
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function allMigrations(url: string): Promise<Migrations> {
  const db = await openDb({ url, poolSize: 1, applicationName: 'kloudak-restore' })
  try { return migrationStatements(db) } finally { await db.close(true) }
}

function requireKnown(manifest: Manifest, migrations: Migrations): void {
  const unknown = manifest.migrations.filter((name) => !migrations.some((migration) => migration.name === name))
  if (unknown.length === 0) return
  throw new KloudakError('INVALID_INPUT', `The backup is of a newer Kloudak: this one does not know ${unknown.join(', ')}.`, { remedy: 'Restore it with the Kloudak that made it, or a newer one.' })
}

/** Servers and workers keep what they read in memory and act on it: none may live through a restore. */
async function requireQuiet(sql: Sql | TransactionSql): Promise<void> {
  const connected = await sql<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and application_name like 'kloudak-%' and application_name not in ('kloudak-restore', 'kloudak-backup') order by 1`
  if (connected.length > 0) throw new KloudakError('WRONG_STATE', `Kloudak still runs on this database: ${connected.map(({ name }) => name).join(', ')}.`, { remedy: 'Stop all servers and workers first.' })
  const [{ exists }] = await sql<[{ exists: boolean }]>`select to_regclass('worker') is not null as exists`
  if (!exists) return
  const [{ heard }] = await sql<[{ heard: boolean }]>`select exists (select from worker where seen_at > now() - interval '10 seconds') as heard`
  if (heard) throw new KloudakError('WRONG_STATE', 'A worker was heard within the last ten seconds.', { remedy: 'Stop all workers; of one that was killed, wait for ten seconds.' })
}

/** What stands in the database now. */
async function standing(sql: Sql): Promise<{ users: number; installationId: string | undefined; generation: number }> {
  const [{ exists }] = await sql<[{ exists: boolean }]>`select to_regclass('installation') is not null and to_regclass('user_account') is not null as exists`
  if (!exists) return { users: 0, installationId: undefined, generation: 0 }
  const [row] = await sql<{ users: number; id: string; generation: number }[]>`select id, generation, (select count(*)::integer from user_account) as users from installation`
  return { users: row?.users ?? 0, installationId: row?.id, generation: row?.generation ?? 0 }
}

async function runMigrations(tx: TransactionSql, migrations: Migrations): Promise<void> {
  await tx`create table if not exists migration (id serial primary key, name varchar(255) not null, executed_at timestamptz(6) not null default current_timestamp(6))`
  for (const { name, statements } of migrations) {
    for (const statement of statements) await tx.unsafe(statement)
    await tx`insert into migration (name) values (${name})`
  }
}

/** Fills the tables, without triggers (what they would do was done before the backup) and with the references checked at the end. */
async function load(tx: TransactionSql, manifest: Manifest, file: string): Promise<number> {
  const tables = (await tablesOf(tx)).map(({ name }) => name).filter((name) => name !== 'migration')
  const expected = tables.filter((name) => !notKept.includes(name))
  const given = manifest.tables.map(({ name }) => name)
  if (expected.join() !== given.toSorted().join()) throw new KloudakError('INVALID_INPUT', `The backup's tables are not those of its migrations: ${expected.filter((name) => !given.includes(name)).concat(given.filter((name) => !expected.includes(name))).join(', ')}.`)
  const keys = await foreignKeysOf(tx)
  for (const key of keys) await tx.unsafe(`alter table ${key.table} drop constraint ${key.name}`)
  for (const table of tables) await tx`alter table ${tx(table)} disable trigger user`
  // What the migrations themselves wrote.
  for (const table of tables) await tx`delete from ${tx(table)}`
  const columnsOf = new Map(manifest.tables.map(({ name, columns }) => [name, columns]))
  const json = await jsonColumnsOf(tx)
  const digests = new Map(manifest.tables.flatMap(({ parts }) => parts).map((part) => [part.file, part.sha256]))
  for await (const { file: name, table, content } of readParts(file)) {
    if (digestOf(content) !== digests.get(name)) throw new KloudakError('INVALID_INPUT', `${file} changed while it was read.`)
    const columns = columnsOf.get(table)!
    const rows = asJsonRows(content, columns, (column) => json.has(`${table}.${column}`))
    await tx`insert into ${tx(table)} (${tx(columns)}) overriding system value select ${tx(columns)} from json_populate_recordset(null::${tx(table)}, ${rows}::text::json)`
  }
  let rows = 0
  for (const { name, rows: told } of manifest.tables) {
    const [{ count }] = await tx<[{ count: number }]>`select count(*)::float8 as count from ${tx(name)}`
    if (count !== told) throw new KloudakError('INTERNAL', `${name} has ${count} rows after loading, ${told} were backed up.`)
    rows += count
  }
  for (const { table, column, last } of manifest.sequences) {
    if (columnsOf.has(table)) await tx`select setval(pg_get_serial_sequence(quote_ident(${table}), ${column}), ${last}::bigint)`
  }
  for (const key of keys) await tx.unsafe(`alter table ${key.table} add constraint ${key.name} ${key.definition}`)
  for (const table of tables) await tx`alter table ${tx(table)} enable trigger user`
  return rows
}
