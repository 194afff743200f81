// A workspace goes with all that is in it: through the public API, with a worker on a simulated host.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Registry } from '../../jobs/saga/registry.ts'
import { defaultTiming } from '../../jobs/saga/timing.ts'
import { SagaWorker } from '../../jobs/saga/worker.ts'
import { allSagas } from '../../jobs/sagas/registry.ts'
import { encodeId } from '../../schema/global-id.ts'
import { workspaceChildren } from '../../server/app/workspace-children.ts'
import { openSimulatedFabric } from '../../server/fabric/simulated/driver.ts'
import { openSimulatedHost } from '../../server/hypervisor/simulated/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { makeGround, newPlace, standingVm } from '../support/saga-ground.ts'
import type { Ground } from '../support/saga-ground.ts'
import { nothingSealed, silent, silentSender } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'
import { readyNetwork } from '../support/verbs.ts'
import { failoverDeps } from '../support/failover-deps.ts'

const api = await useApi({ limits: { perUser: { burst: 10_000, perSecond: 1_000 }, perAddress: { burst: 10_000, perSecond: 1_000 } } })
const { db } = api
const em = db.em.fork()
const ground = await makeGround(db)
const place = await newPlace(ground)
/** VMs, by the UUID on their host, whose host refuses to let them go. */
const held = new Set<string>()

const hosts = {
  hypervisor: async (_hostId: string, control: Parameters<ReturnType<typeof openSimulatedHost>['bind']>[0]) => {
    const driver = openSimulatedHost(place.host).bind(control)
    return { ...driver, removeVm: async (domainUuid: string) => {
      if (held.has(domainUuid)) throw new KloudakError('WRONG_STATE', 'The host holds on to it.', { remedy: 'Free the host.' })
      await driver.removeVm(domainUuid)
    } }
  },
  fabric: async (_hostId: string, control: Parameters<ReturnType<typeof openSimulatedFabric>['bind']>[0]) => openSimulatedFabric(place.fabric).bind(control),
  underReview: async () => { throw new Error('nothing is reviewed here') },
  machine: async () => { throw new Error('nothing is enrolled here') },
}

let worker: SagaWorker | undefined
/** Of one slot: whoever waits must not keep it. */
function startWorker(): void {
  worker = new SagaWorker({ db, registry: new Registry(allSagas({ hosts, unseal: nothingSealed, children: workspaceChildren(silentSender), ...failoverDeps() })), log: silent, workerId: newId(), concurrency: 1, timing: { ...defaultTiming, retryWaitMs: 5, backoffCapMs: 5, pollMs: 10, stuckAfter: 2 } })
}
async function stopWorker(): Promise<void> { await worker?.stop(0); worker = undefined }
after(stopWorker)

interface Team { id: string; workspaceId: string; owner: TestClient; ground: Ground; vms: { vmId: string; domainUuid: string; name: string }[] }

/** A workspace whose VMs run on the place, on a network of its own. */
async function team(vmCount: number, extraNetworks = 0): Promise<Team> {
  const owner = await api.user()
  const id = await api.workspace([{ user: owner, permissions }])
  const caller = { actor: (await api.auth.authenticate(owner.token!)), requestId: newId(), clientAddress: '127.0.0.1' }
  const own: Ground = { ...ground, world: { ...ground.world, workspaceId: id, owner: caller } }
  const networkId = await readyNetwork(db, own.world)
  for (let n = 0; n < extraNetworks; n++) await readyNetwork(db, own.world)
  const vms: Team['vms'] = []
  for (let n = 0; n < vmCount; n++) {
    const { vmId, plan } = await standingVm({ ...own, networkId }, place)
    vms.push({ vmId, domainUuid: plan.domainUuid, name: plan.name })
  }
  return { id, workspaceId: encodeId('Workspace', id), owner, ground: own, vms }
}

interface Shown { id: string; state: string; cancellable: boolean; error: { message: string; remedy: string | null } | null; steps: { name: string; state: string; attempt: number }[]; workspace: { id: string } | null }
interface Plan { hash: string; steps: string[]; losses: string[] }
interface Deletion { code?: string; field?: string; task?: { id: string } | null; plan?: Plan | null; workspace?: { phase: string } | null }

