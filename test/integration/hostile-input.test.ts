// Hostile text in every field of every mutation that takes text, made from the schema: each is refused with a typed error
// or stored exactly, and nothing but what the mutation is about changes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getNamedType, parse, valueFromASTUntyped } from 'graphql'
import type { FieldNode, GraphQLInputObjectType, OperationDefinitionNode } from 'graphql'
import { schema } from '../../schema/index.ts'
import { errorCodes } from '../../server/model/errors.ts'
import { useApi } from '../support/api.ts'
import type { TestClient } from '../support/api.ts'
import { hostile, textFields, withValue } from '../support/hostile.ts'
import type { Path } from '../support/hostile.ts'
import { makeWorld } from '../support/world.ts'
import { matrix } from './authorization-matrix.ts'
import { makeThings } from './authorization-things.ts'

const api = await useApi({ limits: { perUser: { burst: 1e6, perSecond: 1e6 }, perAddress: { burst: 1e6, perSecond: 1e6 } } })
const em = api.db.em.fork()
const { things, fresh } = await makeThings(api, await makeWorld(api.db), await api.hub.currentCursor())
const ids = things as unknown as Record<string, string>

/** Text that is not kept as it is: hashed, compared with what is kept, or read no further. Kept in plain it would be found. */
const neverKept = /password|refreshToken|planHash/i

/** What every call may write beside its object. */
const beside = new Set(['audit', 'event', 'migration', 'signing_key', 'try_bucket'])
/** Every mutation hands these two to the same code, which is asked here for each of them, but not for all that is hostile. */
const common = ['idempotencyKey', 'planHash']
const forCommon = ['xml', 'zero byte', 'lone surrogate', 'long']

type Rows = Map<string, string>

/** Reads all rows of all tables; of those in parts, which only samples fill, none. */
const allRows = await (async () => {
  const tables = await em.execute<{ name: string; key: string }[]>(`
    select c.relname as name, (select string_agg(format('%I::text', a.attname), ' || '' '' || ') from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey) where i.indrelid = c.oid and i.indisprimary) as key
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'r' and not c.relispartition order by 1`)
  return tables.filter(({ name }) => !beside.has(name)).map(({ name, key }) => `select '${name} ' || ${key ?? 'ctid::text'} as key, to_jsonb(t)::text as row from "${name}" t`).join(' union all ')
})()

/** By table and key. */
const books = async (): Promise<Rows> => new Map((await em.execute<{ key: string; row: string }[]>(allRows)).map(({ key, row }) => [key, row]))

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : []
}

/** The strings in rows that are new or others than before. */
const writtenStrings = (before: Rows, now: Rows) => new Set([...now].filter(([key, row]) => !key.startsWith('task ') && before.get(key) !== row).flatMap(([, row]) => strings(JSON.parse(row))))

/** The matrix' own input for the mutation, anew, as variables take it. */
async function validInput(name: string): Promise<Record<string, unknown>> {
  const args = await matrix.Mutation[name]!.args?.(things, fresh())
  const { definitions: [operation] } = parse(`{ field(${args}) }`)
  return valueFromASTUntyped(((operation as OperationDefinitionNode).selectionSet.selections[0] as FieldNode).arguments![0]!.value) as Record<string, unknown>
}

interface Answered { code: string | undefined }

async function ask(client: TestClient, name: string, input: object): Promise<Answered> {
  const typeName = `${name[0]!.toUpperCase()}${name.slice(1)}`
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${client.token}` },
    body: JSON.stringify({ query: `mutation ($input: ${typeName}Input!) { answer: ${name}(input: $input) { __typename ... on UserError { code } } }`, variables: { input } }),
  })
  if (response.status === 413) return { code: '413' }
  const { data, errors, error } = await response.json() as { data?: { answer: { code?: string } | null } | null; errors?: { extensions: { code: string } }[]; error?: { code: string } }
  return { code: errors?.[0]?.extensions.code ?? error?.code ?? data?.answer?.code }
}

const uuidsIn = (value: unknown): string[] => strings(value).flatMap((text) => [text, Buffer.from(text.slice(0, 200), 'base64url').toString()]).flatMap((text) => text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])

/** Rows that are others now, or gone, and that neither name what the mutation was about nor are what that belongs to: its VM, its network. */
function strangersChanged(before: Rows, now: Rows, about: readonly string[]): string[] {
  const parents = [...before].filter(([key]) => about.some((id) => key.endsWith(` ${id}`))).flatMap(([, row]) => uuidsIn(JSON.parse(row)))
  return [...before].filter(([key, row]) => now.get(key) !== row && !about.some((id) => row.includes(id)) && !parents.some((id) => key.endsWith(` ${id}`))).map(([key]) => key)
}

const refusals = new Set<string>([...errorCodes.filter((code) => code !== 'INTERNAL' && code !== 'OUTCOME_UNKNOWN'), '413'])

for (const field of Object.values(schema.getMutationType()!.getFields())) {
  const type = getNamedType(field.args[0]!.type) as GraphQLInputObjectType
  test(`${field.name} takes hostile text exactly or not at all`, async () => {
    for (const path of textFields(type)) await tryField(field.name, type, path)
  })
}

async function tryField(name: string, type: GraphQLInputObjectType, path: Path): Promise<void> {
  let client = await api.user({ superuser: true })
  let input = await validInput(name)
  let before = await books()
  for (const [kind, text] of Object.entries(hostile)) {
    if (common.includes(String(path[0])) && !forCommon.includes(kind)) continue
    const where = `${name}.${path.join('.')} with ${kind}`
    const sent = withValue(type, input, path, text, ids)
    const { code } = await ask(client, name, sent)
    const failures = api.logged.splice(0).filter(({ level }) => (level as number) >= 50)
    assert.deepEqual(failures, [], where)
    if (code !== undefined) {
      assert.ok(refusals.has(code), `${where} answered ${code}`)
      continue
    }
    const now = await books()
    assert.deepEqual(strangersChanged(before, now, [...uuidsIn(sent), client.userId]), [], where)
    const kept = writtenStrings(before, now)
    if (neverKept.test(path.join('.'))) assert.ok(text.trim() === '' || !kept.has(text), `${where} is kept in plain`)
    else if (sent.dryRun !== true) assert.ok(kept.has(text) || kept.has(text.normalize('NFC')), `${where} was taken, but is not kept`)
    // It has used up what it was about, and perhaps the session.
    client = await api.user({ superuser: true })
    input = await validInput(name)
    before = await books()
  }
  // What was refused has left nothing.
  const now = await books()
  assert.deepEqual([...now].filter(([key, row]) => before.get(key) !== row).map(([key]) => key), [], `${name}.${path.join('.')}`)
  assert.equal(before.size, now.size)
}
