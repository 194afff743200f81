// From the host to the row to the event, on a real PostgreSQL and simulated hosts.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startHeartbeat } from '../../jobs/heartbeat.ts'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { GripLost, recordPower } from '../../jobs/watch/observe.ts'
import type { PowerChange } from '../../jobs/watch/observe.ts'
import { Watch } from '../../jobs/watch/watch.ts'
import type { WatchOptions } from '../../jobs/watch/watch.ts'
import { EventHub } from '../../server/events/hub.ts'
import type { CallControl } from '../../server/hypervisor/driver.ts'
import type { SimulatedHost } from '../../server/hypervisor/simulated/host.ts'
import { makeLog } from '../../server/log.ts'
import { newId } from '../../server/model/id.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { createTestDb } from '../support/db.ts'
import { until } from '../support/until.ts'

const testDb = await createTestDb()
const { db, url } = testDb
const em = db.em.fork()
const hub = await EventHub.open({ url })
const books = await writeBooks(em)
const anyTime: CallControl = { beforeCall: () => {}, timeoutMs: 30_000 }
const log = { info: () => {}, warn: () => {} }
const closers: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closers.toReversed()) await close()
  await hub.close()
  await testDb.close()
})

async function startWatch(options: Partial<WatchOptions> = {}): Promise<{ watch: Watch; sessions: HostSessions; workerId: string; stop: () => Promise<void> }> {
  const sessions = options.sessions ?? new HostSessions({ db })
  const workerId = newId()
  const heartbeat = await startHeartbeat(db, makeLog('test', 'silent'), { id: workerId, consoleUrl: null })
  const watch = new Watch({ db, hub, sessions, workerId, log, leaseTimes: { leaseMs: 5_000, tickMs: 50 }, ...options })
  await watch.start()
  let stopping: Promise<void> | undefined
  const stop = () => stopping ??= (async () => { await watch.stop(); await sessions.close(); await heartbeat.stop() })()
  closers.push(stop)
  return { watch, sessions, workerId, stop }
}

/** A host with a VM that runs in both places, watched. */
async function runningVm(sessions: HostSessions, options: Parameters<typeof writeVm>[3] = {}) {
  const host = await writeHost(em, books)
  const vm = await writeVm(em, books, host.id, options)
  const { host: machine } = sessions.world.place(host)
  await define(machine, sessions, host.id, vm.domainUuid)
  const driver = await sessions.hypervisor(host.id, anyTime)
  return { host, vm, machine, driver, power: () => power(vm.id) }
}

async function define(machine: SimulatedHost, sessions: HostSessions, hostId: string, domainUuid: string): Promise<void> {
  const driver = await sessions.hypervisor(hostId, anyTime)
  await driver.defineVm({
    domainUuid, title: 'vm', description: '', owner: { installationId: newId(), generation: 1, vmId: newId() }, domainType: 'kvm', emulator: '', architecture: 'x86_64',
    machineType: 'q35', cpuModel: 'qemu64', vcpus: 1, memoryBytes: 64 * 1024 ** 2, disks: [], seed: undefined, interfaces: [],
  })
  assert.ok(machine.vms.has(domainUuid))
}

async function power(vmId: string): Promise<{ observed: string; desired: string }> {
  const [row] = await em.execute<{ observed: string; desired: string }[]>('select observed_power as observed, desired_power as desired from vm where id = ?', [vmId])
  return row!
}
const hostRow = async (id: string) => (await em.execute<{ state: string; state_reason: string | null; cpus: number | null; facts: Record<string, unknown> | null }[]>('select state, state_reason, cpus, facts from host where id = ?', [id]))[0]!

