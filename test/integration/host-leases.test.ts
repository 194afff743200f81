// Who owns which host, on a real PostgreSQL: shared out evenly, lost together, and never held twice.
import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import type { Lease } from '../../jobs/watch/lease-table.ts'
import { HostLeases } from '../../jobs/watch/leases.ts'
import type { LeaseTimes } from '../../jobs/watch/leases.ts'
import { newId } from '../../server/model/id.ts'
import { writeBooks, writeHost } from '../support/books.ts'
import { createTestDb } from '../support/db.ts'
import { until } from '../support/until.ts'

const testDb = await createTestDb()
const { db } = testDb
const em = db.em.fork()
const books = await writeBooks(em)
const often: LeaseTimes = { leaseMs: 60_000, tickMs: 20 }
/** Looks only when it is told to. */
const byHand = (leaseMs: number): LeaseTimes => ({ leaseMs, tickMs: 600_000 })
const open = new Set<HostLeases>()
after(async () => {
  for (const leases of open) await leases.close()
  await testDb.close()
})

interface OneWorker { leases: HostLeases; workerId: string; told: string[]; close(): Promise<void> }

function worker(times: LeaseTimes, onLose: () => Promise<void> = async () => {}): OneWorker {
  const workerId = newId()
  const told: string[] = []
  const leases = new HostLeases({
    db, workerId, times, log: { info() {}, warn(_fields, message) { told.push(message) } },
    onGain: ({ hostId }) => { told.push(`gained ${hostId}`) },
    onLose: async ({ hostId }) => { told.push(`lost ${hostId}`); await onLose() },
  })
  open.add(leases)
  return { leases, workerId, told, close: async () => { open.delete(leases); await leases.close(); await em.execute('delete from worker where id = ?', [workerId]) } }
}

const leaseOf = async (hostId: string) => (await em.execute<(Lease & { workerId: string })[]>('select host_id as "hostId", epoch::integer as epoch, worker_id as "workerId" from host_lease where host_id = ?', [hostId]))[0]!
const newHosts = (count: number) => Promise.all(Array.from({ length: count }, async () => (await writeHost(db.em.fork(), books)).id))

beforeEach(async () => {
  for (const leases of open) { open.delete(leases); await leases.close() }
  await em.execute("delete from worker; update host set state = 'retired'")
})

test('hosts are shared out evenly while workers come and go, and those that do not divide go to who came first', async () => {
  const hosts = await newHosts(7)
  const workers = [worker(often)]
  const shares = () => workers.map(({ leases }) => leases.hosts.length).join(' ')
  const settled = async (expected: string) => {
    for (const { leases } of workers) await leases.tick()
    await until(`shares of ${expected}, not ${shares()}`, () => shares() === expected)
    assert.deepEqual(workers.flatMap(({ leases }) => leases.hosts).sort(), [...hosts].sort())
    assert.deepEqual(workers.flatMap(({ told }) => told.filter((line) => !/^(gained|lost) /.test(line))), [])
  }
  await settled('7')
  workers.push(worker(often))
  await settled('4 3')
  workers.push(worker(often))
  await settled('3 2 2')
  await workers.shift()!.close()
  await settled('4 3')
  await workers.pop()!.close()
  await settled('7')
})

test('the hosts of a worker that is not heard any more go to the others, all at once', async () => {
  const hosts = await newHosts(3)
  const silent = worker(byHand(300))
  await silent.leases.tick()
  assert.deepEqual(silent.leases.hosts.toSorted(), hosts.toSorted())
  const before = await Promise.all(hosts.map(leaseOf))
  assert.ok(before.every((lease) => silent.leases.isCurrent(lease)))
  const heard = worker({ leaseMs: 60_000, tickMs: 600_000 })
  await heard.leases.tick()
  assert.equal(heard.leases.hosts.length, 0, 'it is still alive by its word')
  // Without any look asked for: it knows when the other's time is over.
  await until('all to be taken over', () => heard.leases.hosts.length === 3)
  assert.ok(before.every((lease) => !silent.leases.isCurrent(lease)), 'by its own clock it had let go before')
  const now = await Promise.all(hosts.map(leaseOf))
  assert.deepEqual(now.map(({ workerId, epoch }) => [workerId, epoch]), before.map(({ epoch }) => [heard.workerId, epoch + 1]))
  silent.told.length = 0
  await silent.leases.tick()
  assert.deepEqual(silent.told.toSorted(), hosts.map((id) => `lost ${id}`).toSorted())
})

