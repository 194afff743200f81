// Tasks through the API: what is told of them, to whom, in which order, and what can be done about them.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { vmCreate } from '../../jobs/contract/vm.ts'
import { defineSaga, stepsOf } from '../../jobs/saga/define.ts'
import { Registry, register } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { encodeId } from '../../schema/global-id.ts'
import { Task } from '../../server/db/entities/work.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { silent } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { makeWorld } from '../support/world.ts'

const api = await useApi()
const world = await makeWorld(api.db)
const em = api.db.em.fork()
const member = (held: readonly Permission[] = [], workspace = world.workspaceId) => api.user({ memberships: { [workspace]: held } })
const owner = await member(permissions)
const superuser = await api.user({ superuser: true })
const workspaceId = encodeId('Workspace', world.workspaceId)

interface ShownTask {
  id: string; method: string; state: string; username: string | null; user: { username: string } | null; clientAddress: string | null; requestId: string | null; input: Record<string, unknown>; objectName: string
  cancellable: boolean; workspace: { name: string } | null; tries: { attempt: number; nextTryAt: string | null } | null; error: { code: string } | null
  createdAt: string; startedAt: string | null; finishedAt: string | null; steps: { name: string; state: string; attempt: number; startedAt: string | null; finishedAt: string | null }[]
}
const fields = `id method state username user { username } clientAddress requestId input objectName cancellable workspace { name } tries { attempt nextTryAt } error { code } createdAt startedAt finishedAt
  steps { name state attempt startedAt finishedAt }`
const taskOf = async (client: TestClient, id: string) => (await client.ask<{ task: ShownTask | null }>(`query ($id: ID!) { task(id: $id) { ${fields} } }`, { id })).task
/** Names of the tasks' objects in the order of the list. */
async function namesOf(client: TestClient, args: string): Promise<string[]> {
  const { tasks } = await client.ask<{ tasks: { totalCount: number; edges: { node: ShownTask }[] } }>(`{ tasks(first: 100${args && `, ${args}`}) { totalCount edges { node { objectName } } } }`)
  assert.equal(tasks.totalCount, tasks.edges.length)
  return tasks.edges.map(({ node }) => node.objectName)
}

/** Asks for a VM over HTTP; the id of its task. */
async function askForVm(client: TestClient, name: string, more: object = {}, headers: Record<string, string> = {}): Promise<string> {
  const { data, errors } = await client.send<{ createVm: { task: { id: string } } }>('mutation ($input: CreateVmInput!) { createVm(input: $input) { ... on CreateVmPayload { task { id } } ... on UserError { message } } }',
    { input: { workspaceId, templateId: encodeId('Template', world.templateId), name, ...more } }, headers)
  assert.equal(errors, undefined)
  return data.createVm.task.id
}

const step = stepsOf<typeof vmCreate, undefined>()
/** A worker whose creates fail in their third step as long as `isDown` says so. */
function startWorker(isDown: () => boolean): SagaWorker {
  const steps = vmCreate.steps.map(({ name }) => step(name, { kind: 'idempotent', do: async () => { if (name === 'define' && isDown()) throw new KloudakError('UNAVAILABLE', 'The host cannot be reached.') }, undo: async () => { if (isDown() && name === 'disk') throw new KloudakError('UNAVAILABLE', 'The host cannot be reached.') } }))
  const registry = new Registry([register(defineSaga(vmCreate, { steps }), undefined)])
  const worker = new SagaWorker({ db: api.db, registry, log: silent, timing: { ...defaultTiming, pollMs: 20, retryWaitMs: 3_600_000, stuckAfter: 1, stuckRetryMs: 3_600_000 }, workerId: newId() })
  after(() => worker.stop(0))
  return worker
}

