// Hosts that fail and return, with all that follows: on a real PostgreSQL and simulated hosts.
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { hostRejoin } from '../../jobs/contract/failover.ts'
import { areaDoubt, defaultAreaDoubtTimes } from '../../jobs/watch/area-doubt.ts'
import { confirmHostDown } from '../../server/app/host-down.ts'
import { repairDrift } from '../../server/app/drift-repair.ts'
import { deleteVm } from '../../server/app/vm-delete.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { migrateVm } from '../../server/app/vm-migrate.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { startTask } from '../../server/app/task.ts'
import { seal } from '../../server/db/seal.ts'
import { EventHub } from '../../server/events/hub.ts'
import { newId } from '../../server/model/id.ts'
import { MiB } from '../../server/model/units.ts'
import { createTestDb } from '../support/db.ts'
import { assertOneWriterEach, makeFailingHosts } from '../support/failing-hosts.ts'
import type { FailingHosts } from '../support/failing-hosts.ts'
import { fakeCeph } from '../support/fake-ceph.ts'
import { silentSender } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { requestOf, testMasterKey } from '../support/verbs.ts'

const testDb = await createTestDb()
const { db } = testDb
const hub = await EventHub.open({ url: testDb.url })
const made: FailingHosts[] = []
// A test that failed must not leave workers to the next.
afterEach(async () => { for (const one of made.splice(0)) await one.close() })
after(async () => {
  await hub.close()
  await testDb.close()
})

/** Many workers' leases, looks and tries lie between a failure and its end: more than elsewhere, on a machine that is busy. */
const patienceMs = 90_000

async function open(options: Parameters<typeof makeFailingHosts>[2] = {}, workers = 1): Promise<FailingHosts> {
  const world = await makeFailingHosts(db, hub, options)
  made.push(world)
  for (let count = 0; count < workers; count++) await world.startWorker()
  for (const { name } of world.hosts) await until(`${name} to be watched`, async () => (await world.state(name)).state === 'up')
  return world
}
const isState = (world: FailingHosts, name: string, state: string) => until(`${name} to be ${state}`, async () => (await world.state(name)).state === state, patienceMs)
const allRun = (world: FailingHosts, notOn: string) => until('all to run elsewhere', async () => (await world.vms()).every(({ host, observed, desired }) => !host.startsWith(notOn) && observed === (desired === 'running' ? 'running' : 'stopped')), patienceMs)
const taskOf = async (id: string | null) => (await db.em.fork().execute<{ state: string; error: { code: string; message: string } | null }[]>('select state, error from task where id = ?', [id]))[0]!

test('what was meant to run starts elsewhere, the most important first, once the device says that the host is off; the rest only moves', async () => {
  const world = await open()
  for (const [name, recoveryPriority] of [['low', 10], ['high', 90], ['middle', 50]] as const) await world.newVm(name, { recoveryPriority, on: 'h1' })
  await world.newVm('off', { desired: 'stopped', on: 'h1' })
  world.machine('h1').setReachable(false)
  await isState(world, 'h1', 'fenced')
  assert.equal(world.machine('h1').hasPower, false)
  await allRun(world, 'h1')
  await assertOneWriterEach(world)
  const tasks = await db.em.fork().execute<{ name: string }[]>("select object_name as name from task where method = 'recoverVm' and workspace_id = ? order by id", [world.rows.workspaceId])
  assert.deepEqual(tasks.map(({ name }) => name).filter((name) => name !== 'off'), ['high', 'middle', 'low'])
  assert.equal(world.machine('h1').vms.size, 4, 'the lost host still has them all defined')
  const [proof] = await db.em.fork().execute<{ method: string; detail: string }[]>('select method, fence.detail from fence join host_outage on host_outage.id = outage_id where host_id = ?', [world.hosts[0]!.id])
  assert.equal(proof!.method, 'device')
  // It is switched on again by somebody: nothing may run there before it has been cleaned.
  world.machine('h1').setReachable(true)
  await isState(world, 'h1', 'up')
  assert.equal(world.machine('h1').vms.size, 0)
  assert.equal((await world.state('h1')).open, 0)
  await assertOneWriterEach(world)
  await world.close()
})

