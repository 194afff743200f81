import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { deleteNetwork } from '../../server/app/network-delete.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { attachInterface, detachInterface } from '../../server/app/vm-interface.ts'
import { setVmPassword } from '../../server/app/vm-password.ts'
import type { Caller } from '../../server/auth/actor.ts'
import { newId } from '../../server/model/id.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { useTestDb } from '../support/db.ts'
import { limitTo } from '../support/quotas.ts'
import { makeGround, newPlace, standingVm } from '../support/saga-ground.ts'
import { hasEnded, silent, taskOf } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { endings, readyNetwork, requestOf } from '../support/verbs.ts'
import { addUser, addWorkspace, makeWorld } from '../support/world.ts'

const { db } = await useTestDb()
const world = await makeWorld(db)
const em = db.em.fork()
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => em.execute<Row[]>(query, params)
const owner = () => requestOf(db, world.owner)
const member = (...held: Permission[]) => addUser(em, { [world.workspaceId]: held })

/** A VM whose creation is over. */
async function readyVm(power = 'running', networkId?: string): Promise<string> {
  const { objectId } = await createVm(owner(), { workspaceId: world.workspaceId, templateId: world.templateId, areaId: world.areaId, name: `vm-${newId()}`, interfaces: networkId ? [{ networkId }] : [] })
  await rows("update vm set phase = 'ready', observed_power = ? where id = ?", [power, objectId])
  await rows("update task set state = 'done', cancellable = false where object_id = ?", [objectId])
  return objectId
}
interface Card { id: string; position: number; phase: string; configured: boolean; ips: string[] }
const cardsOf = (vmId: string) => rows<Card>(`
  select id, position, phase, configured_in_guest as configured, array(select host(ip) from address where interface_id = vm_interface.id and released_at is null order by ip) as ips
  from vm_interface where vm_id = ? order by position`, [vmId])
const versionOf = async (vmId: string) => (await rows<{ version: number }>('select version from vm where id = ?', [vmId]))[0]!.version

test('an interface stands in the books at once, with its addresses, and is not yet the machine\'s', async () => {
  const [red, blue] = [await readyNetwork(db, world, ['10.1.0.0/24', '2001:db8:1::/64']), await readyNetwork(db, world, ['10.2.0.0/24'])]
  const vmId = await readyVm('running', red)
  const before = await versionOf(vmId)
  const { objectId, taskId, interfaceId } = await attachInterface(owner(), { vmId, networkId: red })
  assert.equal(objectId, vmId)
  await attachInterface(owner(), { vmId, networkId: blue, ip: '10.2.0.77' })
  const cards = await cardsOf(vmId)
  assert.equal(cards[1]!.id, interfaceId)
  assert.deepEqual(cards.map(({ id: _id, ...card }) => card), [
    { position: 0, phase: 'ready', configured: true, ips: ['10.1.0.2', '2001:db8:1::2'] },
    { position: 1, phase: 'attaching', configured: false, ips: ['10.1.0.3', '2001:db8:1::3'] },
    { position: 2, phase: 'attaching', configured: false, ips: ['10.2.0.77'] },
  ])
  assert.equal(await versionOf(vmId), before + 2)
  assert.deepEqual(await rows('select name, input from saga where task_id = ?', [taskId]), [{ name: 'vm-attach', input: { vmId, interfaceId } }])
  // Until its task is done the network is in use, and the interface cannot be detached.
  await assert.rejects(deleteNetwork(owner(), { networkId: blue }), { code: 'CONFLICT', field: 'networkId' })
  await assert.rejects(detachInterface(owner(), { interfaceId: interfaceId! }), { code: 'WRONG_STATE', message: 'This interface is still being attached.' })
})

test('a place that is free again is taken first, and a detached address rests', async () => {
  const network = await readyNetwork(db, world, ['10.3.0.0/24'])
  const vmId = await readyVm('stopped', network)
  const [first] = await cardsOf(vmId)
  await detachInterface(owner(), { interfaceId: first!.id })
  assert.deepEqual((await cardsOf(vmId)).map(({ phase, ips }) => [phase, ips]), [['detaching', ['10.3.0.2']]], 'the address is held until the card is gone')
  await assert.rejects(detachInterface(owner(), { interfaceId: first!.id }), { code: 'WRONG_STATE', message: 'This interface is already being detached.' })
  await attachInterface(owner(), { vmId, networkId: network })
  await rows('delete from vm_interface where id = ?', [first!.id])
  await attachInterface(owner(), { vmId, networkId: network })
  assert.deepEqual((await cardsOf(vmId)).map(({ position }) => position), [0, 1])
})

