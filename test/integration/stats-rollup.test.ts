// What is kept of many samples, to the number; and that what is old goes, and nothing else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepStats, rollUpAll } from '../../jobs/stats/roll-up.ts'
import { dropOldStats, makePartitions } from '../../server/db/queries/stats-partitions.ts'
import { hostPoints, poolPoints, vmPoints } from '../../server/db/queries/stats-read.ts'
import { notePlaces } from '../../server/db/queries/stats-write.ts'
import { newId } from '../../server/model/id.ts'
import { defaultKeep } from '../../server/model/stats.ts'
import type { Point } from '../../server/model/stats.ts'
import { writeBooks, writeHost } from '../support/books.ts'
import { useTestDb } from '../support/db.ts'

const { db } = await useTestDb()
const em = db.em.fork()
const books = await writeBooks(em)
await em.transactional((inner) => makePartitions(inner, defaultKeep))
await em.execute("select make_stats_partitions('host_stats_raw', interval '30 minutes', now() - interval '3 hours', now())")

const [{ now }] = await em.execute<[{ now: string }]>("select (extract(epoch from date_bin('15 minutes', now(), '2000-01-01Z')) * 1000)::text as now")
/** The beginning of a quarter of an hour that has ended. */
const quarter = Number(now) - 2 * 900_000

interface Sample { atMs: number; seconds: number; busyCpus: number; memory: number | null; load?: number | null; vms: { id: string; seconds: number; busyCpus: number; memory: number | null; read: number }[] }

async function insert(hostId: string, { atMs, seconds, busyCpus, memory, load = null, vms }: Sample): Promise<void> {
  const arrays = [vms.map(({ id }) => id), vms.map((vm) => vm.seconds), vms.map((vm) => vm.busyCpus), vms.map((vm) => vm.memory), vms.map((vm) => vm.read)].map((list) => `{${list.map((item) => item ?? 'null').join()}}`)
  await em.execute(`
    insert into host_stats_raw (host_id, at, seconds, busy_cpus, peak_cpus, memory_used_bytes, load1, vm_ids, vm_seconds, vm_busy_cpus, vm_memory_used_bytes, vm_disk_read_bytes_per_second,
      vm_peak_cpus, vm_resident_bytes, vm_disk_reads_per_second, vm_disk_writes_per_second, vm_disk_write_bytes_per_second, vm_received_bytes_per_second, vm_sent_bytes_per_second, vm_received_packets_per_second, vm_sent_packets_per_second)
    select ?, to_timestamp(?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, one, one, one, one, one, one, one, one, one from (select ?::real[] as one) ones`,
  [hostId, atMs / 1_000, seconds, busyCpus, busyCpus, memory, load, ...arrays, `{${vms.map(({ busyCpus }) => busyCpus).join()}}`])
  await notePlaces(em, vms.map(({ id }) => id), vms.map(() => hostId))
}

const span = { from: new Date(quarter - 3_600_000), to: new Date(quarter + 3_600_000) }
const isNear = (found: number | null | undefined, wanted: number) => assert.ok(found != null && Math.abs(found - wanted) <= Math.abs(wanted) * 1e-6, `${found} is not ${wanted}`)

/** What the mean over time is, reckoned from the samples themselves. */
function mean<Item extends { seconds: number }>(items: Item[], value: (item: Item) => number | null): number | null {
  const known = items.filter((item) => value(item) !== null)
  return known.length === 0 ? null : known.reduce((sum, item) => sum + value(item)! * item.seconds, 0) / known.reduce((sum, { seconds }) => sum + seconds, 0)
}

/** Of what is not always told: each minute weighs as long as it was sampled, whatever part of it is known. */
const meanOfMinutes = <Item extends { atMs: number; seconds: number }>(items: Item[], value: (item: Item) => number | null): number | null =>
  mean([...Map.groupBy(items, ({ atMs }) => Math.floor(atMs / 60_000)).values()].map((minute) => ({ seconds: minute.reduce((sum, { seconds }) => sum + seconds, 0), value: mean(minute, value) })), (minute) => minute.value)

