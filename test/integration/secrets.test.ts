// Gives a secret wherever one can be given, to real processes, and then looks for each of them wherever it could have stayed.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { WebSocket } from 'ws'
import { registerHost } from '../../server/app/inventory.ts'
import { unseal } from '../../server/db/seal.ts'
import { MiB } from '../../server/model/units.ts'
import { adminPassword, startCloud } from '../support/cloud.ts'
import { filesOf, findSecrets, formsOf, tablesOf } from '../support/find-secrets.ts'
import type { Secrets } from '../support/find-secrets.ts'
import { silentSender } from '../support/toy-saga.ts'
import { until } from '../support/until.ts'

// A PostgreSQL of its own: its files are read, and those of other tests would be in them.
delete process.env.KLOUDAK_TEST_SERVER
const folder = mkdtempSync(join(tmpdir(), 'kloudak-secrets-'))
const content = randomBytes(64 * 1024)
writeFileSync(join(folder, 'image'), content)
const image = { path: join(folder, 'image'), format: 'qcow2' as const, sizeBytes: content.length, virtualSizeBytes: MiB, sha256: createHash('sha256').update(content).digest('hex') }
const cloud = await startCloud({ simulatedHosts: 1, image })
after(async () => { await cloud.close(); rmSync(folder, { recursive: true }) })

/** Kept nowhere, and told in no answer. */
const given: Secrets = { 'admin password': adminPassword, 'master key': cloud.masterKey }
/** Kept nowhere, and told once: in the answer named. */
const told: Record<string, { value: string; by: string }> = {}
const accessTokens: Secrets = {}
const answers: { by: string; text: string }[] = []
/** A new secret; the end keeps it from being too weak a password, and has to be escaped in JSON and in URLs. */
function secret(name: string): string {
  const middle = randomBytes(16).toString('hex')
  given[name] = middle
  return `${middle}"Ä\\/+`
}

/** Stands in all places where a request leaves a trace, so that the search proves to look there. */
const control = `control-${randomBytes(12).toString('hex')}`

interface Result { data: Record<string, never> & Record<string, { code?: string } & Record<string, never>>; errors?: { extensions: { code: string } }[] }
async function send(mutation: string, input: object, { token = cloud.token(), as = mutation }: { token?: string | null; as?: string } = {}): Promise<Result> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}`
  const query = `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ... on UserError { code message field remedy } ... on ${type}Payload { ${selections[mutation] ?? '__typename'} } } }`
  const response = await fetch(`${cloud.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-request-id': control, ...(token ? { authorization: `Bearer ${token}` } : {}) }, body: JSON.stringify({ query, variables: { input } }) })
  const text = await response.text()
  answers.push({ by: as, text })
  return JSON.parse(text) as Result
}
const session = 'session { accessToken refreshToken user { id username } }'
const selections: Record<string, string> = {
  signIn: session, refreshSession: session, signUp: session, createVm: 'sshPrivateKey vm { id name } task { id }', createApiToken: 'token apiToken { id }', openConsole: 'path', resetUserPassword: 'password', setVmPassword: 'task { id }',
}
const { workspaceId } = cloud

/** The secrets of a session are told by the answer that opens or refreshes it. */
async function open(mutation: string, input: object, as: string): Promise<{ accessToken: string; refreshToken: string }> {
  const { data } = await send(mutation, input, { token: null, as })
  const { accessToken, refreshToken } = (data[mutation] as unknown as { session: { accessToken: string; refreshToken: string } }).session
  told[`refresh token of ${as}`] = { value: refreshToken, by: as }
  // Two of one session in one second are the same token, so it may be told again.
  accessTokens[`access token of ${as}`] = accessToken.split('.')[2]!
  return { accessToken, refreshToken }
}