test('what the host does by itself shows in the row: start, suspend, resume, crash, power-off', async () => {
  const { sessions, stop } = await startWatch()
  const { vm, machine, driver, power } = await runningVm(sessions)
  await until('it is known to be stopped', async () => (await power()).observed === 'stopped')
  await driver.startVm(vm.domainUuid, { paused: false })
  await until('running', async () => (await power()).observed === 'running')
  await driver.suspendVm(vm.domainUuid)
  await until('paused', async () => (await power()).observed === 'paused')
  await driver.resumeVm(vm.domainUuid)
  await until('running again', async () => (await power()).observed === 'running')
  machine.guestStops(vm.domainUuid, 'crashed')
  await until('crashed', async () => (await power()).observed === 'crashed')
  assert.equal((await power()).desired, 'running', 'a crash is not what was wanted')
  await driver.startVm(vm.domainUuid, { paused: false })
  await until('running once more', async () => (await power()).observed === 'running')
  machine.guestStops(vm.domainUuid, 'guest-shutdown')
  await until('stopped', async () => (await power()).observed === 'stopped')
  assert.equal((await power()).desired, 'stopped', 'a guest that powers itself off is meant to be off')
  await stop()
})

test('a guest that stops while a task is about it, or before it is ready, keeps what is desired', async () => {
  const { sessions, stop } = await startWatch()
  for (const [phase, method, expected] of [['ready', 'stopVm', 'running'], ['ready', 'updateVm', 'stopped'], ['starting', undefined, 'running']] as const) {
    const { vm, machine, driver, power } = await runningVm(sessions, { phase })
    if (method) await em.execute("insert into task (id, method, object_type, object_id, object_name, state) values (?, ?, 'vm', ?, 'vm', 'running')", [newId(), method, vm.id])
    await driver.startVm(vm.domainUuid, { paused: false })
    await until('running', async () => (await power()).observed === 'running')
    machine.guestStops(vm.domainUuid, 'guest-shutdown')
    // A look at all VMs may tell that it stopped before the event tells who stopped it.
    await until(`stopped, and meant to be ${expected} (${phase}, ${method})`, async () => { const { observed, desired } = await power(); return observed === 'stopped' && desired === expected })
  }
  await stop()
})

test('a VM that was started paused by us is never shown as suspended', async () => {
  const { sessions, stop } = await startWatch()
  const { vm, driver } = await runningVm(sessions)
  await until('it is known to be stopped', async () => (await power(vm.id)).observed === 'stopped')
  const seen: string[] = []
  const events = hub.subscribe({ objectId: vm.id })
  const reading = (async () => { for await (const _ of events) seen.push((await power(vm.id)).observed) })()
  await driver.startVm(vm.domainUuid, { paused: true })
  await driver.startVm(vm.domainUuid, { paused: false })
  await until('running', () => seen.includes('running'))
  assert.ok(!seen.includes('paused'))
  await events.return?.()
  await reading
  await stop()
})

test('what happened while the connection was lost is found by comparing after it is back', async () => {
  const { sessions, stop } = await startWatch({ watchTimes: { downAfterMs: 600_000, lookMs: 600_000 } })
  const { host, vm, machine, driver } = await runningVm(sessions)
  await driver.startVm(vm.domainUuid, { paused: false })
  await until('running', async () => (await power(vm.id)).observed === 'running')
  await until('the facts', async () => (await hostRow(host.id)).cpus === 32)
  assert.equal((await hostRow(host.id)).facts?.['freeMemoryBytes'], undefined)
  machine.setReachable(false)
  await until('suspect', async () => (await hostRow(host.id)).state === 'suspect')
  assert.match((await hostRow(host.id)).state_reason ?? '', /lost/)
  assert.equal((await power(vm.id)).observed, 'running', 'a short silence says nothing about the VMs')
  machine.guestStops(vm.domainUuid, 'guest-shutdown')
  machine.setReachable(true)
  await until('up again, and stopped', async () => (await hostRow(host.id)).state === 'up' && (await power(vm.id)).observed === 'stopped')
  assert.equal((await hostRow(host.id)).state_reason, null)
  await driver.removeVm(vm.domainUuid)
  await stop()
})

test('a host that stays away is down and its VMs unknown, until it is back', async () => {
  const { sessions, stop } = await startWatch({ watchTimes: { downAfterMs: 100, retryMs: { first: 20, most: 50 } } })
  const { host, vm, machine, driver } = await runningVm(sessions)
  await driver.startVm(vm.domainUuid, { paused: false })
  await until('running', async () => (await power(vm.id)).observed === 'running')
  machine.setReachable(false)
  await until('down', async () => (await hostRow(host.id)).state === 'down' && (await power(vm.id)).observed === 'unknown')
  machine.setReachable(true)
  await until('up', async () => (await hostRow(host.id)).state === 'up' && (await power(vm.id)).observed === 'running')
  await em.execute("update host set state = 'fenced' where id = ?", [host.id])
  machine.setReachable(false)
  await until('unknown', async () => (await power(vm.id)).observed === 'unknown')
  assert.equal((await hostRow(host.id)).state, 'fenced', 'what a saga set stays')
  await stop()
})

