// A VM's networks as a client sees them: the API over HTTP, a worker process of its own, simulated hosts.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { simulatedImage } from '../../start/simulated-image.ts'
import { encodeId } from '../../schema/global-id.ts'
import { createArea, createPool, createTemplate, registerHost, registerImage } from '../../server/app/inventory.ts'
import type { Operator } from '../../server/app/inventory.ts'
import { MiB } from '../../server/model/units.ts'
import { useApi } from '../support/api.ts'
import { until } from '../support/until.ts'
import { startWorker } from '../support/worker.ts'

const limits = { perUser: { burst: 100_000, perSecond: 1_000 }, perAddress: { burst: 100_000, perSecond: 1_000 } }
const api = await useApi({ limits })
const worker = startWorker(api.databaseUrl)
const folder = mkdtempSync(join(tmpdir(), 'kloudak-interfaces-'))
after(async () => {
  worker.child.kill('SIGTERM')
  await worker.ended
  rmSync(folder, { recursive: true, force: true })
})

const rows = async <Row>(query: string, params: unknown[] = []): Promise<Row[]> => api.db.em.fork().execute<Row[]>(query, params)
const operate = <Value>(work: (operator: Operator) => Promise<Value>) => api.db.em.fork().transactional((em) => work({ em, sender: { send: async () => {} }, userId: null, masterKey: api.masterKey }))
const area = await operate((operator) => createArea(operator, { name: 'area' }))
const pool = await operate((operator) => createPool(operator, { name: 'pool', areaId: area.id, path: '/srv/pool', wipeOnDelete: false }))
await operate((operator) => registerHost(operator, { name: 'h1', areaId: area.id, access: { kind: 'simulated' }, publicBridge: 'public-br', trunkBridge: 'private-br' }))
const image = await operate((operator) => registerImage(operator, { name: 'image', os: 'none', poolId: pool.id, file: simulatedImage(folder) }))
const template = await operate((operator) => createTemplate(operator, { name: 'template', os: 'none', description: '', vcpus: 1, memoryBytes: 128 * MiB, diskBytes: 64 * MiB, imageVersionId: image.id, cloneMode: 'linked' }))
await until('host and image to be ready', async () => (await rows("select 1 from task where state = 'done'")).length === 2, 60_000)

const user = await api.user()
interface Result { __typename: string; code?: string; field?: string; message?: string; task: { id: string } | null; vm: { id: string } | null; network: { id: string }; workspace: { id: string }; interfaceId: string | null; sshPrivateKey: string | null }
async function mutate(name: string, payload: string, input: object): Promise<Result> {
  const typeName = name[0]!.toUpperCase() + name.slice(1)
  const answer = await user.ask<Record<string, Result>>(`mutation ($input: ${typeName}Input!) { ${name}(input: $input) { __typename ... on ${typeName}Payload { ${payload} } ... on UserError { code message field } } }`, { input })
  return answer[name]!
}
async function done(result: Result): Promise<Result> {
  const id = result.task?.id ?? assert.fail(JSON.stringify(result))
  await until(`task ${id} to be done`, async () => {
    const { task } = await user.ask<{ task: { state: string; error: unknown } }>('query ($id: ID!) { task(id: $id) { state error { message } } }', { id })
    assert.ok(!['FAILED', 'CANCELLED', 'STUCK'].includes(task.state), JSON.stringify(task))
    return task.state === 'DONE'
  }, 60_000)
  return result
}
interface Card { id: string; position: number; phase: string; configuredInGuest: boolean; network: { id: string }; addresses: { ip: string }[] }
const cardsOf = async (id: string) => (await user.ask<{ vm: { interfaces: Card[] } }>('query ($id: ID!) { vm(id: $id) { interfaces { id position phase configuredInGuest network { id } addresses { ip } } } }', { id })).vm.interfaces

const { workspace } = await mutate('createWorkspace', 'workspace { id }', { name: 'team' })
const makeNetwork = async (name: string, cidr: string) => (await done(await mutate('createNetwork', 'network { id } task { id }', { workspaceId: workspace.id, name, subnets: [{ cidr }] }))).network.id
const [red, blue] = [await makeNetwork('red', '10.0.0.0/28'), await makeNetwork('blue', '10.0.1.0/28')]
const asked = (name: string, more: object = {}) => ({ workspaceId: workspace.id, templateId: encodeId('Template', template.id), name, interfaces: [{ networkId: red }], ...more })
const vm = (await done(await mutate('createVm', 'vm { id } task { id }', asked('web')))).vm!.id
await until('the VM to be up', async () => (await user.ask<{ vm: { status: string } }>('query ($id: ID!) { vm(id: $id) { status } }', { id: vm })).vm.status === 'UP')

