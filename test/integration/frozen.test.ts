// A host that waits for an operator's review: nothing on it changes, whoever asks.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { takeInventory } from '../../jobs/review/look.ts'
import { readClaim, writeMarker } from '../../jobs/review/marker.ts'
import { Registry } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { reviewHost } from '../../server/app/host-review.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { openSimulatedFabric } from '../../server/fabric/simulated/driver.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { inventory } from '../../server/hypervisor/simulated/inventory.ts'
import { ownershipOf, storeInventory } from '../../server/db/queries/host-review.ts'
import { markerVolume } from '../../server/model/host-differences.ts'
import { newId } from '../../server/model/id.ts'
import { failoverDeps } from '../support/failover-deps.ts'
import { useTestDb } from '../support/db.ts'
import { makeGround, patient, standingVm } from '../support/saga-ground.ts'
import { nothingSealed, silent, silentSender, taskOf } from '../support/toy-saga.ts'
import { requestOf } from '../support/verbs.ts'
import { until } from '../support/until.ts'

const { db } = await useTestDb()
const ground = await makeGround(db)
const em = db.em.fork()
const sessions = new HostSessions({ db })
const place = sessions.world.place(ground.host)
let atMark = async () => {}
const probe = { boundary: async ({ at, step }: { at: string; step: string }) => { if (at === 'begun' && step === 'mark') await atMark() } }
const worker = new SagaWorker({ db, probe, registry: new Registry(allSagas({ hosts: sessions, unseal: nothingSealed, children: workspaceChildren(silentSender), ...failoverDeps() })), log: silent, timing: { ...defaultTiming, pollMs: 20 }, workerId: newId() })
after(async () => { await worker.stop(0); await sessions.close() })
await openSimulatedHost(place.host).bind(patient).ensurePool(ground.pool)
const standing = () => standingVm(ground, { host: place.host } as Parameters<typeof standingVm>[1])
const freeze = (reason: string | null) => em.execute('update host set frozen_reason = ?, frozen_at = case when ?::text is not null then now() end where id = ?', [reason, reason, ground.host.id])

test('work on a frozen host waits, says for what, and goes on once the host is reviewed', async () => {
  const { vmId } = await standing()
  await freeze('The database was restored.')
  const before = inventory(place.host)
  const { taskId } = await changePower(requestOf(db, ground.world.owner), 'stop', { vmId })
  const task = await until('the task to wait', async () => { const shown = await taskOf(db, taskId!); return shown.error && shown })
  assert.deepEqual([task.state, task.error?.code, task.steps[0]!.state, task.cancellable], ['running', 'UNAVAILABLE', 'waiting', true])
  assert.equal(task.error?.message, `This waits for an operator's review of host ${ground.host.name}.`)
  assert.equal(inventory(place.host), before)
  await freeze(null)
  await em.execute("update saga set run_after = now() where state = 'running'")
  await until('the task to be done', async () => (await taskOf(db, taskId!)).state === 'done')
  assert.notEqual(inventory(place.host), before)
})

