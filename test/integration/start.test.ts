// `npm start` that dies by kill -9, as the launcher alone or as npm above it: what it leaves, and the next start.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeDataFolder } from '../support/data-folder.ts'
import { until } from '../support/until.ts'

const password = 'correct horse battery'
const patienceMs = 120_000

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => { server.close(resolve) })
  return port
}

suite('a start that is killed', { timeout: 600_000 }, async () => {
  const folder = makeDataFolder('start')
  const port = await freePort()
  const started: ChildProcess[] = []

  /** All living processes that were started for this data folder: npm, launcher, API, worker. */
  const processes = () => readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).map(Number).filter((pid) => {
    try { return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`KLOUDAK_DATA=${folder}\0`) } catch { return false }
  })
  const launcher = () => Number(readFileSync(join(folder, 'launcher.pid'), 'utf8').split(' ')[0])

  async function start(): Promise<ChildProcess> {
    const child = spawn('npm', ['start'], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, KLOUDAK_DATA: folder, KLOUDAK_HOSTS: 'simulated', KLOUDAK_ADMIN_PASSWORD: password, PORT: String(port), DATABASE_URL: undefined },
    })
    started.push(child)
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { output += String(chunk) })
    await until('Kloudak to be up', () => {
      if (child.exitCode !== null) throw new Error(output)
      return output.includes('Kloudak is up')
    }, patienceMs).catch((error: unknown) => { throw new Error(output, { cause: error }) })
    return child
  }

  async function post<Data>(query: string, token?: string): Promise<Data> {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }, body: JSON.stringify({ query }) })
    const { data, errors } = await response.json() as { data: Data; errors?: { message: string }[] }
    if (errors) throw new Error(errors[0]!.message)
    return data
  }
  const signIn = async () => (await post<{ signIn: { session: { accessToken: string } } }>(`mutation { signIn(input: { username: "admin", password: "${password}" }) { ... on SignInPayload { session { accessToken } } } }`)).signIn.session.accessToken

  /** The books are the same, and a worker does new work. */
  async function works(name: string, before: string[]): Promise<void> {
    const token = await signIn()
    const { workspaces } = await post<{ workspaces: { edges: { node: { name: string } }[] } }>('{ workspaces(first: 50) { edges { node { name } } } }', token)
    for (const one of before) assert.ok(workspaces.edges.some(({ node }) => node.name === one), `the workspace ${one} is gone`)
    const { createWorkspace: { workspace } } = await post<{ createWorkspace: { workspace: { id: string } } }>(`mutation { createWorkspace(input: { name: "${name}" }) { ... on CreateWorkspacePayload { workspace { id } } } }`, token)
    const { areas } = await post<{ areas: { edges: { node: { id: string } }[] } }>('{ areas(first: 1) { edges { node { id } } } }', token)
    const { createNetwork: { network } } = await post<{ createNetwork: { network: { id: string } } }>(`mutation { createNetwork(input: { workspaceId: "${workspace.id}", areaId: "${areas.edges[0]!.node.id}", name: "n", subnets: [{ cidr: "10.0.0.0/24" }] }) { ... on CreateNetworkPayload { network { id } } } }`, token)
    await until('the worker to bring a network up', async () => (await post<{ node: { phase: string } }>(`{ node(id: "${network.id}") { ... on Network { phase } } }`, token)).node.phase === 'READY')
    const { templates } = await post<{ templates: { edges: { node: { id: string } }[] } }>('{ templates(first: 1) { edges { node { id } } } }', token)
    const { createVm: { vm } } = await post<{ createVm: { vm: { id: string } } }>(`mutation { createVm(input: { workspaceId: "${workspace.id}", templateId: "${templates.edges[0]!.node.id}", name: "v", interfaces: [{ networkId: "${network.id}" }] }) { ... on CreateVmPayload { vm { id } } } }`, token)
    await until('a VM to come up, on hosts that began anew', async () => {
      const { node } = await post<{ node: { status: string; failure: string | null; lastTask: { error: { message: string } | null } } }>(`{ node(id: "${vm.id}") { ... on VM { status failure lastTask { error { message } } } } }`, token)
      if (node.failure ?? node.lastTask.error) throw new Error(node.failure ?? node.lastTask.error!.message)
      return node.status === 'UP'
    })
  }

  after(async () => {
    for (const pid of processes()) process.kill(pid, 'SIGTERM')
    await until('all to be gone', () => processes().length === 0)
    rmSync(folder, { recursive: true, force: true })
  }, { timeout: 60_000 })

  test('the launcher killed: its processes end by themselves, and the next start takes over', async () => {
    await start()
    await works('first', [])
    process.kill(launcher(), 'SIGKILL')
    await until('the processes of the dead one to end', () => processes().length === 0)
    await start()
    await works('second', ['first'])
  })

  test('a second start beside a living one refuses, and npm killed leaves nothing that the next start cannot take over', async () => {
    const npm = started.at(-1)!
    await assert.rejects(start(), /already runs here/)
    const orphan = launcher()
    npm.kill('SIGKILL')
    await until('npm to be gone', () => npm.signalCode === 'SIGKILL')
    // At once, while the one left behind still notices and stops.
    await start()
    assert.notEqual(launcher(), orphan)
    await works('third', ['first', 'second'])
    assert.equal(processes().includes(orphan), false)
  })

  test('npm told to stop ends everything', async () => {
    started.at(-1)!.kill('SIGTERM')
    await until('all to be gone', () => processes().length === 0)
    assert.equal(existsSync(join(folder, 'launcher.pid')), false, 'it stopped in order')
  })
})
