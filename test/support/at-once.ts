// Three server processes and a worker on one database and simulated hosts, and many requests at once against them.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { decodeId } from '../../schema/global-id.ts'
import { simulatedImage } from '../../start/simulated-image.ts'
import { startCloud } from './cloud.ts'
import { brokenInvariants, leftovers } from './invariants.ts'
import { until } from './until.ts'

export const requests = 200
const folder = mkdtempSync(join(tmpdir(), 'kloudak-at-once-'))
export const cloud = await startCloud({ simulatedHosts: 3, servers: 3, image: simulatedImage(folder) })
after(async () => { await cloud.close(); rmSync(folder, { recursive: true, force: true }) })
export const em = cloud.db.em.fork()

interface Answer { __typename: string; code?: string; field?: string; quota?: string; used?: number; limit?: number; vm?: { id: string }; network?: { id: string }; task?: { id: string } }

/** Sends an operation to one of the servers, as a client of its own. */
async function send<Data>(server: number, query: string, variables: object): Promise<Data> {
  const response = await fetch(`${cloud.urls[server % cloud.urls.length]}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${cloud.token()}` }, body: JSON.stringify({ query, variables }) })
  const { data, errors } = await response.json() as { data: Data; errors?: { message: string; extensions: { code: string } }[] }
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('; '))
  return data
}
export const act = async (server: number, verb: string, input: object): Promise<Answer> => {
  const type = `${verb[0]!.toUpperCase()}${verb.slice(1)}`
  const made = verb.endsWith('Vm') ? 'vm { id } task { id }' : verb.endsWith('Network') ? 'network { id } task { id }' : '__typename'
  const more = '... on UserError { code field } ... on QuotaExceededError { quota used limit }'
  return (await send<Record<string, Answer>>(server, `mutation ($input: ${type}Input!) { ${verb}(input: $input) { __typename ... on ${type}Payload { ${made} } ${more} } }`, { input }))[verb]!
}

export async function newWorkspace(name: string, limits: object[] = []): Promise<string> {
  const { createWorkspace } = await send<{ createWorkspace: { workspace: { id: string } } }>(0, 'mutation ($name: String!) { createWorkspace(input: { name: $name }) { ... on CreateWorkspacePayload { workspace { id } } } }', { name })
  const workspaceId = createWorkspace.workspace.id
  if (limits.length > 0) assert.equal((await act(0, 'setWorkspaceQuota', { workspaceId, limits })).__typename, 'SetWorkspaceQuotaPayload')
  return workspaceId
}

export async function newNetwork(workspaceId: string, name: string, cidr: string): Promise<string> {
  const { network, task } = await act(0, 'createNetwork', { workspaceId, areaId: cloud.areaId, name, subnets: [{ cidr }] })
  await until('the network to be ready', async () => (await send<{ node: { state: string } }>(0, 'query ($id: ID!) { node(id: $id) { ... on Task { state } } }', { id: task!.id })).node.state === 'DONE')
  return network!.id
}

/** As many requests at once as `inputs`, spread over the servers. */
export const allAtOnce = (verb: string, inputs: readonly object[]): Promise<Answer[]> => Promise.all(inputs.map((input, index) => act(index, verb, input)))
export const vms = (workspaceId: string, inputOf: (index: number) => object) => allAtOnce('createVm', Array.from({ length: requests }, (_, index) => ({ workspaceId, templateId: cloud.templates.linked, name: `vm-${index}`, ...inputOf(index) })))

/** How many answered how: `CreateVmPayload`, or a code with the field and the quota that it is about. */
export const tally = (answers: readonly Answer[]) => Object.fromEntries(Object.entries(Object.groupBy(answers, ({ __typename, code, field, quota }) => (code === undefined ? __typename : [code, field, quota].filter(Boolean).join(' ')))).map(([how, group]) => [how, group!.length]))
export const idsOf = (answers: readonly Answer[]) => new Set(answers.flatMap(({ vm, network }) => vm?.id ?? network?.id ?? []))

export async function countOf(table: 'vm' | 'network' | 'task', workspaceId: string): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>(`select count(*)::int as count from ${table} where workspace_id = ?`, [decodeId('Workspace', workspaceId, 'id')])
  return row!.count
}

/** Deletes all that the workspace has, through the API, and waits until it is gone. */
export async function deleteAll(workspaceId: string): Promise<void> {
  const id = decodeId('Workspace', workspaceId, 'id')
  for (const [table, verb, type] of [['vm', 'deleteVm', 'VM'], ['network', 'deleteNetwork', 'Network']] as const) {
    const rows = await em.execute<{ id: string }[]>(`select id from ${table} where workspace_id = ?`, [id])
    const answers = await allAtOnce(verb, rows.map((row) => ({ [`${table}Id`]: Buffer.from(`${type}:${row.id}`).toString('base64url') })))
    for (const { code } of answers) assert.equal(code, undefined)
    await until(`all to be gone: ${table}`, async () => (await countOf(table, workspaceId)) === 0, 60_000)
  }
}

/** Nothing may stand half at any moment; after the last deletion nothing may be left at all. */
export async function nothingIsBroken(): Promise<void> {
  assert.deepEqual(await brokenInvariants(em), {})
}

export async function nothingIsLeft(): Promise<void> {
  await until('the last places in line to be given back', async () => (await leftovers(em)).places === undefined)
  assert.deepEqual(await leftovers(em), {})
  await nothingIsBroken()
}
