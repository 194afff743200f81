// The launcher as a person uses it: the first start, Ctrl-C, a second one, and mistakes. On simulated hosts.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { makeDataFolder } from '../support/data-folder.ts'
import { askAs, signInAs } from '../support/installation.ts'
import { until } from '../support/until.ts'
import { startProgram } from '../support/worker.ts'
import type { TestProcess } from '../support/worker.ts'

const data = makeDataFolder('start')
const port = await freePort()
const running: TestProcess[] = []
after(async () => {
  for (const { child, ended } of running) { child.kill('SIGINT'); await ended }
  rmSync(data, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => { probe.listen(0, '127.0.0.1', resolve) })
  const { port: free } = probe.address() as { port: number }
  await new Promise((resolve) => { probe.close(resolve) })
  return free
}

function launch(env: Record<string, string> = {}): TestProcess {
  const launcher = startProgram('start/main.ts', [], { KLOUDAK_DATA: data, KLOUDAK_HOSTS: 'simulated', PORT: String(port), ...env })
  running.push(launcher)
  return launcher
}

async function up(launcher: TestProcess): Promise<string> {
  let isOver = false
  void launcher.ended.then(() => { isOver = true })
  await until('Kloudak to be up', () => { if (isOver) throw new Error(launcher.output()); return launcher.output().includes('Kloudak is up') }, 90_000)
  return launcher.output()
}

const url = `http://127.0.0.1:${port}`
const tokenOf = (password: string) => signInAs(url, 'admin', password)

interface Named { edges: { node: { id: string; name: string } }[] }
const booksOf = (token: string) => askAs<{ hosts: Named; areas: Named; pools: Named }>(url, token, '{ hosts { edges { node { id name } } } areas { edges { node { id name } } } pools { edges { node { id name } } } }')

/** Gives other names to what the first start has made, as people do; answers what the books have then. */
async function rename(password: string) {
  const token = await tokenOf(password)
  const { hosts, areas, pools } = await booksOf(token)
  const change = (method: string, input: object) => askAs<Record<string, { __typename: string }>>(url, token, `mutation ($input: ${method[0]!.toUpperCase()}${method.slice(1)}Input!) { ${method}(input: $input) { __typename } }`, { input })
  // One of them has the name of another now.
  const [first, second] = hosts.edges.map(({ node }) => node)
  await change('updateHost', { hostId: first!.id, name: 'front' })
  await change('updateHost', { hostId: second!.id, name: first!.name })
  await change('updateArea', { areaId: areas.edges[0]!.node.id, name: 'east' })
  await change('updatePool', { poolId: pools.edges[0]!.node.id, name: 'disks' })
  const renamed = await booksOf(token)
  assert.deepEqual([renamed.hosts.edges[0]!.node.name, renamed.hosts.edges[1]!.node.name, renamed.areas.edges[0]!.node.name, renamed.pools.edges[0]!.node.name], ['front', 'simulated-1', 'east', 'disks'])
  return renamed
}

test('the first start sets all up, says that hosts are simulated, and shows the password once', async () => {
  const launcher = launch()
  const told = await up(launcher)
  assert.match(told, /SIMULATED/)
  const password = /password {2}(\S+)/.exec(told)?.[1]
  assert.ok(password)
  assert.match(await (await fetch(`http://127.0.0.1:${port}/`)).text(), /<div id="root">/)

  const second = launch({ PORT: '0' })
  assert.equal(await second.ended, 1)
  assert.match(second.output(), /already runs here as process \d+/)

  const before = await rename(password)
  launcher.child.kill('SIGINT')
  assert.equal(await launcher.ended, 0)
  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))
  const again = launch()
  assert.doesNotMatch(await up(again), /password/)
  assert.deepEqual(await booksOf(await tokenOf(password)), before, 'nothing is made anew because it has another name')
})

test('a port that is taken, and a wrong setting, are said in one line', async () => {
  const taken = launch({ KLOUDAK_DATA: join(data, 'other'), KLOUDAK_HOSTS: 'none' })
  assert.equal(await taken.ended, 1)
  assert.match(taken.output(), new RegExp(`Port ${port} is taken`))
  const wrong = launch({ KLOUDAK_HOSTS: 'cloud' })
  assert.equal(await wrong.ended, 1)
  assert.match(wrong.output(), /^KLOUDAK_HOSTS: /m)
})