test('a task tells who asked for what, from where, and each step with its times', async () => {
  const asker = await member(['vm:add'])
  const id = await askForVm(asker, 'told', { password: 'hunter2-hunter2', userData: '#!/bin/sh\necho hunter2-hunter2' }, { 'x-request-id': 'request-of-told' })
  const worker = startWorker(() => false)
  const task = await until('the task to end', async () => { const task = await taskOf(asker, id); return task?.state === 'DONE' && task })
  await worker.stop(0)
  const me = (await asker.ask<{ viewer: { username: string } }>('{ viewer { username } }')).viewer.username
  assert.partialDeepStrictEqual(task, { method: 'createVm', username: me, user: { username: me }, clientAddress: '127.0.0.1', requestId: 'request-of-told', objectName: 'told', cancellable: false, tries: null })
  assert.deepEqual(task.input, { workspaceId, templateId: encodeId('Template', world.templateId), name: 'told', password: '[secret]', userData: '[secret]' })
  assert.deepEqual(task.steps.map(({ name, state, attempt }) => [name, state, attempt]), vmCreate.steps.map(({ name }) => [name, 'DONE', 1]))
  const times = [task.createdAt, task.startedAt, ...task.steps.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt]), task.finishedAt].map((time) => Date.parse(time!))
  assert.ok(times.every((time) => !Number.isNaN(time)))
  const steps = times.slice(2, -1)
  assert.deepEqual(steps, steps.toSorted((a, b) => a - b))
})

test('the address is shown to who asked, to those who administer members, and to superusers', async () => {
  const asker = await member(['vm:add'])
  const id = await askForVm(asker, 'addressed')
  const shown = async (client: TestClient) => (await taskOf(client, id))!.clientAddress
  assert.deepEqual(await Promise.all([asker, superuser, await member(['user:edit']), await member(['vm:edit', 'user:add']), await member()].map(shown)), ['127.0.0.1', '127.0.0.1', '127.0.0.1', null, null])
  assert.equal(await taskOf(await api.user(), id), null)
})

test('a task that waits says when it is tried again; cancel undoes it, and retry lets a stuck one go on', async () => {
  const id = await askForVm(owner, 'waiting')
  let isDown = true
  const worker = startWorker(() => isDown)
  const waiting = await until('a wait', async () => { const task = await taskOf(owner, id); return task?.tries?.nextTryAt && task.error ? task : undefined })
  assert.equal(waiting.state, 'RUNNING')
  assert.equal(waiting.tries!.attempt, 1)
  assert.ok(Date.parse(waiting.tries!.nextTryAt!) > Date.now() + 3_000_000)
  assert.equal(waiting.error?.code, 'UNAVAILABLE')
  const control = async (client: TestClient, verb: 'cancelTask' | 'retryTask') => {
    const { data, errors } = await client.send<Record<string, { code?: string }>>(`mutation { ${verb}(input: { taskId: "${id}" }) { __typename ... on UserError { code } } }`)
    return errors?.[0]?.extensions.code ?? data[verb]!.code
  }
  assert.equal(await control(await member(), 'cancelTask'), 'FORBIDDEN')
  assert.equal(await control(await api.user(), 'cancelTask'), 'NOT_FOUND')
  assert.equal(await control(owner, 'cancelTask'), undefined)
  const stuck = await until('it to be stuck', async () => { const task = await taskOf(owner, id); return task?.state === 'STUCK' && task })
  assert.ok(stuck.tries!.nextTryAt)
  assert.equal(await control(owner, 'cancelTask'), 'WRONG_STATE')
  isDown = false
  assert.equal(await control(owner, 'retryTask'), undefined)
  worker.wake()
  const task = await until('it to be undone', async () => { const task = await taskOf(owner, id); return task?.finishedAt ? task : undefined })
  assert.equal(task.state, 'CANCELLED')
  assert.equal(task.tries, null)
  assert.equal(await control(owner, 'retryTask'), 'WRONG_STATE')
  await worker.stop(0)
})

