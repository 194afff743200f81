// Operators empty hosts and put them into maintenance: through the public API, with a worker on three simulated hosts.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { encodeId } from '../../schema/global-id.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { newId } from '../../server/model/id.ts'
import { GiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import { addHost } from '../support/migrate-scenario.ts'
import { makeGround, newPlace, patient, standingVm } from '../support/saga-ground.ts'
import type { VmPlan } from '../../jobs/sagas/vm-plan.ts'
import { silent } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'

const api = await useApi()
const { db } = api
const em = db.em.fork()
const ground = await makeGround(db)
const [second, third] = [await addHost(ground), await addHost(ground)]
const place = await newPlace(ground, {}, [second, third])
const worker = new SagaWorker({ db, registry: place.registry, log: silent, workerId: newId(), concurrency: 4, timing: { ...defaultTiming, retryWaitMs: 5, backoffCapMs: 5, pollMs: 10 } })
after(() => worker.stop(0))
const operator = await api.user({ superuser: true })
const first = ground.host

const simulated = (hostId: string) => (hostId === first.id ? place : place.others[hostId === second.id ? 0 : 1]!)
const idOf = (hostId: string) => encodeId('Host', hostId)
const duty = (hostId: string, duty: string) => em.execute('update host set duty = ? where id = ?', [duty, hostId])
/** Leaves the host this much to promise, beyond what it has promised. */
const leaveRoom = (hostId: string, bytes: number) => em.execute('update host set reserved_memory_bytes = memory_bytes - ? - (select coalesce(sum(memory_bytes), 0) from reservation where host_id = host.id) where id = ?', [bytes, hostId])

interface Answer { task?: { id: string } | null; host?: { state: string } | null; plan?: { steps: string[]; losses: string[] } | null; code?: string; message?: string }

async function mutate(verb: string, input: object, client = operator): Promise<Answer> {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
  const fields = { migrateVm: 'task { id }', startVm: 'task { id }', drainHost: 'task { id } host { state }', cancelDrain: 'task { id } host { state }' }[verb] ?? 'host { state }'
  const data = await client.ask<Record<string, Answer>>(`mutation($input: ${type}Input!) { ${verb}(input: $input) { ... on ${type}Payload { ${fields} plan { steps losses } } ... on UserError { code message } } }`, { input })
  return data[verb]!
}

interface Drain { total: number; moved: number; left: number; stuck: { reason: string; vm: { name: string } }[] }
async function hostNow(hostId: string): Promise<{ state: string; drain: Drain | null }> {
  const data = await operator.ask<{ node: { state: string; drain: Drain | null } }>('query($id: ID!) { node(id: $id) { ... on Host { state drain { total moved left stuck { reason vm { name } } } } } }', { id: idOf(hostId) })
  return data.node
}
const hostIs = (hostId: string, state: string) => until(`the host to be ${state}`, async () => { const now = await hostNow(hostId); return now.state === state && now }, 30_000)
const hostOf = async (vmId: string) => (await em.execute<{ host_id: string }[]>('select host_id from vm where id = ?', [vmId]))[0]!.host_id

/** A VM of this power on the first host, where it is alone in service while it is made. */
async function vmOnFirst(power: 'running' | 'paused' | 'stopped' = 'running'): Promise<{ vmId: string; plan: VmPlan }> {
  await duty(first.id, 'service')
  for (const other of [second, third]) await duty(other.id, 'maintenance')
  const vm = await standingVm(ground, place)
  const driver = openSimulatedHost(place.host).bind(patient)
  if (power === 'paused') await driver.suspendVm(vm.plan.domainUuid)
  if (power === 'stopped') await driver.stopVm(vm.plan.domainUuid)
  await em.execute('update vm set observed_power = ?, desired_power = ? where id = ?', [power, power, vm.vmId])
  for (const other of [second, third]) await duty(other.id, 'service')
  return vm
}

async function clear(): Promise<void> {
  await until('all tasks to end', async () => (await em.execute<object[]>("select 1 from task where state in ('queued', 'running', 'undoing')")).length === 0, 30_000)
  for (const { host } of [place, ...place.others]) for (const uuid of host.vms.keys()) await openSimulatedHost(host).bind(patient).removeVm(uuid)
  await em.execute('delete from vm')
  await em.execute("update host set duty = 'service', drain = null, reserved_memory_bytes = 0")
}

test('a dry run of a drain tells of each VM where it would go, and changes nothing', async () => {
  const [a, b] = [await vmOnFirst(), await vmOnFirst('stopped')]
  await leaveRoom(second.id, a.plan.domain.memoryBytes)
  await leaveRoom(third.id, 0)
  const { plan, task } = await mutate('drainHost', { hostId: idOf(first.id), dryRun: true })
  assert.equal(task, null)
  assert.deepEqual(plan!.steps.slice(0, 2).map((step) => step.replace(/: No host .*/, '')), [`The VM ${a.plan.name} (running) moves to host ${second.name}.`, `The VM ${b.plan.name} stays for now`])
  assert.deepEqual(plan!.losses, [])
  assert.equal((await hostNow(first.id)).state, 'UP')
  assert.deepEqual(await em.execute("select 1 from reservation where reason = 'move'"), [])
  // In the order of their ids, the second one finds no room: it would be shut down if it ran.
  await em.execute("update vm set observed_power = 'running' where id = ?", [b.vmId])
  const { plan: shutting } = await mutate('drainHost', { hostId: idOf(first.id), onStuck: 'SHUTDOWN', dryRun: true })
  assert.match(shutting!.losses[0]!, new RegExp(`^The VM ${b.plan.name} is asked to shut down: No host has room`))
  await clear()
})

test('VMs that run, are suspended or stopped leave a host that is drained; it takes none until it returns to service', async () => {
  const vms = [await vmOnFirst(), await vmOnFirst('paused'), await vmOnFirst('stopped'), await vmOnFirst()]
  assert.equal((await mutate('drainHost', { hostId: idOf(first.id) })).host!.state, 'DRAINING')
  assert.equal((await mutate('drainHost', { hostId: idOf(first.id) })).code, 'WRONG_STATE')
  const { drain } = await hostIs(first.id, 'MAINTENANCE')
  assert.deepEqual(drain, { total: 4, moved: 4, left: 0, stuck: [] })
  await until('the old host to be clean', () => place.host.vms.size === 0)
  for (const { vmId, plan } of vms) {
    const on = simulated(await hostOf(vmId)).host
    assert.notEqual(on, place.host)
    assert.equal(on.vms.get(plan.domainUuid)!.power, (await em.execute<{ power: string }[]>('select observed_power as power from vm where id = ?', [vmId]))[0]!.power)
  }
  assert.deepEqual(await em.execute('select 1 from reservation where host_id = ?', [first.id]), [])
  // Back only by name: placement does not choose it, and nobody can.
  assert.equal((await mutate('migrateVm', { vmId: encodeId('VM', vms[0]!.vmId), hostId: idOf(first.id) })).code, 'NO_CAPACITY')
  assert.equal((await mutate('returnHostToService', { hostId: idOf(first.id) })).host!.state, 'UP')
  assert.equal((await hostNow(first.id)).drain, null)
  assert.ok((await mutate('migrateVm', { vmId: encodeId('VM', vms[0]!.vmId), hostId: idOf(first.id) })).task)
  await until('the VM to be back', async () => (await hostOf(vms[0]!.vmId)) === first.id)
  await clear()
})

test('a VM for which no host has room keeps the drain waiting, which goes on by itself once there is some', async () => {
  const { vmId, plan } = await vmOnFirst()
  for (const other of [second, third]) await leaveRoom(other.id, 0)
  await mutate('drainHost', { hostId: idOf(first.id) })
  const stuck = await until('the VM to be stuck', async () => (await hostNow(first.id)).drain!.stuck[0], 30_000)
  assert.deepEqual([stuck.vm.name, stuck.reason.startsWith('No host has room')], [plan.name, true])
  await leaveRoom(third.id, GiB)
  // Not to wait for its next try.
  await em.execute("update host set drain = jsonb_set(drain, '{stuck,0,foundMs}', '0') where id = ?", [first.id])
  await hostIs(first.id, 'MAINTENANCE')
  assert.equal(await hostOf(vmId), third.id)
  await clear()
})

test('a drain that is cancelled leaves what has moved where it is, and the host in service', async () => {
  const [moved, stays] = [await vmOnFirst(), await vmOnFirst()]
  await leaveRoom(second.id, moved.plan.domain.memoryBytes)
  await leaveRoom(third.id, 0)
  await mutate('drainHost', { hostId: idOf(first.id) })
  await until('one to have moved', async () => { const { drain } = await hostNow(first.id); return drain?.moved === 1 && drain.stuck.length === 1 }, 30_000)
  const { task } = await mutate('cancelDrain', { hostId: idOf(first.id) })
  await hostIs(first.id, 'UP')
  assert.deepEqual([await hostOf(moved.vmId), await hostOf(stays.vmId)], [second.id, first.id])
  const data = await operator.ask<{ node: { state: string } }>('query($id: ID!) { node(id: $id) { ... on Task { state } } }', { id: task!.id })
  assert.equal(data.node.state, 'CANCELLED')
  assert.equal((await mutate('cancelDrain', { hostId: idOf(first.id) })).code, 'WRONG_STATE')
  await clear()
})

test('when that is asked for, a guest without room elsewhere is shut down, and is not started while its host is in maintenance', async () => {
  const { vmId, plan } = await vmOnFirst()
  for (const other of [second, third]) await leaveRoom(other.id, 0)
  await mutate('drainHost', { hostId: idOf(first.id), onStuck: 'SHUTDOWN' })
  await until('the guest to be down', () => place.host.vms.get(plan.domainUuid)?.power === 'stopped', 30_000)
  // No watch runs here, which would see it.
  await em.execute("update vm set observed_power = 'stopped' where id = ?", [vmId])
  await hostIs(first.id, 'MAINTENANCE')
  assert.equal(await hostOf(vmId), first.id)
  const refused = await mutate('startVm', { vmId: encodeId('VM', vmId) })
  assert.deepEqual([refused.code, refused.message], ['WRONG_STATE', 'The host that the VM is on is in maintenance.'])
  await mutate('returnHostToService', { hostId: idOf(first.id) })
  assert.ok((await mutate('startVm', { vmId: encodeId('VM', vmId) })).task)
  await clear()
})

test('maintenance without a drain leaves the VMs; what cannot be is refused with the reason', async () => {
  const { vmId } = await vmOnFirst()
  assert.equal((await mutate('setHostMaintenance', { hostId: idOf(first.id) })).host!.state, 'MAINTENANCE')
  assert.equal(await hostOf(vmId), first.id)
  assert.equal((await mutate('drainHost', { hostId: idOf(first.id) })).code, 'WRONG_STATE')
  await mutate('returnHostToService', { hostId: idOf(first.id) })
  await em.execute("update host set state = 'down' where id = ?", [first.id])
  assert.equal((await mutate('drainHost', { hostId: idOf(first.id) })).code, 'WRONG_STATE')
  assert.equal((await mutate('migrateVm', { vmId: encodeId('VM', vmId) })).code, 'WRONG_STATE')
  await em.execute("update host set state = 'up' where id = ?", [first.id])
  assert.equal((await mutate('migrateVm', { vmId: encodeId('VM', vmId), hostId: idOf(first.id) })).code, 'WRONG_STATE')
  assert.equal((await mutate('migrateVm', { vmId: encodeId('VM', vmId), hostId: idOf(newId()) })).code, 'NOT_FOUND')
  await em.execute("update host set facts = jsonb_set(facts, '{architecture}', '\"aarch64\"') where id = ?", [second.id])
  const { code, message } = await mutate('migrateVm', { vmId: encodeId('VM', vmId), hostId: idOf(second.id) })
  assert.deepEqual([code, message], ['WRONG_STATE', `Host ${second.name} cannot run the VM's machine: its processors are of another kind.`])
  const { plan } = await mutate('migrateVm', { vmId: encodeId('VM', vmId), dryRun: true })
  assert.match(plan!.steps[0]!, new RegExp(`from host ${first.name} to host ${third.name} while it is running`))
  for (const atOnce of [0, 9]) assert.equal((await mutate('drainHost', { hostId: idOf(first.id), atOnce })).code, 'INVALID_INPUT')
  await clear()
})

test('a host without a way to where another one takes memory sends none there: only what does not run moves', async () => {
  const [runs, rests] = [await vmOnFirst(), await vmOnFirst('stopped')]
  const address = '198.51.100.7'
  await em.execute(`update host set addresses = '[{ "address": "${address}", "purpose": "migration" }]' where id = ?`, [third.id])
  place.host.unreached.add(address)
  const move = async ({ vmId }: { vmId: string }) => {
    const { task } = await mutate('migrateVm', { vmId: encodeId('VM', vmId), hostId: idOf(third.id) })
    const query = 'query($id: ID!) { node(id: $id) { ... on Task { state error { code message remedy step } } } }'
    return until('the move to end', async () => { const { node } = await operator.ask<{ node: { state: string; error: object | null } }>(query, { id: task!.id }); return ['DONE', 'FAILED'].includes(node.state) && node }, 30_000)
  }
  assert.deepEqual(await move(runs), { state: 'FAILED', error: {
    code: 'WRONG_STATE', step: 'check', message: `Host ${first.name} has no way to ${address}, where host ${third.name} takes VMs that move.`,
    remedy: `Check the address for migrations of host ${third.name}, and the routes of host ${first.name}.`,
  } })
  assert.deepEqual([await hostOf(runs.vmId), [...simulated(third.id).host.vms.keys()]], [first.id, []])
  assert.equal(place.host.vms.get(runs.plan.domainUuid)!.power, 'running')
  assert.equal((await move(rests)).state, 'DONE')
  assert.equal(await hostOf(rests.vmId), third.id)
  place.host.unreached.clear()
  await em.execute("update host set addresses = '[]'")
  await clear()
})