test('without a device nothing starts elsewhere, and the state says why; the VMs go on when the host is heard again', async () => {
  const world = await open({ devices: false })
  const { uuid } = await world.newVm('vm', { on: 'h1' })
  const { boots } = world.machine('h1').vms.get(uuid)!
  world.machine('h1').setReachable(false)
  await until('what is missing', async () => (await world.state('h1')).missing === 'No fence device is configured.')
  const { observed, host } = await world.vm('vm')
  assert.equal(observed, 'unknown')
  assert.deepEqual(world.runsOn(uuid), [host])
  world.machine('h1').setReachable(true)
  await until('it to run', async () => (await world.vm('vm')).observed === 'running')
  assert.equal((await world.vm('vm')).host, host)
  assert.equal(world.machine('h1').vms.get(uuid)!.boots, boots, 'it never stopped')
  // The next time a device is there: what waits for it goes on at once.
  world.machine('h1').setReachable(false)
  await until('what is missing', async () => (await world.state('h1')).missing === 'No fence device is configured.')
  await world.addDevice('h1')
  await allRun(world, 'h1')
  await assertOneWriterEach(world)
  await world.close()
})

test('storage cuts a lost host off that has all of its disks; what fails on the way lets it in again, and its return too', async () => {
  const ceph = fakeCeph('m:6789 ls')
  let cutsOut = false
  let begun = 0
  let answers = Promise.withResolvers<void>()
  const world = await open({ devices: false, ceph: async (run) => {
    begun++
    await answers.promise
    const answer = await ceph.run(run)
    if (cutsOut && run.args!.includes('add')) ceph.silent.add('m:6789 ls')
    return answer
  } })
  const looks = () => ceph.runs.filter(({ args }) => args!.includes('ls')).length
  const { uuid, host } = await world.newVm('vm', { on: 'h1' })
  const source = { kind: 'rbd' as const, monitors: ['m:6789'], pool: 'vms', user: 'kloudak', secretUuid: world.rows.poolId }
  const em = db.em.fork()
  await em.execute("insert into fence_device (id, host_id, position, kind, address) values (?, ?, 0, 'ceph', '10.0.8.11')", [newId(), world.hosts[0]!.id])
  const missing = (pattern: RegExp) => until(`what is missing to be ${pattern}`, async () => pattern.test((await world.state('h1')).missing ?? ''), patienceMs)
  const away = () => { world.machine('h1').setReachable(false) }
  const back = async () => { world.machine('h1').setReachable(true); await isState(world, 'h1', 'up') }
  away()
  await missing(/^No fence device has confirmed .* Ceph cannot cut off vm: not all of their disks are there\.$/)
  await back()
  for (const { machine } of world.hosts) machine.pools.set('pool', { ...machine.pools.get('pool')!, source, secret: 'key' })
  await em.execute("update pool set kind = 'rbd', source = ?::jsonb, secret_sealed = ? where id = ?", [JSON.stringify(source), seal(testMasterKey, { table: 'pool', id: world.rows.poolId }, 'key'), world.rows.poolId])
  // While it is asked, that is what is missing.
  away()
  await missing(/^Its fence devices are being asked to switch it off\.$/)
  answers.resolve()
  await missing(/Ceph does not answer as it should: Connection timed out/)
  // How that ended stands while it is asked again.
  answers = Promise.withResolvers()
  const asked = begun
  await until('the next try', () => begun > asked, patienceMs)
  assert.match((await world.state('h1')).missing!, /Connection timed out/)
  answers.resolve()
  assert.equal(ceph.runs.some(({ args }) => args!.includes('add')), false)
  await back()
  assert.deepEqual(world.runsOn(uuid), [host])
  // It does what it is asked, and nobody hears of it: nobody relies on that, and nobody finds the host to be up without its disks.
  ceph.silent.clear()
  ceph.silent.add('late:m:6789 add')
  away()
  await missing(/Connection timed out/)
  assert.ok(ceph.runs.some(({ args }) => args!.includes('add')))
  await back()
  assert.deepEqual([...ceph.lists.get('m:6789')!.keys()], [])
  // It falls silent in the midst of that, for more than one try: the host is not up before it is let in again.
  ceph.silent.clear()
  cutsOut = true
  const looksBefore = looks()
  away()
  await until('more tries than one', () => looks() > looksBefore + 4, patienceMs)
  assert.equal(ceph.lists.get('m:6789')!.size, 1)
  world.machine('h1').setReachable(true)
  cutsOut = false
  ceph.silent.clear()
  await isState(world, 'h1', 'up')
  assert.equal(ceph.lists.get('m:6789')!.size, 0)
  away()
  await isState(world, 'h1', 'fenced')
  await allRun(world, 'h1')
  assert.deepEqual([...ceph.lists.get('m:6789')!.keys()], ['10.0.8.11:0/0'])
  assert.equal(world.runsOn(uuid).length, 2, 'what is left on the old host runs on, without its disks')
  const [proof] = await em.execute<{ method: string }[]>('select method from fence join host_outage on host_outage.id = outage_id where host_id = ? order by confirmed_at desc limit 1', [world.hosts[0]!.id])
  assert.equal(proof!.method, 'storage')
  await back()
  assert.deepEqual([...ceph.lists.get('m:6789')!.keys()], [])
  await assertOneWriterEach(world)
  await world.close()
})

