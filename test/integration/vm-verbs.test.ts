import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelTask, retryTask } from '../../server/app/task-control.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { deleteVm } from '../../server/app/vm-delete.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { updateVm } from '../../server/app/vm-update.ts'
import type { Caller } from '../../server/auth/actor.ts'
import { newId } from '../../server/model/id.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { useTestDb } from '../support/db.ts'
import { endings, requestOf } from '../support/verbs.ts'
import { addUser, addWorkspace, makeWorld } from '../support/world.ts'

const { db } = await useTestDb()
const world = await makeWorld(db)
const em = db.em.fork()
const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => em.execute<Row[]>(query, params)
const member = (...held: Permission[]) => addUser(em, { [world.workspaceId]: held })
const stranger = await addUser(em, { [await addWorkspace(em)]: ['vm:edit', 'vm:delete'] })
const owner = () => requestOf(db, world.owner)

/** A VM whose creation is over. */
async function readyVm(power: string, phase = 'ready'): Promise<string> {
  const { objectId } = await createVm(owner(), { workspaceId: world.workspaceId, templateId: world.templateId, name: `vm-${newId()}` })
  await rows('update vm set phase = ?, observed_power = ? where id = ?', [phase, power, objectId])
  await rows("update task set state = 'done', cancellable = false where object_id = ?", [objectId])
  return objectId
}
const vmNow = async (id: string) => (await rows<{ name: string; phase: string; desired_power: string; description: string; version: number }>('select name, phase, desired_power, description, version from vm where id = ?', [id]))[0]!
const tasksOn = async (id: string) => rows<{ id: string; method: string; state: string; cancel: boolean; input: unknown }>('select id, method, state, cancel_requested_at is not null as cancel, input from task where object_id = ? order by id', [id])

test('each act on power sets what is desired, and leaves what is observed to the host', async () => {
  for (const [action, from, desired] of [['start', 'stopped', 'running'], ['shutdown', 'running', 'stopped'], ['stop', 'running', 'stopped'], ['reboot', 'running', 'running'], ['reset', 'crashed', 'running'], ['suspend', 'running', 'paused'], ['resume', 'paused', 'running']] as const) {
    const id = await readyVm(from)
    const { objectId, taskId } = await changePower(owner(), action, { vmId: id })
    assert.equal(objectId, id)
    assert.equal((await vmNow(id)).desired_power, desired, action)
    const [saga] = await rows<{ name: string; input: unknown }>('select name, input from saga where task_id = ?', [taskId])
    assert.deepEqual(saga, { name: 'vm-power', input: { vmId: id, action } })
    assert.equal((await tasksOn(id)).at(-1)!.method, `${action}Vm`)
  }
})

test('a state that does not allow the act is said in a sentence, and nothing is written', async () => {
  const id = await readyVm('running')
  const before = await vmNow(id)
  await assert.rejects(changePower(owner(), 'start', { vmId: id }), { code: 'WRONG_STATE', message: 'The VM is already running.' })
  const young = await readyVm('unknown', 'disk')
  await assert.rejects(changePower(owner(), 'start', { vmId: young }), { code: 'WRONG_STATE', message: 'The VM is still being created.' })
  await assert.rejects(updateVm(owner(), { vmId: young, name: 'x' }), { code: 'WRONG_STATE' })
  assert.deepEqual(await vmNow(id), before)
  assert.equal((await tasksOn(id)).length, 1)
})

test('strangers hear NOT_FOUND as for a VM that is not there; members without the permission hear FORBIDDEN', async () => {
  const id = await readyVm('stopped')
  const viewer = await member('vm:add', 'vm:console', 'network:edit')
  const acts = (caller: Caller, vmId: string) => [
    changePower(requestOf(db, caller), 'start', { vmId }), updateVm(requestOf(db, caller), { vmId, name: 'taken' }), deleteVm(requestOf(db, caller), { vmId }),
  ]
  const told = async (caller: Caller, vmId: string) => (await Promise.allSettled(acts(caller, vmId))).map((one) => (one.status === 'rejected' ? `${(one.reason as { code: string }).code} ${(one.reason as Error).message}` : 'done'))
  assert.deepEqual(await told(stranger, id), Array(3).fill('NOT_FOUND There is no such VM.'))
  assert.deepEqual(await told(stranger, newId()), Array(3).fill('NOT_FOUND There is no such VM.'))
  assert.deepEqual((await told(viewer, id)).map((line) => line.split(' ')[0]), Array(3).fill('FORBIDDEN'))
  assert.deepEqual((await told({ ...viewer, actor: undefined }, id)).map((line) => line.split(' ')[0]), Array(3).fill('UNAUTHENTICATED'))
  const editor = await member('vm:edit')
  assert.deepEqual((await told(editor, id)).map((line) => line.split(' ')[0]), ['done', 'done', 'FORBIDDEN'])
})