test('minutes and quarters are the means over time of what was sampled, for hosts and for VMs that come, go and do not tell', async () => {
  const { id: hostId } = await writeHost(em, books)
  const [always, late, silent] = [newId(), newId(), newId()] as const
  const samples: Sample[] = []
  for (let n = 0; n < 90; n++) {
    const seconds = n % 7 === 0 ? 20 : 10
    samples.push({
      atMs: quarter + n * 10_000, seconds, busyCpus: (n * 37) % 11, memory: n % 5 === 0 ? null : n * 1_048_576,
      // Its switch had not been asked yet.
      load: n < 8 ? null : (n * 29) % 17,
      vms: [
        { id: always, seconds, busyCpus: (n * 13) % 5, memory: n % 3 === 0 ? null : n * 4096, read: n * n },
        // It came in the middle of a minute.
        ...(n >= 33 ? [{ id: late, seconds: n === 33 ? 4 : seconds, busyCpus: n / 8, memory: n, read: 1_000_000 / n }] : []),
        { id: silent, seconds, busyCpus: 0.25, memory: null, read: 0 },
      ],
    })
  }
  for (const sample of samples) await insert(hostId, sample)
  await rollUpAll(db, defaultKeep, { objects: 1, buckets: 3 })
  await rollUpAll(db, defaultKeep)

  const compare = (points: Point<string>[], stepMs: number, of: (part: Sample[]) => Record<string, number | null>) => {
    const wanted = [...Map.groupBy(samples, ({ atMs }) => Math.floor(atMs / stepMs) * stepMs)].flatMap(([at, part]) => { const values = of(part); return values.seconds ? [{ at, values }] : [] })
    assert.deepEqual(points.map(({ at }) => at.getTime()), wanted.map(({ at }) => at))
    for (const [index, { values: { seconds, ...values } }] of wanted.entries()) {
      isNear(points[index]!.seconds, seconds!)
      for (const [metric, value] of Object.entries(values)) if (value === null) assert.equal(points[index]!.values[metric], null); else isNear(points[index]!.values[metric], value)
    }
    assert.ok(points.length > 0)
  }
  const sum = (items: { seconds: number }[]) => items.reduce((total, { seconds }) => total + seconds, 0)
  for (const [resolution, stepMs] of [['minute', 60_000], ['quarter', 900_000]] as const) {
    compare(await hostPoints(em, hostId, resolution, span), stepMs, (part) => ({ seconds: sum(part), busyCpus: mean(part, (one) => one.busyCpus), memoryUsedBytes: meanOfMinutes(part, ({ memory }) => memory), load1: meanOfMinutes(part, ({ load = null }) => load), load5: null, peakCpus: Math.max(...part.map((one) => one.busyCpus)) }))
    for (const id of [always, late, silent]) {
      compare(await vmPoints(em, id, resolution, span), stepMs, (part) => {
        const own = part.flatMap(({ atMs, vms }) => vms.filter((vm) => vm.id === id).map((vm) => ({ ...vm, atMs })))
        return { seconds: sum(own), busyCpus: mean(own, (one) => one.busyCpus), memoryUsedBytes: meanOfMinutes(own, ({ memory }) => memory), diskReadBytesPerSecond: mean(own, ({ read }) => read), peakCpus: own.length === 0 ? null : Math.max(...own.map((one) => one.busyCpus)) }
      })
    }
  }
})

test('a VM that moved within a bucket has one series, of both hosts', async () => {
  const [first, second] = [(await writeHost(em, books)).id, (await writeHost(em, books)).id]
  const vm = newId()
  const start = quarter + 120_000
  // A second set of rollups for hosts that came late: begin them anew.
  await em.execute('delete from stats_rollup')
  for (const [n, hostId] of [first, first, second, second, second, second].entries()) {
    await insert(hostId, { atMs: start + n * 10_000, seconds: 10, busyCpus: 1, memory: 1, vms: [{ id: vm, seconds: 10, busyCpus: n < 2 ? 3 : 1.5, memory: null, read: 6 }] })
  }
  await rollUpAll(db, defaultKeep)
  const points = await vmPoints(em, vm, 'minute', span)
  assert.equal(points.length, 1)
  assert.deepEqual([points[0]!.seconds, points[0]!.values.busyCpus, points[0]!.values.peakCpus, points[0]!.values.memoryUsedBytes, points[0]!.values.diskReadBytesPerSecond], [60, 2, 3, null, 6])
})

