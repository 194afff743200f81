// (d) From a change on a host to a client's socket, and what a client misses whose server is killed again and again.
import { createClient } from 'graphql-ws'
import type { Client } from 'graphql-ws'
import { WebSocket } from 'ws'
import { startHeartbeat } from '../jobs/heartbeat.ts'
import { HostSessions } from '../jobs/hosts/sessions.ts'
import { Watch } from '../jobs/watch/watch.ts'
import { encodeId } from '../schema/global-id.ts'
import { EventHub } from '../server/events/hub.ts'
import { createHttpServer } from '../server/http/server.ts'
import { makeLog } from '../server/log.ts'
import { newId } from '../server/model/id.ts'
import { startApi } from '../test/support/api.ts'
import type { TestApi, TestClient } from '../test/support/api.ts'
import { writeBooks, writeHost, writeVm } from '../test/support/books.ts'
import type { Books } from '../test/support/books.ts'
import { percentiles, show } from './measure.ts'
import type { Bench, Row } from './measure.ts'

const kills = 1_000
const log = makeLog('bench', 'silent')
const query = 'subscription ($workspaceId: ID, $after: String) { vmChanged(workspaceId: $workspaceId, after: $after) { cursor id version vm { name observedPower } } }'

interface Change { cursor: string; id: string; version: number }
interface World { api: TestApi; books: Books; user: TestClient; hostId: string }

function follow(client: Client, variables: object, next: (change: Change) => void): { stop: () => void; ended: Promise<void> } {
  let stop = () => {}
  const ended = new Promise<void>((resolve) => {
    stop = client.subscribe<{ vmChanged: Change }>({ query, variables: { ...variables } }, { next: ({ data }) => { if (data) next(data.vmChanged) }, error: () => { resolve() }, complete: () => { resolve() } })
  })
  return { stop, ended }
}

async function cursorNow(user: TestClient): Promise<string> {
  return (await user.ask<{ eventCursor: string }>('{ eventCursor }')).eventCursor
}

/** Suspends and resumes a guest on a simulated host and waits for the change at a client's socket. */
async function hostToSocket({ api, books, user, hostId }: World): Promise<Row> {
  const workspace = await api.workspace([{ user, permissions: [] }])
  const vm = await writeVm(api.db.em.fork(), { ...books, workspaceId: workspace }, hostId)
  const sessions = new HostSessions({ db: api.db })
  const workerId = newId()
  const heartbeat = await startHeartbeat(api.db, log, { id: workerId, consoleUrl: null })
  const hub = await EventHub.open({ url: api.databaseUrl })
  const watch = new Watch({ db: api.db, hub, sessions, workerId, log })
  await watch.start()
  const driver = await sessions.hypervisor(hostId, { beforeCall: () => {}, timeoutMs: 30_000 })
  let heard: (version: number) => void = () => {}
  const { stop } = follow(user.socket(), { workspaceId: encodeId('Workspace', workspace), after: await cursorNow(user) }, ({ version }) => { heard(version) })
  const change = async (act: () => Promise<void>) => {
    const arrival = new Promise<number>((resolve) => { heard = resolve })
    const start = performance.now()
    await act()
    await arrival
    return performance.now() - start
  }
  await driver.defineVm({
    domainUuid: vm.domainUuid, title: 'bench', description: '', owner: { installationId: newId(), generation: 1, vmId: vm.id }, domainType: 'kvm', emulator: '', architecture: 'x86_64',
    machineType: 'q35', cpuModel: 'qemu64', vcpus: 1, memoryBytes: 64 * 1024 ** 2, disks: [], seed: undefined, interfaces: [],
  })
  // The first comparison finds it stopped, or running if it is started before: wait for its last word.
  await change(() => driver.startVm(vm.domainUuid, { paused: false }))
  while ((await api.db.em.fork().execute("select 1 from vm where id = ? and observed_power = 'running'", [vm.id])).length === 0) await new Promise((resolve) => { setTimeout(resolve, 50) })
  await new Promise((resolve) => { setTimeout(resolve, 500) })
  const tookMs: number[] = []
  for (let round = 0; round < 520; round++) {
    const tookNow = await change(() => (round % 2 ? driver.resumeVm(vm.domainUuid) : driver.suspendVm(vm.domainUuid)))
    if (round >= 20) tookMs.push(tookNow)
  }
  stop()
  await watch.stop()
  await sessions.close()
  await heartbeat.stop()
  await hub.close()
  const took = percentiles(tookMs)
  return { what: 'change on a (simulated) host to a client\'s socket', ours: show(took), peer: 'Proxmox polls each 1 s, Horizon each 2.5 s', ratio: `1 / ${Math.round(1_000 / took.p99)}`, goal: '<= 100 ms p99' }
}

