// Statistics of 1,000 hosts with 20 VMs each: what one round of samples takes, rolling it up, and reading a day of it.
import { readVm } from '../server/hypervisor/libvirt/stats.ts'
import { ratesBetween } from '../jobs/stats/rates.ts'
import type { Look } from '../jobs/stats/rates.ts'
import { rollUpAll } from '../jobs/stats/roll-up.ts'
import type { Em } from '../server/db/orm.ts'
import { makePartitions } from '../server/db/queries/stats-partitions.ts'
import { newestOfHosts, newestOfVms, vmPoints } from '../server/db/queries/stats-read.ts'
import { notePlaces, writeSamples } from '../server/db/queries/stats-write.ts'
import type { HostSample } from '../server/db/queries/stats-write.ts'
import type { HostCounters } from '../server/hypervisor/stats.ts'
import { newId } from '../server/model/id.ts'
import { defaultKeep, hostMetrics, vmMetrics } from '../server/model/stats.ts'
import type { Values } from '../server/model/stats.ts'
import { procedures } from '../server/wire/libvirt/protocol/procedures.ts'
import type { TypedParam } from '../server/wire/libvirt/protocol/typed-params.ts'
import { decode, encode } from '../server/wire/xdr/codec.ts'
import { createTestDb, startTestServer } from '../test/support/db.ts'
import { makeManyVms } from '../test/support/many-vms.ts'
import { ms, percentiles, show, time } from './measure.ts'
import type { Bench } from './measure.ts'

const hosts = 1_000
const vmsOfHost = 20
/** Hosts in one statement: what comes together in a second. */
const together = 100
const rounds = 12
/** Hosts of which a whole day is written. The tables of all of them would have 1.4 million rows; a chart reads those of one. */
const dayHosts = 40

const domainUuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** What libvirt tells of one guest with a disk, a seed and a card. */
function paramsOf(n: number): TypedParam[] {
  const big = (name: string, index: number): TypedParam => ({ name, type: 'ullong', value: BigInt(n * 1_000_003 + index) })
  const ofBlock = (at: string) => ['rd.reqs', 'rd.bytes', 'rd.times', 'wr.reqs', 'wr.bytes', 'wr.times', 'fl.reqs', 'fl.times', 'allocation', 'capacity', 'physical'].map((name, index) => big(`${at}.${name}`, index))
  return [
    ...['cpu.time', 'cpu.user', 'cpu.system', 'balloon.current', 'balloon.maximum', 'balloon.swap_in', 'balloon.swap_out', 'balloon.major_fault', 'balloon.minor_fault', 'balloon.unused', 'balloon.available', 'balloon.usable', 'balloon.last-update', 'balloon.rss'].map(big),
    { name: 'net.count', type: 'uint', value: 1 }, { name: 'net.0.name', type: 'string', value: `vnet${n}` },
    ...['rx.bytes', 'rx.pkts', 'rx.errs', 'rx.drop', 'tx.bytes', 'tx.pkts', 'tx.errs', 'tx.drop'].map((name, index) => big(`net.0.${name}`, index)),
    { name: 'block.count', type: 'uint', value: 2 }, { name: 'block.0.name', type: 'string', value: 'vda' }, { name: 'block.1.name', type: 'string', value: 'sda' }, ...ofBlock('block.0'), ...ofBlock('block.1'),
  ]
}

const lookAt = (atMs: number, reply: Buffer): Look => {
  const host: HostCounters = { cpu: { busyMs: atMs * 3, ioWaitMs: atMs / 10 }, memory: { totalBytes: 1e11, freeBytes: 1e10 }, vms: decode(procedures.ConnectGetAllDomainStats.reply, reply).records.map(({ domain, params }) => readVm(domain, params)) }
  return { atMs, host, uplinks: { receivedBytes: atMs * 1_000, receivedPackets: atMs, sentBytes: atMs * 900, sentPackets: atMs }, figures: null }
}

const valuesOf = <Metric extends string>(metrics: readonly Metric[], seed: number): Values<Metric> => Object.fromEntries(metrics.map((metric, index) => [metric, (seed * 7_919 + index * 104_729) % 1_000_000])) as Values<Metric>

/** A row for each VM and sample, as most write them: the peer. */
const flat = `
create table flat_sample (at timestamptz not null, vm_id uuid not null, ${vmMetrics.map((metric) => `"${metric}" real`).join(', ')}, primary key (vm_id, at))`

