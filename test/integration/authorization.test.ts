import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getNamedType, getNullableType, isListType, isObjectType, isUnionType } from 'graphql'
import type { GraphQLField, GraphQLOutputType } from 'graphql'
import { schema } from '../../schema/index.ts'
import { newId } from '../../server/model/id.ts'
import { methodPermission, permissions } from '../../server/model/permissions.ts'
import { useApi } from '../support/api.ts'
import type { Answer, TestClient } from '../support/api.ts'
import { makeWorld } from '../support/world.ts'
import { matrix, nodes } from './authorization-matrix.ts'
import type { Needs, Row } from './authorization-matrix.ts'
import { makeThings } from './authorization-things.ts'

type Root = keyof typeof matrix
/** `hidden`: as if the thing were not there. Any other answer that is no refusal is `allowed`. */
type Outcome = 'allowed' | 'hidden' | 'FORBIDDEN' | 'UNAUTHENTICATED' | (string & {})

const api = await useApi({ limits: { perUser: { burst: 100_000, perSecond: 1_000 }, perAddress: { burst: 100_000, perSecond: 1_000 } } })
const cursor = await api.hub.currentCursor()
const world = await makeWorld(api.db)
const { things, fresh } = await makeThings(api, world, cursor)
const elsewhere = await api.workspace()

const everybody = ['anonymous', 'stranger', 'viewer', ...permissions, 'superuser'] as const
type Who = (typeof everybody)[number]

/** A new one each time, for what an operation does to its caller must not show in the next. */
async function someone(who: Who): Promise<TestClient> {
  if (who === 'anonymous') return api.anonymous
  if (who === 'superuser') return api.user({ superuser: true })
  // A stranger may do everything, but elsewhere.
  if (who === 'stranger') return api.user({ memberships: { [elsewhere]: permissions } })
  return api.user({ memberships: { [world.workspaceId]: who === 'viewer' ? [] : [who] } })
}

function expected(needs: Needs, who: Who): Outcome {
  if (needs === 'nothing') return 'allowed'
  if (who === 'anonymous') return 'UNAUTHENTICATED'
  if (needs === 'sign-in' || who === 'superuser') return 'allowed'
  if (needs === 'superuser') return 'FORBIDDEN'
  if (needs === "superuser's sight" || who === 'stranger') return 'hidden'
  return needs === 'sight' || who === needs ? 'allowed' : 'FORBIDDEN'
}

for (const root of ['Query', 'Mutation', 'Subscription'] as const) {
  const fields = schema.getType(root) ? (schema.getType(root) as unknown as { getFields(): Record<string, GraphQLField<unknown, unknown>> }).getFields() : {}

  test(`every field of ${root} has a row, and every row a field`, () => {
    assert.deepEqual(Object.keys(matrix[root]).sort(), Object.keys(fields).sort())
  })

  for (const [name, field] of Object.entries(fields)) {
    const row = matrix[root][name]
    if (row) test(`${root}.${name} needs ${row.needs}`, async () => {
      await compare(row.needs, async (who) => outcome(root, name, field, row, await someone(who)))
    })
  }
}

test('the table of verbs and their permissions says what the matrix says, and leaves no verb out', () => {
  // These need what the task's own verb needs.
  const ofTasks = ['cancelTask', 'retryTask']
  const needed = Object.entries(matrix.Mutation).filter(([name, { needs }]) => (permissions as readonly string[]).includes(needs) && !ofTasks.includes(name))
  assert.deepEqual(Object.fromEntries(needed.map(([name, { needs }]) => [name, needs])), { ...methodPermission })
})

test('every type of node has a row', () => {
  const nodeTypes = schema.getPossibleTypes(schema.getType('Node') as never).map(({ name }) => name)
  assert.deepEqual(Object.keys(nodes).sort(), [...nodeTypes].sort())
})

for (const [typename, { needs, id }] of Object.entries(nodes)) {
  test(`reading a ${typename} by its id needs ${needs}`, async () => {
    await compare(needs, async (who) => {
      const answer = await (await someone(who)).send<{ node: { __typename: string } | null }>(`{ node(id: "${id(things)}") { __typename } }`)
      if (answer.errors) return answer.errors[0]!.extensions.code
      assert.ok(answer.data.node === null || answer.data.node.__typename === typename)
      return answer.data.node ? 'allowed' : 'hidden'
    })
  })
}

async function compare(needs: Needs, ask: (who: Who) => Promise<Outcome>): Promise<void> {
  const found: Partial<Record<Who, Outcome>> = {}
  for (const who of everybody) found[who] = await ask(who)
  assert.deepEqual(found, Object.fromEntries(everybody.map((who) => [who, expected(needs, who)])))
}

async function outcome(root: Root, name: string, field: GraphQLField<unknown, unknown>, row: Row, client: TestClient): Promise<Outcome> {
  const args = await row.args?.(things, fresh())
  const requestId = newId()
  const operation = `${root.toLowerCase()} { answer: ${name}${args ? `(${args})` : ''}${selection(field.type)} }`
  const { data, errors } = root === 'Subscription' ? await firstOf(client, operation) : await client.send<{ answer: unknown }>(operation, undefined, { 'x-request-id': requestId })
  const code = errors ? errors[0]!.extensions.code : codeOf(data.answer)
  if (root === 'Mutation') await checkAudit(requestId, name, code, client)
  if (code !== undefined && code === row.allowedAnswer) return 'allowed'
  if (code === 'NOT_FOUND') return 'hidden'
  if (code !== undefined) return code
  // Only the viewer, and what is one's own, is nobody's thing to hide.
  return isNothing(data.answer) && row.needs !== 'nothing' && !row.isOwn ? 'hidden' : 'allowed'
}

/** Each mutation, allowed or refused, has left one row, and says the same as its answer. */
async function checkAudit(requestId: string, method: string, code: string | undefined, { userId }: TestClient): Promise<void> {
  const rows = await api.db.em.fork().execute<{ method: string; error_code: string | null; user_id: string | null }[]>('select method, error_code, user_id from audit where request_id = ?', [requestId])
  assert.deepEqual(rows, [{ method, error_code: code ?? null, user_id: userId === '' ? null : userId }])
}

/** The first answer of an event stream that begins before all of this file's things were made, so that there is one. */
async function firstOf({ token }: TestClient, query: string): Promise<Pick<Answer<{ answer: unknown }>, 'data' | 'errors'>> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream', ...(token ? { authorization: `Bearer ${token}` } : {}) }
  const response = await fetch(`${api.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const data = /^data: *(\{.*\})$/m.exec(text)?.[1]
    if (data) return JSON.parse(data) as Answer<{ answer: unknown }>
  }
  throw new Error(`the stream ended without an answer: ${response.status} ${text}`)
}

const codeOf = (value: unknown) => (value as { code?: string } | null)?.code

function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.every(isNothing)
  return typeof value === 'object' && 'edges' in value && (value.edges as unknown[]).length === 0
}

function selection(type: GraphQLOutputType): string {
  const named = getNamedType(type)
  if (isUnionType(named)) return ' { __typename ... on UserError { code } }'
  if (!isObjectType(named) && named.name !== 'Node') return ''
  if (isListType(getNullableType(type))) return ' { __typename }'
  return isObjectType(named) && 'edges' in named.getFields() ? ' { edges { cursor } }' : ' { __typename }'
}
