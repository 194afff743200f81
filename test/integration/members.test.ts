// Members through the public API: who may let in whom, with what, and what happens to who loses it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeId } from '../../schema/global-id.ts'
import { newId } from '../../server/model/id.ts'
import { permissions, roles } from '../../server/model/permissions.ts'
import type { Permission } from '../../server/model/permissions.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { settledCursor } from '../support/settled-cursor.ts'
import { until } from '../support/until.ts'

const api = await useApi()
const em = api.db.em.fork()

interface Member { id: string; username: string; isYou: boolean; role: string | null; permissions: string[]; createdAt: string; version: number; can: { update: Permit; remove: Permit } }
interface Permit { allowed: boolean; reason: string | null }
type Answer = { code?: string; field?: string; message?: string; remedy?: string } & Record<string, unknown>

const fields = 'id username isYou role permissions createdAt version can { update { allowed reason } remove { allowed reason } }'
const problem = '... on UserError { code field message remedy }'

async function members(client: TestClient, workspace: string): Promise<Member[]> {
  const { workspace: found } = await client.ask<{ workspace: { members: { totalCount: number; edges: { node: Member }[] } } | null }>(`query ($id: ID!) { workspace(id: $id) { members(first: 100) { totalCount edges { node { ${fields} } } } } }`, { id: encodeId('Workspace', workspace) })
  const nodes = found?.members.edges.map(({ node }) => node) ?? []
  assert.equal(found?.members.totalCount ?? 0, nodes.length)
  return nodes
}

/** Sends a mutation; errors of either kind come back as one. */
async function mutate(client: TestClient, name: 'addMember' | 'updateMember' | 'removeMember', input: object, payload = `member { ${fields} }`): Promise<Answer> {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}`
  const { data, errors } = await client.send<Record<string, Answer>>(`mutation ($input: ${type}Input!) { ${name}(input: $input) { ... on ${type}Payload { ${payload} } ${problem} } }`, { input })
  if (errors) return { code: errors[0]!.extensions.code, message: errors[0]!.message }
  return data[name]!
}

const nameOf = async ({ userId }: TestClient) => (await em.execute<{ username: string }[]>('select username from user_account where id = ?', [userId]))[0]!.username
const memberIdOf = async (client: TestClient, workspace: string) => encodeId('Member', (await em.execute<{ id: string }[]>('select id from membership where workspace_id = ? and user_id = ?', [workspace, client.userId]))[0]!.id)
const add = async (client: TestClient, workspace: string, user: TestClient, wanted: object) => mutate(client, 'addMember', { workspaceId: encodeId('Workspace', workspace), username: await nameOf(user), ...wanted })
const remove = async (client: TestClient, workspace: string, user: TestClient) => mutate(client, 'removeMember', { memberId: await memberIdOf(user, workspace) }, 'memberId')
const update = async (client: TestClient, workspace: string, user: TestClient, wanted: object) => mutate(client, 'updateMember', { memberId: await memberIdOf(user, workspace), ...wanted })

async function team(...held: (readonly Permission[])[]): Promise<{ workspace: string; clients: TestClient[] }> {
  const clients = await Promise.all(held.map(() => api.user()))
  return { workspace: await api.workspace(clients.map((user, index) => ({ user, permissions: held[index]! }))), clients }
}

test('an owner lets somebody in by name, with a role or single permissions, and everybody in it sees them', async () => {
  const { workspace, clients: [owner] } = await team(permissions)
  const [anna, bert, stranger] = [await api.user({ username: 'Änna.Test' }), await api.user(), await api.user()]
  const added = await mutate(owner!, 'addMember', { workspaceId: encodeId('Workspace', workspace), username: 'änna.TEST', role: 'OPERATOR' })
  assert.deepEqual((added.member as Member).permissions, permissions.filter((code) => (roles.operator as readonly string[]).includes(code)))
  await add(owner!, workspace, bert, { permissions: ['vm:edit', 'vm:add', 'vm:edit'] })
  const seen = await members(bert, workspace)
  assert.deepEqual(seen.map(({ username, role, isYou, permissions }) => [username, role, isYou, permissions.length]), [
    [await nameOf(owner!), 'OWNER', false, permissions.length], ['Änna.Test', 'OPERATOR', false, roles.operator.length], [await nameOf(bert), null, true, 2],
  ])
  assert.ok(seen.every(({ createdAt }) => Date.now() - Date.parse(createdAt) < 60_000))
  assert.deepEqual(await members(stranger, workspace), [])
  assert.deepEqual(await members(anna, workspace).then((list) => list.length), 3)
  const { nodes } = await stranger.ask<{ nodes: unknown[] }>('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: [seen[0]!.id] })
  assert.deepEqual(nodes, [null])
})

test('the list goes page by page, forwards and backwards', async () => {
  const { workspace, clients } = await team(permissions, [], [], [], [])
  const page = async (args: string) => {
    const { workspace: { members: found } } = await clients[0]!.ask<{ workspace: { members: { edges: { cursor: string; node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } }>(`{ workspace(id: "${encodeId('Workspace', workspace)}") { members(${args}) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }`)
    return found
  }
  const all = (await page('first: 100')).edges.map(({ node }) => node.id)
  const first = await page('first: 2')
  const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`)
  const third = await page(`first: 2, after: "${second.pageInfo.endCursor}"`)
  assert.deepEqual([...first.edges, ...second.edges, ...third.edges].map(({ node }) => node.id), all)
  assert.deepEqual([first.pageInfo.hasNextPage, third.pageInfo.hasNextPage], [true, false])
  assert.deepEqual((await page('last: 2')).edges.map(({ node }) => node.id), all.slice(-2))
})

