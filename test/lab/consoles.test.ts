// Consoles of a real guest, from a browser's socket through the API, a worker, ssh and libvirt.
import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { startConsoleServer } from '../../jobs/consoles/server.ts'
import { startHeartbeat } from '../../jobs/heartbeat.ts'
import { sshLinks } from '../../jobs/hosts/real.ts'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { Watch } from '../../jobs/watch/watch.ts'
import { buildGuestImage } from '../../lab/guest/image.ts'
import { encodeId } from '../../schema/global-id.ts'
import { ConsoleBridge } from '../../server/console/bridge.ts'
import { seal } from '../../server/db/seal.ts'
import { makeLog } from '../../server/log.ts'
import { consoleClosings } from '../../server/model/console.ts'
import { newId } from '../../server/model/id.ts'
import { startApi } from '../support/api.ts'
import type { TestApi, TestClient } from '../support/api.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

suite('consoles of a guest on a lab host', () => {
  const given = useLab({ hosts: 1 })
  const log = makeLog('test', 'silent')
  const pool = { name: 'kloudak', path: '/srv/kloudak/pool' }
  const MiB = 1024 ** 2
  let api: TestApi
  let user: TestClient
  let vm: { id: string; domainUuid: string }
  let close = async () => {}

  before(async () => {
    const { path, virtualSizeBytes } = await buildGuestImage({ folder: join(tmpdir(), 'kloudak-images') })
    copyFileSync(path, join(given.lab.poolFolder, 'image.qcow2'))
    let bridge!: ConsoleBridge
    api = await startApi({ upgrades: ({ db, auth, hub }) => [bridge = new ConsoleBridge({ db, actors: auth.actors, hub, log })] })
    const { db, hub, masterKey } = api
    const em = db.em.fork()
    const books = await writeBooks(em)
    const { address, sshPort, sshUser, hostKey, privateKey } = given.lab.hosts[0]!
    const host = await writeHost(em, books, { kind: 'ssh' })
    await em.execute('update host set address = ?, ssh_port = ?, ssh_user = ?, ssh_host_key = ?, ssh_key_sealed = ? where id = ?', [address, sshPort, sshUser, hostKey.line, seal(masterKey, { table: 'host', id: host.id }, privateKey.text), host.id])
    user = await api.user()
    vm = await writeVm(em, { ...books, workspaceId: await api.workspace([{ user, permissions: ['vm:console'] }]) }, host.id)

    const workerId = newId()
    const sessions = new HostSessions({ db, links: { ssh: sshLinks(masterKey) } })
    const consoles = await startConsoleServer({ listen: '127.0.0.1', db, sessions, workerId, log })
    const heartbeat = await startHeartbeat(db, log, { id: workerId, consoleUrl: consoles.url })
    const watch = new Watch({ db, hub, sessions, workerId, log })
    await watch.start()
    close = async () => { bridge.close(); await watch.stop(); await consoles.close(); await sessions.close(); await heartbeat.stop(); await api.close() }

    const driver = await sessions.hypervisor(host.id, { beforeCall: () => {}, timeoutMs: 60_000 })
    await driver.ensurePool(pool)
    await driver.createVolume(pool, { name: 'disk.qcow2', capacityBytes: virtualSizeBytes, backing: { path: `${pool.path}/image.qcow2`, format: 'qcow2' } })
    await driver.defineVm({
      ...await driver.facts(), domainUuid: vm.domainUuid, title: 'guest', description: '', owner: { installationId: newId(), generation: 1, vmId: vm.id }, vcpus: 1, memoryBytes: 96 * MiB,
      disks: [{ pool, volume: 'disk.qcow2', format: 'qcow2' }], seed: undefined, interfaces: [],
    })
    await driver.startVm(vm.domainUuid, { paused: false })
    await until('the VM is seen to run', async () => (await em.execute("select 1 from vm where observed_power = 'running'")).length > 0)
  }, { timeout: 300_000 })
  after(() => close())

  async function open(kind: 'SERIAL' | 'SCREEN'): Promise<{ socket: WebSocket; read: () => string; closed: Promise<number> }> {
    const { openConsole } = await user.ask<{ openConsole: { path: string } }>(
      'mutation ($vmId: ID!, $kind: ConsoleKind!) { openConsole(input: { vmId: $vmId, kind: $kind }) { ... on OpenConsolePayload { path } } }', { vmId: encodeId('VM', vm.id), kind })
    const socket = new WebSocket(api.url.replace('http', 'ws') + openConsole.path)
    const chunks: Buffer[] = []
    socket.on('message', (data: Buffer) => { chunks.push(data) }).on('error', () => {})
    return { socket, read: () => Buffer.concat(chunks).toString('latin1'), closed: new Promise((resolve) => { socket.once('close', resolve) }) }
  }

  test('the serial port shows the login and takes what is typed, for two viewers at once', { timeout: 180_000 }, async () => {
    const first = await open('SERIAL')
    await until('it is open', () => first.socket.readyState === WebSocket.OPEN)
    await until('the login', () => { if (!first.read().includes('login: ')) first.socket.send(Buffer.from('\r')); return first.read().includes('login: ') }, 120_000)
    const second = await open('SERIAL')
    await until('the past', () => second.read().includes('login: '))
    second.socket.send(Buffer.from('nobody-types-this'))
    await until('both see it', () => first.read().includes('nobody-types-this') && second.read().includes('nobody-types-this'))
    for (const { socket, closed } of [first, second]) { socket.close(); await closed }
  })

  test('the screen is VNC, and both end when the guest is gone', { timeout: 120_000 }, async () => {
    const [screen, serial] = [await open('SCREEN'), await open('SERIAL')]
    await until('the greeting', () => screen.read().startsWith('RFB 003.008\n') && serial.socket.readyState === WebSocket.OPEN)
    await until('the past', () => serial.read().includes('login: '))
    assert.equal((await given.lab.exec(1, ['virsh', 'destroy', vm.domainUuid])).code, 0)
    assert.deepEqual(await Promise.all([screen.closed, serial.closed]), [consoleClosings.ended.code, consoleClosings.ended.code])
  })
})