test('a person\'s word is a proof; the plan tells what starts and the danger', async () => {
  const world = await open({ devices: false })
  await world.newVm('vm', { on: 'h1' })
  const request = () => requestOf(db, world.rows.superuser)
  const hostId = world.hosts[0]!.id
  await assert.rejects(confirmHostDown(request(), { hostId }), { code: 'WRONG_STATE' })
  world.machine('h1').losePower()
  await until('what is missing', async () => (await world.state('h1')).missing !== null)
  const asked = request()
  await confirmHostDown(asked, { hostId, dryRun: true })
  assert.match(asked.note.plan!.steps.join(' '), /Start elsewhere: vm\./)
  assert.match(asked.note.plan!.losses.join(' '), /two hosts at once/)
  assert.equal((await world.state('h1')).state, 'down', 'a plan changes nothing')
  await confirmHostDown(request(), { hostId, planHash: asked.note.plan!.hash })
  await allRun(world, 'h1')
  assert.equal((await world.state('h1')).state, 'fenced')
  assert.equal((await world.state('h1')).missing, null)
  await assertOneWriterEach(world)
  await assert.rejects(confirmHostDown(request(), { hostId }), { code: 'WRONG_STATE' })
  await world.close()
})

test('VMs without room wait and say so, and start when there is room; others do not wait for them', async () => {
  const world = await open({ hosts: 2, hostMemoryBytes: 1024 * MiB })
  for (const name of ['a', 'b', 'c']) await world.newVm(name, { on: 'h1' })
  for (const name of ['d', 'e']) await world.newVm(name, { on: 'h2' })
  world.machine('h1').setReachable(false)
  await isState(world, 'h1', 'fenced')
  const waiting = await until('one to wait for room', async () => {
    const rows = await db.em.fork().execute<{ message: string }[]>("select error ->> 'message' as message from task where method = 'recoverVm' and workspace_id = ? and state = 'running' and error is not null", [world.rows.workspaceId])
    const placed = (await world.vms()).filter(({ host, observed }) => host.startsWith('h2') && observed === 'running').length
    return placed === 4 && rows.length === 1 && rows
  })
  assert.match(waiting[0]!.message, /room|capacity|fits|host/i)
  await db.em.fork().execute('update host set memory_bytes = memory_bytes * 2 where id = ?', [world.hosts[1]!.id])
  await allRun(world, 'h1')
  await assertOneWriterEach(world)
  await world.close()
})

test('a VM that found no room starts on its own host when that is back first', async () => {
  const world = await open({ hosts: 2, hostMemoryBytes: 512 * MiB })
  for (const name of ['a', 'b']) await world.newVm(name, { on: 'h1' })
  for (const name of ['c', 'd']) await world.newVm(name, { on: 'h2' })
  world.machine('h1').setReachable(false)
  await isState(world, 'h1', 'fenced')
  await until('both to wait', async () => (await db.em.fork().execute("select 1 from task where method = 'recoverVm' and workspace_id = ? and error is not null", [world.rows.workspaceId])).length === 2)
  world.machine('h1').setReachable(true)
  await isState(world, 'h1', 'up')
  await until('all to run', async () => (await world.vms()).every(({ observed }) => observed === 'running'))
  assert.deepEqual((await world.vms()).map(({ host }) => host.slice(0, 2)), ['h1', 'h1', 'h2', 'h2'])
  await assertOneWriterEach(world)
  await until('all work to end', async () => (await db.em.fork().execute("select 1 from task where object_type in ('vm', 'host') and workspace_id = ? and finished_at is null", [world.rows.workspaceId])).length === 0)
  await world.close()
})

