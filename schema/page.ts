import { KloudakError } from '../server/model/errors.ts'
import type { PageRequest } from '../server/model/page.ts'

export interface PageArgs { first?: number | null; last?: number | null; after?: string | null; before?: string | null }

const largestPage = 100
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * One keyset page of a list ordered by id. `list` gets the request and answers in its direction: ascending, or
 * descending when `backward`. INVALID_INPUT for a page size out of 1-100, for both directions at once, and for a
 * cursor that no page has given.
 */
export async function pageById<Row extends { id: string }>(args: PageArgs, list: (page: PageRequest) => Promise<Row[]>) {
  if (args.first != null && args.last != null) throw refuse('Ask for first or for last, not for both.', 'last')
  const backward = args.last != null
  const size = args.first ?? args.last ?? 20
  if (size < 1 || size > largestPage) throw refuse(`A page has 1 to ${largestPage} items.`, backward ? 'last' : 'first')
  const rows = await list({ after: readCursor(args.after, 'after'), before: readCursor(args.before, 'before'), limit: size + 1, backward })
  const more = rows.length > size
  const shown = rows.slice(0, size)
  if (backward) shown.reverse()
  // Few ask for the cursor of each item.
  const edges = shown.map((node) => ({ node, get cursor() { return writeCursor(node.id) } }))
  return {
    edges,
    pageInfo: {
      hasNextPage: backward ? args.before != null : more,
      hasPreviousPage: backward ? more : args.after != null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const refuse = (message: string, field: string) => new KloudakError('INVALID_INPUT', message, { field })
const writeCursor = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')

function readCursor(cursor: string | null | undefined, field: string): string | undefined {
  if (cursor == null) return undefined
  const id = Buffer.from(cursor, 'base64url').toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  if (!uuid.test(id) || writeCursor(id) !== cursor) throw refuse('This is not a cursor of this list.', field)
  return id
}