test('names that nobody has, members who are in, and wrong wishes are refused with their field', async () => {
  const { workspace, clients: [owner, viewer] } = await team(permissions, [])
  const workspaceId = encodeId('Workspace', workspace)
  const refuse = async (input: object, code: string, field: string) => {
    const answer = await mutate(owner!, 'addMember', { workspaceId, ...input })
    assert.deepEqual([answer.code, answer.field], [code, field], JSON.stringify(answer))
  }
  const newcomer = await nameOf(await api.user())
  for (const username of ['nobody at all', '', 'x'.repeat(5_000), `'; drop table membership; --`, 'a\u0000b']) await refuse({ username, role: 'VIEWER' }, 'NOT_FOUND', 'username').catch(async (error: unknown) => {
    // Zero bytes are refused before anything else.
    if (!username.includes('\0')) throw error
    assert.equal((await mutate(owner!, 'addMember', { workspaceId, username, role: 'VIEWER' })).code, 'INVALID_INPUT')
  })
  const gone = await api.user()
  const goneName = await nameOf(gone)
  await em.execute('update user_account set disabled_at = now() where id = ?', [gone.userId])
  await refuse({ username: goneName, role: 'VIEWER' }, 'NOT_FOUND', 'username')
  await refuse({ username: await nameOf(viewer!), role: 'OWNER' }, 'CONFLICT', 'username')
  await refuse({ username: newcomer }, 'INVALID_INPUT', 'role')
  await refuse({ username: newcomer, role: 'VIEWER', permissions: [] }, 'INVALID_INPUT', 'permissions')
  await refuse({ username: newcomer, permissions: ['vm:edit', 'vm:everything'] }, 'INVALID_INPUT', 'permissions.1')
  assert.equal((await members(owner!, workspace)).length, 2)
})

test('many requests at once let somebody in once', async () => {
  const { workspace, clients: [owner] } = await team(permissions)
  const newcomer = await api.user()
  const answers = await Promise.all(Array.from({ length: 12 }, () => add(owner!, workspace, newcomer, { role: 'VIEWER' })))
  assert.deepEqual(answers.map(({ code }) => code ?? 'done').sort(), [...Array.from({ length: 11 }, () => 'CONFLICT'), 'done'])
})