test('what a network or a VM does not allow is said with the field at fault, and nothing is written', async () => {
  const network = await readyNetwork(db, world, ['10.4.0.0/29'])
  const vmId = await readyVm()
  const elsewhere = await makeWorld(db)
  const attach = (more: object) => attachInterface(owner(), { vmId, networkId: network, ...more })
  await attachInterface(owner(), { vmId: await readyVm(), networkId: network, ip: '10.4.0.3' })
  await assert.rejects(attach({ ip: '10.4.0.3' }), { code: 'CONFLICT', field: 'ip' })
  await assert.rejects(attach({ ip: '10.4.0.1' }), { code: 'INVALID_INPUT', field: 'ip' })
  await assert.rejects(attach({ ip: '10.9.0.1' }), { code: 'INVALID_INPUT', field: 'ip' })
  await assert.rejects(attach({ ip: '<ip/>' }), { code: 'INVALID_INPUT', field: 'ip' })
  await assert.rejects(attach({ networkId: newId() }), { code: 'NOT_FOUND', field: 'networkId', message: 'There is no such network.' })
  await assert.rejects(attach({ networkId: await readyNetwork(db, elsewhere) }), { code: 'NOT_FOUND', field: 'networkId', message: 'There is no such network.' })
  const shared = await readyNetwork(db, elsewhere, ['10.5.0.0/24'], null)
  await assert.rejects(attach({ networkId: shared }), { code: 'INVALID_INPUT', field: 'networkId' })
  for (const phase of ['creating', 'deleting', 'failed']) {
    await rows('update network set phase = ? where id = ?', [phase, network])
    await assert.rejects(attach({}), { code: 'WRONG_STATE', field: 'networkId' })
  }
  await rows("update network set phase = 'ready' where id = ?", [network])
  for (const power of ['paused', 'crashed', 'unknown']) {
    await rows('update vm set observed_power = ? where id = ?', [power, vmId])
    await assert.rejects(attach({}), { code: 'WRONG_STATE', field: 'vmId' })
  }
  assert.deepEqual(await cardsOf(vmId), [])
  assert.equal((await rows('select 1 from address where vm_id = ?', [vmId])).length, 0)
})

test('addresses are taken of the workspace\'s quota, and a plan tells what a detach gives back', async () => {
  const other = await makeWorld(db)
  const network = await readyNetwork(db, other, ['10.10.0.0/24', '2001:db8:10::/64'])
  const asking = () => requestOf(db, other.owner)
  const { objectId: vmId } = await createVm(asking(), { workspaceId: other.workspaceId, templateId: other.templateId, areaId: other.areaId, name: 'counted', interfaces: [{ networkId: network }] })
  await rows("update vm set phase = 'ready', observed_power = 'running' where id = ?", [vmId])
  await limitTo(em, other.workspaceId, { addresses: 5 })
  await attachInterface(asking(), { vmId, networkId: network })
  await assert.rejects(attachInterface(asking(), { vmId, networkId: network }), { code: 'QUOTA_EXCEEDED', field: 'networkId' })
  assert.equal((await cardsOf(vmId)).length, 2)
  const planned = asking()
  await detachInterface(planned, { interfaceId: (await cardsOf(vmId))[0]!.id, dryRun: true })
  assert.deepEqual(planned.note.plan!.quotas, [{ resource: 'addresses', limit: 5, before: 4, after: 2 }])
})

test('20 attaches at once end with the eight that a VM can have, in eight places; 20 detaches of one with one', async () => {
  const network = await readyNetwork(db, world, ['10.6.0.0/24'])
  const vmId = await readyVm('running', network)
  const { made, codes } = await endings(Array.from({ length: 20 }, () => attachInterface(owner(), { vmId, networkId: network })))
  assert.deepEqual([made.length, codes], [7, { WRONG_STATE: 13 }])
  const cards = await cardsOf(vmId)
  assert.deepEqual(cards.map(({ position }) => position), [0, 1, 2, 3, 4, 5, 6, 7])
  assert.equal(new Set(cards.flatMap(({ ips }) => ips)).size, 8)
  const detached = await endings(Array.from({ length: 20 }, () => detachInterface(owner(), { interfaceId: cards[0]!.id })))
  assert.deepEqual([detached.made.length, detached.codes], [1, { WRONG_STATE: 19 }])
})

test('an attach and a delete of the network at once: never a card on a network that goes', async () => {
  const vmId = await readyVm()
  for (let round = 0; round < 10; round++) {
    const network = await readyNetwork(db, world)
    const [deleted, attached] = await Promise.allSettled([deleteNetwork(owner(), { networkId: network }), attachInterface(owner(), { vmId, networkId: network })])
    assert.notEqual(deleted.status, attached.status)
    if (deleted.status === 'rejected') assert.equal((deleted.reason as { code: string }).code, 'CONFLICT')
    if (attached.status === 'rejected') assert.equal((attached.reason as { code: string }).code, 'WRONG_STATE')
    await rows('delete from vm_interface where vm_id = ?', [vmId])
  }
})

