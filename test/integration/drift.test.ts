// Each way in which books and hosts can come to differ behind Kloudak's back: it is seen, told, and mended where that is safe.
import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { setDriftPolicy } from '../../server/app/drift-policy.ts'
import { ignoreDrift, repairDrift } from '../../server/app/drift-repair.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import { useTestDb } from '../support/db.ts'
import { makeGround, patient, standingVm } from '../support/saga-ground.ts'
import { startSweep } from '../support/sweep-ground.ts'
import { ask, taskOf, toyContract } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { requestOf } from '../support/verbs.ts'

const { db } = await useTestDb()
const ground = await makeGround(db)
const sweep = await startSweep(ground)
const { em, place, found, over, open } = sweep
after(() => sweep.close())
const driver = openSimulatedHost(place.host).bind(patient)
const volumes = place.host.storage.folder(ground.pool.path).volumes
const standing = () => standingVm(ground, { host: place.host } as Parameters<typeof standingVm>[1])
const operator = () => requestOf(db, ground.world.superuser)
const hostId = ground.host.id
const { poolId } = ground.world

async function repair(driftId: string) {
  const { taskId } = await repairDrift(operator(), { driftId })
  return until('the repair to end', async () => { const task = await taskOf(db, taskId!); return ['done', 'failed'].includes(task.state) && task })
}

/** What repairing would lose, by a dry run. */
async function lossesOf(driftId: string): Promise<string[]> {
  const request = operator()
  await repairDrift(request, { driftId, dryRun: true })
  return [...request.note.plan!.losses]
}

afterEach(async () => { await until('nothing to differ', async () => (await open()).length === 0) })

test('where books and host agree nothing is found', async () => {
  await standing()
  await sweep.rounds()
  assert.deepEqual(await em.execute('select * from drift'), [])
})

test('a VM that its host has not is made again on request, once its disks are there', async () => {
  const { plan, vmId } = await standing()
  await driver.removeVm(plan.domainUuid)
  const drift = await found('vm-missing', plan.domainUuid)
  assert.deepEqual([drift.host, drift.vm], [hostId, vmId])
  const disk = volumes.get(plan.disks[0]!.volume)!
  volumes.delete(disk.name)
  const failed = await repair(drift.id)
  assert.deepEqual([failed.state, failed.error?.code], ['failed', 'WRONG_STATE'])
  volumes.set(disk.name, disk)
  assert.equal((await repair(drift.id)).state, 'done')
  assert.deepEqual(await over(drift.id), { isRepaired: true })
  assert.deepEqual(place.host.vms.get(plan.domainUuid)!.spec, plan.domain)
  // It is there, and off: whether it is to run is for a person.
  await found('vm-power', plan.domainUuid)
  await driver.startVm(plan.domainUuid, { paused: false })
})

test('a machine of ours that the books do not know is removed on request, and others are nobody\'s business', async () => {
  const { plan } = await standing()
  const orphan = { ...plan.domain, domainUuid: newId(), owner: { ...plan.domain.owner, vmId: newId() }, disks: [], seed: undefined, interfaces: [{ ...plan.domain.interfaces[0]!, portId: newId(), mac: '52:54:00:00:00:77' }] }
  const foreign = { ...orphan, domainUuid: newId(), owner: { ...orphan.owner, installationId: newId() }, interfaces: [] }
  for (const spec of [orphan, foreign]) {
    await driver.defineVm(spec)
    await driver.startVm(spec.domainUuid, { paused: false })
  }
  const drift = await found('vm-extra', orphan.domainUuid)
  await sweep.rounds()
  assert.deepEqual((await open()).map(({ kind, subject }) => [kind, subject]), [['vm-extra', orphan.domainUuid]], 'its port is part of it')
  const [loss] = await lossesOf(drift.id)
  assert.match(loss!, /^The machine is stopped, if it runs, and removed from the host; its volumes stay\./)
  assert.ok(place.host.vms.has(orphan.domainUuid))
  await repair(drift.id)
  await over(drift.id)
  assert.deepEqual([place.host.vms.has(orphan.domainUuid), place.host.vms.has(foreign.domainUuid)], [false, true])
  await driver.removeVm(foreign.domainUuid)
})

