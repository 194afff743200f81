// When a host is held to be down, and when a worker does not trust itself: on a real PostgreSQL and simulated hosts.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { SimulatedWorld } from '../../jobs/hosts/simulated.ts'
import type { Failover } from '../../jobs/watch/outage.ts'
import { Watch } from '../../jobs/watch/watch.ts'
import type { WatchOptions } from '../../jobs/watch/watch.ts'
import { claimHost, insertProof, releaseHost } from '../../server/db/queries/outage.ts'
import { EventHub } from '../../server/events/hub.ts'
import { newId } from '../../server/model/id.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { createTestDb } from '../support/db.ts'
import { until } from '../support/until.ts'

const testDb = await createTestDb()
const { db, url } = testDb
const em = db.em.fork()
const hub = await EventHub.open({ url })
const books = await writeBooks(em)
const log = { info: () => {}, warn: () => {} }
const closers: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closers.toReversed()) await close()
  await hub.close()
  await testDb.close()
})

type Made = Awaited<ReturnType<typeof writeHost>>

/** A worker with a world of its own: what it reaches, another may not. */
async function startWorker(options: Partial<WatchOptions> = {}) {
  const begun: string[] = []
  const wentOn: string[] = []
  const failover: Failover = {
    begin: async (_em, { hostId }) => { begun.push(hostId) }, goOn: async (_em, outageId) => { wentOn.push(outageId) },
    rejoin: async () => {}, restart: async () => {},
  }
  const world = new SimulatedWorld()
  const sessions = new HostSessions({ db, world })
  const workerId = newId()
  const watch = new Watch({
    db, hub, sessions, workerId, log, failover, leaseTimes: { leaseMs: 2_000, tickMs: 50 }, watchTimes: { downAfterMs: 200, retryMs: { first: 20, most: 50 } },
    opinionTimes: { lookMs: 20, answerMs: 200, againMs: 100, freshMs: 2_000 }, ...options,
  })
  await watch.start()
  let stopping: Promise<void> | undefined
  const stop = () => stopping ??= (async () => { await watch.stop(); await sessions.close() })()
  closers.push(stop)
  const reach = (host: Made, reachable: boolean) => { world.place(host).host.setReachable(reachable) }
  return { watch, sessions, workerId, begun, wentOn, stop, reach, owns: (host: Made) => watch.leases.hosts.includes(host.id) }
}

async function freshHosts(count: number): Promise<Made[]> {
  await em.execute("update host set state = 'retired'")
  return Promise.all(Array.from({ length: count }, () => writeHost(db.em.fork(), books)))
}
interface Row { state: string; reason: string | null; silent: boolean; outage: string | null; doubt: string | null }
async function row(host: Made): Promise<Row> {
  const [found] = await em.execute<Row[]>(`
    select state, state_reason as reason, host.silent_since is not null as silent, host_outage.id as outage, host_outage.doubt from host left join host_outage on host_outage.host_id = host.id and ended_at is null where host.id = ?`, [host.id])
  return found!
}
const isState = (host: Made, state: string) => until(`it to be ${state}`, async () => (await row(host)).state === state)
const power = async (id: string) => (await em.execute<{ power: string }[]>('select observed_power as power from vm where id = ?', [id]))[0]!.power

test('one host of three that falls silent is down, its VMs unknown, and work on it begins; when it is back, all of that is over', async () => {
  const [host, ...others] = await freshHosts(3)
  const vm = await writeVm(em, books, host!.id)
  const worker = await startWorker()
  await until('all to be watched', () => [host!, ...others].every((one) => worker.owns(one)))
  await until('its VM to be known', async () => (await power(vm.id)) === 'stopped')
  worker.reach(host!, false)
  await isState(host!, 'suspect')
  assert.equal((await row(host!)).silent, true)
  await isState(host!, 'down')
  const { outage, doubt } = await row(host!)
  assert.ok(outage)
  assert.equal(doubt, null)
  assert.equal(await power(vm.id), 'unknown')
  assert.deepEqual(worker.begun, [host!.id])
  worker.reach(host!, true)
  await isState(host!, 'up')
  assert.deepEqual(await row(host!), { state: 'up', reason: null, silent: false, outage: null, doubt: null })
  assert.deepEqual(await em.execute('select 1 from host_doubt'), [])
  await worker.stop()
})