test('strangers hear the same of an interface and a VM that are hidden as of ones that are not there', async () => {
  const network = await readyNetwork(db, world, ['10.7.0.0/24'])
  const vmId = await readyVm('running', network)
  const [card] = await cardsOf(vmId)
  const stranger = await addUser(em, { [await addWorkspace(em)]: ['vm:edit', 'vm:password'] })
  const told = async (caller: Caller, vm: string, interfaceId: string) => (await Promise.allSettled([
    attachInterface(requestOf(db, caller), { vmId: vm, networkId: network }), detachInterface(requestOf(db, caller), { interfaceId }), setVmPassword(requestOf(db, caller), { vmId: vm, password: 'x' }),
  ])).map((one) => (one.status === 'rejected' ? `${(one.reason as { code: string }).code} ${(one.reason as { field: string }).field} ${(one.reason as Error).message}` : 'done'))
  const hidden = ['NOT_FOUND vmId There is no such VM.', 'NOT_FOUND interfaceId There is no such interface.', 'NOT_FOUND vmId There is no such VM.']
  assert.deepEqual(await told(stranger, vmId, card!.id), hidden)
  assert.deepEqual(await told(stranger, newId(), newId()), hidden)
  const codes = async (caller: Caller) => (await told(caller, vmId, card!.id)).map((line) => line.split(' ')[0])
  assert.deepEqual(await codes(await member('vm:add', 'network:edit', 'vm:console')), ['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'])
  assert.deepEqual(await codes(await member('vm:password')), ['FORBIDDEN', 'FORBIDDEN', 'done'])
  assert.deepEqual(await codes(await member('vm:edit')), ['done', 'done', 'FORBIDDEN'])
})

test('a dry run tells what is lost and changes nothing; a repetition does nothing again', async () => {
  const network = await readyNetwork(db, world, ['10.8.0.0/24'])
  const vmId = await readyVm('running', network)
  const [card] = await cardsOf(vmId)
  const version = await versionOf(vmId)
  const asking = owner()
  assert.deepEqual(await detachInterface(asking, { interfaceId: card!.id, dryRun: true }), { objectId: vmId, taskId: null })
  assert.match(asking.note.plan!.losses.join(), /is no longer on the network network-.* and gives back 10\.8\.0\.2\.$/)
  assert.deepEqual(await attachInterface(owner(), { vmId, networkId: network, dryRun: true }), { objectId: vmId, taskId: null, interfaceId: null })
  assert.deepEqual(await cardsOf(vmId), [card])
  assert.equal(await versionOf(vmId), version)
  const first = await attachInterface(owner(), { vmId, networkId: network, idempotencyKey: 'attach-1' })
  assert.deepEqual(await attachInterface(owner(), { vmId, networkId: network, idempotencyKey: 'attach-1' }), { ...first, interfaceId: null })
  const { hash } = asking.note.plan!
  await assert.rejects(detachInterface(owner(), { interfaceId: card!.id, planHash: hash }), { code: 'PLAN_CHANGED' }, 'the VM has another interface by now')
})

test('a password in the guest needs a VM that runs, a user that can be, and is kept as its hash alone', async () => {
  const vmId = await readyVm()
  for (const username of ['', 'a b', '-x', 'root:x', '<user>', 'x'.repeat(33), "';--"]) await assert.rejects(setVmPassword(owner(), { vmId, username, password: 'x' }), { code: 'INVALID_INPUT', field: 'username' })
  for (const password of ['', 'a\nb', 'x'.repeat(129)]) await assert.rejects(setVmPassword(owner(), { vmId, password }), { code: 'INVALID_INPUT', field: 'password' })
  const { taskId } = await setVmPassword(owner(), { vmId, username: 'debian', password: 'zebra crossing 42' })
  const [saga] = await rows<{ input: { vmId: string; username: string; passwordHash: string } }>('select input from saga where task_id = ?', [taskId])
  assert.deepEqual([saga!.input.vmId, saga!.input.username], [vmId, 'debian'])
  assert.match(saga!.input.passwordHash, /^\$6\$/)
  await rows("update vm set observed_power = 'stopped' where id = ?", [vmId])
  await assert.rejects(setVmPassword(owner(), { vmId, password: 'x' }), { code: 'WRONG_STATE', field: 'vmId' })
})

test('a guest that does not let go, or has no agent, is said in the task, and the books stay as they were', async () => {
  // The other tests' work is for nobody.
  await rows('delete from saga')
  const ground = await makeGround(db)
  const asking = () => requestOf(db, ground.world.owner)
  const place = await newPlace(ground, { guestLetsGo: () => false, guestHasAgent: () => false })
  const { vmId, plan } = await standingVm(ground, place)
  const before = place.inventory()
  const worker = new SagaWorker({ db, registry: place.registry, log: silent, timing: { ...defaultTiming, retryWaitMs: 0 }, workerId: newId() })
  after(() => worker.stop(0))
  const endOf = (taskId: string | null) => until('the task to end', async () => { worker.wake(); const task = await taskOf(db, taskId!); return hasEnded(task) && task })

  const held = await endOf((await detachInterface(asking(), { interfaceId: plan.ports[0]!.portId })).taskId)
  assert.deepEqual([held.state, held.error?.code, held.error?.message], ['failed', 'WRONG_STATE', 'The guest does not let go of the network card.'])
  assert.deepEqual((await cardsOf(vmId)).map(({ phase, ips }) => [phase, ips.length]), [['ready', 1]])
  const unheard = await endOf((await setVmPassword(asking(), { vmId, password: 'x' })).taskId)
  assert.deepEqual([unheard.state, unheard.error?.code], ['failed', 'WRONG_STATE'])
  assert.equal(place.inventory(), before)
})