test('a VM on another host than that of the books is too much there', async () => {
  const other = await sweep.addHost()
  const { plan, vmId } = await standing()
  await openSimulatedHost(other.place.host).bind(patient).defineVm(plan.domain)
  const drift = await found('vm-extra', plan.domainUuid)
  assert.deepEqual([drift.host, drift.vm], [other.id, vmId])
  assert.match(drift.message, new RegExp(`is on this host too \\(stopped\\); by the books it is on ${ground.host.name}\\.$`))
  await repair(drift.id)
  assert.equal(other.place.host.vms.size, 0)
  assert.equal(place.host.vms.get(plan.domainUuid)?.power, 'running')
})

test('a VM that should run and does not is told, and left to a person', async () => {
  const { plan } = await standing()
  place.host.guestStops(plan.domainUuid, 'crashed')
  const drift = await found('vm-power', plan.domainUuid)
  assert.match(drift.message, /is crashed; by the books it should be running\.$/)
  await assert.rejects(repairDrift(operator(), { driftId: drift.id }), { code: 'WRONG_STATE', remedy: /Start, resume or stop the VM/ })
  await driver.startVm(plan.domainUuid, { paused: false })
  assert.deepEqual(await over(drift.id), { isRepaired: false })
})

test('a disk and an image that are gone are told for the pool, once', async () => {
  const { plan, vmId } = await standing()
  const [disk, image] = [volumes.get(plan.disks[0]!.volume)!, volumes.get(`image-${ground.world.imageVersionId}`)!]
  for (const { name } of [disk, image]) volumes.delete(name)
  const [lost, lostImage] = [await found('volume-missing', disk.name), await found('volume-missing', image.name)]
  assert.deepEqual([lost.host, lost.pool, lost.vm, lostImage.vm], [null, poolId, vmId, null])
  await assert.rejects(repairDrift(operator(), { driftId: lost.id }), { code: 'WRONG_STATE' })
  for (const volume of [disk, image]) volumes.set(volume.name, volume)
  await over(lost.id)
  await over(lostImage.id)
})

test('a volume that is named as ours and that the books do not know is deleted on request, unless a machine may use it', async () => {
  const { plan } = await standing()
  const gone = newId()
  const name = `${gone}-disk-0.qcow2`
  for (const volume of [name, 'somebody-elses.qcow2']) await driver.createVolume(ground.pool, { name: volume, capacityBytes: 2 ** 20, backing: undefined })
  const drift = await found('volume-extra', name)
  assert.deepEqual([drift.pool, drift.vm], [poolId, gone])
  assert.deepEqual(await lossesOf(drift.id), [`The volume ${name} is deleted for ever.`])
  const user = { ...plan.domain, domainUuid: newId(), owner: { ...plan.domain.owner, vmId: gone }, disks: [], seed: undefined, interfaces: [] }
  await driver.defineVm(user)
  const refused = await repair(drift.id)
  assert.deepEqual([refused.state, refused.error?.message], ['failed', `Host ${ground.host.name} has the machine.`])
  await driver.removeVm(user.domainUuid)
  // A host of which nothing is known may have it too.
  const other = await sweep.addHost()
  await em.execute("update host set state = 'down' where id = ?", [other.id])
  assert.equal((await repair(drift.id)).error?.message, `Nobody knows whether host ${other.name} has the machine.`)
  await em.execute("update host set state = 'fenced' where id = ?", [other.id])
  assert.equal((await repair(drift.id)).state, 'done')
  assert.deepEqual([volumes.has(name), volumes.has('somebody-elses.qcow2')], [false, true])
})

test('a folder without our marker says nothing of what is in it', async () => {
  await standing()
  const kept = [...volumes]
  // As a pool that is not mounted: it can be listed, and is empty.
  volumes.clear()
  await sweep.rounds()
  assert.deepEqual(await open(), [])
  for (const [name, volume] of kept) volumes.set(name, volume)
})

test('the CD of a VM is written anew by itself', async () => {
  const { plan } = await standing()
  volumes.delete(plan.seed.volume)
  const seed = await until('the seed', () => { const volume = volumes.get(plan.seed.volume); return volume?.sha256 !== undefined && volume })
  assert.ok(seed.contentBytes > 0)
  const [drift] = await em.execute<{ id: string; tries: number; task_id: string }[]>("select id, tries, task_id from drift where kind = 'seed-missing' and subject = ?", [plan.seed.volume])
  assert.deepEqual(await over(drift!.id), { isRepaired: true })
  assert.equal(drift!.tries, 1)
  const [task] = await em.execute<{ method: string; user_id: string | null; workspace_id: string | null }[]>('select method, user_id, workspace_id from task where id = ?', [drift!.task_id])
  assert.deepEqual(task, { method: 'repairDrift', user_id: null, workspace_id: null })
})