async function useEverySecret(): Promise<void> {
  const [first, second, wrong] = [secret('first password'), secret('second password'), secret('wrong password')]
  await send('signUp', { username: 'ada', email: 'ada@example.org', password: first }, { token: null })
  const opened = await open('signIn', { username: 'ada', password: first }, 'sign-in')
  await send('signIn', { username: 'ada', password: wrong }, { token: null })
  await send('signIn', { username: 'nobody', password: secret('password of nobody') }, { token: null })
  await send('changePassword', { currentPassword: wrong, newPassword: second }, { token: opened.accessToken })
  await send('changePassword', { currentPassword: first, newPassword: 'short' }, { token: opened.accessToken })
  await send('changePassword', { currentPassword: first, newPassword: second }, { token: opened.accessToken })
  const { refreshToken } = await open('refreshSession', { refreshToken: opened.refreshToken }, 'refresh')
  await send('refreshSession', { refreshToken: secret('refresh token of nobody') }, { token: null })
  await send('createUser', { username: 'bob', password: secret('password of a new user') })
  const ada = (await open('signIn', { username: 'ada', password: second }, 'second sign-in')).accessToken
  const { data: { viewer } } = await (await fetch(`${cloud.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${ada}` }, body: '{"query":"{ viewer { id } }"}' })).json() as { data: { viewer: { id: string } } }
  const { data } = await send('createApiToken', { name: 'program', scopes: [{ permissions: ['vm:edit'] }] }, { token: ada, as: 'API token' })
  const { token } = data.createApiToken as unknown as { token: string }
  told['API token'] = { value: token.slice(-24), by: 'API token' }
  await send('createApiToken', { name: 'more', scopes: [] }, { token })
  await send('createApiToken', { name: 'more', scopes: [] }, { token: `kld_${secret('API token of nobody').slice(0, 32)}` })
  const reset = (await send('resetUserPassword', { userId: viewer.id }, { as: 'reset' })).data.resetUserPassword as unknown as { password: string }
  told['password that an operator made'] = { value: reset.password, by: 'reset' }
  await send('signOut', { refreshToken }, { token: null })

  const template = { workspaceId, templateId: cloud.templates.linked }
  const userData = `#cloud-config\n{"password": "${secret('password in user data').slice(0, 32)}"}\n`
  const vmInput = { ...template, name: 'web', password: secret('guest password'), userData, idempotencyKey: 'a key', generateSshKey: true }
  await send('createVm', { ...vmInput, dryRun: true })
  const made = (await send('createVm', vmInput, { as: 'VM' })).data.createVm as unknown as { sshPrivateKey: string; vm: { id: string }; task: { id: string } }
  // The key's own bytes, without what all files of such keys begin with.
  told['generated key'] = { value: made.sshPrivateKey.split('\n').at(-4)!.slice(0, 60), by: 'VM' }
  await send('createVm', vmInput)
  await send('createVm', { ...vmInput, description: 'another input' })
  await send('createVm', { ...template, name: 'b', userData: secret('user data of no kind') })
  await send('createVm', { ...template, name: 'c', password: `${secret('password with a newline')}\n` })
  await send('createVm', { ...template, name: 'd', password: { value: secret('password of a wrong type') } })
  await send('createVm', { ...template, name: 'e', userdata: secret('user data in a misspelt field') })
  await send('createVm', { ...template, name: 'f', sshKeys: [`-----BEGIN OPENSSH PRIVATE KEY-----\n${secret('private key as a public one')}`] })
  await until('the VM to run', async () => (await cloud.db.em.fork().execute("select 1 from vm where name = 'web' and observed_power = 'running' and phase = 'ready'")).length > 0, 60_000)
  await send('setVmPassword', { vmId: made.vm.id, password: secret('new guest password') })

  const { path } = (await send('openConsole', { vmId: made.vm.id, kind: 'SERIAL' }, { as: 'console' })).data.openConsole as unknown as { path: string }
  told['console ticket'] = { value: path.split('ticket=')[1]!, by: 'console' }
  const typed = secret('password typed into a console').slice(0, 32)
  const socket = new WebSocket(cloud.url.replace('http', 'ws') + path)
  let echoed = ''
  socket.on('message', (bytes: Buffer) => { echoed += String(bytes) }).once('open', () => { socket.send(Buffer.from(`${typed}\r`)) })
  await until('the guest to answer', () => echoed.includes(typed))
  socket.close()

  // A host that cannot be reached: its key is opened, used and complained about.
  const hostKey = randomBytes(48).toString('base64')
  given['private key of a host'] = hostKey.slice(4, 60)
  await cloud.db.em.fork().transactional((em) => registerHost({ em, sender: silentSender, userId: null, masterKey: cloud.masterKey }, {
    name: 'far', areaId: areaOf, publicBridge: 'public-br', trunkBridge: 'private-br',
    access: { kind: 'ssh', address: '127.0.0.1', sshPort: 1, sshUser: 'root', privateKey: `-----BEGIN OPENSSH PRIVATE KEY-----\n${hostKey}\n-----END OPENSSH PRIVATE KEY-----\n`, hostKey: `ssh-ed25519 ${Buffer.alloc(51, 1).toString('base64')}` },
  }))
  await until('the worker to have tried the host', () => cloud.workers[0]!.lines.some((line) => line.saga === 'host-enrol' && 'err' in line), 30_000)
}

