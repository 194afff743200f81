// Pools from the mutation to two simulated hosts and back: rules, refusals, storage that is not the same, and what the watch finds.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { lookAtPools } from '../../jobs/watch/pools.ts'
import { Registry } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { deletePool, restorePool, retirePool, setPoolMaintenance } from '../../server/app/pool-life.ts'
import { createPool, updatePool } from '../../server/app/pool.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { hostsOfPools } from '../../server/db/queries/pool-read.ts'
import { unseal } from '../../server/db/seal.ts'
import type { SealedPlace } from '../../server/db/seal.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { failoverDeps } from '../support/failover-deps.ts'
import { patient } from '../support/saga-ground.ts'
import { silent, silentSender, taskOf } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { readyNetwork, requestOf, testMasterKey } from '../support/verbs.ts'
import { makeWorld } from '../support/world.ts'

const { db } = await useTestDb()
const world = await makeWorld(db, { hosts: 2 })
const em = db.em.fork()
const sessions = new HostSessions({ db })
const open = (place: SealedPlace, sealed: Uint8Array) => unseal(testMasterKey, place, sealed)
const worker = new SagaWorker({ db, registry: new Registry(allSagas({ hosts: sessions, unseal: open, children: workspaceChildren(silentSender), ...failoverDeps() })), log: silent, timing: { ...defaultTiming, pollMs: 20, retries: 2, retryWaitMs: 10 }, workerId: newId() })
after(async () => { await worker.stop(0); await sessions.close() })

const names = await em.execute<{ id: string; name: string }[]>('select id, name from host where area_id = ? order by name', [world.areaId])
const hosts = names.map(({ id, name }) => ({ id, name, machine: sessions.world.place({ id, name, areaId: world.areaId }).host }))
const [first, second] = [hosts[0]!, hosts[1]!]
const asked = () => requestOf(db, world.superuser)
const netfs = (name: string) => ({ format: 'glusterfs' as const, hosts: ['10.0.0.1', '10.0.0.2'], sourcePath: `/${name}`, path: `/srv/${name}` })
const key = Buffer.alloc(28, 5).toString('base64')
const otherKey = Buffer.alloc(28, 6).toString('base64')
const rbd = { monitors: ['10.0.0.1:6789'], pool: 'vms', user: 'kloudak', secret: key }

async function ended(taskId: string | null) {
  return until('the task to end', async () => { const task = await taskOf(db, taskId!); return ['done', 'failed', 'stuck', 'cancelled'].includes(task.state) && task })
}
const remedyOf = async (taskId: string | null) => (await em.execute<{ remedy: string | null }[]>("select error ->> 'remedy' as remedy from task where id = ?", [taskId]))[0]?.remedy ?? ''
/** A pool that stands on both hosts. */
async function made(name: string, kind: Partial<Parameters<typeof createPool>[1]> = { netfs: netfs(name) }): Promise<string> {
  const { objectId, taskId } = await createPool(asked(), { areaId: world.areaId, name, ...kind })
  const task = await ended(taskId)
  assert.equal(task.state, 'done', task.error?.message ?? 'it did not end well')
  return objectId
}
const row = async (id: string) => (await em.execute<{ phase: string; failure: string | null; maintenance: boolean; version: number; text: string }[]>('select phase, failure, maintenance_at is not null as maintenance, version, pool::text as text from pool where id = ?', [id]))[0]
const onHosts = async (id: string) => ((await hostsOfPools(em, [id])).get(id) ?? []).map(({ hostId, state, message }) => ({ host: hosts.find((one) => one.id === hostId)?.name, state, message }))

test('what is wrong with a pool is said before any host hears of it', async () => {
  const create = (more: object) => createPool(asked(), { areaId: world.areaId, name: 'pool-2', ...more })
  const cases: [object, string][] = [
    [{}, 'dir'], [{ dir: { path: '/srv/a' }, netfs: netfs('a') }, 'dir'], [{ dir: { path: 'srv' } }, 'dir.path'], [{ dir: { path: '/srv/../etc' } }, 'dir.path'],
    [{ netfs: { ...netfs('a'), path: '/etc' } }, 'netfs.path'], [{ netfs: { ...netfs('a'), path: '/var/lib/libvirt' } }, 'netfs.path'], [{ netfs: { ...netfs('a'), path: '/srv' } }, 'netfs.path'],
    [{ netfs: { ...netfs('a'), hosts: [] } }, 'netfs.hosts'], [{ netfs: { ...netfs('a'), hosts: ['ok', '-o evil'] } }, 'netfs.hosts.1'], [{ netfs: { ...netfs('a'), format: 'nfs' } }, 'netfs.hosts'],
    [{ rbd: { ...rbd, monitors: ['a b'] } }, 'rbd.monitors.0'], [{ rbd: { ...rbd, pool: '../x' } }, 'rbd.pool'], [{ rbd: { ...rbd, user: "a'" } }, 'rbd.user'], [{ rbd: { ...rbd, secret: 'too short' } }, 'rbd.secret'],
    [{ dir: { path: '/srv/a' }, diskOvercommit: 0.5 }, 'diskOvercommit'],
  ]
  for (const [more, field] of cases) await assert.rejects(create(more), { code: 'INVALID_INPUT', field }, JSON.stringify(more))
  await assert.rejects(create({ dir: { path: '/srv/a' }, name: 'pool' }), { code: 'CONFLICT', field: 'name' })
  await assert.rejects(create({ dir: { path: '/pool' } }), { code: 'CONFLICT', field: 'dir.path', message: /The pool pool of the area lies at this path/ })
  await assert.rejects(create({ dir: { path: '/srv/a' }, areaId: newId() }), { code: 'NOT_FOUND', field: 'areaId' })
  await assert.rejects(createPool(requestOf(db, world.owner), { areaId: world.areaId, name: 'mine', dir: { path: '/srv/a' } }), { code: 'FORBIDDEN' })
})

