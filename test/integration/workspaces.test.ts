// Workspaces through the public API: made, found, renamed. How they go is in workspace-delete.test.ts.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import { permissions } from '../../server/model/permissions.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'

const api = await useApi()
const em = api.db.em.fork()

interface Workspace { id: string; name: string; phase: string; version: number; permissions: string[] }
type Answer = { code?: string; field?: string; workspace?: Workspace; plan?: { hash: string; steps: string[] } }

async function mutate(client: TestClient, name: 'createWorkspace' | 'updateWorkspace', input: object): Promise<Answer> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}`
  const { data, errors } = await client.send<Record<string, Answer>>(`mutation ($input: ${type}Input!) { ${name}(input: $input) { ... on ${type}Payload { workspace { id name phase version permissions } plan { hash steps } } ... on UserError { code field } } }`, { input })
  return errors ? { code: errors[0]!.extensions.code } : data[name]!
}
const create = (client: TestClient, name: string, more: object = {}) => mutate(client, 'createWorkspace', { name, ...more })
const rename = (client: TestClient, workspaceId: string, name: string | undefined, more: object = {}) => mutate(client, 'updateWorkspace', { workspaceId, name, ...more })
const read = async (client: TestClient, id: string) => (await client.ask<{ workspace: Workspace | null }>('query ($id: ID!) { workspace(id: $id) { id name phase version permissions } }', { id })).workspace

test('whoever makes a workspace may do everything in it, and nobody else sees it', async () => {
  const [client, stranger] = [await api.user(), await api.user()]
  const { workspace } = await create(client, 'Research')
  assert.deepEqual([workspace?.phase, workspace?.permissions], ['READY', [...permissions]])
  assert.deepEqual(await read(client, workspace!.id), workspace)
  assert.equal(await read(stranger, workspace!.id), null)
  assert.equal(await read(stranger, encodeId('Workspace', newId())), null)
})

test('making one that exists is a conflict, in whatever case, and never makes one a member', async () => {
  const [owner, stranger] = [await api.user(), await api.user()]
  const name = `Team ${newId()}`
  const { workspace } = await create(owner, name)
  for (const same of [name, name.toUpperCase(), name.toLowerCase()]) {
    const { code, field } = await create(stranger, same)
    assert.deepEqual([code, field], ['CONFLICT', 'name'])
  }
  assert.equal(await read(stranger, workspace!.id), null)
  assert.equal((await create(owner, name)).code, 'CONFLICT')
  assert.deepEqual(await em.execute('select 1 from membership where user_id = ?', [stranger.userId]), [])
})

test('of many requests at once for one name, one makes it and is its only member', async () => {
  const clients = await Promise.all(Array.from({ length: 10 }, () => api.user()))
  const name = `wanted ${newId()}`
  const answers = await Promise.all(clients.map((client) => create(client, name)))
  assert.deepEqual(answers.map(({ code }) => code ?? 'done').sort(), [...Array.from({ length: 9 }, () => 'CONFLICT'), 'done'])
  const [{ members }] = await em.execute<[{ members: number }]>('select count(*)::int as members from membership join workspace on workspace.id = workspace_id where name = ?', [name])
  assert.equal(members, 1)
})

test('a new name changes the name and nothing else', async () => {
  const [owner, viewer, editor] = [await api.user(), await api.user(), await api.user()]
  const id = await api.workspace([{ user: owner, permissions }, { user: viewer, permissions: permissions.filter((code) => code !== 'workspace:edit') }, { user: editor, permissions: ['workspace:edit'] }])
  const taken = await api.workspace()
  const everything = () => em.execute("select to_jsonb(workspace) - 'name' - 'name_key' - 'version' - 'updated_at' as row, (select jsonb_agg(membership order by id) from membership where workspace_id = workspace.id) as members from workspace where id = ?", [id])
  const before = await everything()
  const workspaceId = encodeId('Workspace', id)
  const fresh = () => `renamed ${newId()}`
  assert.equal((await rename(viewer, workspaceId, fresh())).code, 'FORBIDDEN')
  assert.equal((await rename(await api.user(), workspaceId, fresh())).code, 'NOT_FOUND')
  assert.deepEqual([(await rename(owner, workspaceId, ' blank ')).code, (await rename(owner, workspaceId, 'a\u202Eb')).code], ['INVALID_INPUT', 'INVALID_INPUT'])
  const [{ name: other }] = await em.execute<[{ name: string }]>('select name from workspace where id = ?', [taken])
  assert.deepEqual(await rename(owner, workspaceId, other.toUpperCase()).then(({ code, field }) => [code, field]), ['CONFLICT', 'name'])
  const name = `'; drop table workspace; -- <b>${'é'.normalize('NFD')}`
  const renamed = await rename(editor, workspaceId, name)
  assert.deepEqual([renamed.workspace?.name, renamed.workspace?.version], [name.normalize('NFC'), 2])
  assert.deepEqual(await everything(), before)
  // Only the case: its own name does not stand in its way.
  assert.equal((await rename(owner, workspaceId, name.toUpperCase())).workspace?.name, name.toUpperCase().normalize('NFC'))
  assert.equal((await rename(owner, workspaceId, undefined)).workspace?.version, 3)
})

test('a plan of a new name is refused when somebody was faster', async () => {
  const owner = await api.user()
  const workspaceId = encodeId('Workspace', await api.workspace([{ user: owner, permissions }]))
  const name = `planned ${newId()}`
  const planned = await rename(owner, workspaceId, name, { dryRun: true })
  assert.match(planned.plan!.steps[0]!, new RegExp(`is called ${name}\\.$`))
  assert.equal((await read(owner, workspaceId))?.version, 1)
  await rename(owner, workspaceId, `faster ${newId()}`)
  assert.equal((await rename(owner, workspaceId, name, { planHash: planned.plan!.hash })).code, 'PLAN_CHANGED')
})