test('a lease that ran out and that nobody took is kept, in the same epoch', async () => {
  const [hostId] = await newHosts(1) as [string]
  const alone = worker(byHand(30))
  await alone.leases.tick()
  const lease = await leaseOf(hostId)
  await until('its end', () => !alone.leases.isCurrent(lease))
  await alone.leases.tick()
  assert.ok(alone.leases.isCurrent(lease))
  assert.deepEqual(alone.told, [`gained ${hostId}`])
})

test('a lease is over once either clock says so: one stands still while the machine is suspended, the other can be set back', async (t) => {
  const [hostId] = await newHosts(1) as [string]
  const { leases } = worker(byHand(60_000))
  await leases.tick()
  const lease = await leaseOf(hostId)
  const currentWith = (clock: { now(): number }, laterMs: number) => {
    const then = clock.now() + laterMs
    const mocked = t.mock.method(clock, 'now', () => then)
    try { return leases.isCurrent(lease) } finally { mocked.mock.restore() }
  }
  for (const clock of [Date, performance]) assert.deepEqual([30_000, 60_000].map((ms) => currentWith(clock, ms)), [true, false])
  assert.ok(leases.isCurrent(lease))
})

test('a renewal that comes late and waits for a takeover finds out what it lost', async () => {
  const [hostId] = await newHosts(1) as [string]
  const late = worker(byHand(30))
  await late.leases.tick()
  await late.leases.tick()
  const lease = await leaseOf(hostId)
  await until('its end', () => !late.leases.isCurrent(lease))
  let renewal: Promise<void> | undefined
  await db.em.fork().transactional(async (taking) => {
    await taking.execute('select 1 from worker where id = ? for update', [late.workerId])
    renewal = late.leases.tick()
    await until('the renewal to wait for the takeover', async () => (await em.execute("select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into worker%' and datname = current_database()")).length > 0)
    await taking.execute('update host_lease set worker_id = ?, epoch = epoch + 1 where host_id = ?', [newId(), hostId])
  })
  await renewal
  assert.equal(late.leases.isCurrent(lease), false)
  assert.ok(late.told.includes(`lost ${hostId}`))
})

test('a host that takes long to let go keeps nothing waiting, and is handed back afterwards', async () => {
  const hosts = await newHosts(2)
  let letGo = () => {}
  const holding = new Promise<void>((resolve) => { letGo = resolve })
  const first = worker(byHand(60_000), () => holding)
  await first.leases.tick()
  const second = worker(often)
  await second.leases.tick()
  await first.leases.tick()
  const kept = first.leases.hosts
  assert.equal(kept.length, 1)
  await first.leases.tick()
  assert.deepEqual(first.leases.hosts, kept, 'what is being let go is not taken up again')
  const leaving = hosts.find((id) => !kept.includes(id))!
  assert.equal((await leaseOf(leaving)).workerId, first.workerId)
  letGo()
  await until('the other to have it', () => second.leases.hosts.includes(leaving))
})

test('workers of an older Kloudak keep their hosts as long as they renew each', async () => {
  const [hostId] = await newHosts(1) as [string]
  const older = newId()
  await em.execute('insert into worker (id) values (?)', [older])
  await em.execute("insert into host_lease (host_id, worker_id, expires_at) values (?, ?, now() + interval '1 hour')", [hostId, older])
  const newer = worker(byHand(60_000))
  await newer.leases.tick()
  assert.deepEqual(newer.leases.hosts, [])
  await em.execute("update worker set seen_at = now() - interval '6 seconds' where id = ?", [older])
  await newer.leases.tick()
  assert.deepEqual(newer.leases.hosts, [], 'each of its leases has an end of its own')
  await em.execute('update host_lease set expires_at = now() where host_id = ?', [hostId])
  await newer.leases.tick()
  assert.deepEqual(newer.leases.hosts, [hostId])
})
