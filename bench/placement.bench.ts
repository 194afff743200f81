// (c) Choosing a host among 10,000: the whole decision in the database, from the look to the reservation under the lock; and
// how full hosts are when the first VM is refused.
import { sql } from 'kysely'
import { kyselyOf } from '../server/db/kysely.ts'
import type { Db, Em } from '../server/db/orm.ts'
import { bestHosts, takeHost } from '../server/db/queries/find-host.ts'
import { freeOn } from '../server/model/placement/candidate.ts'
import type { HostCandidate } from '../server/model/placement/candidate.ts'
import { drill } from '../server/model/placement/drill.ts'
import type { DrillVm } from '../server/model/placement/drill.ts'
import { NoHost } from '../server/model/placement/no-host.ts'
import { place } from '../server/model/placement/place.ts'
import type { PlacementRequest } from '../server/model/placement/request.ts'
import { GiB } from '../server/model/units.ts'
import { createTestDb } from '../test/support/db.ts'
import { show, time } from './measure.ts'
import type { Bench, Row } from './measure.ts'
import { writePlacementBooks } from './placement-books.ts'
import type { Books } from './placement-books.ts'
import { fill } from './placement-fill.ts'

const count = 10_000
const goal = '<= 5 ms p99'
const small = { vcpus: 4, memoryBytes: 8 * GiB }
const named = count.toLocaleString('en')

const decide = (em: Em, { areaId }: Books, policy: string, request: PlacementRequest) => {
  const areas = [{ id: areaId, policy, machine: { machineType: 'pc-q35-7.2', cpuModel: 'qemu64' } }]
  return bestHosts(em, areas, request).then((ranked) => takeHost(em, ranked, areas, request))
}

/** As Kloudak does it: look, choose, lock, prove, reserve, commit. */
const ours = (db: Db, books: Books, policy: string, request: PlacementRequest) => () => db.em.fork().transactional(async (em) => {
  const host = await decide(em, books, policy, request)
  await reserve(em, books, host!.id, request)
})

async function reserve(em: Em, { vmId }: Books, hostId: string, { vcpus, memoryBytes }: PlacementRequest): Promise<void> {
  await sql`insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason) values (gen_random_uuid(), ${vmId}, ${hostId}, ${vcpus}, ${memoryBytes}, 'vm')`.execute(kyselyOf(em))
}

/** The plain way: one statement sums up all reservations and sorts all hosts; the first one is locked and given the VM. */
const plain = (db: Db, books: Books, { vcpus, memoryBytes }: PlacementRequest) => () => db.em.fork().transactional(async (em) => {
  const { rows: [host] } = await sql<{ id: string }>`
    select host.id from host left join (select host_id, sum(vcpus) as vcpus, sum(memory_bytes) as memory_bytes from reservation group by host_id) promised on promised.host_id = host.id
    where host.area_id = ${books.areaId} and host.state = 'up' and host.cpus * 4 - coalesce(promised.vcpus, 0) >= ${vcpus} and host.memory_bytes - host.reserved_memory_bytes - coalesce(promised.memory_bytes, 0) >= ${memoryBytes}
    order by host.memory_bytes - host.reserved_memory_bytes - coalesce(promised.memory_bytes, 0) desc limit 1`.execute(kyselyOf(em))
  await sql`select id from host where id = ${host!.id} for update`.execute(kyselyOf(em))
  await reserve(em, books, host!.id, { vcpus, memoryBytes })
})

async function inDatabase(full: number): Promise<Row[]> {
  const testDb = await createTestDb()
  const { db, url } = testDb
  try {
    const books = await writePlacementBooks(url, { hosts: count, full })
    const share = `${Math.round(full * 100)} % full`
    const rows: Row[] = []
    const peer = await time(plain(db, books, small), { rounds: 20, warmUp: 2 })
    // What the machine and the connection alone cost at that moment.
    const empty = await time(() => db.em.fork().transactional(async (em) => { await em.execute('select 1') }), { rounds: 1_000, warmUp: 300 })
    for (const policy of ['spread', 'pack', 'most-free-memory', 'round-robin', 'random']) {
      const took = await time(ours(db, books, policy, small), { rounds: 1_000, warmUp: 300 })
      rows.push({ what: `one of ${named} hosts, ${share}, by ${policy}: looked for, locked, proven, reserved, committed`, ours: show(took), peer: `summing up all reservations in one statement ${show(peer)}; a transaction that does nothing ${show(empty)}`, ratio: `1 / ${Math.round(peer.p50 / took.p50)}`, goal })
    }
    // Ten hosts have room for these only while they are not full.
    if (full < 0.9) {
      const labelled = await time(ours(db, books, 'spread', { ...small, requiredLabels: ['gpu'] }), { rounds: 100, warmUp: 10 })
      rows.push({ what: `the same by spread, ${share}, with a label that 10 hosts have`, ours: show(labelled), peer: '-', ratio: '-', goal })
    }
    const refused = await time(() => db.em.fork().transactional((em) => decide(em, books, 'spread', { vcpus: 4, memoryBytes: 253 * GiB })).catch((error: unknown) => { if (!(error instanceof NoHost)) throw error }), { rounds: 20, warmUp: 3 })
    rows.push({ what: `a refusal, with the reason of each of ${named} hosts, ${share}`, ours: show(refused), peer: '-', ratio: '-', goal: '-' })
    return rows
  } finally {
    await testDb.close()
  }
}