test('no VM is placed on a frozen host', async () => {
  await freeze('The database was restored.')
  const { world } = ground
  await assert.rejects(createVm(requestOf(db, world.owner), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: 'nowhere', interfaces: [] }), { code: 'NO_CAPACITY', message: /1 is waiting for an operator's review/ })
  await freeze(null)
})

test('a frozen host can be looked at, but not reached for consoles', async () => {
  const { plan } = await standing()
  await freeze('The database was restored.')
  assert.equal((await (await sessions.link(ground.host.id)).hypervisor.bind(patient).findVm(plan.domainUuid))?.power, 'running')
  await assert.rejects(sessions.hypervisor(ground.host.id, patient), { code: 'UNAVAILABLE' })
  await assert.rejects(sessions.fabric(ground.host.id, patient), { code: 'UNAVAILABLE' })
  await freeze(null)
})

/** Another database with the same area, host and pool in its books, and a way to the very same machine. */
async function secondBooks(): Promise<{ db: typeof db; sessions: HostSessions }> {
  const other = await useTestDb()
  const inner = other.db.em.fork()
  // Databases of tests are copies of one.
  await inner.execute('update installation set id = gen_random_uuid(), stream_epoch = gen_random_uuid()')
  await inner.execute('insert into area (id, name) values (?, ?)', [ground.world.areaId, 'the same'])
  await inner.execute("insert into host (id, area_id, name, kind, state) values (?, ?, ?, 'simulated', 'up')", [ground.host.id, ground.world.areaId, ground.host.name])
  await inner.execute('insert into pool (id, area_id, name, path) values (?, ?, ?, ?)', [ground.world.poolId, ground.world.areaId, ground.pool.name, ground.pool.path])
  return { db: other.db, sessions: new HostSessions({ db: other.db, world: sessions.world }) }
}
const frozenIn = async (of: typeof db) => (await of.em.fork().execute<{ reason: string | null }[]>('select frozen_reason as reason from host where id = ?', [ground.host.id]))[0]!.reason

test('a second Kloudak, and an older life of this one, find themselves shut out of a host', async () => {
  // The first to come marks the pool.
  await sessions.hypervisor(ground.host.id, patient)
  assert.equal(await frozenIn(db), null)
  const stands = inventory(place.host)
  const own = await ownershipOf(em)

  const stranger = await secondBooks()
  await assert.rejects(stranger.sessions.hypervisor(ground.host.id, patient), { code: 'UNAVAILABLE', message: /waits for an operator's review/ })
  assert.match(await frozenIn(stranger.db) ?? '', new RegExp(`belongs to another Kloudak \\(installation ${own.installationId}\\)`))

  const older = await secondBooks()
  await older.db.em.fork().execute('update installation set id = ?, generation = ?', [own.installationId, own.generation])
  await assert.rejects(older.sessions.fabric(ground.host.id, patient), { code: 'UNAVAILABLE' })
  assert.match(await frozenIn(older.db) ?? '', /another life of this Kloudak's database/)

  // A copy with the very same life is these books.
  const same = await secondBooks()
  await same.db.em.fork().execute('update installation set id = ?, stream_epoch = ?', [own.installationId, own.epoch])
  await same.sessions.hypervisor(ground.host.id, patient)
  assert.equal(await frozenIn(same.db), null)
  assert.equal(inventory(place.host), stands, 'none of them has changed anything')
  for (const { sessions: theirs } of [stranger, older, same]) await theirs.close()
})

test('a pool without a marker is not taken while another Kloudak has VMs on the host', async () => {
  const { plan } = await standing()
  place.host.storage.folder(ground.pool.path).volumes.delete(markerVolume)
  const stranger = await secondBooks()
  await assert.rejects(stranger.sessions.hypervisor(ground.host.id, patient), { code: 'UNAVAILABLE' })
  assert.match(await frozenIn(stranger.db) ?? '', /runs VMs of another Kloudak/)
  assert.equal(place.host.storage.folder(ground.pool.path).volumes.has(markerVolume), false)
  // For the owner of those VMs the same pool is theirs, over a new link.
  sessions.drop(ground.host.id)
  await sessions.hypervisor(ground.host.id, patient)
  assert.ok(place.host.storage.folder(ground.pool.path).volumes.has(markerVolume))
  assert.ok(place.host.vms.has(plan.domainUuid))
  await stranger.sessions.close()
})

test('a pool that has lost its marker is not marked anew, and nothing is done on that host', async () => {
  const { volumes } = place.host.storage.folder(ground.pool.path)
  // As when the host came up without the area's folder mounted: nobody may fill what lies below.
  const away = [...volumes]
  volumes.clear()
  await em.execute("update host set kind = 'local' where id = ?", [ground.host.id])
  const lasting = new HostSessions({ db, world: sessions.world, links: { local: (address) => sessions.world.linkTo(address) } })
  await assert.rejects(lasting.hypervisor(ground.host.id, patient), { code: 'UNAVAILABLE' })
  assert.match(await frozenIn(db) ?? '', /had these books' marker and has none/)
  assert.equal(volumes.size, 0)
  for (const [name, volume] of away) volumes.set(name, volume)
  await freeze(null)
  await lasting.hypervisor(ground.host.id, patient)
  assert.equal(await frozenIn(db), null)
  await lasting.close()
  await em.execute("update host set kind = 'simulated' where id = ?", [ground.host.id])
})

test('a pool that another Kloudak takes in the middle of a review stays the other\'s until a person removes its marker', async () => {
  await freeze('The database was restored.')
  const driver = openSimulatedHost(place.host).bind(patient)
  await storeInventory(em, ground.host.id, await takeInventory(em, ground.host.id, driver, openSimulatedFabric(place.fabric).bind(patient)))
  const theirs = { installationId: newId(), generation: 1, epoch: newId(), poolId: newId() }
  atMark = async () => { atMark = async () => {}; await writeMarker(driver, ground.pool, theirs) }
  const { taskId } = await reviewHost(requestOf(db, ground.world.superuser), { hostId: ground.host.id })
  const { error, steps } = await until('the review to be held up, or done', async () => { const shown = await taskOf(db, taskId!); return (shown.error ?? shown.state === 'done') && shown })
  assert.deepEqual([error?.code, error?.step, steps[1]!.state], ['WRONG_STATE', 'mark', 'failed'])
  assert.deepEqual(await readClaim(driver, ground.pool), { kind: 'claimed', ...theirs })
  assert.notEqual(await frozenIn(db), null)
  place.host.storage.folder(ground.pool.path).volumes.delete(markerVolume)
  await em.execute("update saga set run_after = now() where state = 'running'")
  await until('the review to be done', async () => (await taskOf(db, taskId!)).state === 'done')
  assert.deepEqual(await readClaim(driver, ground.pool), { kind: 'claimed', ...await ownershipOf(em), poolId: ground.world.poolId })
  assert.equal(await frozenIn(db), null)
})