test('a machine that runs without its port is told', async () => {
  const { plan } = await standing()
  const port = place.fabric.ports.get(plan.ports[0]!.portId)!
  place.fabric.unplug(port.portId)
  const drift = await found('port-missing', port.portId)
  await assert.rejects(repairDrift(operator(), { driftId: drift.id }), { code: 'WRONG_STATE', remedy: /Stop the VM and start it again/ })
  place.fabric.set(port)
  await over(drift.id)
})

test('a port that nobody has is removed on request', async () => {
  const portId = newId()
  place.fabric.plug({ portId, mac: '52:54:00:00:00:09', bridge: 'private-br', vlan: 9, domainUuid: newId() })
  const drift = await found('port-extra', portId)
  assert.equal(drift.host, hostId)
  await repair(drift.id)
  assert.equal(place.fabric.ports.has(portId), false)
  // Made by hand, with an id that no column holds: it is told, and does not keep others from being told.
  const [strange, other] = [`${'x'.repeat(254)}${'🦊'.repeat(9)}`, newId()]
  for (const id of [strange, other]) place.fabric.plug({ portId: id, mac: '52:54:00:00:00:09', bridge: 'private-br', vlan: 9, domainUuid: newId() })
  for (const subject of [`${'x'.repeat(254)}\ufffd`, other]) await found('port-extra', subject)
  for (const id of [strange, other]) place.fabric.ports.delete(id)
})

test('a wrong VLAN is set right by itself, unless the area only wants to know', async () => {
  const { plan } = await standing()
  const { portId, vlan } = plan.ports[0]!
  const policy = (reportOnly: Parameters<typeof setDriftPolicy>[1]['reportOnly']) => setDriftPolicy(operator(), { areaId: ground.host.areaId, reportOnly })
  await assert.rejects(policy(['port-vlan', 'vm-power']), { code: 'INVALID_INPUT', field: 'reportOnly.1' })
  await policy(['port-vlan'])
  place.fabric.disturb(portId, { vlan: 4000 })
  const drift = await found('port-vlan', portId)
  await sweep.rounds()
  assert.deepEqual([place.fabric.ports.get(portId)!.vlan, (await open('port-vlan'))[0]!.tries], [4000, 0])
  await policy([])
  assert.deepEqual(await over(drift.id), { isRepaired: true })
  assert.equal(place.fabric.ports.get(portId)!.vlan, vlan)
})

test('what may stay is neither counted nor mended, until that is taken back', async () => {
  const { plan } = await standing()
  const { portId, vlan } = plan.ports[0]!
  await setDriftPolicy(operator(), { areaId: ground.host.areaId, reportOnly: ['port-vlan'] })
  place.fabric.disturb(portId, { vlan: 4000 })
  const drift = await found('port-vlan', portId)
  await ignoreDrift(operator(), { driftId: drift.id })
  await setDriftPolicy(operator(), { areaId: ground.host.areaId, reportOnly: [] })
  await sweep.rounds()
  assert.equal(place.fabric.ports.get(portId)!.vlan, 4000)
  await ignoreDrift(operator(), { driftId: drift.id, ignored: false })
  await over(drift.id)
  assert.equal(place.fabric.ports.get(portId)!.vlan, vlan)
  await assert.rejects(ignoreDrift(operator(), { driftId: drift.id }), { code: 'WRONG_STATE' })
  await assert.rejects(repairDrift(operator(), { driftId: drift.id }), { code: 'WRONG_STATE', message: 'This difference is over.' })
})

test('an address of a VM that is gone is released', async () => {
  const [id, vmId] = [newId(), newId()]
  await em.execute("insert into address (id, subnet_id, ip, interface_id, vm_id) select ?, id, '10.64.77.7', ?, ? from subnet where network_id = ?", [id, newId(), vmId, ground.networkId])
  await until('it is released', async () => (await em.execute<object[]>('select 1 from address where id = ? and released_at is not null', [id])).length > 0)
  const [drift] = await em.execute<{ id: string; message: string; vm_id: string }[]>("select id, message, vm_id from drift where kind = 'address-leaked'")
  assert.match(drift!.message, /^10\.64\.77\.7 on the network network-\S+ is held for a VM, which is gone\.$/)
  assert.equal(drift!.vm_id, vmId)
})