test('a guest that shut itself down unheard is meant to be off; one that crashed, or was stopped before, is not', async () => {
  for (const downAfterMs of [600_000, 50]) {
    const { sessions, stop } = await startWatch({ watchTimes: { downAfterMs, lookMs: 600_000, retryMs: { first: 20, most: 50 } } })
    const { host, vm: quit, machine, driver } = await runningVm(sessions)
    const others = await Promise.all(Array.from({ length: 3 }, () => writeVm(db.em.fork(), books, host.id)))
    for (const vm of others) await define(machine, sessions, host.id, vm.domainUuid)
    const [crashed, destroyed, before] = others.map(({ domainUuid, id }) => ({ domainUuid, id }))
    // It has shut itself down before, and what is desired since is not the guest's word.
    await driver.startVm(before!.domainUuid, { paused: false })
    await until('it runs', async () => (await power(before!.id)).observed === 'running')
    machine.guestStops(before!.domainUuid, 'guest-shutdown')
    await until('it is off', async () => (await power(before!.id)).observed === 'stopped')
    for (const vm of [quit, crashed!, destroyed!]) await driver.startVm(vm.domainUuid, { paused: false })
    await until('they run', async () => (await Promise.all([quit, crashed!, destroyed!].map(({ id }) => power(id)))).every(({ observed }) => observed === 'running'))
    // What was heard before has been written once two further changes, one after the other, have been.
    await driver.suspendVm(quit.domainUuid)
    await until('it is suspended', async () => (await power(quit.id)).observed === 'paused')
    await driver.resumeVm(quit.domainUuid)
    await until('it goes on', async () => (await power(quit.id)).observed === 'running')
    await em.execute("update vm set desired_power = 'running' where id = ?", [before!.id])
    machine.setReachable(false)
    await until('it is lost', async () => (await hostRow(host.id)).state === (downAfterMs === 50 ? 'down' : 'suspect'))
    if (downAfterMs === 50) await until('nothing is known', async () => (await power(quit.id)).observed === 'unknown')
    machine.guestStops(quit.domainUuid, 'guest-shutdown')
    machine.guestStops(crashed!.domainUuid, 'crashed')
    machine.halt(machine.vms.get(destroyed!.domainUuid)!, 'stopped', 'stopped')
    machine.setReachable(true)
    await until('it is back', async () => (await hostRow(host.id)).state === 'up' && (await power(quit.id)).observed === 'stopped')
    const all = await Promise.all([quit, crashed!, destroyed!, before!].map(({ id }) => power(id)))
    assert.deepEqual(all.map(({ observed, desired }) => [observed, desired]), [['stopped', 'stopped'], ['crashed', 'running'], ['stopped', 'running'], ['stopped', 'running']])
    await stop()
    await em.execute("update host set state = 'retired' where id = ?", [host.id])
  }
})

test('the hosts are shared out evenly, and those of a worker that is gone are taken over', async () => {
  for (const { id } of await em.execute<{ id: string }[]>('select id from host')) await em.execute("update host set state = 'retired' where id = ?", [id])
  const hosts = await Promise.all(Array.from({ length: 5 }, async () => writeHost(db.em.fork(), books)))
  const times = { leaseMs: 1_500, tickMs: 50 }
  const first = await startWatch({ leaseTimes: times })
  await until('the first has all', () => first.watch.leases.hosts.length === 5)
  const second = await startWatch({ leaseTimes: times })
  await until('three and two', () => first.watch.leases.hosts.length === 3 && second.watch.leases.hosts.length === 2)
  assert.deepEqual(new Set([...first.watch.leases.hosts, ...second.watch.leases.hosts]), new Set(hosts.map(({ id }) => id)))
  await second.stop()
  await until('all back', () => first.watch.leases.hosts.length === 5)
  const epochs = await em.execute<{ epoch: number }[]>('select epoch::integer as epoch from host_lease where worker_id = ?', [first.workerId])
  assert.ok(epochs.some(({ epoch }) => epoch >= 3), 'each change of hands has an epoch of its own')
  await first.stop()
})