test('a host that answers while it is being switched off is not tried again, and is up soon after that has failed', async () => {
  const [host] = await freshHosts(3)
  const worker = await startWorker()
  const allHeard = () => until('all to be heard', async () => (await em.execute("select 1 from host where state = 'up' and cpus is not null")).length === 3)
  await allHeard()
  worker.reach(host!, false)
  await isState(host!, 'down')
  const outage = (await row(host!)).outage!
  assert.ok(await claimHost(em, outage))
  worker.reach(host!, true)
  await until('it to be heard', async () => !(await row(host!)).silent)
  assert.equal((await row(host!)).state, 'down')
  assert.equal(await claimHost(em, outage), undefined)
  await releaseHost(em, outage)
  await isState(host!, 'up')
  // What a person has said meanwhile stands, though a device has failed.
  worker.reach(host!, false)
  await isState(host!, 'down')
  const next = (await row(host!)).outage!
  assert.ok(await claimHost(em, next))
  await insertProof(em, { outageId: next, method: 'operator', deviceId: null, userId: null, requestedAt: new Date(), detail: 'off' })
  await releaseHost(em, next)
  assert.deepEqual(await em.execute('select 1 as kept from host where id = ? and fencing_at is not null', [host!.id]), [{ kept: 1 }])
  await worker.stop()
})

test('a worker that loses all its hosts at once doubts itself, says so, and no longer once most are heard again', async () => {
  const hosts = await freshHosts(3)
  const worker = await startWorker()
  await until('all to be watched', async () => hosts.every((one) => worker.owns(one)) && (await em.execute('select 1 from host where silent_since is null and cpus is not null and state = ?', ['up'])).length === 3)
  for (const host of hosts) worker.reach(host, false)
  for (const host of hosts) await isState(host, 'down')
  await until('the doubt', async () => (await Promise.all(hosts.map(row))).every(({ doubt, reason }) => /lost 3 of its 3 hosts/.test(doubt ?? '') && /Nothing is fenced/.test(reason ?? '')))
  for (const host of hosts.slice(1)) worker.reach(host, true)
  await until('no doubt', async () => { const { doubt, reason } = await row(hosts[0]!); return doubt === null && !/fenced/.test(reason ?? '') })
  await until('the work to go on', () => worker.wentOn.length > 0)
  assert.deepEqual(worker.wentOn, [(await row(hosts[0]!)).outage])
  await worker.stop()
})

test('another worker that hears the host vetoes; one that does not hear it, but others, agrees', async () => {
  const hosts = await freshHosts(4)
  const [first, second] = [await startWorker(), await startWorker()]
  await until('two each', () => first.watch.leases.hosts.length === 2 && second.watch.leases.hosts.length === 2)
  const own = hosts.find((host) => first.owns(host))!
  await until('all to be heard', async () => (await em.execute("select 1 from host where state = 'up' and cpus is not null")).length === 4)
  first.reach(own, false)
  await until('the veto', async () => /Another worker hears it/.test((await row(own)).reason ?? ''))
  assert.equal((await row(own)).state, 'suspect')
  assert.deepEqual([...first.begun, ...second.begun], [])
  second.reach(own, false)
  await isState(own, 'down')
  assert.equal((await row(own)).doubt, null)
  assert.deepEqual(first.begun, [own.id])
  // Now it is heard once more, by the one that does not own it: nothing may be fenced any more.
  second.reach(own, true)
  await until('the late veto', async () => /Another worker hears it/.test((await row(own)).doubt ?? ''))
  first.reach(own, true)
  await isState(own, 'up')
  await Promise.all([first.stop(), second.stop()])
})

test('two workers that both hear nothing any more agree on nothing', async () => {
  const hosts = await freshHosts(2)
  const [first, second] = [await startWorker(), await startWorker()]
  await until('one each', () => first.watch.leases.hosts.length === 1 && second.watch.leases.hosts.length === 1)
  await until('all to be heard', async () => (await em.execute("select 1 from host where state = 'up' and cpus is not null")).length === 2)
  for (const host of hosts) for (const worker of [first, second]) worker.reach(host, false)
  for (const host of hosts) await isState(host, 'down')
  await until('both doubted', async () => (await Promise.all(hosts.map(row))).every(({ doubt }) => /lost 1 of its 1 hosts/.test(doubt ?? '')))
  await Promise.all([first.stop(), second.stop()])
})