test('power loss of a whole area is fenced by nobody, and its VMs start again by themselves when the hosts are back', async () => {
  const world = await open()
  for (const [name, on] of [['a', 'h1'], ['b', 'h2'], ['c', 'h3']] as const) await world.newVm(name, { on })
  await world.newVm('off', { desired: 'stopped', on: 'h1' })
  for (const { machine } of world.hosts) machine.losePower()
  for (const { name } of world.hosts) await until('the doubt', async () => /lost 3 of its 3 hosts/.test((await world.state(name)).missing ?? ''))
  const proofs = () => db.em.fork().execute('select 1 from fence join host_outage on host_outage.id = outage_id where host_id = any (?::uuid[])', [`{${world.rows.hostIds.join(',')}}`])
  assert.deepEqual(await proofs(), [])
  // One by one: those that are still booting are left alone.
  const runsAgain = (...names: string[]) => until(`what is on ${names.join()} to run`, async () => (await world.vms()).every(({ host, observed, desired }) => !names.includes(host.slice(0, 2)) || observed === desired), patienceMs)
  for (const name of ['h1', 'h2']) {
    world.machine(name).setReachable(true)
    await isState(world, name, 'up')
  }
  await runsAgain('h1', 'h2')
  await until('the doubt about the area', async () => (await world.state('h3')).missing === '3 of the 3 hosts of its area fell silent within a minute.')
  assert.deepEqual(await proofs(), [])
  world.machine('h3').setReachable(true)
  await runsAgain('h1', 'h2', 'h3')
  assert.deepEqual((await world.vms()).map(({ host }) => host.slice(0, 2)), ['h1', 'h2', 'h3', 'h1'])
  assert.deepEqual(await proofs(), [])
  await assertOneWriterEach(world)
  // Once more, and one does not come back: long after the others, it is given up.
  for (const { machine } of world.hosts) machine.losePower()
  for (const { name } of world.hosts) await isState(world, name, 'down')
  for (const name of ['h1', 'h2']) world.machine(name).setReachable(true)
  await runsAgain('h1', 'h2')
  await until('the doubt about the area', async () => /hosts of its area/.test((await world.state('h3')).missing ?? ''))
  await db.em.fork().execute("update host_silence set ended_at = ended_at - interval '10 minutes'")
  await isState(world, 'h3', 'fenced')
  await allRun(world, 'h3')
  await assertOneWriterEach(world)
  await world.close()
})

test('a rack that two workers lose, who hear the other one, is not switched off, but for what a person says', async () => {
  const world = await open({ hosts: 6 }, 2)
  const rack = ['h1', 'h2', 'h3']
  for (const on of rack) await world.newVm(`on-${on}`, { on })
  for (const name of rack) world.machine(name).setReachable(false)
  for (const name of rack) await until('the doubt', async () => (await world.state(name)).missing === '3 of the 6 hosts of its area fell silent within a minute.', patienceMs)
  assert.ok(rack.every((name) => world.machine(name).hasPower))
  // It is off, says somebody who has pulled its plug.
  world.machine('h1').losePower()
  await confirmHostDown(requestOf(db, world.rows.superuser), { hostId: world.hosts[0]!.id })
  await isState(world, 'h1', 'fenced')
  // That was said of it alone. With the next one it would be less than a third of those that are left.
  world.machine('h2').losePower()
  await confirmHostDown(requestOf(db, world.rows.superuser), { hostId: world.hosts[1]!.id })
  await isState(world, 'h2', 'fenced')
  for (const name of ['on-h1', 'on-h2']) await until('its VM to run elsewhere', async () => { const { host, observed } = await world.vm(name); return !rack.includes(host.slice(0, 2)) && observed === 'running' }, patienceMs)
  assert.equal(await areaDoubt(db.em.fork(), world.hosts[2]!.id, defaultAreaDoubtTimes), '3 of the 6 hosts of its area fell silent within a minute.')
  assert.ok(world.machine('h3').hasPower)
  for (const name of rack.toReversed()) {
    world.machine(name).setReachable(true)
    await isState(world, name, 'up')
  }
  await until('all to be known', async () => (await world.vms()).every(({ observed }) => observed === 'running'))
  await assertOneWriterEach(world)
  await world.close()
})