async function remove({ owner, workspaceId }: Pick<Team, 'owner' | 'workspaceId'>, more: object = {}): Promise<Deletion> {
  const { data, errors } = await owner.send<{ deleteWorkspace: Deletion }>('mutation ($input: DeleteWorkspaceInput!) { deleteWorkspace(input: $input) { ... on DeleteWorkspacePayload { workspace { phase } task { id } plan { hash steps losses } } ... on UserError { code field } } }', { input: { workspaceId, ...more } })
  return errors ? { code: errors[0]!.extensions.code } : data.deleteWorkspace
}
const taskOf = async (client: TestClient, id: string) => (await client.ask<{ task: Shown | null }>('query ($id: ID!) { task(id: $id) { id state cancellable error { message remedy } steps { name state attempt } workspace { id } } }', { id })).task
const left = async (id: string) => (await em.execute<[{ left: number }]>('select ((select count(*) from workspace where id = w.id) + (select count(*) from vm where workspace_id = w.id) + (select count(*) from network where workspace_id = w.id) + (select count(*) from membership where workspace_id = w.id))::int as left from (select ?::uuid as id) w', [id]))[0].left
const gone = async (id: string) => await left(id) === 0
const everything = () => em.execute('select (select jsonb_agg(workspace order by id) from workspace) as workspaces, (select jsonb_agg(vm order by id) from vm) as vms, (select jsonb_agg(network order by id) from network) as networks, (select count(*) from task) as tasks')

test('the plan lists what would be lost and changes nothing; it is refused once something else is in it', async () => {
  const doomed = await team(12, 1)
  const viewer = await api.user({ memberships: { [doomed.id]: permissions.filter((code) => code !== 'workspace:delete') } })
  const before = await everything()
  const { plan, task, workspace } = await remove(doomed, { dryRun: true })
  assert.deepEqual([task, workspace?.phase], [null, 'READY'])
  assert.deepEqual(await everything(), before)
  const names = doomed.vms.map(({ name }) => name).sort()
  assert.equal(plan!.losses[0], `12 VMs are deleted: ${names.slice(0, 10).join(', ')} and 2 more.`)
  assert.match(plan!.losses.join('\n'), /^12 of them run now and are stopped\.\n12 disks are deleted with what is on them: 12 GiB\.\n2 networks are deleted: [^]*\n12 addresses are given back\.\n2 members are removed: /m)
  assert.deepEqual(plan!.steps, ['Delete the virtual machines.', 'Delete the networks.', 'Remove the members and the workspace.'])
  assert.equal((await remove({ ...doomed, owner: viewer })).code, 'FORBIDDEN')
  assert.deepEqual(await remove({ ...doomed, owner: await api.user() }).then(({ code, field }) => [code, field]), ['NOT_FOUND', 'workspaceId'])
  await readyNetwork(db, doomed.ground.world)
  assert.equal((await remove(doomed, { planHash: plan!.hash })).code, 'PLAN_CHANGED')
  assert.deepEqual(await em.execute('select phase from workspace where id = ?', [doomed.id]), [{ phase: 'ready' }])
})