test('the same storage is not taken twice, and a new name does not move a pool', async () => {
  const id = await made('shared')
  await assert.rejects(createPool(asked(), { areaId: world.areaId, name: 'again', netfs: { ...netfs('shared'), path: '/srv/elsewhere' } }), { code: 'CONFLICT', field: 'netfs.sourcePath', message: /is this storage already/ })
  await updatePool(asked(), { poolId: id, name: 'Renamed, of course', diskOvercommit: 2, wipeOnDelete: true })
  const again = await made('shared', { dir: { path: '/srv/third' } })
  for (const { machine } of hosts) assert.deepEqual([...machine.pools].map(([name, { path }]) => `${name} ${path}`).filter((text) => text !== 'pool /pool').sort(), [`pool-${again.slice(-12)} /srv/third`, 'shared /srv/shared'])
  for (const poolId of [id, again]) assert.equal((await ended((await deletePool(asked(), { poolId })).taskId)).state, 'done')
  for (const { machine } of hosts) assert.deepEqual([...machine.pools.keys()].filter((name) => name !== 'pool'), [])
})

test('storage that is not the same on all hosts is no pool, says which host it is, and leaves nothing', async () => {
  second.machine.standApart('/srv/apart')
  const { objectId, taskId } = await createPool(asked(), { areaId: world.areaId, name: 'apart', dir: { path: '/srv/apart' } })
  const { state, error } = await ended(taskId)
  assert.deepEqual([state, error?.code, error?.step], ['failed', 'WRONG_STATE', 'prove'])
  assert.equal(error?.message, `Host ${second.name} does not see what host ${first.name} writes into the pool apart: it is not the same storage.`)
  assert.match(await remedyOf(taskId), /^Mount the shared file system/)
  for (const { machine } of hosts) assert.deepEqual([machine.pools.has('apart'), machine.folder('/srv/apart').volumes.size], [false, 0])
  assert.deepEqual([(await row(objectId))?.phase, (await row(objectId))?.failure], ['failed', error.message])
  await assert.rejects(setPoolMaintenance(asked(), { poolId: objectId, maintenance: true }), { code: 'WRONG_STATE', message: 'The pool apart could not be made.' })

  second.machine.mountFailures.set('/srv/broken', 'mount.glusterfs: no route to host')
  const { taskId: brokenTask } = await createPool(asked(), { areaId: world.areaId, name: 'broken', netfs: netfs('broken') })
  const broken = await ended(brokenTask)
  assert.equal(broken.error?.message, `Host ${second.name} cannot start the pool broken: mount.glusterfs: no route to host.`)
  assert.match(await remedyOf(brokenTask), /storage network.*exports.*packages/)
})

test('a pool with another\'s marker, or another pool\'s, is not taken', async () => {
  const id = await made('marked', { dir: { path: '/srv/marked' } })
  // The same file system, mounted once more at another path.
  const folder = first.machine.folder('/srv/marked')
  for (const [name, volume] of folder.volumes) first.machine.storage.folder('/srv/twice').volumes.set(name, volume)
  const twice = await ended((await createPool(asked(), { areaId: world.areaId, name: 'twice', dir: { path: '/srv/twice' } })).taskId)
  assert.match(twice.error?.message ?? '', /the marker of another pool of these books/)
  assert.equal(first.machine.folder('/srv/twice').volumes.size, 1, 'it stays the other\'s')
  await ended((await deletePool(asked(), { poolId: id })).taskId)
  assert.equal(folder.volumes.size, 0, 'our own goes with the pool')
})

test('the key of Ceph is sealed, goes to the hosts alone, and can be replaced', async () => {
  const id = await made('ceph', { rbd })
  for (const { machine } of hosts) assert.equal(machine.pools.get('ceph')?.secret, key)
  const everything = JSON.stringify(await em.execute('select (select json_agg(task)::text from task), (select json_agg(saga)::text from saga), (select json_agg(audit)::text from audit), (select json_agg(event)::text from event), (select json_agg(pool)::text from pool)'))
  assert.equal(everything.includes(key), false)
  assert.equal((await ended((await updatePool(asked(), { poolId: id, secret: otherKey })).taskId)).state, 'done')
  for (const { machine } of hosts) assert.equal(machine.pools.get('ceph')?.secret, otherKey)
  await assert.rejects(updatePool(asked(), { poolId: world.poolId, secret: otherKey }), { code: 'INVALID_INPUT', field: 'secret' })
  await ended((await deletePool(asked(), { poolId: id })).taskId)
})