test('a worker whose lease another has taken writes nothing', async () => {
  const host = await writeHost(em, books, { state: 'enrolling' })
  const vm = await writeVm(em, books, host.id)
  const workerId = newId()
  const grip = { hostId: host.id, workerId, epoch: 1 }
  const stopped: PowerChange[] = [{ domainUuid: vm.domainUuid, power: 'stopped', byGuest: false }]
  await em.execute("insert into host_lease (host_id, worker_id, epoch, expires_at) values (?, ?, 1, now() + interval '1 minute')", [host.id, workerId])
  assert.equal(await recordPower(em, grip, stopped), 1)
  assert.equal(await recordPower(em, grip, stopped), 0)
  for (const [worker, epoch] of [[workerId, 2], [newId(), 1]] as const) {
    await em.execute('update host_lease set worker_id = ?, epoch = ? where host_id = ?', [worker, epoch, host.id])
    await assert.rejects(recordPower(em, grip, [{ ...stopped[0]!, power: 'running' }]), GripLost)
  }
  assert.equal((await power(vm.id)).observed, 'stopped')
})

test('a port that somebody changes on the host is told to what goes on beside the watch', async () => {
  let told = 0
  const { sessions, stop } = await startWatch({ beside: [() => ({ ports: () => { told++ }, stop: async () => {} })] })
  const { host, vm, driver } = await runningVm(sessions)
  await driver.startVm(vm.domainUuid, { paused: false })
  await until('running', async () => (await power(vm.id)).observed === 'running')
  const { fabric } = sessions.world.place(host)
  const port = { portId: newId(), bridge: 'private-br', vlan: 7, mac: undefined, domainUuid: vm.domainUuid }
  await until('a port that comes', () => { fabric.set(port); return told > 0 })
  for (const change of [() => { fabric.disturb(port.portId, { vlan: 8 }) }, () => { fabric.unplug(port.portId) }]) {
    const before = told
    change()
    await until('the change', () => told === before + 1)
  }
  await stop()
})

test('a host that is enrolled is watched without waiting for the next look at the leases', async () => {
  const { watch, stop } = await startWatch({ leaseTimes: { leaseMs: 5_000, tickMs: 600_000 } })
  const host = await writeHost(em, books, { state: 'enrolling' })
  await em.execute("update host set state = 'up' where id = ?", [host.id])
  await until('it is watched', () => watch.leases.hosts.includes(host.id))
  await stop()
})

test('from the host to a subscriber: nothing lost, and how long it takes', async () => {
  const { sessions, stop } = await startWatch()
  const { vm, driver } = await runningVm(sessions)
  await until('it is known to be stopped', async () => (await power(vm.id)).observed === 'stopped')
  const events = hub.subscribe({ objectId: vm.id })
  let newest = 0
  let arrived = () => {}
  const reading = (async () => { for await (const { version } of events) { newest = version; arrived() } })()
  const version = async () => (await em.execute<{ version: number }[]>('select version from vm where id = ?', [vm.id]))[0]!.version
  await driver.startVm(vm.domainUuid, { paused: false })
  // Its event must have come too, or it would be taken for the first answer.
  await until('running', async () => (await power(vm.id)).observed === 'running' && newest === await version())
  const tookMs: number[] = []
  for (let i = 0; i < 100; i++) {
    const arrival = new Promise<void>((resolve) => { arrived = resolve })
    const start = performance.now()
    await (i % 2 ? driver.resumeVm(vm.domainUuid) : driver.suspendVm(vm.domainUuid))
    await arrival
    tookMs.push(performance.now() - start)
  }
  tookMs.sort((a, b) => a - b)
  console.log(`host event to subscriber: p50 ${tookMs[50]!.toFixed(1)} ms, p99 ${tookMs[98]!.toFixed(1)} ms`)
  await events.return?.()
  await reading
  await stop()
})
