// A whole Kloudak as `npm start` brings it up, on simulated hosts and a database of the test's own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { Db } from '../../server/db/orm.ts'
import { createTestDb } from './db.ts'
import { until } from './until.ts'
import { startProgram } from './worker.ts'

const childrenOf = (pid: number): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

function commandOf(pid: number): string {
  // It may end while we look.
  try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8') } catch { return '' }
}

export const adminPassword = 'correct horse battery'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => { server.close(resolve) })
  return port
}

export interface Installation {
  url: string
  output: () => string
  db: Db
  /** Kills the API process outright and resolves when its successor answers. */
  killApi: () => Promise<void>
}

/** Starts it and stops it when the file's tests have ended. Its superuser is `admin`. */
export async function useInstallation(): Promise<Installation> {
  const testDb = await createTestDb()
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-e2e-'))
  const port = await freePort()
  const started = startProgram('start/main.ts', [], { KLOUDAK_DATA: folder, DATABASE_URL: testDb.url, KLOUDAK_HOSTS: 'simulated', PORT: String(port), KLOUDAK_ADMIN_PASSWORD: adminPassword })
  let gone: number | string | undefined
  void started.ended.then((how) => { gone = how })
  after(async () => {
    started.child.kill('SIGTERM')
    await started.ended
    await testDb.close()
    rmSync(folder, { recursive: true, force: true })
  })
  await until('Kloudak is up', () => {
    if (gone !== undefined) throw new Error(`it ended with ${gone}: ${started.output()}`)
    return started.output().includes('Kloudak is up')
  }, 120_000)
  const url = `http://127.0.0.1:${port}`
  const apiPid = () => childrenOf(started.child.pid!).find((pid) => commandOf(pid).includes('server/main.ts'))
  async function killApi(): Promise<void> {
    const pid = apiPid()
    if (pid === undefined) throw new Error('there is no API process')
    process.kill(pid, 'SIGKILL')
    await until('another API process', async () => apiPid() !== pid && (await fetch(`${url}/readyz`).catch(() => undefined))?.ok)
  }
  return { url, output: started.output, db: testDb.db, killApi }
}

/** Sends an operation as a program would; throws on errors and returns the data. */
export async function askAs<Data>(url: string, token: string | undefined, query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query, variables }) })
  const { data, errors } = await response.json() as { data: Data; errors?: { message: string }[] }
  if (errors) throw new Error(errors.map(({ message }) => message).join('; '))
  return data
}

export async function signInAs(url: string, username: string, password: string): Promise<string> {
  const { signIn } = await askAs<{ signIn: { session: { accessToken: string } } }>(url, undefined, 'mutation ($input: SignInInput!) { signIn(input: $input) { ... on SignInPayload { session { accessToken } } } }', { input: { username, password } })
  return signIn.session.accessToken
}