test('nobody gives what they do not hold, and nobody touches who holds more', async () => {
  const { workspace, clients: [owner, lead, operator, viewer] } = await team(permissions, ['user:add', 'user:edit', 'user:delete', 'vm:edit'], ['vm:edit', 'vm:add'], [])
  const newcomer = await api.user()
  const is = async (answer: Promise<Answer>, code: string, pattern = /./) => { const { code: found, message } = await answer; assert.equal(found, code, message ?? ''); assert.match(message ?? '', pattern) }
  await is(add(lead!, workspace, newcomer, { role: 'OPERATOR' }), 'FORBIDDEN', /what you do not hold: .*network:add/)
  await is(add(lead!, workspace, newcomer, { permissions: ['vm:edit', 'vm:delete'] }), 'FORBIDDEN', /: vm:delete\./)
  await is(update(lead!, workspace, operator!, { role: 'VIEWER' }), 'FORBIDDEN', /holds what you do not: vm:add/)
  await is(remove(lead!, workspace, operator!), 'FORBIDDEN', /holds what you do not/)
  await is(remove(lead!, workspace, owner!), 'FORBIDDEN')
  await is(update(lead!, workspace, viewer!, { permissions: ['vm:add'] }), 'FORBIDDEN')
  await is(update(lead!, workspace, lead!, { role: 'OWNER' }), 'FORBIDDEN', /what you do not hold/)
  await is(update(operator!, workspace, viewer!, { permissions: ['vm:add'] }), 'FORBIDDEN', /user:edit/)
  await is(remove(viewer!, workspace, operator!), 'FORBIDDEN', /user:delete/)
  assert.equal((await update(lead!, workspace, viewer!, { permissions: ['vm:edit'] })).code, undefined)
  assert.equal((await add(lead!, workspace, newcomer, { permissions: ['vm:edit', 'user:add'] })).code, undefined)
  assert.equal((await remove(lead!, workspace, newcomer)).code, undefined)
  // A superuser may all of it, without being a member.
  const superuser = await api.user({ superuser: true })
  assert.equal((await add(superuser, workspace, newcomer, { role: 'OWNER' })).code, undefined)
  assert.equal((await update(superuser, workspace, operator!, { role: 'VIEWER' })).code, undefined)
  const stranger = await api.user()
  const [hidden, missing] = [await remove(stranger, workspace, viewer!), await mutate(stranger, 'removeMember', { memberId: encodeId('Member', newId()) }, 'memberId')]
  assert.equal(hidden.code, 'NOT_FOUND')
  assert.deepEqual(hidden, missing)
})

test('what a button may do is what the verb allows, and why not', async () => {
  const { workspace, clients: [owner, lead, viewer] } = await team(permissions, ['user:edit', 'vm:edit'], [])
  const permits = async (client: TestClient) => (await members(client, workspace)).map(({ can: { update, remove } }) => [update.reason, remove.reason])
  const last = 'This is the last owner of the workspace: make somebody else an owner first.'
  const more = (await members(lead!, workspace))[0]!.can.update.reason
  assert.match(more!, /^This member holds what you do not: vm:add,/)
  const needs = (code: string) => `This needs the permission ${code} in the workspace.`
  assert.deepEqual(await permits(owner!), [[last, last], [null, null], [null, null]])
  assert.deepEqual(await permits(lead!), [[more, needs('user:delete')], [null, null], [null, needs('user:delete')]])
  assert.deepEqual(await permits(viewer!), [[needs('user:edit'), needs('user:delete')], [needs('user:edit'), needs('user:delete')], [needs('user:edit'), null]])
})

test('anybody may leave but the last owner, who cannot be removed or reduced either', async () => {
  const { workspace, clients: [owner, second, viewer] } = await team(permissions, permissions, [])
  const superuser = await api.user({ superuser: true })
  assert.equal((await remove(viewer!, workspace, viewer!)).code, undefined)
  assert.equal((await viewer!.ask<{ workspace: null }>('query ($id: ID!) { workspace(id: $id) { id } }', { id: encodeId('Workspace', workspace) })).workspace, null)
  // An owner whose account is disabled is none who could help.
  await em.execute('update user_account set disabled_at = now() where id = ?', [second!.userId])
  for (const answer of [await remove(owner!, workspace, owner!), await remove(superuser, workspace, owner!), await update(owner!, workspace, owner!, { role: 'OPERATOR' })]) {
    assert.deepEqual([answer.code, answer.field], ['WRONG_STATE', 'memberId'])
    assert.match(answer.remedy!, /another|somebody else/)
  }
  assert.equal((await update(owner!, workspace, owner!, { role: 'OWNER' })).code, undefined)
  await em.execute('update user_account set disabled_at = null where id = ?', [second!.userId])
  assert.equal((await remove(owner!, workspace, owner!)).code, undefined)
  assert.equal((await members(superuser, workspace)).length, 1)
})

