// From counters on (simulated) hosts to rows: each host under its worker's grip, and every number a rate.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { StatsSampler } from '../../jobs/stats/sampler.ts'
import type { HeldHost } from '../../jobs/watch/beside.ts'
import { fileSystemsOfHosts } from '../../server/db/queries/host-file-systems.ts'
import { makePartitions } from '../../server/db/queries/stats-partitions.ts'
import { newestOfHosts, newestOfVms, vmPoints } from '../../server/db/queries/stats-read.ts'
import type { CallControl } from '../../server/hypervisor/driver.ts'
import { newId } from '../../server/model/id.ts'
import { defaultKeep } from '../../server/model/stats.ts'
import { MiB } from '../../server/model/units.ts'
import { writeBooks, writeHost, writeVm } from '../support/books.ts'
import { useTestDb } from '../support/db.ts'
import { until } from '../support/until.ts'

const { db } = await useTestDb()
const em = db.em.fork()
const books = await writeBooks(em)
await em.transactional((inner) => makePartitions(inner, defaultKeep))
const anyTime: CallControl = { beforeCall: () => {}, timeoutMs: 30_000 }
const sessions = new HostSessions({ db })
const log = { info: () => {}, warn: () => {} }
after(() => sessions.close())

/** A host whose lease is this worker's, and as many VMs that run on it. */
async function hostWith(workerId: string, vms: number): Promise<{ id: string; held: HeldHost; vms: { id: string; domainUuid: string }[] }> {
  const host = await writeHost(em, books)
  await em.execute("insert into worker (id) values (?) on conflict do nothing", [workerId])
  await em.execute("insert into host_lease (host_id, worker_id, expires_at) values (?, ?, 'infinity')", [host.id, workerId])
  const made = []
  for (let n = 0; n < vms; n++) {
    const vm = await writeVm(em, books, host.id)
    await run(host.id, vm.domainUuid)
    made.push(vm)
  }
  return { id: host.id, vms: made, held: { grip: { hostId: host.id, workerId, epoch: 1 }, isCurrent: () => true } }
}

async function run(hostId: string, domainUuid: string, volume = domainUuid): Promise<void> {
  const driver = await sessions.hypervisor(hostId, anyTime)
  await driver.ensurePool({ name: 'pool', path: '/pool' })
  await driver.createVolume({ name: 'pool', path: '/pool' }, { name: volume, capacityBytes: MiB, backing: undefined })
  await driver.defineVm({
    domainUuid, title: 'vm', description: '', owner: { installationId: newId(), generation: 1, vmId: newId() }, domainType: 'kvm', emulator: '', architecture: 'x86_64', machineType: 'q35', cpuModel: 'qemu64',
    vcpus: 2, memoryBytes: 64 * MiB, disks: [{ pool: { name: 'pool', path: '/pool' }, volume, format: 'qcow2' }], seed: undefined, interfaces: [{ portId: newId(), mac: '52:54:00:00:00:01', bridge: 'private-br', vlan: 7 }],
  })
  await driver.startVm(domainUuid, { paused: false })
}

const rowsOf = async (hostId: string) => (await em.execute<[{ count: string }]>('select count(*) from host_stats_raw where host_id = ?', [hostId]))[0].count
const sampler = (workerId: string) => new StatsSampler({ db, sessions, workerId, log, everyMs: 100 })

test('a host and its VMs are sampled again and again, and the newest sample tells what they do now', async () => {
  const workerId = newId()
  const { id, held, vms } = await hostWith(workerId, 3)
  const stranger = newId()
  await run(id, stranger)
  const samples = sampler(workerId)
  const beside = samples.beside(held)
  await until('several samples', async () => Number(await rowsOf(id)) >= 5)
  const ids = vms.map((vm) => vm.id)
  const [hosts, machines] = [await newestOfHosts(em, [id], 60_000), await newestOfVms(em, ids, 60_000)]
  const host = hosts.get(id)!.values
  assert.equal(machines.size, 3, 'the domain that is no VM of ours is left out')
  for (const { values: vm } of machines.values()) {
    assert.ok(vm.busyCpus! > 0 && vm.busyCpus! < 2, `${vm.busyCpus} of 2 processors`)
    assert.ok(vm.memoryUsedBytes! > 0 && vm.memoryUsedBytes! < 64 * MiB)
    for (const metric of ['diskWriteBytesPerSecond', 'receivedBytesPerSecond', 'sentPacketsPerSecond'] as const) assert.ok(vm[metric]! > 0, metric)
  }
  const sum = [...machines.values()].reduce((total, { values }) => total + values.busyCpus!, 0)
  assert.ok(host.busyCpus! > sum, 'the host does what its VMs do, and more')
  assert.ok(host.receivedBytesPerSecond! > 0 && host.diskWriteBytesPerSecond! > 0 && host.memoryUsedBytes! >= 4 * 64 * MiB)
  assert.ok(host.load1! > 0.3 && host.load1! < 7 && host.load15 !== null, `a load of ${host.load1} with four guests of 2 processors`)
  assert.deepEqual((await fileSystemsOfHosts(em, [id])).get(id)?.map(({ mountPoint }) => mountPoint), ['/', '/var', '/boot'])
  await beside.stop()
  const points = await vmPoints(em, ids[0]!, 'raw', { from: new Date(Date.now() - 60_000), to: new Date(Date.now() + 60_000) })
  assert.equal(String(points.length), await rowsOf(id))
  await samples.stop()
})

