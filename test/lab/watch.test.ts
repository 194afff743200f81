// The watch on a real host, over ssh as its row says: what is done to the host by hand shows in the books.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { startHeartbeat } from '../../jobs/heartbeat.ts'
import { sshLinks } from '../../jobs/hosts/real.ts'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { Watch } from '../../jobs/watch/watch.ts'
import { seal } from '../../server/db/seal.ts'
import { EventHub } from '../../server/events/hub.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import { makeLog } from '../../server/log.ts'
import { newId } from '../../server/model/id.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { createTestDb } from '../support/db.ts'
import type { TestDb } from '../support/db.ts'
import { useLab } from '../support/lab.ts'
import { until } from '../support/until.ts'

suite('the watch of a lab host', () => {
  const given = useLab({ hosts: 1 })
  const masterKey = new Uint8Array(32).fill(7)
  const log = makeLog('test', 'silent')
  const MiB = 1024 ** 2
  let testDb: TestDb
  let sessions: HostSessions
  let hostId: string
  let vm: { id: string; domainUuid: string }
  let driver: HypervisorDriver
  let close = async () => {}

  before(async () => {
    testDb = await createTestDb()
    const em = testDb.db.em.fork()
    const books = await writeBooks(em)
    const { address, sshPort, sshUser, hostKey, privateKey } = given.lab.hosts[0]!
    const host = await writeHost(em, books, { kind: 'ssh' })
    hostId = host.id
    await em.execute('update host set address = ?, ssh_port = ?, ssh_user = ?, ssh_host_key = ?, ssh_key_sealed = ? where id = ?', [address, sshPort, sshUser, hostKey.line, seal(masterKey, { table: 'host', id: hostId }, privateKey.text), hostId])
    vm = await writeVm(em, books, hostId)
    const workerId = newId()
    const hub = await EventHub.open({ url: testDb.url })
    sessions = new HostSessions({ db: testDb.db, links: { ssh: sshLinks(masterKey) } })
    const heartbeat = await startHeartbeat(testDb.db, log, { id: workerId, consoleUrl: null })
    const watch = new Watch({ db: testDb.db, hub, sessions, workerId, log, watchTimes: { downAfterMs: 1_000 } })
    await watch.start()
    close = async () => { await watch.stop(); await sessions.close(); await heartbeat.stop(); await hub.close(); await testDb.close() }
    driver = await sessions.hypervisor(hostId, { beforeCall: () => {}, timeoutMs: 60_000 })
    const facts = await driver.facts()
    await driver.defineVm({ ...facts, domainUuid: vm.domainUuid, title: 'watched', description: '', owner: { installationId: newId(), generation: 1, vmId: vm.id }, vcpus: 1, memoryBytes: 64 * MiB, disks: [], seed: undefined, interfaces: [] })
  }, { timeout: 300_000 })
  after(() => close())

  const row = async (query: string, id: string) => (await testDb.db.em.fork().execute<Record<string, unknown>[]>(query, [id]))[0]!
  const power = async () => (await row('select observed_power as power from vm where id = ?', vm.id)).power
  const host = () => row('select * from host where id = ?', hostId)
  const virsh = async (...argv: string[]) => { const { code, stderr } = await given.lab.exec(1, ['virsh', ...argv]); assert.equal(code, 0, stderr) }

  test('a host is found by its row, and the switch through the same way', { timeout: 120_000 }, async () => {
    await until('up with its facts', async () => (await host()).cpus !== null, 100_000)
    assert.deepEqual([(await host()).state, (await host()).state_reason], ['up', null])
    const fabric = await sessions.fabric(hostId, { beforeCall: () => {}, timeoutMs: 30_000 })
    assert.ok((await fabric.facts()).bridges.some(({ name }) => name === given.lab.hosts[0]!.trunkBridge))
  })

  test('what is done by hand on the host shows in the row', { timeout: 120_000 }, async () => {
    await driver.startVm(vm.domainUuid, { paused: true })
    assert.notEqual(await power(), 'paused', 'our own pause is no suspension')
    await driver.startVm(vm.domainUuid, { paused: false })
    await until('running', async () => await power() === 'running')
    await virsh('suspend', vm.domainUuid)
    await until('paused', async () => await power() === 'paused')
    await virsh('resume', vm.domainUuid)
    await until('running again', async () => await power() === 'running')
    const { stdout } = await given.lab.exec(1, ['pgrep', '-f', vm.domainUuid])
    await given.lab.exec(1, ['kill', '-9', ...stdout.trim().split('\n')])
    await until('crashed', async () => await power() === 'crashed')
  })

  test('a cut cable makes the host suspect, then down and its VMs unknown, and mending it makes all good', { timeout: 120_000 }, async () => {
    await driver.startVm(vm.domainUuid, { paused: false })
    await until('running', async () => await power() === 'running')
    await given.lab.cut(1, 'mgmt')
    const cutAt = performance.now()
    await until('suspect', async () => (await host()).state !== 'up')
    console.log(`a cut cable was noticed after ${((performance.now() - cutAt) / 1000).toFixed(1)} s`)
    await until('down', async () => (await host()).state === 'down' && await power() === 'unknown')
    await given.lab.heal(1, 'mgmt')
    await until('up', async () => (await host()).state === 'up' && await power() === 'running', 60_000)
    await virsh('destroy', vm.domainUuid)
    await until('stopped', async () => await power() === 'stopped')
    await driver.removeVm(vm.domainUuid)
  })
})