test('a network is attached, seen by those who follow the VM, and detached again', async () => {
  const seen: string[][] = []
  const stop = user.socket().subscribe<{ vmChanged: { vm: { interfaces: Card[] } | null } }>(
    { query: 'subscription ($id: ID!) { vmChanged(vmId: $id) { vm { interfaces { id phase } } } }', variables: { id: vm } },
    { next: ({ data }) => { const cards = data?.vmChanged.vm?.interfaces; if (cards) seen.push(cards.map(({ phase }) => phase)) }, error: (error) => { throw error }, complete() { /* at the end of the test */ } },
  )
  const { interfaceId } = await done(await mutate('attachInterface', 'vm { id } task { id } interfaceId', { vmId: vm, networkId: blue, ip: '10.0.1.9' }))
  const cards = await cardsOf(vm)
  assert.deepEqual(cards.map(({ phase, configuredInGuest, addresses }) => [phase, configuredInGuest, addresses.map(({ ip }) => ip)]), [['READY', true, ['10.0.0.2']], ['READY', false, ['10.0.1.9']]])
  assert.equal(cards[1]!.id, interfaceId)
  await until('followers to see the second interface', () => seen.at(-1)?.join() === 'READY,READY')
  const inUse = await mutate('deleteNetwork', 'task { id }', { networkId: blue })
  assert.deepEqual([inUse.code, inUse.message], ['CONFLICT', 'The network is used by web.'])
  await done(await mutate('detachInterface', 'vm { id } task { id }', { interfaceId }))
  await until('followers to see one interface', () => seen.at(-1)?.join() === 'READY')
  assert.deepEqual(await rows("select host(ip) as ip from address where released_at is not null"), [{ ip: '10.0.1.9' }])
  stop()
  await done(await mutate('deleteNetwork', 'task { id }', { networkId: blue }))
})

test('a mistaken id is said with its field', async () => {
  const wrong = [
    await mutate('attachInterface', 'task { id }', { vmId: vm, networkId: vm }),
    await mutate('detachInterface', 'task { id }', { interfaceId: vm }),
    await mutate('detachInterface', 'task { id }', { interfaceId: encodeId('VMInterface', '00000000-0000-7000-8000-000000000000') }),
  ]
  assert.deepEqual(wrong.map(({ code, field }) => [code, field]), [['INVALID_INPUT', 'networkId'], ['INVALID_INPUT', 'interfaceId'], ['NOT_FOUND', 'interfaceId']])
})

/** In how many rows of which tables this text stands, as it is or in base64 or hex. */
async function tracesOf(secret: string): Promise<string[]> {
  const forms = [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2), Buffer.from(secret).toString('hex')]
  const tables = await rows<{ name: string }>("select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")
  const found: string[] = []
  for (const { name } of tables) for (const form of forms) if ((await rows(`select 1 from ${name} as t where strpos(t::text, ?) > 0 limit 1`, [form])).length > 0) found.push(name)
  return found
}

test('the private half of a key pair is told once, and a password never; neither stays anywhere', async () => {
  const input = asked('keyed', { generateSshKey: true, idempotencyKey: 'keyed-1' })
  assert.equal((await mutate('createVm', 'sshPrivateKey', { ...asked('keyed', { generateSshKey: true }), dryRun: true })).sshPrivateKey, null)
  const made = await done(await mutate('createVm', 'vm { id } task { id } sshPrivateKey', input))
  assert.match(made.sshPrivateKey!, /^-----BEGIN OPENSSH PRIVATE KEY-----\n/)
  const again = await mutate('createVm', 'vm { id } task { id } sshPrivateKey', input)
  assert.deepEqual([again.vm, again.sshPrivateKey], [made.vm, null])
  const { vm: { sshKeys } } = await user.ask<{ vm: { sshKeys: string[] } }>('query ($id: ID!) { vm(id: $id) { sshKeys } }', { id: made.vm!.id })
  assert.match(sshKeys.join(), /^ssh-ed25519 \S+ root@keyed$/)
  await until('the VM to be up', async () => (await user.ask<{ vm: { status: string } }>('query ($id: ID!) { vm(id: $id) { status } }', { id: made.vm!.id })).vm.status === 'UP')
  const password = 'purple-elephant-walks-91'
  const [before] = await rows<{ hash: string | null }>("select password_hash as hash from vm where name = 'keyed'")
  await done(await mutate('setVmPassword', 'vm { id } task { id }', { vmId: made.vm!.id, password }))
  const [row] = await rows<{ hash: string }>("select password_hash as hash from vm where name = 'keyed'")
  assert.equal(before!.hash, null)
  assert.match(row!.hash, /^\$6\$/)
  // The last line but one of the key's body holds secret bytes; the lines before it the public half too.
  const secretLine = made.sshPrivateKey!.trim().split('\n').at(-3)!
  for (const secret of [secretLine, password]) {
    assert.deepEqual(await tracesOf(secret), [])
    assert.ok(!JSON.stringify(api.logged).includes(secret) && !worker.output().includes(secret))
  }
  assert.deepEqual(await tracesOf('root@keyed'), ['public.vm'], 'the search finds what is there')
})
