import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import postgres from 'postgres'
import { migrate, openDb } from '../../server/db/orm.ts'
import type { Db } from '../../server/db/orm.ts'
import { startPostgres } from '../../start/postgres.ts'

const template = 'kloudak_template'

/** Starts a PostgreSQL for tests with a migrated template database; returns its admin address and how to stop it. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-test-pg-'))
  const server = await startPostgres({ folder, durable: false })
  const admin = server.url.replace(/\/kloudak$/, '/postgres')
  const sql = postgres(admin, { max: 1, onnotice: () => {} })
  await sql.unsafe(`create database ${template}`)
  await migrate(databaseUrl(admin, template))
  await sql.end()
  return { url: admin, stop: async () => { await server.stop(); rmSync(folder, { recursive: true, force: true }) } }
}

const databaseUrl = (admin: string, name: string) => admin.replace(/\/postgres$/, `/${name}`)

export interface TestDb { url: string; db: Db; close(): Promise<void> }

/** A migrated database of this test file's own. Call it in the body of a test or `before`, and `close` it after. */
export async function createTestDb(): Promise<TestDb> {
  const shared = process.env.KLOUDAK_TEST_SERVER
  const server = shared ? { url: shared, stop: async () => {} } : await startTestServer()
  const name = `test_${randomBytes(6).toString('hex')}`
  const sql = postgres(server.url, { max: 1, onnotice: () => {} })
  await sql.unsafe(`create database ${name} template ${template} strategy file_copy`)
  const url = databaseUrl(server.url, name)
  const db = await openDb({ url, poolSize: 10 })
  return {
    url,
    db,
    close: async () => {
      await db.close(true)
      await sql.unsafe(`drop database if exists ${name} with (force)`)
      await sql.end()
      await server.stop()
    },
  }
}

/** As createTestDb, opened now and closed when the file's tests have ended. */
export async function useTestDb(): Promise<TestDb> {
  const made = await createTestDb()
  after(() => made.close())
  return made
}
