// A whole Kloudak as `npm start` runs it: API and workers as processes of their own on a database of their own, with the
// hosts of a lab brought into the books. For acceptance tests and benches.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { sagaQueue } from '../../jobs/contract/queue.ts'
import type { Lab } from '../../lab/lab.ts'
import { createArea, createPool, createTemplate, registerHost, registerImage } from '../../server/app/inventory.ts'
import type { NewImage, Operator } from '../../server/app/inventory.ts'
import { bossSender, openBoss } from '../../server/db/boss.ts'
import type { Db } from '../../server/db/orm.ts'
import { GiB, MiB } from '../../server/model/units.ts'
import { ensureAdmin } from '../../start/admin.ts'
import { createTestDb } from './db.ts'
import type { TestDb } from './db.ts'
import { until } from './until.ts'
import { startProgram } from './worker.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const adminPassword = 'the operator of this cloud'

type Row = Record<string, unknown>
export interface ProcessHandle { pid: number; lines: Row[]; signal(name: NodeJS.Signals): void; ended: Promise<void> }

export interface Cloud {
  /** Of the first server. */
  url: string
  /** Of all servers, side by side on the one database. */
  urls: string[]
  db: Db
  databaseUrl: string
  masterKey: Buffer
  server: ProcessHandle
  workers: ProcessHandle[]
  /** Relay ids. */
  workspaceId: string
  areaId: string
  templates: { linked: string; full: string }
  ask<Data>(query: string, variables?: object): Promise<Data>
  socket(): Client
  token(): string
  startWorker(): Promise<ProcessHandle>
  restartServer(): Promise<void>
  /** Ends servers and workers in order; `resume` starts them again, and the admin signs in. */
  halt(): Promise<void>
  resume(): Promise<void>
  /** The data folder of those commands. */
  folder: string
  /** Runs one of the commands of `start/` on the cloud's database, with its master key. */
  run(script: string, ...args: string[]): Promise<{ code: number | string; output: string }>
  close(): Promise<void>
}

async function startProcess(script: string, env: NodeJS.ProcessEnv, readyMessage: string): Promise<ProcessHandle & { ready: Row }> {
  const child: ChildProcess = spawn(process.execPath, [join(root, script)], { env: { ...process.env, ...env, LOG_LEVEL: 'info' }, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  const lines: Row[] = []
  const ended = new Promise<void>((resolve) => { child.once('exit', () => resolve()) })
  const ready = new Promise<Row>((resolve, reject) => {
    createInterface({ input: child.stderr! }).on('line', (line) => {
      const parsed = line.startsWith('{') ? JSON.parse(line) as Row : { msg: line }
      lines.push(parsed)
      if (parsed.msg === readyMessage) resolve(parsed)
    })
    void ended.then(() => reject(new Error(`${script} ended: ${lines.slice(-5).map(({ msg }) => msg).join(' | ')}`)))
  })
  return { pid: child.pid!, lines, ended, signal: (name) => { child.kill(name) }, ready: await ready }
}

export interface CloudOptions { lab?: Lab; image?: NewImage['file']; simulatedHosts?: number; servers?: number; workers?: number; env?: NodeJS.ProcessEnv }

/** Hosts of the lab, or simulated ones. Everything is enrolled and a workspace is there when it returns. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const ground: Ground = { testDb: await createTestDb(), folder: mkdtempSync(join(tmpdir(), 'kloudak-cloud-')), running: [] }
  try { return await build(options, ground) } catch (error) {
    // What went wrong on a host is told to the worker's log alone.
    for (const { lines } of ground.running) for (const line of lines) if (Number(line.level) >= 40) console.error(JSON.stringify(line))
    await clear(ground)
    throw error
  }
}

/** What a cloud stands on, and what is to be cleared away also when it never came up. */
interface Ground { testDb: TestDb; folder: string; running: ProcessHandle[] }

async function stopAll({ running }: Ground): Promise<void> {
  for (const one of running) { one.signal('SIGCONT'); one.signal('SIGTERM') }
  await Promise.all(running.map(({ ended }) => ended))
}

async function clear(ground: Ground): Promise<void> {
  const { testDb, folder } = ground
  await stopAll(ground)
  await testDb.close()
  rmSync(folder, { recursive: true, force: true })
}

async function build({ lab, image, simulatedHosts = 0, servers: serverCount = 1, workers: workerCount = 1, env = {} }: CloudOptions, ground: Ground): Promise<Cloud> {
  const { testDb: { db, url: databaseUrl }, folder } = ground
  const start = async (script: string, more: NodeJS.ProcessEnv, readyMessage: string) => { const started = await startProcess(script, more, readyMessage); ground.running.push(started); return started }
  const masterKey = randomBytes(32)
  const keyFile = join(folder, 'master.key')
  writeFileSync(keyFile, masterKey.toString('base64'), { mode: 0o600 })
  await ensureAdmin(db.em.fork(), adminPassword)
  const environment = { DATABASE_URL: databaseUrl, KLOUDAK_MASTER_KEY_FILE: keyFile, KLOUDAK_WEB: join(root, 'dist/web'), PORT: '0', ...env }

  let server = await start('server/main.ts', environment, 'ready')
  const port = String(server.ready.port)
  const url = `http://127.0.0.1:${port}`
  const others: Awaited<ReturnType<typeof start>>[] = []
  while (others.length + 1 < serverCount) others.push(await start('server/main.ts', environment, 'ready'))
  const workers: ProcessHandle[] = []
  const startWorker = async () => { const worker = await start('jobs/main.ts', environment, 'the worker is ready'); workers.push(worker); return worker }
  for (let count = 0; count < workerCount; count++) await startWorker()

  let token = ''
  const send = async <Data>(query: string, variables?: object) => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query, variables }) })
    const body = await response.json() as { data: Data; errors?: { message: string }[] }
    if (body.errors) throw new Error(body.errors.map(({ message }) => message).join('; '))
    return body.data
  }
  async function signIn(): Promise<void> {
    token = ''
    const signedIn = await send<{ signIn: { session: { accessToken: string } } }>('mutation($password: String!) { signIn(input: { username: "admin", password: $password }) { ... on SignInPayload { session { accessToken } } } }', { password: adminPassword })
    token = signedIn.signIn.session.accessToken
  }
  await signIn()

  await enrol({ db, databaseUrl, masterKey, lab, image, simulatedHosts })
  const made = await send<{ createWorkspace: { workspace: { id: string } } }>('mutation { createWorkspace(input: { name: "acceptance" }) { ... on CreateWorkspacePayload { workspace { id } } } }')
  const books = await send<{ areas: Edges; templates: Edges }>('{ areas(first: 1) { edges { node { id name } } } templates(first: 10) { edges { node { id name } } } }')
  const template = (name: string) => books.templates.edges.find(({ node }) => node.name === name)?.node.id ?? ''

  const sockets: Client[] = []
  const cloud: Cloud = {
    url, urls: [url, ...others.map(({ ready }) => `http://127.0.0.1:${String(ready.port)}`)], db, databaseUrl, masterKey, server, workers,
    workspaceId: made.createWorkspace.workspace.id,
    areaId: books.areas.edges[0]!.node.id,
    templates: { linked: template('linked'), full: template('full') },
    ask: send,
    token: () => token,
    socket: () => {
      const socket = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, shouldRetry: () => true, retryAttempts: 100, connectionParams: { authorization: `Bearer ${token}` } })
      sockets.push(socket)
      return socket
    },
    startWorker,
    restartServer: async () => {
      server.signal('SIGKILL')
      await server.ended
      server = await start('server/main.ts', { ...environment, PORT: port }, 'ready')
      cloud.server = server
    },
    folder,
    halt: async () => {
      await stopAll(ground)
    },
    resume: async () => {
      server = await start('server/main.ts', { ...environment, PORT: port }, 'ready')
      cloud.server = server
      workers.length = 0
      await startWorker()
      await signIn()
    },
    run: async (script, ...args) => {
      const { ended, output } = startProgram(script, args, { ...environment, KLOUDAK_DATA: folder })
      return { code: await ended, output: output() }
    },
    close: async () => {
      for (const socket of sockets) await socket.dispose()
      await clear(ground)
    },
  }
  return cloud
}