test('a host tells of its own VMs alone: another one\'s domain there counts once that VM is on its way', async () => {
  const workerId = newId()
  const [home, liar] = [await hostWith(workerId, 1), await hostWith(workerId, 0)]
  const [{ id: vmId, domainUuid }] = home.vms as [{ id: string; domainUuid: string }]
  const samplesFrom = async (hostId: string) => {
    const before = Number(await rowsOf(hostId))
    const samples = sampler(workerId)
    const beside = samples.beside(hostId === home.id ? home.held : liar.held)
    await until('two more samples', async () => Number(await rowsOf(hostId)) >= before + 2)
    await beside.stop()
    await samples.stop()
    const [{ told }] = await em.execute<[{ told: number }]>('select count(*)::integer as told from host_stats_raw where host_id = ? and ?::uuid = any(vm_ids)', [hostId, vmId])
    await em.execute('delete from host_stats_raw where host_id = ?', [hostId])
    return told
  }
  await run(liar.id, domainUuid, newId())
  assert.equal(await samplesFrom(liar.id), 0)
  assert.ok(await samplesFrom(home.id) >= 2)
  await em.execute("insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason) values (?, ?, ?, 1, 1, 'move')", [newId(), vmId, liar.id])
  assert.ok(await samplesFrom(liar.id) >= 2, 'it is on its way there')
  await em.execute('delete from reservation where vm_id = ?', [vmId])
  await em.execute("update vm set last_migration = jsonb_build_object('fromHostId', ?::uuid, 'finishedAt', now()) where id = ?", [liar.id, vmId])
  assert.ok(await samplesFrom(liar.id) >= 2, 'it has just come from there')
  await em.execute("update vm set last_migration = jsonb_build_object('fromHostId', ?::uuid, 'finishedAt', now() - interval '1 hour') where id = ?", [liar.id, vmId])
  assert.equal(await samplesFrom(liar.id), 0)
})

test('what a worker saw of a host that is another\'s by now is not written, and what it saw of others is', async () => {
  const workerId = newId()
  const [kept, lost] = [await hostWith(workerId, 1), await hostWith(workerId, 1)]
  const samples = sampler(workerId)
  for (const { held } of [kept, lost]) samples.beside(held)
  await until('both are sampled', async () => Number(await rowsOf(kept.id)) > 0 && Number(await rowsOf(lost.id)) > 0)
  await em.execute('update host_lease set epoch = epoch + 1 where host_id = ?', [lost.id])
  const [atLoss, before] = [await rowsOf(lost.id), Number(await rowsOf(kept.id))]
  await until('the other goes on', async () => Number(await rowsOf(kept.id)) > before + 5)
  assert.equal(await rowsOf(lost.id), atLoss)
  await samples.stop()
})

test('a switch is not asked to tell figures on a frozen host, nor where an operator has refused, and the rest is sampled all the same', async () => {
  const workerId = newId()
  const [frozen, refusing, plain] = [await hostWith(workerId, 1), await hostWith(workerId, 1), await hostWith(workerId, 1)]
  const switchOf = async (id: string) => sessions.world.place((await em.execute<[{ id: string; areaId: string; name: string }]>('select id, area_id as "areaId", name from host where id = ?', [id]))[0]).fabric;
  (await switchOf(refusing.id)).tellsFigures = false
  await em.execute("update host set frozen_reason = 'It waits.', frozen_at = now() where id = ?", [frozen.id])
  const samples = sampler(workerId)
  const all = [frozen, refusing, plain]
  for (const { held } of all) samples.beside(held)
  await until('all are sampled, and one has told', async () => (await newestOfHosts(em, all.map(({ id }) => id), 60_000)).size === 3 && (await fileSystemsOfHosts(em, [plain.id])).size === 1)
  const newest = await newestOfHosts(em, all.map(({ id }) => id), 60_000)
  assert.deepEqual(all.map(({ id }) => typeof newest.get(id)!.values.load1), ['object', 'object', 'number'])
  assert.ok(all.every(({ id }) => newest.get(id)!.values.busyCpus! > 0))
  assert.deepEqual([(await switchOf(frozen.id)).tellsFigures, (await switchOf(refusing.id)).tellsFigures], [undefined, false])
  assert.deepEqual([...(await fileSystemsOfHosts(em, all.map(({ id }) => id))).keys()], [plain.id])
  await samples.stop()
})

test('a host that cannot be reached has a gap, and then one sample for all of it', async () => {
  const workerId = newId()
  const { id, held } = await hostWith(workerId, 1)
  const outcomes: string[] = []
  const samples = new StatsSampler({ db, sessions, workerId, log, everyMs: 100, onLook: (outcome) => { outcomes.push(outcome) } })
  samples.beside(held)
  await until('it is sampled', async () => Number(await rowsOf(id)) > 0)
  const { host: machine } = sessions.world.place((await em.execute<[{ id: string; areaId: string; name: string }]>('select id, area_id as "areaId", name from host where id = ?', [id]))[0])
  machine.setReachable(false)
  await until('looks fail', () => outcomes.filter((outcome) => outcome === 'failed').length >= 6)
  const before = Number(await rowsOf(id))
  machine.setReachable(true)
  await until('it is sampled again', async () => Number(await rowsOf(id)) > before)
  const [{ longest }] = await em.execute<[{ longest: number }]>('select max(seconds)::float8 as longest from host_stats_raw where host_id = ?', [id])
  assert.ok(longest >= 0.3, `the longest sample is of ${longest} s`)
  await samples.stop()
})
