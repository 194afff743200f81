// What deploy/ offers, run as it stands: two servers behind HAProxy and two workers, of which one each is killed while a
// client asks, follows and changes things; and the units for systemd.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { startCloud } from '../support/cloud.ts'
import type { Cloud } from '../support/cloud.ts'
import { startHaproxy } from '../support/haproxy.ts'
import type { Proxy } from '../support/haproxy.ts'
import { until } from '../support/until.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const makers = 4
const beforeTheKill = 12
const inAll = 40

interface Follower { told: Map<string, { version: number; state: string }[]>; ended: Promise<void> }

suite('a cloud of several machines', () => {
  let cloud: Cloud
  let proxy: Proxy
  before(async () => {
    cloud = await startCloud({ simulatedHosts: 2, servers: 2, workers: 2, env: { KLOUDAK_TRUSTED_PROXIES: '127.0.0.1' } })
    proxy = await startHaproxy([cloud.urls[0]!, cloud.urls[1]!])
  }, { timeout: 120_000 })
  after(async () => { await proxy.close(); await cloud.close() }, { timeout: 60_000 })

  /** As a client does that knows that machines die: sent again until somebody answers. */
  async function ask<Data>(query: string, variables: object, onRepeat: () => void): Promise<Data> {
    return until('an answer', async () => {
      const response = await fetch(`${proxy.url}/graphql`, {
        method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${cloud.token()}`, 'x-forwarded-for': '192.0.2.1' }, body: JSON.stringify({ query, variables }),
      }).catch(() => undefined)
      if (!response || response.status >= 500) { onRepeat(); return undefined }
      const { data, errors } = await response.json() as { data: Data; errors?: { message: string; extensions: { code: string; retryAfterMs?: number } }[] }
      // A quick machine asks oftener than one client may, and one server has to bear it when the other is gone.
      if (errors?.[0]?.extensions.code === 'RATE_LIMITED') { await delay(errors[0].extensions.retryAfterMs); return undefined }
      if (errors) throw new Error(errors.map(({ message }) => message).join('; '))
      return data as NonNullable<Data>
    }, 60_000) as Promise<Data>
  }

  test('one server and one worker are killed with -9 while a client asks, follows and changes: nothing is lost', { timeout: 150_000 }, async (t) => {
    let repeats = 0
    let connections = 0
    let asked = 0
    const over = new AbortController()
    // Also when it fails: whoever goes on asking would keep the file from ending.
    t.after(() => { over.abort() })
    const repeat = () => { repeats++ }

    /** Follows all tasks, and comes back with its last cursor when its server dies. */
    function follow(from: string): Follower {
      let cursor = from
      const told: Follower['told'] = new Map()
      const ended = (async () => {
        while (!over.signal.aborted) {
          const client = createClient({
            url: `${proxy.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${cloud.token()}` }, on: { connected: () => { connections++ } },
          })
          const stream = client.iterate<{ taskChanged: { cursor: string; id: string; version: number; task: { state: string } } }>({
            query: 'subscription($workspaceId: ID!, $after: String!) { taskChanged(workspaceId: $workspaceId, after: $after) { cursor id version task { state } } }', variables: { workspaceId: cloud.workspaceId, after: cursor },
          })
          const leave = () => { void client.dispose() }
          over.signal.addEventListener('abort', leave, { once: true })
          try {
            for await (const { data, errors } of stream) {
              if (errors) throw errors[0]!
              const { id, version, task } = data!.taskChanged
              told.set(id, [...told.get(id) ?? [], { version, state: task.state }])
              cursor = data!.taskChanged.cursor
            }
          } catch { /* its server died, or it is over */ }
          await client.dispose()
        }
      })()
      return { told, ended }
    }
    const { eventCursor } = await ask<{ eventCursor: string }>('{ eventCursor }', {}, repeat)
    // The proxy gives one to each server, as long as nothing else is asked.
    const followers = [follow(eventCursor), follow(eventCursor)]
    await until('both to be connected', () => connections === 2)
    const asking = (async () => {
      while (!over.signal.aborted) {
        const { viewer } = await ask<{ viewer: { username: string } }>('{ viewer { username } }', {}, repeat)
        assert.equal(viewer.username, 'admin')
        asked++
      }
    })()

    const tasks = new Map<string, string>()
    let next = 0
    const changing = Promise.all(Array.from({ length: makers }, async () => {
      for (let number = next++; number < inAll; number = next++) {
        const input = { workspaceId: cloud.workspaceId, areaId: cloud.areaId, name: `network-${number}`, subnets: [{ cidr: '10.0.0.0/24' }], idempotencyKey: `network ${number}` }
        const { createNetwork } = await ask<{ createNetwork: { task?: { id: string }; message?: string } }>('mutation($input: CreateNetworkInput!) { createNetwork(input: $input) { ... on CreateNetworkPayload { task { id } } ... on UserError { message } } }', { input }, repeat)
        assert.ok(createNetwork.task, createNetwork.message ?? 'no task')
        tasks.set(input.name, createNetwork.task.id)
      }
    }))
    const killing = (async () => {
      await until('some to be made', () => tasks.size >= beforeTheKill)
      cloud.server.signal('SIGKILL')
      cloud.workers[0]!.signal('SIGKILL')
      await Promise.all([cloud.server.ended, cloud.workers[0]!.ended])
    })()
    await Promise.all([changing, killing])
    await until('each task to be told as done, to both', () => followers.every(({ told }) => [...tasks.values()].every((id) => told.get(id)?.at(-1)?.state === 'DONE')), 60_000)
    over.abort()
    await Promise.all([asking, ...followers.map(({ ended }) => ended)])

    assert.equal(new Set(tasks.values()).size, inAll, 'no two requests came to one task')
    const books = await cloud.db.em.fork().execute<{ name: string; phase: string; tasks: number }[]>(`
      select network.name, network.phase, (select count(*)::integer from task where task.object_id = network.id) as tasks from network order by network.id`)
    assert.deepEqual(books.map(({ name }) => name).sort(), [...tasks.keys()].sort())
    assert.ok(books.every((network) => network.phase === 'ready' && network.tasks === 1))
    for (const [id, changes] of followers.flatMap(({ told }) => [...told])) assert.deepEqual(changes.map(({ version }) => version), [...new Set(changes.map(({ version }) => version))].sort((a, b) => a - b), `${id} is told in order, nothing twice`)
    assert.ok(connections > 2, 'no subscription was cut: this has shown nothing')
    assert.ok(asked > 0)
    t.diagnostic(`${asked} queries answered, ${repeats} requests sent again, ${connections} connections of two subscriptions`)
  })

  test('the server that is left believes the proxy alone about where a client is', { timeout: 60_000 }, async () => {
    const rows = await cloud.db.em.fork().execute<{ address: string }[]>("select distinct client_address as address from audit where method = 'createNetwork'")
    // The client sits on the proxy's own machine, which is trusted: what it says is believed here, and would not be elsewhere.
    assert.deepEqual(rows, [{ address: '192.0.2.1' }])
  })

  test('the proxy shows nobody the figures for Prometheus', { timeout: 60_000 }, async () => {
    assert.equal((await fetch(`${proxy.url}/metrics`)).status, 403)
  })
})

suite('the units for systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kloudak-units-'))
  after(() => { rmSync(folder, { recursive: true }) })
  for (const name of ['kloudak-server.service', 'kloudak-worker.service']) {
    test(`${name} is sound and shuts its process in`, () => {
      const unit = join(folder, name)
      // The programs are looked for: here they stand elsewhere.
      writeFileSync(unit, readFileSync(join(root, 'deploy', name), 'utf8').replaceAll('/opt/kloudak', root.replace(/\/$/, '')))
      const verified = spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', unit], { encoding: 'utf8' })
      assert.deepEqual([verified.status, verified.stderr], [0, ''])
      // Of 100, most exposed: it fails above the threshold.
      execFileSync('systemd-analyze', ['security', '--no-pager', '--offline=true', '--threshold=20', unit], { stdio: 'pipe' })
    })
  }
})