test('two owners who go at once, or remove each other: one stays', async () => {
  for (let round = 0; round < 12; round++) {
    const { workspace, clients: [one, two] } = await team(permissions, permissions)
    const [idOfOne, idOfTwo] = [await memberIdOf(one!, workspace), await memberIdOf(two!, workspace)]
    const go = (client: TestClient, memberId: string) => mutate(client, 'removeMember', { memberId }, 'memberId')
    const reduce = (client: TestClient, memberId: string) => mutate(client, 'updateMember', { memberId, role: 'VIEWER' })
    const pairs = [
      () => [go(one!, idOfOne), go(two!, idOfTwo)],
      () => [go(one!, idOfTwo), go(two!, idOfOne)],
      () => [reduce(one!, idOfTwo), go(two!, idOfTwo)],
      () => [reduce(one!, idOfTwo), reduce(two!, idOfOne)],
    ]
    const answers = await Promise.all(pairs[round % pairs.length]!())
    const [{ owners }] = await em.execute<[{ owners: number }]>('select count(*)::int as owners from membership where workspace_id = ? and cardinality(permissions) = ?', [workspace, permissions.length])
    assert.equal(owners, 1, `round ${round}: ${JSON.stringify(answers)}`)
    // Who was reduced may still leave: in that pair both can be right.
    const done = answers.filter(({ code }) => code === undefined).length
    assert.ok(done === 1 || (done === 2 && round % pairs.length === 2), JSON.stringify(answers))
  }
})

test('a dry run tells what would happen and changes nothing', async () => {
  const { workspace, clients: [owner, viewer] } = await team(permissions, ['vm:edit', 'vm:console'])
  const newcomer = await api.user()
  const plan = 'plan { hash steps losses }'
  const added = await mutate(owner!, 'addMember', { workspaceId: encodeId('Workspace', workspace), username: await nameOf(newcomer), role: 'OPERATOR', dryRun: true }, `member { id } ${plan}`)
  assert.equal(added.member, null)
  assert.match((added.plan as { steps: string[] }).steps[0]!, new RegExp(`^${await nameOf(newcomer)} becomes a member of .*: operator\\.$`))
  const memberId = await memberIdOf(viewer!, workspace)
  const reduced = await mutate(owner!, 'updateMember', { memberId, permissions: ['vm:edit'], dryRun: true }, plan)
  assert.deepEqual((reduced.plan as { losses: string[] }).losses, [`${await nameOf(viewer!)} loses vm:console, and what they have open with it.`])
  assert.equal((await members(owner!, workspace)).find(({ id }) => id === memberId)?.permissions.length, 2)
  await mutate(owner!, 'updateMember', { memberId, role: 'VIEWER' })
  const stale = await mutate(owner!, 'updateMember', { memberId, permissions: ['vm:edit'], planHash: (reduced.plan as { hash: string }).hash }, 'member { id }')
  assert.equal(stale.code, 'PLAN_CHANGED')
})

test('members and the workspace flow in its events, with the member as it is now', async () => {
  const { workspace, clients: [owner, watcher] } = await team(permissions, [])
  const workspaceId = encodeId('Workspace', workspace)
  const after = await settledCursor(api.db, async () => (await watcher!.ask<{ eventCursor: string }>('{ eventCursor }')).eventCursor)
  interface Seen { kind: string; type: string; id: string; node: { username?: string; role?: string; name?: string } | null }
  const seen: Seen[] = []
  const stop = watcher!.socket().subscribe<{ events: Seen }>({ query: 'subscription ($workspaceId: ID!, $after: String) { events(workspaceId: $workspaceId, after: $after) { kind type id node { ... on Member { username role } ... on Workspace { name } } } }', variables: { workspaceId, after } }, { next: ({ data }) => { if (data) seen.push(data.events) }, error: () => {}, complete: () => {} })
  const changes: { kind: string; workspace: { name: string } | null; member: { username: string; role: string } | null }[] = []
  const stopOther = watcher!.socket().subscribe<{ workspaceChanged: (typeof changes)[number] }>({ query: 'subscription ($workspaceId: ID!, $after: String) { workspaceChanged(workspaceId: $workspaceId, after: $after) { kind workspace { name } member { username role } } }', variables: { workspaceId, after } }, { next: ({ data }) => { if (data) changes.push(data.workspaceChanged) }, error: () => {}, complete: () => {} })
  const newcomer = await api.user()
  const username = await nameOf(newcomer)
  const untilTold = (what: string, count: number) => until(what, () => seen.length === count && changes.length === count)
  // What refuses one of these is the answer to why nothing is told.
  assert.partialDeepStrictEqual(await add(owner!, workspace, newcomer, { role: 'VIEWER' }), { member: { role: 'VIEWER' } })
  await untilTold('the new member', 1)
  assert.partialDeepStrictEqual(await update(owner!, workspace, newcomer, { role: 'OPERATOR' }), { member: { role: 'OPERATOR' } })
  await untilTold('the change', 2)
  await remove(owner!, workspace, newcomer)
  await owner!.ask('mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { ... on UpdateWorkspacePayload { workspace { name } } ... on UserError { message } } }', { input: { workspaceId, name: `renamed ${workspace}` } })
  await untilTold('removal and renaming', 4)
  assert.deepEqual(seen.map(({ kind, type, node }) => [kind, type, node?.username ?? node?.name, node?.role]), [
    ['CREATED', 'Member', username, 'VIEWER'], ['CHANGED', 'Member', username, 'OPERATOR'], ['DELETED', 'Member', undefined, undefined], ['CHANGED', 'Workspace', `renamed ${workspace}`, undefined],
  ])
  assert.deepEqual(changes.map(({ kind, member, workspace }) => [kind, member?.role, workspace !== null]), [['CREATED', 'VIEWER', true], ['CHANGED', 'OPERATOR', true], ['DELETED', undefined, true], ['CHANGED', undefined, true]])
  stop()
  stopOther()
})