test('the watch starts what a host has lost, and tells which host has not what it should', async () => {
  const id = await made('watched')
  const epoch = 7
  const workerId = newId()
  await em.execute("insert into worker (id) values (?)", [workerId])
  await em.execute("insert into host_lease (host_id, worker_id, epoch, expires_at) values (?, ?, ?, now() + interval '1 hour')", [second.id, workerId, epoch])
  const driver = openSimulatedHost(second.machine).bind(patient)
  const look = (isFrozen = false) => lookAtPools(em, { hostId: second.id, workerId, epoch }, driver, { isFrozen, unseal: open, log: silent })
  assert.equal(await look(), true)
  const { version } = (await row(id))!
  await look()
  assert.equal((await row(id))!.version, version, 'what is as it was is no news')

  second.machine.pools.delete('watched')
  assert.equal(await look(true), false)
  assert.equal(second.machine.pools.has('watched'), false, 'on a frozen host nothing is changed')
  assert.equal((await onHosts(id))[1]?.state, 'failed')
  await look()
  assert.deepEqual([second.machine.pools.get('watched')?.active, (await onHosts(id)).map(({ state }) => state)], [true, ['ready', 'ready']])

  second.machine.pools.get('watched')!.active = false
  second.machine.standApart('/srv/watched')
  await em.execute("update host set kind = 'ssh' where id = ?", [second.id])
  assert.equal(await look(), false)
  const [, broken] = await onHosts(id)
  assert.deepEqual([broken?.host, broken?.state], [second.name, 'failed'])
  assert.match(broken?.message ?? '', /has none on this host.*perhaps that is not mounted/)
  assert.ok((await row(id))!.version > version, 'those who look at the pool hear of it')
  second.machine.standTogether('/srv/watched')
  await em.execute("update host set kind = 'simulated' where id = ?", [second.id])
  await look()
  assert.equal((await onHosts(id))[1]?.state, 'ready')
  await ended((await deletePool(asked(), { poolId: id })).taskId)
})

test('a pool in maintenance or retired takes nothing new; in maintenance nothing is started', async () => {
  const networkId = await readyNetwork(db, world)
  const newVm = () => createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}`, interfaces: [{ networkId }], dryRun: true })
  await newVm()
  await retirePool(asked(), { poolId: world.poolId })
  await assert.rejects(newVm(), { code: 'NO_CAPACITY' })
  await restorePool(asked(), { poolId: world.poolId })
  await newVm()
  const { objectId: vmId, taskId } = await createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: 'lasting', interfaces: [] })
  await em.execute('delete from task where id = ?', [taskId])
  await em.execute("update vm set phase = 'ready', observed_power = 'stopped', observed_at = now() where id = ?", [vmId])
  await setPoolMaintenance(asked(), { poolId: world.poolId, maintenance: true })
  await assert.rejects(newVm(), { code: 'NO_CAPACITY' })
  await assert.rejects(changePower(requestOf(db, world.owner), 'start', { vmId }), { code: 'WRONG_STATE', message: 'The storage that the VM\'s disk lies in is in maintenance.' })
  await assert.rejects(deletePool(asked(), { poolId: world.poolId }), { code: 'CONFLICT', message: 'The pool pool has disks of the VM lasting.' })
  second.machine.standApart('/pool')
  const kept = await ended((await setPoolMaintenance(asked(), { poolId: world.poolId, maintenance: false })).taskId)
  assert.deepEqual([kept.state, (await row(world.poolId))?.maintenance], ['failed', true])
  second.machine.standTogether('/pool')
  assert.equal((await ended((await setPoolMaintenance(asked(), { poolId: world.poolId, maintenance: false })).taskId)).state, 'done')
  await changePower(requestOf(db, world.owner), 'start', { vmId, dryRun: true })
})

test('a pool is not taken off hosts that are away', async () => {
  const id = await made('kept')
  await em.execute("update host set state = 'down' where id = ?", [second.id])
  await assert.rejects(deletePool(asked(), { poolId: id }), { code: 'WRONG_STATE', message: `Host ${second.name} cannot be reached now: the pool cannot be taken off it.` })
  await em.execute("update host set state = 'up' where id = ?", [second.id])
  first.machine.folder('/srv/kept').volumes.set('somebody', { name: 'somebody', format: 'raw', capacityBytes: 1, allocationBytes: 1, backingPath: undefined, sha256: undefined, contentBytes: 0 })
  assert.equal((await ended((await deletePool(asked(), { poolId: id })).taskId)).state, 'done')
  assert.deepEqual([...first.machine.folder('/srv/kept').volumes.keys()], ['somebody'])
  assert.equal(await row(id), undefined)
})
