// When a host is held to be down, and when a worker does not trust itself: on a real PostgreSQL and simulated hosts.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { SimulatedWorld } from '../../jobs/hosts/simulated.ts'
import { areaDoubt, defaultAreaDoubtTimes } from '../../jobs/watch/area-doubt.ts'
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
  // It falls silent anew: that has to last as long as the first time before it is tried again.
  assert.deepEqual(worker.wentOn, [])
  worker.reach(host!, false)
  await until('it to go on', () => worker.wentOn.length > 0)
  assert.deepEqual(worker.wentOn, [outage])
  assert.ok(await claimHost(em, outage))
  worker.reach(host!, true)
  await until('it to be heard', async () => !(await row(host!)).silent)
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
  // It trusts itself again, and yet they were lost together, until that is long ago.
  await until('a doubt about the area', async () => {
    const { doubt, reason } = await row(hosts[0]!)
    return doubt === '3 of the 3 hosts of its area fell silent within a minute.' && reason?.endsWith('within a minute. Nothing is fenced.')
  })
  assert.deepEqual(worker.wentOn, [])
  await em.execute("update host_silence set ended_at = ended_at - interval '9 minutes'")
  assert.match(await areaDoubt(em, hosts[0]!.id, defaultAreaDoubtTimes) ?? '', /^3 of the 3/)
  await em.execute("update host_silence set ended_at = ended_at - interval '1 minute'")
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

test('half of an area that two workers lose is not held to be broken, though both hear the other half', async () => {
  const hosts = await freshHosts(6)
  const [first, second] = [await startWorker(), await startWorker()]
  await until('three each', () => first.watch.leases.hosts.length === 3 && second.watch.leases.hosts.length === 3)
  await until('all to be heard', async () => (await em.execute("select 1 from host where state = 'up' and cpus is not null")).length === 6)
  // Of the first one's hosts only one: that worker trusts itself.
  const of = (worker: typeof first) => hosts.filter((host) => worker.owns(host))
  const lost = [of(first)[0]!, ...of(second).slice(1)]
  for (const host of lost) for (const worker of [first, second]) worker.reach(host, false)
  for (const host of lost) await isState(host, 'down')
  await until('the doubt', async () => (await Promise.all(lost.map(row))).every(({ doubt }) => doubt === '3 of the 6 hosts of its area fell silent within a minute.'))
  for (const host of lost) for (const worker of [first, second]) worker.reach(host, true)
  for (const host of lost) await isState(host, 'up')
  await Promise.all([first.stop(), second.stop()])
})

test('of an area those count that fell silent together, unless they are in maintenance, or proven to be off', async () => {
  const hosts = await freshHosts(6)
  const ids = hosts.map(({ id }) => id)
  const says = () => areaDoubt(em, ids[0]!, defaultAreaDoubtTimes)
  const silent = (n: number, secondsAgo: number) => em.execute("update host set state = 'down', silent_since = now() - ? * interval '1 second' where id = ?", [secondsAgo, ids[n]])
  const wasSilent = (n: number, secondsAgo: number) => em.execute("insert into host_silence (host_id, began_at) values (?, now() - ? * interval '1 second')", [ids[n], secondsAgo])
  const told = (together: number, all: number) => `${together} of the ${all} hosts of its area fell silent within a minute.`
  await silent(0, 300)
  await silent(1, 270)
  await silent(2, 100)
  assert.equal(await says(), undefined, 'two of six, and one later')
  await silent(2, 330)
  assert.equal(await says(), told(3, 6))
  // Back, and silent anew: it was among them.
  await wasSilent(2, 330)
  await silent(2, 20)
  assert.equal(await says(), told(3, 6))
  // So was this one itself.
  await wasSilent(0, 300)
  await silent(0, 60)
  assert.equal(await says(), told(3, 6))
  await em.execute("update host_silence set ended_at = now() - interval '601 seconds'")
  assert.equal(await says(), undefined, 'long ago')
  await silent(0, 300)
  await silent(2, 330)
  await em.execute("update host set duty = 'maintenance' where id = ?", [ids[1]])
  assert.equal(await says(), told(2, 5))
  await em.execute("update host set state = 'fenced' where id = ?", [ids[2]])
  assert.equal(await says(), told(2, 5), 'heard, and silent anew before it was cleaned')
  const outageId = newId()
  await em.execute('insert into host_outage (id, host_id, silent_since) values (?, ?, now())', [outageId, ids[2]])
  await insertProof(em, { outageId, method: 'device', deviceId: null, userId: null, requestedAt: new Date(), detail: 'off' })
  assert.equal(await says(), undefined)
  await em.execute("update host_outage set doubt = 'A doubt.' where id = ?", [outageId])
  assert.equal(await says(), told(2, 5), 'proven by a person, in spite of a doubt')
  await em.execute('update host_outage set doubt = null where id = ?', [outageId])
  await em.execute("update host set state = 'retired' where id = any (?::uuid[])", [`{${ids.slice(3).join(',')}}`])
  assert.equal(await says(), undefined, 'alone')
  await em.execute("update host set duty = 'service' where id = ?", [ids[1]])
  assert.equal(await says(), told(2, 2))
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
