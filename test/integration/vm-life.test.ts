import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { simulatedImage } from '../../start/simulated-image.ts'
import { createArea, createPool, createTemplate, registerHost, registerImage } from '../../server/app/inventory.ts'
import type { Operator } from '../../server/app/inventory.ts'
import { encodeId } from '../../schema/global-id.ts'
import { MiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import { until } from '../support/until.ts'
import { startWorker } from '../support/worker.ts'

// A VM's whole life as a client sees it: the API over HTTP, a worker process of its own, simulated hosts.
const limits = { perUser: { burst: 100_000, perSecond: 1_000 }, perAddress: { burst: 100_000, perSecond: 1_000 } }
const api = await useApi({ limits })
const worker = startWorker(api.databaseUrl)
const folder = mkdtempSync(join(tmpdir(), 'kloudak-life-'))
after(async () => {
  worker.child.kill('SIGTERM')
  await worker.ended
  rmSync(folder, { recursive: true, force: true })
})

const rows = async <Row>(query: string): Promise<Row[]> => api.db.em.fork().execute<Row[]>(query)
const operate = <Value>(work: (operator: Operator) => Promise<Value>) => api.db.em.fork().transactional((em) => work({ em, sender: { send: async () => {} }, userId: null, masterKey: api.masterKey }))
const password = 'zebra-crossing-77'

const area = await operate((operator) => createArea(operator, { name: 'area' }))
const pool = await operate((operator) => createPool(operator, { name: 'pool', areaId: area.id, path: '/srv/pool', wipeOnDelete: false }))
for (const name of ['h1', 'h2']) await operate((operator) => registerHost(operator, { name, areaId: area.id, access: { kind: 'simulated' }, publicBridge: 'public-br', trunkBridge: 'private-br' }))
const image = await operate((operator) => registerImage(operator, { name: 'image', os: 'none', poolId: pool.id, file: simulatedImage(folder) }))
const template = await operate((operator) => createTemplate(operator, { name: 'template', os: 'none', description: '', vcpus: 1, memoryBytes: 128 * MiB, diskBytes: 64 * MiB, imageVersionId: image.id, cloneMode: 'linked' }))
await until('hosts and image to be ready', async () => (await rows("select 1 from task where state = 'done'")).length === 3, 60_000)

const user = await api.user()
const refused = '__typename ... on UserError { code message field }'
interface Result { __typename: string; code?: string; task: { id: string }; vm: { id: string }; network: { id: string }; workspace: { id: string } }
async function mutate(name: string, payload: string, input: object): Promise<Result> {
  const typeName = name[0]!.toUpperCase() + name.slice(1)
  const answer = await user.ask<Record<string, Result>>(`mutation ($input: ${typeName}Input!) { ${name}(input: $input) { ... on ${typeName}Payload { ${payload} } ${refused} } }`, { input })
  return answer[name]!
}
interface Task { state: string; error: { message: string } | null; steps: { name: string; state: string }[] }
const ended = (id: string) => until(`task ${id} to end`, async () => {
  const { task } = await user.ask<{ task: Task }>('query ($id: ID!) { task(id: $id) { state error { message } steps { name state } } }', { id })
  return ['QUEUED', 'RUNNING', 'UNDOING'].includes(task.state) ? undefined : task
}, 60_000)
async function done(result: Result): Promise<Task> {
  const task = await ended(result.task?.id ?? assert.fail(JSON.stringify(result)))
  assert.equal(task.state, 'DONE', JSON.stringify(task))
  return task
}

const { workspace } = await mutate('createWorkspace', 'workspace { id }', { name: 'team' })
const made = await mutate('createNetwork', 'network { id } task { id }', { workspaceId: workspace.id, name: 'lan', subnets: [{ cidr: '10.0.0.0/28' }] })
await done(made)
const asked = (name: string) => ({ workspaceId: workspace.id, templateId: encodeId('Template', template.id), name, interfaces: [{ networkId: made.network.id }], password })

const vmNow = async (id: string) => (await user.ask<{ vm: { status: string; desiredPower: string; host: null } | null }>('query ($id: ID!) { vm(id: $id) { status desiredPower host { name } } }', { id })).vm
const status = (id: string, wanted: string) => until(`the VM to be ${wanted}`, async () => (await vmNow(id))?.status === wanted)

test('a VM is created, suspended, resumed, renamed, stopped, started and deleted, and leaves nothing', async () => {
  const created = await mutate('createVm', 'vm { id } task { id }', asked(`<web> "1" & '2'`))
  assert.deepEqual((await done(created)).steps.map(({ name, state }) => `${name} ${state}`), ['disk', 'seed', 'define', 'network', 'copy', 'start'].map((name) => `${name} DONE`))
  const { id } = created.vm
  await status(id, 'UP')
  assert.equal((await vmNow(id))!.host, null)
  for (const [verb, wanted] of [['suspendVm', 'SUSPENDED'], ['resumeVm', 'UP'], ['stopVm', 'DOWN'], ['startVm', 'UP'], ['resetVm', 'UP'], ['shutdownVm', 'DOWN']] as const) {
    await done(await mutate(verb, 'task { id }', { vmId: id }))
    await status(id, wanted)
  }
  assert.equal((await mutate('stopVm', 'task { id }', { vmId: id })).code, 'WRONG_STATE')
  await done(await mutate('updateVm', 'task { id }', { vmId: id, name: 'renamed' }))
  assert.equal((await mutate('deleteNetwork', 'task { id }', { networkId: made.network.id })).code, 'CONFLICT')
  await done(await mutate('deleteVm', 'task { id }', { vmId: id }))
  assert.equal(await vmNow(id), null)
  for (const table of ['vm', 'disk', 'vm_interface', 'reservation', 'object_lock']) assert.deepEqual(await rows(`select * from ${table}`), [], table)
  assert.deepEqual(await rows('select 1 from address where released_at is null'), [])
})

test('thirty creates at once with twelve addresses: twelve run, eighteen are refused with a reason', async () => {
  // One address of 13 rests, since the VM before has released it.
  await rows('update address set released_at = now()')
  const results = await Promise.all(Array.from({ length: 30 }, (_, n) => mutate('createVm', 'vm { id } task { id }', asked(`vm-${n}`))))
  const accepted = results.filter((result) => result.vm)
  assert.equal(accepted.length, 12)
  assert.deepEqual(results.filter((result) => !result.vm).map(({ code }) => code), Array(18).fill('NO_CAPACITY'))
  for (const result of accepted) await done(result)
  for (const { vm } of accepted) await status(vm.id, 'UP')
  for (const result of await Promise.all(accepted.map(({ vm }) => mutate('deleteVm', 'task { id }', { vmId: vm.id })))) await done(result)
  await done(await mutate('deleteNetwork', 'task { id }', { networkId: made.network.id }))
  assert.deepEqual(await rows('select 1 from vm union all select 1 from network union all select 1 from reservation union all select 1 from object_lock'), [])
})

test('the password is nowhere in the database', async () => {
  const tables = await rows<{ name: string }>("select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'")
  assert.ok(tables.length > 25)
  const spellings = [password, Buffer.from(password).toString('base64').replace(/=+$/, ''), Buffer.from(password).toString('hex')]
  for (const { name } of tables) for (const spelling of spellings) assert.deepEqual(await rows(`select 1 from ${name} row where row::text ilike '%${spelling}%'`), [], `${name}: ${spelling}`)
  assert.doesNotMatch(JSON.stringify(api.logged) + worker.output(), new RegExp(spellings.join('|'), 'i'))
})