async function inMemory(): Promise<Row> {
  const hosts = Array.from({ length: count }, (_, n): HostCandidate => ({
    id: `host-${n}`, areaId: `area-${n % 4}`, state: n % 50 === 0 ? 'down' : 'up', duty: 'service', isFrozen: false, cpus: 64, memoryBytes: 256 * GiB, reservedVcpus: 0, reservedMemoryBytes: 4 * GiB, labels: [], machine: null, closedPoolIds: [], turn: n,
    promisedVcpus: (n * 7) % 250, promisedMemoryBytes: ((n * 13) % 250) * GiB, vcpuOvercommit: 4, memoryOvercommit: 1,
  }))
  const request = { ...small, areaIds: new Set(['area-1', 'area-2']) }
  const all = await time(async () => place(request, hosts), { rounds: 300, warmUp: 50 })
  let kept: HostCandidate | undefined
  const scan = await time(async () => {
    kept = undefined
    let most = 0
    for (const host of hosts) {
      const free = freeOn(host).memoryBytes
      if (free > most) { most = free; kept = host }
    }
  }, { rounds: 300, warmUp: 50 })
  if (!kept) throw new Error('the scan found no host')
  return { what: `filters and weights alone, over all of ${named} hosts, with a reason for each refusal`, ours: show(all), peer: `a bare scan for the most free memory ${show(scan)}`, ratio: (all.p50 / scan.p50).toFixed(1), goal }
}

/** One drill of an area: for each of its hosts where all of its VMs would start. */
async function drilling(full: number): Promise<Row> {
  const [hostCount, vmsEach] = [1_000, 20]
  const memoryBytes = Math.floor((252 * full) / vmsEach) * GiB
  const hosts = Array.from({ length: hostCount }, (_, n): HostCandidate => ({
    id: `host-${n}`, areaId: 'a', state: 'up', duty: 'service', isFrozen: false, cpus: 64, memoryBytes: 256 * GiB, reservedVcpus: 0, reservedMemoryBytes: 4 * GiB, labels: [], closedPoolIds: [], turn: n,
    machine: { domainType: 'kvm', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64' }, promisedVcpus: 2 * vmsEach, promisedMemoryBytes: vmsEach * memoryBytes, vcpuOvercommit: 4, memoryOvercommit: 1,
  }))
  const vms = hosts.flatMap((host) => Array.from({ length: vmsEach }, (_, n): DrillVm => ({ id: `${host.id}-${n}`, hostId: host.id, vcpus: 2, memoryBytes, machine: { domainType: 'kvm', architecture: 'x86_64', machineType: 'pc-q35-7.2', cpuModel: 'qemu64' }, pools: [{ id: 'p', areaId: 'a' }], requiredLabels: [], avoidedLabels: [], groupIds: [], isPromised: false })))
  const area = { hosts, vms, groups: new Map(), packs: false }
  const took = await time(async () => drill(area), { rounds: 10, warmUp: 2 })
  const survived = Array.from(drill(area).values()).filter(({ ok }) => ok).length
  return { what: `the loss of each of ${hostCount.toLocaleString('en')} hosts with ${vmsEach} VMs, ${Math.round((vmsEach * memoryBytes) / (252 * GiB) * 100)} % full, played through (${survived} survived)`, ours: show(took), peer: '-', ratio: '-', goal: '-' }
}

function packing(): Row {
  const [packed, naive, spread] = [fill('pack', count), fill('most-free-memory', count), fill('spread', count)]
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`
  return { what: `memory promised when the first VM is refused, ${named} hosts of three sizes, by pack`, ours: `${percent(packed.memory)} (${packed.vms.toLocaleString('en')} VMs)`, peer: `the most free memory ${percent(naive.memory)} (${naive.vms.toLocaleString('en')} VMs); spread ${percent(spread.memory)}; Protean 85-90 % (published)`, ratio: (packed.memory / naive.memory).toFixed(2), goal: '>= 90 %' }
}

export const bench: Bench = {
  name: 'Placement',
  rows: async () => [...await inDatabase(0.5), ...await inDatabase(0.95), await inMemory(), await drilling(0.5), await drilling(1), packing()],
}
