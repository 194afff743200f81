import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { act } from '../../server/app/act.ts'
import { noteOf } from '../../server/app/audit.ts'
import { createNetwork, updateNetwork } from '../../server/app/network.ts'
import { changePower } from '../../server/app/vm-power.ts'
import { createVm } from '../../server/app/vm-create.ts'
import { deleteVm } from '../../server/app/vm-delete.ts'
import { changeAccess } from '../../server/auth/access.ts'
import { newId } from '../../server/model/id.ts'
import { createTestDb } from '../support/db.ts'
import { readyNetwork, requestOf } from '../support/verbs.ts'
import { addUser, makeWorld } from '../support/world.ts'

const testDb = await createTestDb()
after(() => testDb.close())
const { db } = testDb
const world = await makeWorld(db)
const { workspaceId, templateId } = world
const rows = <Row extends object>(statement: string, values: unknown[] = []) => db.em.fork().execute<Row[]>(statement, values)

/** Everything that a dry run must leave as it was. */
async function books(): Promise<unknown> {
  return rows(`select (select jsonb_agg(vm order by id) from vm) as vms, (select count(*) from task) as tasks, (select count(*) from saga) as sagas, (select count(*) from object_lock) as locks,
    (select jsonb_agg(address order by id) from address) as addresses, (select count(*) from reservation) as reservations, (select jsonb_agg(network order by id) from network) as networks,
    (select count(*) from event) as events, (select count(*) from idempotency) as keys`)
}

async function plannedVm(input: object = {}) {
  const request = requestOf(db, world.owner)
  await createVm(request, { workspaceId, templateId, name: `vm-${newId()}`, dryRun: true, ...input })
  return request.note.plan!
}

test('a dry run tells what would be done, where and what would be lost, and changes nothing', async () => {
  const networkId = await readyNetwork(db, world)
  const before = await books()
  const input = { workspaceId, templateId, name: 'web', interfaces: [{ networkId }], idempotencyKey: 'key' }
  const request = requestOf(db, world.superuser)
  assert.equal((await createVm(request, { ...input, dryRun: true })).taskId, null)
  assert.deepEqual(request.note.plan!.choices.map(({ kind }) => kind), ['area', 'host', 'pool'])
  assert.deepEqual(request.note.plan!.steps[0], 'Create the disk.')
  assert.deepEqual(await books(), before)

  const { objectId } = await createVm(requestOf(db, world.owner), input)
  const withVm = await books()
  const deletion = requestOf(db, world.owner)
  await deleteVm(deletion, { vmId: objectId, dryRun: true })
  assert.match(deletion.note.plan!.losses.join('\n'), /disk of 1 GiB is deleted[^]*gives back 10\.0\.0\.2/)
  assert.deepEqual(await books(), withVm)
})

test('a dry run refuses what would be refused', async () => {
  await assert.rejects(plannedVm({ name: '' }), { code: 'INVALID_INPUT' })
  await assert.rejects(plannedVm({ templateId: newId() }), { code: 'NOT_FOUND' })
})

test('tenants are not told the names of hosts and pools', async () => {
  assert.deepEqual((await plannedVm()).choices.map(({ kind }) => kind), ['area'])
})

test('a plan is carried out as it was told, or refused with PLAN_CHANGED when what it rests on has changed', async () => {
  const networkId = await readyNetwork(db, world)
  const planOf = async () => {
    const request = requestOf(db, world.owner)
    await updateNetwork(request, { networkId, description: 'new', dryRun: true })
    return request.note.plan!.hash
  }
  const hash = await planOf()
  assert.equal(await planOf(), hash)
  await assert.rejects(updateNetwork(requestOf(db, world.owner), { networkId, description: 'other', planHash: hash }), { code: 'PLAN_CHANGED' })
  await updateNetwork(requestOf(db, world.owner), { networkId, description: 'meanwhile' })
  await assert.rejects(updateNetwork(requestOf(db, world.owner), { networkId, description: 'new', planHash: hash }), { code: 'PLAN_CHANGED' })
  await updateNetwork(requestOf(db, world.owner), { networkId, description: 'new', planHash: await planOf() })
  assert.deepEqual(await rows('select description from network where id = ?', [networkId]), [{ description: 'new' }])
})

