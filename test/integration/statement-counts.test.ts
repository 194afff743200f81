// No list reads anything once for each of its items: read from the schema itself, so a new list or field is tested too.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getNamedType, graphql, isObjectType, isLeafType, isRequiredArgument } from 'graphql'
import type { GraphQLField, GraphQLObjectType } from 'graphql'
import { pino } from 'pino'
import { makeContext } from '../../schema/context.ts'
import { encodeId } from '../../schema/global-id.ts'
import { schema } from '../../schema/index.ts'
import { useTestDb } from '../support/db.ts'
import { makeManyVms } from '../support/many-vms.ts'
import { countStatements } from '../support/statements.ts'

const { db } = await useTestDb()
const { superuser } = await makeManyVms(db, 120)
// As many of everything else, each a copy of one that stands there.
for (const copy of [
  "insert into area (id, name) select gen_random_uuid(), 'more ' || n from generate_series(1, 120) n",
  "insert into host (id, area_id, name, kind) select gen_random_uuid(), area_id, 'more ' || n, kind from generate_series(1, 120) n, (select * from host limit 1) one",
  "insert into pool (id, area_id, name, path) select gen_random_uuid(), area_id, 'more ' || n, '/more/' || n from generate_series(1, 120) n, (select * from pool limit 1) one",
  "insert into image (id, name, os) select gen_random_uuid(), 'more ' || n, 'Debian' from generate_series(1, 120) n",
  "insert into template (id, name, os, vcpus, memory_bytes, disk_bytes, image_version_id) select gen_random_uuid(), 'more ' || n, os, 1, memory_bytes, disk_bytes, image_version_id from generate_series(1, 120) n, (select * from template limit 1) one",
  "insert into workspace (id, name, name_key) select gen_random_uuid(), 'more ' || n, 'more ' || n from generate_series(1, 120) n",
  "insert into network (id, workspace_id, area_id, name, vlan) select gen_random_uuid(), workspace_id, area_id, 'more ' || n, 1000 + n from generate_series(1, 120) n, (select * from network limit 1) one",
  "insert into instance_type (id, name, vcpus, memory_bytes, disk_bytes) select gen_random_uuid(), 'more ' || n, 1, 1, 1 from generate_series(1, 120) n",
  "insert into user_account (id, username, username_key, password_hash) select gen_random_uuid(), 'more ' || n, 'more ' || n, '-' from generate_series(1, 120) n",
  "insert into membership (workspace_id, user_id, permissions) select (select workspace_id from vm limit 1), id, '{vm:edit}' from user_account where username like 'more %'",
  "insert into audit (id, user_id, client_address, request_id, method, workspace_id, object_type, object_id, input, task_id) select gen_random_uuid(), user_id, '127.0.0.1', 'r', method, workspace_id, object_type, object_id, '{}', id from task limit 120",
  "insert into affinity_group (id, workspace_id, name, policy, strength) select gen_random_uuid(), workspace_id, 'more ' || n, 'affinity', 'soft' from generate_series(1, 120) n, (select * from vm limit 1) one",
  'insert into affinity_member (group_id, vm_id) select g.id, vm.id from (select id, row_number() over (order by id) n from affinity_group) g join (select id, row_number() over (order by id) n from vm) vm on vm.n in (g.n, g.n + 1)',
  "insert into drift (id, area_id, host_id, vm_id, task_id, kind, subject, message, first_seen_at, last_seen_at) select gen_random_uuid(), vm.area_id, vm.host_id, vm.id, (select id from task where object_id = vm.id limit 1), 'vm-power', vm.id, 'They differ.', now(), now() from vm limit 120",
]) await db.em.fork().execute(copy)
await db.em.fork().execute(`
  insert into session (id, user_id, token_hash, expires_at, kind, name, scopes)
  select gen_random_uuid(), ?, decode(md5('more ' || n), 'hex'), now() + interval '1 day', 'token', 'more ' || n, '[{"workspaceId": null, "permissions": []}]' from generate_series(1, 120) n`, [superuser.actor!.id])

type Field = GraphQLField<unknown, unknown>
const isList = (type: unknown): type is GraphQLObjectType => isObjectType(type) && 'pageInfo' in type.getFields()
const fieldsOf = (type: GraphQLObjectType): Field[] => Object.values(type.getFields()).filter(({ args }) => !args.some(isRequiredArgument))

/** All that can be asked of an object and of what stands around it; of the lists in it nothing, for a page of each is a page of its own. */
function selection(type: GraphQLObjectType, depth: number): string {
  const asked = fieldsOf(type).flatMap((field) => {
    const of = getNamedType(field.type)
    if (isLeafType(of)) return [field.name]
    return isObjectType(of) && !isList(of) && depth > 0 ? [`${field.name} { ${selection(of, depth - 1)} }`] : []
  })
  return ['__typename', ...asked].join(' ')
}

const lists = fieldsOf(schema.getQueryType()!).filter(({ type }) => isList(getNamedType(type)))

async function read(list: Field, first: number): Promise<number> {
  const edge = getNamedType((getNamedType(list.type) as GraphQLObjectType).getFields().edges!.type) as GraphQLObjectType
  const node = getNamedType(edge.getFields().node!.type) as GraphQLObjectType
  const parts = { ...superuser, db, log: pino({ level: 'silent' }) } as unknown as Parameters<typeof makeContext>[0]
  const source = `query ($first: Int!) { ${list.name}(first: $first) { totalCount edges { cursor node { ${selection(node, 1)} } } } }`
  const { value, statements } = await countStatements(async () => graphql({ schema, source, variableValues: { first }, contextValue: makeContext(parts) }))
  assert.equal(value.errors, undefined, `${list.name}: ${value.errors?.map(({ message }) => message).join()}`)
  const { edges } = (value.data as Record<string, { edges: unknown[] }>)[list.name]!
  assert.equal(edges.length, first, `${list.name} has ${edges.length} items in this test: put more into its table`)
  return statements
}

assert.ok(lists.length >= 9)
for (const list of lists) {
  test(`${list.name}: 100 items cost as many statements as 10`, async () => {
    const few = await read(list, 10)
    assert.equal(await read(list, 100), few)
    assert.ok(few <= 20, `${few} statements`)
  })
}

test('the members of a workspace: 100 cost as many statements as 10', async () => {
  const [{ id }] = await db.em.fork().execute<[{ id: string }]>('select workspace_id as id from vm limit 1')
  const counts: number[] = []
  for (const first of [10, 100]) {
    const parts = { ...superuser, db, log: pino({ level: 'silent' }) } as unknown as Parameters<typeof makeContext>[0]
    const source = 'query ($id: ID!, $first: Int!) { workspace(id: $id) { members(first: $first) { totalCount edges { node { username role permissions user { username } workspace { name } can { update { allowed } remove { reason } } } } } } }'
    const { value, statements } = await countStatements(async () => graphql({ schema, source, variableValues: { id: encodeId('Workspace', id), first }, contextValue: makeContext(parts) }))
    assert.equal(value.errors, undefined)
    assert.equal((value.data as { workspace: { members: { edges: unknown[] } } }).workspace.members.edges.length, first)
    counts.push(statements)
  }
  assert.deepEqual(counts, [counts[0], counts[0]])
  assert.ok(counts[0]! <= 10, `${counts[0]} statements`)
})