test('room that a move has left behind is given back, but not while the move may go on', async () => {
  const other = await sweep.addHost()
  const { vmId } = await standing()
  const promise = async () => { await em.execute("insert into reservation (id, vm_id, host_id, vcpus, memory_bytes, reason) values (?, ?, ?, 1, 1, 'move')", [newId(), vmId, other.id]) }
  const places = async () => (await em.execute<{ host_id: string }[]>('select host_id from reservation where vm_id = ? and host_id is not null order by created_at', [vmId])).map(({ host_id: host }) => host)
  // Its host is lost: it is about to be started elsewhere.
  await em.execute("update host set state = 'down' where id = ?", [hostId])
  await promise()
  await openSimulatedHost(other.place.host).bind(patient).facts()
  const names = other.place.host.faults.record()
  await until('some rounds', () => names.filter((name) => name === 'listVms').length > 6)
  assert.deepEqual(await places(), [hostId, other.id])
  // Work on the VM is open.
  const { taskId, sagaId } = await ask(db, toyContract, { objectId: vmId })
  await em.execute("update host set state = 'up' where id = ?", [hostId])
  await sweep.rounds()
  assert.deepEqual(await places(), [hostId, other.id])
  await em.execute('delete from saga where id = ?', [sagaId])
  await em.execute('delete from task where id = ?', [taskId])
  await until('one promise', async () => (await places()).length === 1)
  assert.deepEqual(await places(), [hostId])
})

test('a VM without room on its host is promised it, if that has any left', async () => {
  const { vmId } = await standing()
  const promised = async () => (await em.execute<{ vcpus: number; memory: string; disk: string }[]>('select sum(vcpus)::integer as vcpus, sum(memory_bytes) as memory, sum(disk_bytes) as disk from reservation where vm_id = ?', [vmId]))[0]!
  const before = await promised()
  await em.execute('delete from reservation where vm_id = ?', [vmId])
  await until('all is promised again', async () => (await promised()).memory === before.memory && (await promised()).disk === before.disk)
  assert.deepEqual(await promised(), before)
  await until('nothing to differ', async () => (await open()).length === 0)

  const [{ memory }] = await em.execute<[{ memory: string }]>('select memory_bytes as memory from host where id = ?', [hostId])
  await em.execute('update host set memory_bytes = 1 where id = ?', [hostId])
  await em.execute('delete from reservation where vm_id = ? and host_id is not null', [vmId])
  const full = await until('it has been tried often enough', async () => {
    const [row] = await open('reservation-missing')
    return row && (row.tries >= 3) && (await taskOf(db, row.task!)).state === 'failed' && row
  })
  assert.equal((await taskOf(db, full.task!)).error?.code, 'NO_CAPACITY')
  await sweep.rounds()
  assert.equal((await open('reservation-missing'))[0]!.tries, 3, 'then it is a person\'s')
  await em.execute('update host set memory_bytes = ? where id = ?', [memory, hostId])
  assert.equal((await repair(full.id)).state, 'done')
  assert.deepEqual(await promised(), before)
})

test('nothing is concluded of a VM that work is open on, nor of a host that is lost, fenced, frozen or being worked on', async () => {
  const { plan, vmId } = await standing()
  const busy = await ask(db, toyContract, { objectId: vmId })
  place.fabric.unplug(plan.ports[0]!.portId)
  await sweep.rounds()
  assert.deepEqual(await open(), [])
  await em.execute('delete from task where id = ?', [busy.taskId])
  const drift = await found('port-missing', plan.ports[0]!.portId)
  const row = () => em.execute('select last_seen_at, resolved_at from drift where id = ?', [drift.id])
  for (const change of ["state = 'suspect'", "state = 'fenced'", "state = 'enrolling'", "frozen_reason = 'A restore.', frozen_at = now()"]) {
    await sweep.between(() => em.execute(`update host set ${change} where id = ?`, [hostId]))
    const before = await row()
    place.fabric.set({ ...plan.ports[0]!, domainUuid: plan.domainUuid, vlan: plan.ports[0]!.vlan })
    const other = await sweep.addHost()
    const names = other.place.host.faults.record()
    await until('rounds of another host', () => names.filter((name) => name === 'listVms').length > 4)
    assert.deepEqual(await row(), before, change)
    place.fabric.unplug(plan.ports[0]!.portId)
    await em.execute("update host set state = 'retired' where id = ?", [other.id])
    await em.execute("update host set state = 'up', frozen_reason = null, frozen_at = null where id = ?", [hostId])
  }
  place.fabric.set({ ...plan.ports[0]!, domainUuid: plan.domainUuid, vlan: plan.ports[0]!.vlan })
  assert.deepEqual(await over(drift.id), { isRepaired: false })
})