test('a return that stalls between its steps does not make a host up that was away again meanwhile, nor before it is clean', async () => {
  const world = await open()
  const { uuid } = await world.newVm('vm', { on: 'h1' })
  world.machine('h1').losePower()
  await isState(world, 'h1', 'fenced')
  await allRun(world, 'h1')
  for (const worker of world.workers) await worker.stop()
  const em = db.em.fork()
  const hostId = world.hosts[0]!.id
  const [{ id: outageId }] = await em.execute<[{ id: string }]>('update host_outage set ended_at = now() where host_id = ? returning id', [hostId])
  const { taskId, sagaId } = await em.transactional((inner) => startTask(inner, silentSender, { contract: hostRejoin, input: { hostId }, workspaceId: null, userId: null, method: 'rejoinHost', object: { type: 'host', id: hostId, name: 'h1' }, publicInput: {}, requestId: null, clientAddress: null }))
  await em.execute("insert into saga_step (saga_id, position, name, state, attempt, output, started_at, finished_at) values (?, 0, 'clean', 'done', 1, to_jsonb(?::text), now(), now())", [sagaId, outageId])
  await em.execute("update saga set state = 'running', cursor = 1, past_pivot = true where id = ?", [sagaId])
  await em.execute("insert into host_outage (id, host_id, silent_since, down_at) values (?, ?, now(), now() + interval '1 millisecond')", [newId(), hostId])
  await world.startWorker()
  await until('it to wait', async () => (await taskOf(taskId)).error?.message.endsWith('is away again.'))
  assert.equal((await world.state('h1')).state, 'fenced')
  assert.equal(world.machine('h1').vms.has(uuid), true)
  world.machine('h1').setReachable(true)
  await isState(world, 'h1', 'up')
  assert.equal(world.machine('h1').vms.has(uuid), false)
  await assertOneWriterEach(world)
  await world.close()
})

test('a second host dies while the first one\'s VMs are recovered to it, and the first comes back meanwhile', async () => {
  const world = await open({ simulated: { latencyMs: 3 } })
  for (let n = 0; n < 6; n++) await world.newVm(`vm-${n}`, { on: 'h1' })
  world.machine('h1').losePower()
  await isState(world, 'h1', 'fenced')
  await until('the first to be moved', async () => (await world.vms()).some(({ host }) => host.startsWith('h2')))
  world.machine('h2').losePower()
  world.machine('h1').setReachable(true)
  await isState(world, 'h2', 'fenced')
  await allRun(world, 'h2')
  await isState(world, 'h1', 'up')
  await assertOneWriterEach(world)
  world.machine('h2').setReachable(true)
  await isState(world, 'h2', 'up')
  await assertOneWriterEach(world)
  assert.equal(world.machine('h2').vms.size, 0)
  await world.close()
})

test('work that waits for the lost host does not hold a recovery up: it goes on where the VM is then, and a reset does not come hours later', async () => {
  const world = await open({ simulated: { latencyMs: (request: string) => (request === 'createVolume' ? 30 : 0) } })
  const request = () => requestOf(db, world.rows.owner)
  const [doomed, reset] = [await world.newVm('doomed', { on: 'h1' }), await world.newVm('reset', { on: 'h1' })]
  for (const { id } of world.hosts.slice(1)) await db.em.fork().execute("update host set duty = 'maintenance' where id = ?", [id])
  const creating = await createVm(request(), { workspaceId: world.rows.workspaceId, templateId: world.rows.templateId, areaId: world.rows.areaId, name: 'newborn' })
  for (const { id } of world.hosts.slice(1)) await db.em.fork().execute("update host set duty = 'service' where id = ?", [id])
  world.machine('h1').losePower()
  const deleting = await deleteVm(request(), { vmId: doomed.id })
  const resetting = await changePower(request(), 'reset', { vmId: reset.id })
  await until('the deletion to end', async () => (await taskOf(deleting.taskId)).state === 'done')
  assert.equal(await world.vm('doomed'), undefined)
  await until('the reset to fail', async () => (await taskOf(resetting.taskId)).state === 'failed')
  await until('the other to run', async () => (await world.vm('reset')).observed === 'running')
  await until('the creation to end', async () => ['done', 'failed'].includes((await taskOf(creating.taskId)).state))
  const newborn = await world.vm('newborn')
  if (newborn.phase === 'ready') await until('it to run', async () => (await world.vm('newborn')).observed === 'running')
  else assert.equal(newborn.phase, 'failed')
  for (const { uuid, host, phase } of await world.vms()) assert.deepEqual(world.runsOn(uuid), phase === 'ready' ? [host] : [])
  assert.ok((await world.vms()).every(({ host }) => !host.startsWith('h1')))
  await world.close()
})