test('workers that roll up at once do each stretch once, and a bucket that has not ended waits', async () => {
  const hosts = await Promise.all(Array.from({ length: 7 }, () => writeHost(db.em.fork(), books)))
  const [{ ms }] = await em.execute<[{ ms: number }]>('select extract(epoch from now())::float8 * 1000 as ms')
  for (const { id } of hosts) for (const back of [400_000, 350_000, 0]) await insert(id, { atMs: ms - back, seconds: 10, busyCpus: 2, memory: null, vms: [{ id: newId(), seconds: 10, busyCpus: 1, memory: 2, read: 3 }] })
  await em.execute('delete from stats_rollup')
  await Promise.all([1, 2, 3, 4].map(() => rollUpAll(db, defaultKeep, { objects: 2, buckets: 7 })))
  // What one held another skipped: whoever comes last finds the rest.
  await rollUpAll(db, defaultKeep)
  for (const { id } of hosts) {
    const points = await hostPoints(em, id, 'minute', { from: new Date(ms - 3_600_000), to: new Date(ms + 60_000) })
    assert.equal(points.reduce((sum, { seconds }) => sum + seconds, 0), 20)
    assert.ok(points.every(({ at }) => at.getTime() + 60_000 <= ms))
  }
})

test('pools have a point for each minute, and their means', async () => {
  const id = newId()
  await em.execute("insert into pool (id, area_id, name, path, capacity_bytes, available_bytes, observed_at) values (?, ?, 'pool', '/pool', 1000, 400, now())", [id, books.areaId])
  await keepStats(db, defaultKeep)
  await keepStats(db, defaultKeep)
  const minutes = await poolPoints(em, id, 'minute', { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) })
  assert.ok(minutes.length >= 1 && minutes.length <= 2)
  assert.deepEqual(minutes[0]!.values, { capacityBytes: 1000, availableBytes: 400 })
  for (const [n, free] of [100, 200, 600].entries()) await em.execute('insert into pool_stats_minute (pool_id, at, seconds, capacity_bytes, available_bytes) values (?, to_timestamp(?), 60, 1000, ?)', [id, quarter / 1_000 + n * 60, free])
  await em.execute('delete from stats_rollup')
  await rollUpAll(db, defaultKeep)
  const [point] = await poolPoints(em, id, 'quarter', { from: new Date(quarter), to: new Date(quarter + 1) })
  assert.deepEqual([point!.seconds, point!.values], [180, { capacityBytes: 1000, availableBytes: 300 }])
})

test('partitions are made ahead, once, and dropped when all of them is too old; rows are never deleted', async () => {
  const parts = async (table: string) => (await em.execute<{ name: string }[]>('select inhrelid::regclass::text as name from pg_inherits where inhparent = ?::regclass order by 1', [table])).map(({ name }) => name)
  await em.execute("select make_stats_partitions('host_stats_raw', interval '30 minutes', now() - interval '4 hours', now())")
  const before = await parts('host_stats_raw')
  assert.equal(await em.transactional((inner) => makePartitions(inner, defaultKeep)), 0)
  const [{ ahead }] = await em.execute<[{ ahead: string }]>("select to_char(date_bin('30 minutes', now() + interval '30 minutes', '2000-01-01Z'), '\"host_stats_raw\"_YYYYMMDD_HH24MI') as ahead")
  assert.ok(before.includes(ahead), `${ahead} is not in ${before.join()}`)
  await dropOldStats(em, defaultKeep)
  const after = await parts('host_stats_raw')
  const [{ oldest }] = await em.execute<[{ oldest: string }]>("select to_char(date_bin('30 minutes', now() - interval '2 hours', '2000-01-01Z'), '\"host_stats_raw\"_YYYYMMDD_HH24MI') as oldest")
  assert.deepEqual(after, before.filter((name) => name >= oldest))
  assert.ok(after.length < before.length)
  const [{ gone }] = await em.execute<[{ gone: string }]>("select coalesce(sum(n_tup_del), 0)::text as gone from pg_stat_user_tables where relname like 'host_stats%'")
  assert.equal(gone, '0')
  await dropOldStats(em, { raw: 0, minute: 0, quarter: 0, hour: 0, day: 0 })
  assert.equal((await parts('host_stats_raw')).length, 2, 'what is being written to stays')
})