async function writeFlat(em: Em, samples: readonly HostSample[]): Promise<void> {
  const rows = samples.flatMap(({ vms }) => vms.map(({ vmId, values }) => ({ vm_id: vmId, ...values })))
  await em.execute(`insert into flat_sample select now(), told.* from json_to_recordset(?::json) as told (vm_id uuid, ${vmMetrics.map((metric) => `"${metric}" real`).join(', ')}) on conflict do nothing`, [JSON.stringify(rows)])
}

export const bench: Bench = {
  name: 'Statistics of 1,000 hosts and 20,000 VMs',
  async rows() {
    const server = await startTestServer()
    process.env.KLOUDAK_TEST_SERVER = server.url
    const own = await createTestDb()
    try {
      const { db } = own
      const em = db.em.fork()
      const { ids: vmIds } = await makeManyVms(db, hosts * vmsOfHost)
      const [{ id: areaId }] = await em.execute<[{ id: string }]>('select id from area limit 1')
      const hostIds = Array.from({ length: hosts }, newId)
      await em.execute("insert into host (id, area_id, name, kind, state) select id, ?, 'host ' || id, 'simulated', 'up' from unnest(?::uuid[]) id", [areaId, `{${hostIds.join()}}`])
      const workerId = newId()
      await em.execute('insert into worker (id) values (?)', [workerId])
      await em.execute("insert into host_lease (host_id, worker_id, expires_at) select id, ?, 'infinity' from unnest(?::uuid[]) id", [workerId, `{${hostIds.join()}}`])
      await em.execute('update vm set host_id = told.host_id from unnest(?::uuid[], ?::uuid[]) told(id, host_id) where vm.id = told.id', [`{${vmIds.join()}}`, `{${vmIds.map((_, n) => hostIds[Math.floor(n / vmsOfHost)]).join()}}`])
      await em.transactional((inner) => makePartitions(inner, defaultKeep))
      await em.execute(flat)

      // The worker's own part: from the bytes that libvirt sent to rates.
      const reply = encode(procedures.ConnectGetAllDomainStats.reply, { records: Array.from({ length: vmsOfHost }, (_, n) => ({ domain: { name: `vm-${n}`, uuid: domainUuid(n), id: n + 1 }, params: paramsOf(n) })) })
      const reading = await time(async () => { ratesBetween(lookAt(0, reply), lookAt(10_000, reply)) }, { rounds: 300, warmUp: 100 })

      const roundOf = (round: number) => hostIds.map((hostId, n): HostSample => ({ hostId, epoch: 1, seconds: 10, values: valuesOf(hostMetrics, round + n), vms: vmIds.slice(n * vmsOfHost, (n + 1) * vmsOfHost).map((vmId, index) => ({ vmId, seconds: 10, values: valuesOf(vmMetrics, round + n + index) })) }))
      const cpu = { ours: [] as number[], flat: [] as number[] }
      const took = { ours: [] as number[], flat: [] as number[] }
      for (let round = 0; round < rounds; round++) {
        const samples = roundOf(round)
        for (const [kind, write] of [['ours', (part: HostSample[]) => writeSamples(em, workerId, part)], ['flat', (part: HostSample[]) => writeFlat(em, part)]] as const) {
          const [begunMs, before] = [performance.now(), process.cpuUsage()]
          for (let from = 0; from < hosts; from += together) await write(samples.slice(from, from + together))
          const { user, system } = process.cpuUsage(before)
          took[kind].push(performance.now() - begunMs)
          cpu[kind].push((user + system) / 1_000)
        }
      }
      const [{ bytes, plain }] = await em.execute<[{ bytes: number; plain: number }]>(`
        select (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'host_stats_raw'::regclass)::float8 / ? as bytes, pg_total_relation_size('flat_sample')::float8 / ? as plain`, [rounds, rounds])

      // Those rounds as of the minutes before now, so that they can be rolled up.
      await em.execute("select make_stats_partitions('host_stats_raw', interval '30 minutes', now() - interval '30 minutes', now())")
      await em.execute("update host_stats_raw set at = at - interval '5 minutes'")
      await em.execute('delete from stats_rollup')
      const rolledMs = await timed(() => rollUpAll(db, defaultKeep))
      const [{ minutes }] = await em.execute<[{ minutes: number }]>('select count(distinct at)::integer as minutes from host_stats_minute')

      const dayMs = await timed(() => fillDay(em, hostIds.slice(0, dayHosts), vmIds))
      await notePlaces(em, vmIds, vmIds.map((_, n) => hostIds[Math.floor(n / vmsOfHost)]!))
      const now = Date.now()
      let seen = 0
      const chart = await time(async (round) => { seen = (await vmPoints(em, vmIds[Math.abs(round * 37) % (dayHosts * vmsOfHost)]!, 'minute', { from: new Date(now - 86_400_000), to: new Date(now) })).length }, { rounds: 100, warmUp: 10 })
      await em.execute('update host_stats_raw set at = at + interval \'5 minutes\'')
      const live = await time(async () => { await newestOfHosts(em, hostIds, 600_000) }, { rounds: 30 })
      const page = await time(async (round) => { await newestOfVms(em, vmIds.slice(Math.abs(round) * 100, Math.abs(round) * 100 + 100), 600_000) }, { rounds: 100 })
      const worker = (reading.p50 * hosts + percentiles(cpu.ours).p50) / 10_000
      return [
        { what: 'one round of samples, written: time of this process\'s processor', ours: show(percentiles(cpu.ours)), peer: `a row for each VM ${show(percentiles(cpu.flat))}`, ratio: (percentiles(cpu.ours).p50 / percentiles(cpu.flat).p50).toFixed(2), goal: '-' },
        { what: 'the same, until the database has them', ours: show(percentiles(took.ours)), peer: show(percentiles(took.flat)), ratio: (percentiles(took.ours).p50 / percentiles(took.flat).p50).toFixed(2), goal: '-' },
        { what: 'the same, in the database', ours: `${(bytes / 1024 ** 2).toFixed(1)} MiB`, peer: `${(plain / 1024 ** 2).toFixed(1)} MiB`, ratio: (bytes / plain).toFixed(2), goal: '-' },
        { what: `a host's counters as libvirt sends them, read twice and made into rates (${reply.length} bytes)`, ours: show(reading), peer: '-', ratio: '-', goal: '-' },
        { what: 'a worker with a round each 10 s: share of one core, without ssh', ours: `${(worker * 100).toFixed(1)}%`, peer: '-', ratio: '-', goal: 'with all else that it watches <= 50%' },
        { what: `rolled up: ${rounds} rounds, ${minutes} minutes of all hosts`, ours: ms(rolledMs), peer: '-', ratio: '-', goal: '-' },
        { what: `a day of one VM by the minute (${seen} points), of ${dayHosts} hosts with ${vmsOfHost} VMs (filled in ${ms(dayMs)})`, ours: show(chart), peer: '-', ratio: '-', goal: '-' },
        { what: 'the newest samples of all hosts, as for as many followers: each second, once for a server', ours: show(live), peer: '-', ratio: '-', goal: '-' },
        { what: 'what 100 VMs of a page do now', ours: show(page), peer: '-', ratio: '-', goal: '-' },
      ]
    } finally {
      await own.close()
      await server.stop()
    }
  },
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begunMs = performance.now()
  await work()
  return performance.now() - begunMs
}

/** A row for each of the day's minutes and these hosts. */
async function fillDay(em: Em, hostIds: readonly string[], vmIds: readonly string[]): Promise<void> {
  const columns = vmMetrics.map((metric) => `vm_${metric.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`)
  await em.execute("select make_stats_partitions('host_stats_minute', interval '6 hours', now() - interval '1 day', now())")
  for (const [n, hostId] of hostIds.entries()) {
    await em.execute(`
      insert into host_stats_minute (host_id, at, seconds, vm_ids, vm_seconds, ${columns.join(', ')})
      select ?, date_bin('1 minute', now(), '2000-01-01Z') - minute * interval '1 minute', 60, ?, array_fill(60::real, array[${vmsOfHost}]), ${columns.map((_, index) => `array_fill((minute * ${index + 1})::real, array[${vmsOfHost}])`).join(', ')}
      from generate_series(0, 1439) minute on conflict do nothing`, [hostId, `{${vmIds.slice(n * vmsOfHost, (n + 1) * vmsOfHost).join()}}`])
  }
}