test('all of it goes, from the books and from the host, nothing of anybody else\'s, and its task stays for who asked', async () => {
  const neighbour = await team(2)
  const untouched = place.inventory()
  const doomed = await team(40, 2)
  const [member, superuser] = [await api.user({ memberships: { [doomed.id]: [] } }), await api.user({ superuser: true })]
  const states: string[] = []
  const { plan } = await remove(doomed, { dryRun: true })
  const { task, workspace } = await remove(doomed, { planHash: plan!.hash })
  assert.equal(workspace?.phase, 'DELETING')
  doomed.owner.socket().subscribe<{ taskChanged: { task: { state: string } | null } }>({ query: 'subscription ($taskId: ID!) { taskChanged(taskId: $taskId) { task { state } } }', variables: { taskId: task!.id } }, { next: ({ data }) => { if (data?.taskChanged.task) states.push(data.taskChanged.task.state) }, error: (error) => { states.push(JSON.stringify(error)) }, complete: () => {} })
  const evicted = Promise.withResolvers<string>()
  member.socket().subscribe({ query: 'subscription ($id: ID!) { events(workspaceId: $id) { id } }', variables: { id: doomed.workspaceId } }, { next: ({ errors }) => { if (errors) evicted.resolve((errors as unknown as { extensions: { code: string } }[])[0]!.extensions.code) }, error: (error) => { evicted.resolve(JSON.stringify(error)) }, complete: () => {} })
  await until('both follow', () => api.hub.subscribers === 2)

  assert.equal((await remove(doomed)).code, 'WRONG_STATE')
  const inputs = { createNetwork: { workspaceId: doomed.workspaceId, areaId: encodeId('Area', ground.world.areaId), name: 'late', subnets: [{ cidr: '10.3.0.0/24' }] }, createVm: { workspaceId: doomed.workspaceId, templateId: encodeId('Template', ground.world.templateId), name: 'late' }, addMember: { workspaceId: doomed.workspaceId, username: 'nobody', role: 'VIEWER' }, updateWorkspace: { workspaceId: doomed.workspaceId, name: 'late' } }
  for (const [name, input] of Object.entries(inputs)) {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}`
    const answer = await doomed.owner.ask<Record<string, { code?: string; field?: string }>>(`mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on UserError { code field } } }`, { input })
    assert.deepEqual([answer[name]!.code, answer[name]!.field], ['WRONG_STATE', 'workspaceId'], name)
  }

  startWorker()
  const most = { open: 0 }
  await until('all is gone', async () => {
    const [{ open }] = await em.execute<[{ open: number }]>("select count(*)::int as open from task where workspace_id = ? and method <> 'deleteWorkspace' and finished_at is null", [doomed.id])
    most.open = Math.max(most.open, open)
    return gone(doomed.id)
  }, 120_000)
  await until('the task is told to be done', () => states.at(-1) === 'DONE')
  assert.equal(await evicted.promise, 'NOT_FOUND')
  await stopWorker()
  assert.ok(most.open > 1 && most.open <= 32, `${most.open} at once`)
  assert.equal(place.inventory(), untouched)
  assert.deepEqual(await em.execute("select count(*)::int as vms, count(*) filter (where phase = 'ready')::int as ready from vm where workspace_id = ?", [neighbour.id]), [{ vms: 2, ready: 2 }])
  assert.deepEqual(await em.execute('select 1 from address where released_at is null and vm_id = any(?::uuid[])', [`{${doomed.vms.map(({ vmId }) => vmId).join()}}`]), [])
  const shown = await taskOf(doomed.owner, task!.id)
  assert.deepEqual([shown?.state, shown?.error, shown?.workspace], ['DONE', null, null])
  assert.deepEqual(shown!.steps.map(({ name, state, attempt }) => [name, state, attempt]), [['vms', 'DONE', 1], ['networks', 'DONE', 1], ['books', 'DONE', 1]])
  assert.equal((await taskOf(superuser, task!.id))?.state, 'DONE')
  for (const client of [member, neighbour.owner]) assert.equal(await taskOf(client, task!.id), null)
  const { tasks } = await doomed.owner.ask<{ tasks: { totalCount: number; edges: { node: { id: string; method: string } }[] } }>('{ tasks(first: 100) { totalCount edges { node { id method } } } }')
  assert.ok(tasks.edges.some(({ node }) => node.id === task!.id))
  assert.equal(tasks.totalCount, tasks.edges.length)
  assert.deepEqual(await member.ask('{ tasks { totalCount } workspaces { totalCount } }'), { tasks: { totalCount: 0 }, workspaces: { totalCount: 0 } })
  assert.deepEqual(await em.execute('select method, error_code from audit where workspace_id = ? and user_id = ? and method = ? and not dry_run order by id', [doomed.id, doomed.owner.userId, 'deleteWorkspace']), [{ method: 'deleteWorkspace', error_code: null }, { method: 'deleteWorkspace', error_code: 'WRONG_STATE' }])
})

test('one thing that is stuck keeps nothing else, shows with its remedy, and all goes on when it does', async () => {
  const before = place.inventory()
  const doomed = await team(4)
  held.add(doomed.vms[2]!.domainUuid)
  const { task } = await remove(doomed)
  startWorker()
  const shown = await until('it to be told', async () => { const now = await taskOf(doomed.owner, task!.id); return now?.error?.message.includes('is stuck') && now })
  await until('the others to go', async () => (await em.execute('select 1 from vm where workspace_id = ?', [doomed.id])).length === 1)
  const isStuck = (why: string) => new RegExp(`^The work on ${doomed.vms[2]!.name} is stuck: ${why} \\d+ VMs? (is|are) still there\\.$`)
  assert.match(shown.error!.message, isStuck('Something that this needs is in a state that does not allow it\\.'))
  assert.equal(shown.error!.remedy, 'Retry that task once an operator has mended what holds it up: this one goes on by itself.')
  const operator = await api.user({ superuser: true })
  const forOperator = (await taskOf(operator, task!.id))!.error!
  assert.match(forOperator.message, isStuck('The host holds on to it\\.'))
  assert.equal(forOperator.remedy, 'Free the host. Mend what holds it up and retry that task: this one goes on by itself.')
  assert.equal(shown.state, 'RUNNING')
  assert.equal(shown.cancellable, false)
  held.clear()
  const { tasks } = await doomed.owner.ask<{ tasks: { edges: { node: { id: string } }[] } }>('query ($id: ID!) { tasks(workspaceId: $id, states: [STUCK]) { edges { node { id } } } }', { id: doomed.workspaceId })
  assert.equal(tasks.edges.length, 1)
  await doomed.owner.ask('mutation ($id: ID!) { retryTask(input: { taskId: $id }) { __typename } }', { id: tasks.edges[0]!.node.id })
  await until('the end', async () => (await taskOf(doomed.owner, task!.id))?.state === 'DONE')
  await stopWorker()
  assert.ok(await gone(doomed.id))
  assert.equal(place.inventory(), before)
})

test('a deletion that is cancelled before it began leaves the workspace as it was', async () => {
  const spared = await team(1)
  const { task } = await remove(spared)
  const answer = await spared.owner.ask<{ cancelTask: { code?: string } }>('mutation ($id: ID!) { cancelTask(input: { taskId: $id }) { __typename ... on UserError { code } } }', { id: task!.id })
  assert.equal(answer.cancelTask.code, undefined)
  startWorker()
  await until('it to be cancelled', async () => (await taskOf(spared.owner, task!.id))?.state === 'CANCELLED')
  await stopWorker()
  assert.deepEqual(await em.execute('select workspace.phase, vm.phase as vm from workspace join vm on vm.workspace_id = workspace.id where workspace.id = ?', [spared.id]), [{ phase: 'ready', vm: 'ready' }])
  assert.equal((await remove(spared)).workspace?.phase, 'DELETING')
})

test('what is made at the same moment is either refused or deleted too', async () => {
  for (let round = 0; round < 4; round++) {
    const doomed = await team(0)
    const create = async (n: number) => {
      const answer = await doomed.owner.ask<{ createNetwork: { code?: string } }>('mutation ($input: CreateNetworkInput!) { createNetwork(input: $input) { __typename ... on UserError { code } } }', { input: { workspaceId: doomed.workspaceId, areaId: encodeId('Area', ground.world.areaId), name: `net-${n}`, subnets: [{ cidr: '10.4.0.0/24' }] } })
      return answer.createNetwork.code ?? 'done'
    }
    const [deletion, ...codes] = await Promise.all([remove(doomed), ...Array.from({ length: 12 }, (_, n) => create(n))])
    assert.ok(codes.every((code) => code === 'done' || code === 'WRONG_STATE'), codes.join())
    startWorker()
    await until('the end', async () => (await taskOf(doomed.owner, deletion.task!.id))?.state === 'DONE')
    await stopWorker()
    assert.ok(await gone(doomed.id))
  }
})

test('the name is free again once the workspace is gone', async () => {
  const owner = await api.user()
  const name = `again ${newId()}`
  const make = async () => (await owner.ask<{ createWorkspace: { code?: string; workspace?: { id: string } } }>('mutation ($name: String!) { createWorkspace(input: { name: $name }) { ... on CreateWorkspacePayload { workspace { id } } ... on UserError { code } } }', { name })).createWorkspace
  const first = await make()
  const { task } = await remove({ owner, workspaceId: first.workspace!.id })
  assert.equal((await make()).code, 'CONFLICT')
  startWorker()
  await until('the end', async () => (await taskOf(owner, task!.id))?.state === 'DONE')
  await stopWorker()
  const second = await make()
  assert.notEqual(second.workspace!.id, first.workspace!.id)
})
