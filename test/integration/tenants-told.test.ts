// What tenants read when something goes wrong on hosts: all that the API tells them of it, by every way that text leaves,
// against a host whose name, bridges, pool and paths would be told apart anywhere.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { HostSessions } from '../../jobs/hosts/sessions.ts'
import { Registry } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { decodeId, encodeId } from '../../schema/global-id.ts'
import { failoverWork } from '../../server/app/failover-work.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { unseal } from '../../server/db/seal.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import type { Fault } from '../../server/hypervisor/simulated/faults.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { MiB } from '../../server/model/units.ts'
import { startApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { failoverDeps } from '../support/failover-deps.ts'
import { patient } from '../support/saga-ground.ts'
import { silent, silentSender } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { makeWorld } from '../support/world.ts'

const telling = { host: 'secret-hv', bridge: 'secret-trunk', pool: 'secret-pool', path: '/srv/secret-path', raw: 'secret-raw-text', remedy: 'secret-remedy' }
const anyOfIt = /secret/

const limits = { perUser: { burst: 100_000, perSecond: 1_000 }, perAddress: { burst: 100_000, perSecond: 1_000 } }
const api = await startApi({ limits })
const { db } = api
const world = await makeWorld(db)
const em = db.em.fork()
const hostId = world.hostIds[0]!
await em.execute('update host set name = ?, trunk_bridge = ? where id = ?', [telling.host, telling.bridge, hostId])
await em.execute('update pool set name = ?, path = ? where id = ?', [telling.pool, telling.path, world.poolId])
const tenant = await api.user({ memberships: { [world.workspaceId]: permissions } })
const superuser = await api.user({ superuser: true })
const workspaceId = encodeId('Workspace', world.workspaceId)

const sessions = new HostSessions({ db })
const { host, fabric } = sessions.world.place({ id: hostId, areaId: world.areaId, name: telling.host })
fabric.bridges = [...fabric.bridges, { name: telling.bridge, datapathType: 'system', uplinks: ['eth3'] }]
const pool = { name: telling.pool, path: telling.path }
const driver = openSimulatedHost(host).bind(patient)
await driver.ensurePool(pool)
await driver.createVolume(pool, { name: `image-${world.imageVersionId}`, capacityBytes: 256 * MiB, backing: undefined })
const deps = { hosts: sessions, unseal: (place: Parameters<typeof unseal>[1], sealed: Uint8Array) => unseal(api.masterKey, place, sealed), children: workspaceChildren(silentSender), ...failoverDeps(sessions.world) }
// One try of each: what a failure says is what matters here.
const timing = { ...defaultTiming, pollMs: 10, retries: 0, stuckAfter: 1, stuckRetryMs: 3_600_000 }
const worker = new SagaWorker({ db, registry: new Registry(allSagas(deps)), log: silent, timing, workerId: newId() })
after(async () => { await worker.stop(0); await sessions.close(); await api.close() })

const words = 'error { code message remedy step }'
const task = `id method state ${words} steps { name title ${words} } input objectName`
interface Told { code: string; message: string; remedy: string | null }
interface ToldTask { id: string; method: string; state: string; error: Told | null; steps: { name: string; error: Told | null }[] }

/** The changes as a subscriber is told them, from the beginning. */
function follow(client: TestClient): string[] {
  const told: string[] = []
  const socket = client.socket()
  for (const query of [`subscription ($id: ID!) { taskChanged(workspaceId: $id) { task { ${task} } } }`, 'subscription ($id: ID!) { vmChanged(workspaceId: $id) { vm { name failure lastTask { error { message remedy } } } } }']) {
    socket.subscribe({ query, variables: { id: workspaceId } }, { next: (value) => { told.push(JSON.stringify(value)) }, error: () => {}, complete: () => {} })
  }
  return told
}
const followed = { tenant: follow(tenant), superuser: follow(superuser) }

const everything = [
  `tasks(workspaceId: $id, first: 100) { edges { node { ${task} } } }`,
  'vms(workspaceId: $id, first: 100) { edges { node { id name status failure host { name } lastTask { error { message remedy } } can { start { reason } stop { reason } delete { reason } } disks { pool { name } } } } }',
  'networks(workspaceId: $id, first: 100) { edges { node { name phase failure } } }',
  'auditEntries(workspaceId: $id, first: 100) { edges { node { method message input } } }',
]
interface Everything {
  tasks: { edges: { node: ToldTask }[] }
  vms: { edges: { node: { id: string; name: string; failure: string | null } }[] }
  networks: { edges: { node: { name: string; failure: string | null } }[] }
}
/** One operation would be too large. */
const readAll = async (client: TestClient): Promise<Everything> => Object.assign({}, ...await Promise.all(everything.map((part) => client.ask(`query ($id: ID!) { ${part} }`, { id: workspaceId })))) as Everything
const readTask = async (client: TestClient, id: string) => (await client.ask<{ task: ToldTask }>(`query ($id: ID!) { task(id: $id) { ${task} } }`, { id })).task

/** What held it up is over: it goes on at once. */
async function goOn(id: string): Promise<void> {
  await em.execute("update saga set run_after = now() where state = 'running' and worker_id is null")
  worker.wake()
  await until('the work to end', async () => ['DONE', 'FAILED'].includes((await readTask(tenant, id)).state))
}

interface Result { __typename: string; code?: string; message?: string; remedy?: string; task?: { id: string } | null; vm?: { id: string }; network?: { id: string } }
/** What the tenant's mutation answers; each answer is looked at as well. */
async function mutate(name: string, input: object, more = ''): Promise<Result> {
  const type = name[0]!.toUpperCase() + name.slice(1)
  const answer = await tenant.send<Record<string, Result>>(`mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Payload { task { id } ${more} } ... on UserError { code message remedy field } } }`, { input })
  assert.doesNotMatch(JSON.stringify(answer.data ?? answer.errors), anyOfIt)
  return answer.data[name]!
}
/** Waits for the task to end, or to wait for something, and returns it as the tenant reads it. */
async function settled({ task: asked, ...rest }: Result): Promise<ToldTask> {
  const id = asked?.id ?? assert.fail(JSON.stringify(rest))
  return until('the task to end or to wait', async () => {
    const shown = await readTask(tenant, id)
    return ['DONE', 'FAILED', 'CANCELLED', 'STUCK'].includes(shown.state) || (shown.state === 'RUNNING' && shown.error) ? shown : undefined
  })
}
async function ended(result: Result): Promise<ToldTask> {
  const shown = await settled(result)
  assert.equal(shown.state, 'DONE', JSON.stringify(shown))
  return shown
}

let names = 0
const newVm = (networkId: string) => mutate('createVm', { workspaceId, templateId: encodeId('Template', world.templateId), name: `vm-${++names}`, interfaces: [{ networkId }] }, 'vm { id }')
const newNetwork = () => mutate('createNetwork', { workspaceId, areaId: encodeId('Area', world.areaId), name: `net-${++names}`, subnets: [{ cidr: '10.0.0.0/22' }] }, 'network { id }')

/** What can go wrong with one request. The first is as a driver's site that forgot all about tenants. */
const faults: Omit<Fault, 'nth' | 'request'>[] = [
  { kind: 'refused', error: new KloudakError('INTERNAL', `${telling.raw} at ${telling.path} on ${telling.host}`, { remedy: telling.remedy, cause: new Error(telling.raw) }) },
  { kind: 'refused', error: new KloudakError('CONFLICT', `The pool ${telling.pool} lies at ${telling.path}, not at /other.`, { remedy: telling.remedy }) },
  { kind: 'refused' },
  { kind: 'unsent' },
  { kind: 'lost-before' },
]

/** What the reader is told of a task's failure and of its steps'. */
const errorsOf = ({ error, steps }: ToldTask): Told[] => [error, ...steps.map((step) => step.error)].filter((one) => one !== null)

/** The same failures read by both: the tenant reads sentences, and none of the telling names. The operator's are returned. */
async function told(shown: ToldTask): Promise<Told[]> {
  const forTenant = errorsOf(shown)
  const forOperator = errorsOf(await readTask(superuser, shown.id))
  assert.ok(forTenant.length > 0, JSON.stringify(shown))
  assert.deepEqual(forTenant.map(({ code }) => code), forOperator.map(({ code }) => code))
  for (const { message, remedy } of forTenant) {
    assert.match(message, /^[A-Z].*\.$/)
    if (remedy !== null) assert.match(remedy, /^[A-Z].*\.$/)
  }
  assert.doesNotMatch(JSON.stringify(shown), anyOfIt)
  return forOperator
}

const network = await newNetwork()
await ended(network)
const lan = network.network!.id

test('whatever request of a host fails in whatever way, tenants read nothing of the host', async () => {
  const record = host.faults.record()
  const made = await newVm(lan)
  await ended(made)
  const ofCreate = [...new Set(record)]
  assert.ok(ofCreate.includes('createVolume') && ofCreate.includes('startVm'), ofCreate.join(' '))
  let operators = ''
  const [first, ...others] = faults
  for (const [index, request] of ofCreate.entries()) {
    for (const fault of [first!, others[index % others.length]!]) {
      host.faults.inject({ nth: 1, request, ...fault })
      const shown = await settled(await newVm(lan))
      host.faults.clear()
      if (shown.state === 'DONE') continue // It stands after all: a read that is asked again, for one.
      operators += JSON.stringify(await told(shown))
    }
  }
  for (const name of [telling.host, telling.pool, telling.path, telling.raw, telling.remedy]) assert.ok(operators.includes(name), name)
  const vmId = made.vm!.id
  // Nobody watches the host here: the books are told what a verb needs to be asked for.
  const ask = async (verb: string, state: string) => {
    await em.execute('update vm set observed_power = ? where id = ?', [state, decodeId('VM', vmId, 'vmId')])
    return mutate(verb, { vmId })
  }
  for (const [verb, state] of [['suspendVm', 'running'], ['resumeVm', 'paused'], ['stopVm', 'running'], ['startVm', 'stopped'], ['resetVm', 'running'], ['rebootVm', 'running']] as const) {
    const requests = host.faults.record()
    await ended(await ask(verb, state))
    // It stands as the verb leaves it, so that the later ones may be spared: the first is made each time.
    for (const [index, request] of [...new Set(requests)].entries()) {
      host.faults.inject({ nth: 1, request, ...faults[0]! })
      const shown = await settled(await ask(verb, state))
      host.faults.clear()
      if (index === 0 || shown.state !== 'DONE') await told(shown)
    }
  }
})

test('a host that is away, waits for a review or lacks something is told to operators by its name, and to tenants as a host', async () => {
  const made = await newVm(lan)
  await ended(made)
  const vmId = made.vm!.id
  const expect = async (result: Result, forTenant: string, forOperator: RegExp) => {
    const shown = await settled(result)
    assert.equal(shown.error?.message, forTenant)
    assert.match(JSON.stringify(await told(shown)), forOperator)
    return shown
  }

  await em.execute("update host set state = 'down' where id = ?", [hostId])
  const away = await expect(await mutate('updateVm', { vmId, name: `vm-${++names}` }), 'A host that this needs is down.', /Host secret-hv is down\./)
  await em.execute("update host set state = 'up' where id = ?", [hostId])
  await goOn(away.id)

  await em.execute("update host set frozen_at = now(), frozen_reason = 'x' where id = ?", [hostId])
  const frozen = await expect(await mutate('updateVm', { vmId, name: `vm-${++names}` }), 'This waits for an operator\'s review of a host.', /review of host secret-hv\./)
  await em.execute('update host set frozen_at = null, frozen_reason = null where id = ?', [hostId])
  await goOn(frozen.id)

  host.setReachable(false)
  await expect(await mutate('updateVm', { vmId, name: `vm-${++names}` }), 'The host cannot be reached.', /secret-hv cannot be reached\./)
  host.setReachable(true)

  fabric.bridges = fabric.bridges.filter(({ name }) => name !== telling.bridge)
  await expect(await newNetwork(), 'A host of the area is not ready to carry the network.', /Host secret-hv has no bridge secret-trunk\./)
  fabric.bridges = [...fabric.bridges, { name: telling.bridge, datapathType: 'system', uplinks: ['eth3'] }]
})

test('a VM that starts elsewhere after its host failed says what it waits for without naming the host', async () => {
  const made = await newVm(lan)
  await ended(made)
  await em.execute("update host set state = 'down' where id = ?", [hostId])
  const [vm] = await em.execute<{ id: string; uuid: string }[]>("update vm set observed_power = 'unknown', desired_power = 'running' where host_id = ? and phase = 'ready' and name = ? returning id, domain_uuid as uuid", [hostId, `vm-${names}`])
  await db.em.fork().transactional((inside) => failoverWork(silentSender).restart(inside, hostId, [vm!.uuid]))
  worker.wake()
  const [row] = await em.execute<{ id: string }[]>("select id from task where object_id = ? and method = 'recoverVm'", [vm!.id])
  const shown = await settled({ __typename: '', task: { id: encodeId('Task', row!.id) } })
  assert.equal(shown.error?.message, 'The host of the VM does not answer.')
  assert.match(JSON.stringify(await told(shown)), /Host secret-hv neither answers/)
  await em.execute("update host set state = 'up' where id = ?", [hostId])
  await goOn(shown.id)
})

test('rows of before, lists, failures, the audit and subscriptions tell tenants none of it, and operators all of it', async () => {
  // As rows of before carry them: one text, for whoever reads.
  await em.execute(`update task set error = error - 'tenant', steps = (select jsonb_agg(case when step ? 'error' then jsonb_set(step, '{error}', (step -> 'error') - 'tenant') else step end) from jsonb_array_elements(steps) step) where id in (select id from task where state = 'failed' order by id limit 10)`)
  const [forTenant, forOperator] = [await readAll(tenant), await readAll(superuser)]
  assert.doesNotMatch(JSON.stringify(forTenant), anyOfIt)
  const failures = ({ vms, networks }: Everything) => [...vms.edges, ...networks.edges].flatMap(({ node: { failure } }) => failure ?? [])
  assert.ok(failures(forTenant).length > 10)
  assert.equal(failures(forTenant).length, failures(forOperator).length)
  assert.match(failures(forOperator).join(' '), anyOfIt)
  const tasksOfOne = (client: TestClient) => client.ask(`query ($id: ID!) { vm(id: $id) { tasks { edges { node { ${task} } } } } }`, { id: forOperator.vms.edges.find(({ node: { failure } }) => failure?.includes('secret'))!.node.id })
  assert.doesNotMatch(JSON.stringify(await tasksOfOne(tenant)), anyOfIt)
  assert.match(JSON.stringify(await tasksOfOne(superuser)), anyOfIt)
  const text = JSON.stringify(forOperator)
  for (const name of Object.values(telling)) assert.ok(text.includes(name), name)
  // A failed VM or network is told as its task is.
  for (const { node } of forTenant.networks.edges) if (node.failure !== null) assert.equal(node.failure, 'A host of the area is not ready to carry the network.')

  const last = forTenant.tasks.edges[0]!.node.id
  for (const told of Object.values(followed)) await until('the subscriber to be told of the last task', async () => told.some((change) => change.includes(last)))
  assert.ok(followed.tenant.length > 50)
  assert.doesNotMatch(followed.tenant.join('\n'), anyOfIt)
  for (const name of Object.values(telling)) assert.ok(followed.superuser.join('\n').includes(name), name)
})

test('a failure that no host is behind is read by everybody', async () => {
  const [vm] = await em.execute<{ id: string }[]>("update vm set failure = 'The creation was cancelled.' where id = (select id from vm where phase = 'failed' order by id limit 1) returning id")
  const read = async (client: TestClient) => (await client.ask<{ vm: { failure: string } }>('query ($id: ID!) { vm(id: $id) { failure } }', { id: encodeId('VM', vm!.id) })).vm.failure
  assert.deepEqual([await read(tenant), await read(superuser)], ['The creation was cancelled.', 'The creation was cancelled.'])
  // Its task is not kept for ever.
  await em.execute('update vm set failure = ? where id = ?', [`${telling.host} is full.`, vm!.id])
  await em.execute('delete from saga where task_id in (select id from task where object_id = ?)', [vm!.id])
  await em.execute('delete from task where object_id = ?', [vm!.id])
  assert.deepEqual([await read(tenant), await read(superuser)], ['Its creation failed.', 'secret-hv is full.'])
})

test('work that waits for stuck work tells of it in the same words', async () => {
  const made = await newVm(lan)
  await ended(made)
  host.faults.inject({ nth: 1, ...faults[0]! })
  const stuck = await settled(await mutate('deleteVm', { vmId: made.vm!.id }))
  assert.equal(stuck.state, 'STUCK')
  await told(stuck)
  const waiting = await mutate('deleteWorkspace', { workspaceId })
  await until('it to name the stuck VM', async () => {
    const shown = await readTask(tenant, waiting.task!.id)
    if (!shown.error?.message.includes('is stuck')) { worker.wake(); return false }
    assert.match(shown.error.message, /^The work on vm-\d+ is stuck: The host could not do it\./)
    return /secret-raw-text/.test(JSON.stringify(await told(shown)))
  })
})