test('a rename keeps what is left out, is exact, and cannot take a name twice', async () => {
  const [a, b] = [await readyVm('running'), await readyVm('stopped')]
  const name = `<b>&"'; drop table vm; --`
  const { taskId } = await updateVm(owner(), { vmId: a, name })
  assert.ok(taskId)
  assert.deepEqual([(await vmNow(a)).name, (await vmNow(a)).description], [name, ''])
  await updateVm(owner(), { vmId: a, description: 'what\nfor' })
  assert.deepEqual([(await vmNow(a)).name, (await vmNow(a)).description], [name, 'what\nfor'])
  await assert.rejects(updateVm(owner(), { vmId: b, name }), { code: 'CONFLICT', field: 'name' })
  assert.deepEqual(await updateVm(owner(), { vmId: b }), { objectId: b, taskId: null })
  const { made, codes } = await endings(Array.from({ length: 20 }, async (_, n) => updateVm(owner(), { vmId: n % 2 ? a : b, name: 'raced' })))
  assert.equal(made.length, 10)
  assert.deepEqual(codes, { CONFLICT: 10 })
})

test('a delete closes the VM to everything else, cancels its creation, and happens once', async () => {
  const { objectId: id, taskId: creation } = await createVm(owner(), { workspaceId: world.workspaceId, templateId: world.templateId, name: `vm-${newId()}` })
  const { made, codes } = await endings(Array.from({ length: 20 }, () => deleteVm(owner(), { vmId: id })))
  assert.deepEqual([made.length, codes], [1, { WRONG_STATE: 19 }])
  assert.deepEqual([(await vmNow(id)).phase, (await vmNow(id)).desired_power], ['deleting', 'stopped'])
  const tasks = await tasksOn(id)
  assert.deepEqual(tasks.map(({ method, cancel }) => [method, cancel]), [['createVm', true], ['deleteVm', false]])
  assert.equal(tasks[0]!.id, creation)
  await assert.rejects(changePower(owner(), 'stop', { vmId: id }), { code: 'WRONG_STATE', message: 'The VM is being deleted.' })
  // The delete waits behind the creation: one line for each object.
  const line = await rows<{ name: string }>('select saga.name from object_lock join saga on saga.id = saga_id where object_key = ? order by ticket', [`vm:${id}`])
  assert.deepEqual(line.map(({ name }) => name), ['vm-create', 'vm-delete'])
  // Addresses and capacity are released by the work, not by the wish.
  assert.equal((await rows('select 1 from reservation where vm_id = ?', [id])).length, 2)
})

test('a repetition of an act answers with the first task, also when the state has moved on', async () => {
  const id = await readyVm('running')
  const first = await changePower(owner(), 'stop', { vmId: id, idempotencyKey: 'stop-1' })
  await rows("update vm set observed_power = 'stopped' where id = ?", [id])
  assert.deepEqual(await changePower(owner(), 'stop', { vmId: id, idempotencyKey: 'stop-1' }), first)
  await assert.rejects(changePower(owner(), 'start', { vmId: id, idempotencyKey: 'stop-1' }), { code: 'CONFLICT', field: 'idempotencyKey' })
  const gone = await deleteVm(owner(), { vmId: id, idempotencyKey: 'delete-1' })
  await rows('delete from vm where id = ?', [id])
  assert.deepEqual(await deleteVm(owner(), { vmId: id, idempotencyKey: 'delete-1' }), gone)
})

test('a deletion that has been asked for cannot be cancelled, and is there to be done', async () => {
  const { objectId } = await createVm(owner(), { workspaceId: world.workspaceId, templateId: world.templateId, name: `vm-${newId()}` })
  const { taskId } = await deleteVm(owner(), { vmId: objectId })
  await assert.rejects(cancelTask(owner(), { taskId: taskId! }), { code: 'WRONG_STATE' })
  assert.deepEqual((await rows('select task.state, task.cancellable, cancel_requested_at, vm.phase from task join vm on vm.id = object_id where task.id = ?', [taskId]))[0], { state: 'queued', cancellable: false, cancel_requested_at: null, phase: 'deleting' })
})

test('whoever may ask for work may cancel it; only what is stuck can be retried', async () => {
  const { objectId, taskId } = await createVm(owner(), { workspaceId: world.workspaceId, templateId: world.templateId, name: `vm-${newId()}` })
  const task = { taskId: taskId! }
  await assert.rejects(cancelTask(requestOf(db, stranger), task), { code: 'NOT_FOUND', message: 'There is no such task.' })
  await assert.rejects(cancelTask(requestOf(db, stranger), { taskId: newId() }), { code: 'NOT_FOUND', message: 'There is no such task.' })
  await assert.rejects(cancelTask(requestOf(db, await member('vm:edit')), task), { code: 'FORBIDDEN' })
  await assert.rejects(retryTask(owner(), task), { code: 'WRONG_STATE' })
  await cancelTask(requestOf(db, await member('vm:add')), task)
  assert.equal((await tasksOn(objectId))[0]!.cancel, true)
  await rows("update task set cancellable = false, state = 'stuck' where id = ?", [taskId])
  await rows("update saga set state = 'stuck' where task_id = ?", [taskId])
  await assert.rejects(cancelTask(owner(), task), { code: 'WRONG_STATE' })
  await retryTask(owner(), task)
  assert.equal((await tasksOn(objectId))[0]!.state, 'undoing')
  const [operators] = await rows<{ id: string }>("insert into task (id, method, object_type, object_id, object_name) values (?, 'enrolHost', 'host', ?, 'h') returning id", [newId(), newId()])
  await assert.rejects(cancelTask(owner(), { taskId: operators!.id }), { code: 'NOT_FOUND' })
})
