import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isScalarType } from 'graphql'
import type { GraphQLScalarType } from 'graphql'
import { KloudakError } from '../server/model/errors.ts'
import { newId } from '../server/model/id.ts'
import type { PageRequest } from '../server/model/page.ts'
import { decodeId, encodeId } from './global-id.ts'
import { schema } from './index.ts'
import { pageById } from './page.ts'

const invalid = (field: string) => (error: unknown) => error instanceof KloudakError && error.code === 'INVALID_INPUT' && error.field === field

test('an id comes back as it went out, and only for its own type', () => {
  const id = newId()
  assert.equal(decodeId('VM', encodeId('VM', id), 'vmId'), id)
  const bad = ['', 'x', id, encodeId('VM', 'x'), encodeId('', id), encodeId('Network', id), `${encodeId('VM', id)}=`, `${encodeId('VM', id)}A`, Buffer.from(`VM:${id.toUpperCase()}`).toString('base64url'), 'A'.repeat(100_000), encodeId('VM', `${id}' or 1=1`)]
  for (const text of bad) assert.throws(() => decodeId('VM', text, 'vmId'), invalid('vmId'), text.slice(0, 80))
})

function scalar(name: string): GraphQLScalarType {
  const type = schema.getType(name)
  assert.ok(isScalarType(type))
  return type
}

test('Bytes carries what a safe integer can and nothing else', () => {
  const bytes = scalar('Bytes')
  for (const good of [0, 1, 3 * 2 ** 31, Number.MAX_SAFE_INTEGER]) assert.equal(bytes.coerceInputValue(good), good)
  for (const bad of [-1, 0.5, 2 ** 53, Number.NaN, Infinity, '1024', null, true]) assert.throws(() => bytes.coerceInputValue(bad), /Bytes is a whole number/)
})

test('DateTime is a moment in ISO 8601 with its zone, told in UTC', () => {
  const dateTime = scalar('DateTime')
  assert.equal(dateTime.coerceOutputValue(dateTime.coerceInputValue('2026-01-31T12:00:00+02:00')), '2026-01-31T10:00:00.000Z')
  for (const bad of ['2026-01-31', '2026-01-31T12:00:00', '2026-13-31T12:00:00Z', 'now', 0, null]) assert.throws(() => dateTime.coerceInputValue(bad), /DateTime is written as/)
})

const rows = Array.from({ length: 7 }, () => ({ id: newId() }))
async function list({ after, before, limit, backward }: PageRequest): Promise<{ id: string }[]> {
  const found = rows.filter(({ id }) => (after === undefined || id > after) && (before === undefined || id < before))
  return (backward ? found.toReversed() : found).slice(0, limit)
}

test('pages forward and backward hold all rows once, and say truly whether more follows', async () => {
  const walk = async (direction: 'forward' | 'backward') => {
    const seen: string[] = []
    for (let cursor: string | null = null, more = true; more;) {
      const page: Awaited<ReturnType<typeof pageById<{ id: string }>>> = await pageById(direction === 'forward' ? { first: 3, after: cursor } : { last: 3, before: cursor }, list)
      const ids = page.edges.map(({ node }) => node.id)
      if (direction === 'forward') seen.push(...ids)
      else seen.unshift(...ids)
      more = direction === 'forward' ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage
      cursor = direction === 'forward' ? page.pageInfo.endCursor : page.pageInfo.startCursor
    }
    return seen
  }
  assert.deepEqual(await walk('forward'), rows.map(({ id }) => id))
  assert.deepEqual(await walk('backward'), rows.map(({ id }) => id))
})

test('page sizes out of range, both directions at once, and made-up cursors are refused', async () => {
  for (const first of [0, -1, 101]) await assert.rejects(pageById({ first }, list), invalid('first'))
  await assert.rejects(pageById({ last: 101 }, list), invalid('last'))
  await assert.rejects(pageById({ first: 1, last: 1 }, list), invalid('last'))
  for (const after of ['', 'x', rows[0]!.id, 'A'.repeat(1_000)]) await assert.rejects(pageById({ after }, list), invalid('after'))
})