test('filters, order and pages', async () => {
  const [mine, theirs] = [await member(['vm:add']), await member()]
  const workspace = await api.workspace([{ user: mine, permissions }, { user: theirs, permissions: [] }])
  const objectId = newId()
  const atDay = (day: number) => new Date(Date.UTC(2026, 0, day))
  const made = [
    { name: 'a', user: mine, method: 'createVm', state: 'done', day: 1 },
    { name: 'b', user: theirs, method: 'startVm', state: 'failed', day: 2 },
    { name: 'c', user: mine, method: 'startVm', state: 'running', day: 3 },
    { name: 'd', user: mine, method: 'deleteVm', state: 'stuck', day: 4 },
    { name: 'e', user: theirs, method: 'createNetwork', state: 'queued', day: 5 },
  ] as const
  for (const { name, user, method, state, day } of made) {
    const isOver = state === 'done' || state === 'failed'
    await em.insert(Task, { id: newId(), workspace, user: user.userId, method, objectType: 'vm', objectId: name === 'e' ? newId() : objectId, objectName: name, state, createdAt: atDay(day), finishedAt: isOver ? atDay(day) : null })
  }
  const inWorkspace = `workspaceId: "${encodeId('Workspace', workspace)}"`
  const listed = async (args: string) => (await namesOf(theirs, `${inWorkspace}${args && `, ${args}`}`)).join('')
  assert.equal(await listed(''), 'edcba')
  assert.equal(await listed('order: OLDEST'), 'abcde')
  assert.equal(await listed('finished: true'), 'ba')
  assert.equal(await listed('finished: false'), 'edc')
  assert.equal(await listed('states: [FAILED, STUCK]'), 'db')
  assert.equal(await listed('states: []'), '')
  assert.equal(await listed('methods: ["startVm", "no\' such {method}"]'), 'cb')
  assert.equal(await listed(`userId: "${encodeId('User', mine.userId)}"`), 'dca')
  assert.equal(await listed(`objectId: "${encodeId('VM', objectId)}"`), 'dcba')
  assert.equal(await listed('since: "2026-01-02T00:00:00Z", until: "2026-01-04T00:00:00Z"'), 'cb')
  assert.equal(await listed(`finished: false, userId: "${encodeId('User', mine.userId)}", methods: ["deleteVm"], order: OLDEST`), 'd')
  assert.equal((await namesOf(await member(), inWorkspace)).length, 0)

  for (const [order, expected] of [['NEWEST', 'edcba'], ['OLDEST', 'abcde']] as const) {
    let walked = ''
    for (let after: string | null = null, more = true; more;) {
      const { tasks }: { tasks: { edges: { node: ShownTask }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } = await theirs.ask(
        `query ($after: String) { tasks(${inWorkspace}, order: ${order}, first: 2, after: $after) { edges { node { objectName } } pageInfo { endCursor hasNextPage } } }`, { after })
      walked += tasks.edges.map(({ node }) => node.objectName).join('')
      ;({ endCursor: after, hasNextPage: more } = tasks.pageInfo)
    }
    assert.equal(walked, expected)
  }
})

test('operators\' tasks are for superusers; what one asked for in a workspace that is gone stays one\'s own', async () => {
  const [asker, other] = [await api.user(), await api.user()]
  const workspace = await api.workspace([{ user: asker, permissions }, { user: other, permissions }], 'to-be-gone')
  const insert = async (of: { workspace: string | null; user: string | null; objectName: string }) => {
    const id = newId()
    await em.insert(Task, { id, method: 'deleteWorkspace', objectType: 'workspace', objectId: newId(), state: 'done', ...of })
    return encodeId('Task', id)
  }
  const [hosts, own, theirs] = [
    await insert({ workspace: null, user: asker.userId, objectName: 'host work' }), await insert({ workspace, user: asker.userId, objectName: 'own' }), await insert({ workspace, user: other.userId, objectName: 'theirs' }),
  ]
  const seen = async (client: TestClient) => [(await namesOf(client, '')).filter((name) => ['host work', 'own', 'theirs'].includes(name)), await Promise.all([hosts, own, theirs].map(async (id) => (await taskOf(client, id))?.objectName))]
  assert.deepEqual(await seen(superuser), [['theirs', 'own', 'host work'], ['host work', 'own', 'theirs']])
  assert.deepEqual(await seen(asker), [['theirs', 'own'], [undefined, 'own', 'theirs']])
  // Whoever is put out of a workspace that lives on sees nothing of it any more.
  await em.execute('delete from membership where user_id = ? and workspace_id = ?', [asker.userId, workspace])
  assert.deepEqual(await seen(asker), [[], [undefined, undefined, undefined]])
  await em.execute('delete from workspace where id = ?', [workspace])
  assert.deepEqual(await seen(asker), [['own'], [undefined, 'own', undefined]])
  assert.equal((await taskOf(asker, own))!.workspace, null)
  assert.deepEqual(await seen(other), [['theirs'], [undefined, undefined, 'theirs']])
  assert.deepEqual(await seen(superuser), [['theirs', 'own', 'host work'], ['host work', 'own', 'theirs']])
})