/** A client follows a workspace while its server is killed and replaced; it comes back with its last cursor. */
async function killServers({ api, books, user, hostId }: World): Promise<Row> {
  const workspace = await api.workspace([{ user, permissions: [] }])
  const workspaceId = encodeId('Workspace', workspace)
  const vms = await Promise.all(Array.from({ length: 8 }, () => writeVm(api.db.em.fork(), { ...books, workspaceId: workspace }, hostId)))
  let after = await cursorNow(user)
  const newest = new Map<string, number>()
  const seen = new Set<string>()
  let twice = 0
  const enough = new AbortController()
  // Slower than the client reads between two kills, or the end would be a long replay.
  const writers = vms.map(async ({ id }) => {
    const em = api.db.em.fork()
    for (let i = 0; !enough.signal.aborted; i++) { await em.execute('update vm set description = ? where id = ?', [String(i), id]); await new Promise((resolve) => { setTimeout(resolve, 60) }) }
  })
  const serve = async (until: (changes: number) => boolean | Promise<boolean>) => {
    const hub = await EventHub.open({ url: api.databaseUrl })
    const http = createHttpServer({ config: { publicUrl: undefined, webFolder: '/nonexistent' }, log, db: api.db, sender: { send: async () => {} }, hub, auth: api.auth })
    const url = `ws://127.0.0.1:${await http.listen(0, '127.0.0.1')}/graphql`
    const client = createClient({ url, webSocketImpl: WebSocket, lazy: true, retryAttempts: 0, connectionParams: { authorization: `Bearer ${user.token}` } })
    let changes = 0
    const { ended } = follow(client, { workspaceId, after }, ({ cursor, id, version }) => {
      changes++
      if (seen.has(cursor) || version <= (newest.get(id) ?? 0)) twice++
      seen.add(cursor)
      newest.set(id, version)
      after = cursor
    })
    while (!await until(changes)) await new Promise((resolve) => { setTimeout(resolve, 1) })
    await Promise.all([http.close(0), hub.close()])
    await ended
    await client.dispose()
  }
  for (let kill = 0; kill < kills; kill++) await serve((changes) => changes > kill % 4)
  enough.abort()
  await Promise.all(writers)
  const em = api.db.em.fork()
  const rows = await em.execute<{ id: string; version: number }[]>('select id, version from vm where workspace_id = ?', [workspace])
  const missing = () => rows.filter(({ id, version }) => newest.get(encodeId('VM', id)) !== version).length
  const end = performance.now() + 60_000
  await serve(() => missing() === 0 || performance.now() > end)
  return { what: `what a client misses, or is told twice, over ${kills} kills of its server`, ours: `${missing()} missed, ${twice} twice, of ${seen.size} told`, peer: 'Incus, Xen Orchestra: events are not sent again', ratio: '', goal: '0' }
}

export const bench: Bench = {
  name: 'Events',
  async rows() {
    const api = await startApi()
    try {
      const books = await writeBooks(api.db.em.fork())
      const { id: hostId } = await writeHost(api.db.em.fork(), books)
      const world = { api, books, user: await api.user(), hostId }
      return [await hostToSocket(world), await killServers(world)]
    } finally {
      await api.close()
    }
  },
}