test('a plan is nobody else\'s', async () => {
  const other = await addUser(db.em.fork(), { [workspaceId]: ['vm:add'] })
  const { hash } = await plannedVm({ name: 'shared' })
  await assert.rejects(createVm(requestOf(db, other), { workspaceId, templateId, name: 'shared', planHash: hash }), { code: 'PLAN_CHANGED' })
  await createVm(requestOf(db, world.owner), { workspaceId, templateId, name: 'shared', planHash: hash })
})

test('the audit keeps who, from where and what, without secrets, and cannot be changed', async () => {
  const request = { ...requestOf(db, world.owner), note: noteOf('createVm', { name: 'audited', password: 'hunter2-hunter2' }) }
  const { objectId, taskId } = await createVm(request, { workspaceId, templateId, name: 'audited', password: 'hunter2-hunter2' })
  const [row] = await rows<Record<string, unknown>>('select * from audit where request_id = ?', [request.requestId])
  const { actor } = world.owner
  assert.partialDeepStrictEqual(row, {
    user_id: actor!.id, username: actor!.username, session_id: actor!.sessionId, client_address: '127.0.0.1', method: 'createVm', workspace_id: workspaceId, object_type: 'vm', object_id: objectId,
    object_name: 'audited', input: { name: 'audited', password: '[secret]' }, dry_run: false, task_id: taskId, error_code: null,
  })
  for (const statement of ['update audit set method = \'x\'', 'delete from audit', 'truncate audit']) await assert.rejects(rows(statement), /only ever added/)
})

test('a right that was taken away while the request waited bites, also for a request that had passed the door', async () => {
  const member = await addUser(db.em.fork(), { [workspaceId]: ['network:add'] })
  const networkOf = (name: string) => createNetwork(requestOf(db, member), { workspaceId, name, subnets: [{ cidr: '10.5.0.0/24' }] })
  await networkOf('before')
  let late: Promise<unknown> | undefined
  await db.em.fork().transactional(async (em) => {
    await changeAccess(em, member.actor!.id)
    await em.execute('delete from membership where user_id = ?', [member.actor!.id])
    late = networkOf('late')
    late.catch(() => {})
    // It is at the lock: nothing that began before this revocation commits is allowed after it.
    await untilWaiting()
  })
  await assert.rejects(late!, { code: 'NOT_FOUND' })
  assert.deepEqual(await rows("select 1 from network where name = 'late'"), [])
})

test('a revocation waits for the operations that are under way', async () => {
  const member = await addUser(db.em.fork(), { [workspaceId]: ['network:add'] })
  const order: string[] = []
  let revoked: Promise<unknown> | undefined
  await act(requestOf(db, member), { method: 'test', input: {}, objectId: newId() }, async () => {
    revoked = db.em.fork().transactional(async (em) => {
      await changeAccess(em, member.actor!.id)
      order.push('revoked')
    })
    await untilWaiting()
    order.push('worked')
    return { taskId: null }
  })
  await revoked
  assert.deepEqual(order, ['worked', 'revoked'])
})

test('whoever was disabled or signed out since the request came in is nobody', async () => {
  const { objectId } = await createVm(requestOf(db, world.owner), { workspaceId, templateId, name: 'kept' })
  for (const statement of ['update user_account set disabled_at = now() where id = ?', 'update session set revoked_at = now() where user_id = ?']) {
    const member = await addUser(db.em.fork(), { [workspaceId]: ['vm:edit'] })
    await rows(statement, [member.actor!.id])
    await assert.rejects(changePower(requestOf(db, member), 'stop', { vmId: objectId }), { code: 'UNAUTHENTICATED' })
  }
})

/** Until some backend waits for an advisory lock in this database. */
async function untilWaiting(): Promise<void> {
  const deadline = performance.now() + 4_000
  while ((await rows("select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())")).length === 0) {
    assert.ok(performance.now() < deadline, 'nobody waits')
  }
}