test('a repair that waits for the lost host does not hold a recovery up, and has nothing left to do after it', async () => {
  const world = await open({ devices: false })
  const { id, uuid } = await world.newVm('vm', { on: 'h1' })
  const [driftId, hostId] = [newId(), world.hosts[0]!.id]
  world.machine('h1').losePower()
  await until('what is missing', async () => (await world.state('h1')).missing === 'No fence device is configured.')
  await db.em.fork().execute("insert into drift (id, area_id, host_id, vm_id, kind, subject, message, first_seen_at, last_seen_at) values (?, ?, ?, ?, 'vm-missing', ?, 'They differ.', now(), now())", [driftId, world.rows.areaId, hostId, id, uuid])
  const { taskId } = await repairDrift(requestOf(db, world.rows.superuser), { driftId })
  await until('it to wait', async () => (await taskOf(taskId)).error?.message.endsWith('is down.'))
  await confirmHostDown(requestOf(db, world.rows.superuser), { hostId })
  await allRun(world, 'h1')
  await until('the repair to have ended', async () => (await taskOf(taskId)).state === 'failed')
  await assertOneWriterEach(world)
  await world.close()
})

test('a VM that is moving when its host dies ends on the host that it was moving to, and runs there once', async () => {
  for (const migrationMs of [0, 400]) {
    const world = await open({ simulated: { migrationMs } })
    const { id, uuid } = await world.newVm('vm', { on: 'h1' })
    const to = world.hosts.find(({ name }) => name.startsWith('h2'))!.id
    const { taskId } = await migrateVm(requestOf(db, world.rows.superuser), { vmId: id, hostId: to })
    await until('the move to begin', async () => (await db.em.fork().execute("select 1 from saga_step join saga on saga.id = saga_id where task_id = ? and saga_step.name = 'move' and saga_step.state in ('doing', 'done')", [taskId])).length === 1)
    world.machine('h1').losePower()
    // It may have arrived before: a host without VMs is not switched off.
    await until('h1 to be fenced, or to have nothing', async () => (await world.state('h1')).state === 'fenced' || (await world.vm('vm')).host.startsWith('h2'), patienceMs)
    await until('it to run on the second host', async () => { const vm = await world.vm('vm'); return vm.host.startsWith('h2') && vm.observed === 'running' })
    await until('its migration to have ended', async () => ['done', 'failed'].includes((await taskOf(taskId)).state))
    await assertOneWriterEach(world)
    world.machine('h1').setReachable(true)
    await isState(world, 'h1', 'up')
    assert.equal(world.machine('h1').vms.has(uuid), false)
    await assertOneWriterEach(world)
    await world.close()
  }
})

test('a frozen host is neither switched off nor are its VMs started elsewhere: the books may be wrong', async () => {
  const world = await open()
  const { uuid, host } = await world.newVm('vm', { on: 'h1' })
  await db.em.fork().execute("update host set frozen_reason = 'A restore.', frozen_at = now() where id = ?", [world.hosts[0]!.id])
  world.machine('h1').setReachable(false)
  await until('what is missing', async () => /review/.test((await world.state('h1')).missing ?? ''))
  assert.equal(world.machine('h1').hasPower, true)
  assert.deepEqual(world.runsOn(uuid), [host])
  await assert.rejects(confirmHostDown(requestOf(db, world.rows.superuser), { hostId: world.hosts[0]!.id }), { code: 'WRONG_STATE' })
  await world.close()
})

test('two workers: the one that recovers dies in the middle, and the other ends it', async () => {
  const world = await open({ simulated: { latencyMs: 2 } }, 2)
  for (let n = 0; n < 4; n++) await world.newVm(`vm-${n}`, { on: 'h1' })
  world.machine('h1').losePower()
  await isState(world, 'h1', 'fenced')
  await world.workers[0]!.abandon()
  await allRun(world, 'h1')
  await assertOneWriterEach(world)
  await world.close()
})