test('a member who is removed or reduced is shown no more and can begin nothing, from the answer on', async (t) => {
  const { workspace, clients: [owner, member] } = await team(permissions, ['network:add', 'vm:edit'])
  const workspaceId = encodeId('Workspace', workspace)
  const area = newId()
  await em.execute('insert into area (id, name) values (?, ?)', [area, `area-${area}`])
  const create = async (name: string) => {
    const { data, errors } = await member!.send<{ createNetwork: { code?: string } }>('mutation ($input: CreateNetworkInput!) { createNetwork(input: $input) { __typename ... on UserError { code } } }', { input: { workspaceId, areaId: encodeId('Area', area), name, subnets: [{ cidr: '10.0.0.0/24' }] } })
    return errors?.[0]?.extensions.code ?? data.createNetwork.code ?? 'done'
  }
  assert.equal(await create('before'), 'done')
  const codes: string[] = []
  let isRevoked = false
  const late: string[] = []
  const hammer = Array.from({ length: 6 }, async (_, lane) => {
    for (let n = 0; late.length < 12; n++) {
      const isLate = isRevoked
      const code = await create(`net-${lane}-${n}`)
      codes.push(code)
      if (isLate) late.push(code)
    }
  })
  await until('some are made', () => codes.length > 12)
  assert.equal((await update(owner!, workspace, member!, { permissions: ['vm:edit'] })).code, undefined)
  const [{ count }] = await em.execute<[{ count: number }]>('select count(*)::int as count from network where workspace_id = ?', [workspace])
  isRevoked = true
  await Promise.all(hammer)
  assert.deepEqual([...new Set(late)], ['FORBIDDEN'])
  assert.equal((await em.execute<[{ count: number }]>('select count(*)::int as count from network where workspace_id = ?', [workspace]))[0].count, count, 'nothing was made after the answer')

  const ended = Promise.withResolvers<string>()
  const told: string[] = []
  member!.socket().subscribe<{ events: { id: string } }>({ query: 'subscription ($workspaceId: ID!) { events(workspaceId: $workspaceId) { id } }', variables: { workspaceId } }, {
    next: ({ data, errors }) => { if (data) told.push(data.events.id); if (errors) ended.resolve((errors as unknown as { extensions: { code: string } }[])[0]!.extensions.code) },
    error: (error) => { ended.resolve((error as { extensions?: { code: string } }[])[0]?.extensions?.code ?? String(error)) }, complete: () => { ended.resolve('complete') },
  })
  await until('it follows', async () => { await em.execute('update workspace set version = version where id = ?', [workspace]); await em.execute('update network set description = description || ? where workspace_id = ? and name = ?', ['.', workspace, 'before']); return told.length > 0 })
  assert.equal((await remove(owner!, workspace, member!)).code, undefined)
  const revoked = performance.now()
  assert.equal(await ended.promise, 'NOT_FOUND')
  const ms = performance.now() - revoked
  const heard = told.length
  await em.execute("update network set description = 'secret' where workspace_id = ? and name = ?", [workspace, 'before'])
  assert.equal(told.length, heard)
  assert.equal(await create('after'), 'NOT_FOUND')
  t.diagnostic(`the stream ended ${Math.round(ms)} ms after the answer`)
})