const [{ id: areaOf } = { id: '' }] = await cloud.db.em.fork().execute<{ id: string }[]>('select id from area')

/** The private halves of the keys that sign tokens, opened with the master key. */
async function signingKeys(): Promise<Secrets> {
  const keys = await cloud.db.em.fork().execute<{ id: string; private_sealed: Buffer }[]>('select id, private_sealed from signing_key')
  assert.ok(keys.length > 0)
  return Object.fromEntries(keys.flatMap(({ id, private_sealed: sealed }) => {
    const opened = unseal(cloud.masterKey, { table: 'signing_key', id }, sealed)
    const { d } = JSON.parse(opened.toString()) as { d?: string }
    assert.ok(d !== undefined && d.length > 20)
    return [[`signing key ${id}`, Buffer.from(d, 'base64url')]]
  }))
}

test('the finder knows every form, wherever it stands in a larger text', () => {
  const value = 'a secret: 0123456789abcdef'
  for (const before of ['', 'x', 'xy', 'xyz', 'xyzw']) {
    const wrapped = Buffer.from(`${before}${value}${before}`)
    for (const form of [wrapped, wrapped.toString('base64'), wrapped.toString('base64url'), wrapped.toString('hex'), wrapped.toString('hex').toUpperCase(), Buffer.from(wrapped.toString(), 'utf16le')]) {
      assert.deepEqual(findSecrets({ value }, [['here', form]]), ['value in here'], String(form))
    }
  }
  assert.deepEqual(findSecrets({ value }, [['here', 'a secret: 0123456789abcde']]), [])
  assert.ok(formsOf(value).every((form) => form.length >= value.length))
})

test('no secret stays in the database, its files, the logs or the answers', { timeout: 170_000 }, async () => {
  await useEverySecret()
  const all: Secrets = { ...given, ...accessTokens, ...await signingKeys(), ...Object.fromEntries(Object.entries(told).map(([name, { value }]) => [name, value])) }
  assert.ok(Object.keys(all).length > 25)
  const tables = await tablesOf(cloud.databaseUrl)
  const files = await filesOf(cloud.databaseUrl)
  const logs = [cloud.server, ...cloud.workers].map(({ lines }, n): [string, string] => [`log ${n === 0 ? 'of the server' : 'of a worker'}`, lines.map((line) => JSON.stringify(line)).join('\n')])
  const kept = answers.map(({ by, text }, n): [string, string] => [`answer ${n} to ${by}`, text])

  // First that the search looks where it should: all of these kept the request's id.
  const seen = findSecrets({ control }, [...tables, ...files, ...logs])
  for (const place of ['public.task', 'public.audit', 'base/', 'pg_wal/', 'log of the server', 'log of a worker']) assert.ok(seen.some((line) => line.includes(place)), `the control is not found in ${place}: ${seen.join(', ')}`)
  assert.ok(tables.some(([name, rows]) => name.startsWith('table pgboss.job') && rows.length > 0) && tables.some(([name, rows]) => name === 'table public.event' && rows.length > 0))

  assert.deepEqual(findSecrets(all, [...tables, ...files, ...logs]), [])
  const shown = Object.entries(told).flatMap(([name, { value, by }]) => findSecrets({ [name]: value }, answers.filter((answer) => answer.by === by).map(({ text }) => [by, text])))
  assert.deepEqual(shown.toSorted(), Object.entries(told).map(([name, { by }]) => `${name} in ${by}`).toSorted())
  assert.deepEqual(findSecrets(given, kept), [])
  for (const [name, { value, by }] of Object.entries(told)) assert.deepEqual(findSecrets({ [name]: value }, answers.filter((answer) => answer.by !== by).map(({ text }) => ['another answer', text])), [])
})