interface Edges { edges: { node: { id: string; name: string } }[] }

async function enrol({ db, databaseUrl, masterKey, lab, image, simulatedHosts }: { db: Db; databaseUrl: string; masterKey: Buffer; lab: Lab | undefined; image: NewImage['file'] | undefined; simulatedHosts: number }): Promise<void> {
  const boss = await openBoss({ url: databaseUrl, applicationName: 'test-enrol', queues: [sagaQueue], supervise: false, onError: () => {} })
  const act = <T>(work: (operator: Operator) => Promise<T>) => db.em.fork().transactional((em) => work({ em, sender: bossSender(boss), userId: null, masterKey }))
  const ended = (taskId: string | undefined) => until('the operator\'s task', async () => {
    if (!taskId) return true
    const [row] = await db.em.fork().execute<{ state: string; error: { message: string } | null }[]>('select state, error from task where id = ?', [taskId])
    if (row && ['failed', 'stuck', 'cancelled'].includes(row.state)) throw new Error(row.error?.message ?? row.state)
    return row?.state === 'done'
  }, 120_000)
  try {
    const area = await act((operator) => createArea(operator, { name: 'area-1' }))
    const pool = await act((operator) => createPool(operator, { name: 'pool-1', areaId: area.id, path: '/srv/kloudak/pool', wipeOnDelete: false }))
    const bridges = { publicBridge: 'public-br', trunkBridge: 'private-br' }
    const hosts = [
      ...(lab?.hosts ?? []).map((host) => ({ name: host.name, access: { kind: 'ssh' as const, address: host.address, sshPort: host.sshPort, sshUser: host.sshUser, privateKey: host.privateKey.text, hostKey: host.hostKey.line } })),
      ...Array.from({ length: simulatedHosts }, (_, index) => ({ name: `simulated-${index + 1}`, access: { kind: 'simulated' as const } })),
    ]
    const tasks = []
    for (const host of hosts) tasks.push((await act((operator) => registerHost(operator, { ...host, ...bridges, areaId: area.id }))).taskId)
    for (const task of tasks) await ended(task)
    if (!image) return
    const version = await act((operator) => registerImage(operator, { name: 'guest', os: 'Linux', poolId: pool.id, file: image }))
    await ended(version.taskId)
    for (const cloneMode of ['linked', 'full'] as const) {
      await act((operator) => createTemplate(operator, { name: cloneMode, os: 'Linux', description: '', vcpus: 1, memoryBytes: 128 * MiB, diskBytes: 1 * GiB, imageVersionId: version.id, cloneMode }))
    }
  } finally {
    await boss.stop({ graceful: false })
  }
}
