import type { Sql } from 'postgres'
import { encodeCursor } from './cursor.ts'
import type { Cursor, Position } from './cursor.ts'
import type { ChangeEvent, EventFilter } from './event.ts'

export interface Reading {
  epoch: string
  /** Transactions below have all ended: their events have been shown, if any, and no more can come. */
  xmin: bigint
  /** Events between `after` and the oldest kept one have been removed. */
  pruned: boolean
  /** There are committed events that must wait for an older transaction to end. Its end may wake nobody, so look again soon. */
  pending: boolean
  events: ChangeEvent[]
}

interface Row {
  epoch: string
  xmin: string
  pruned: boolean
  pending: boolean
  xid: string | null
  id: string
  workspaceId: string | null
  objectType: ChangeEvent['objectType']
  objectId: string
  kind: ChangeEvent['kind']
  version: number
  at: Date
}

/**
 * The events after a position in the order (xid, id), at most `limit`. Only those of transactions below the snapshot's
 * xmin: an id or xid may be drawn early and committed late, and a reader that went past it would never see it (decision 3).
 * One statement, hence one snapshot for the events, for xmin and for what is pruned.
 */
export async function readEvents(sql: Sql, after: Position, { limit, upTo, filter = {} }: { limit: number; upTo?: Position; filter?: EventFilter }): Promise<Reading> {
  const rows = await sql<Row[]>`
    with head as (
      select stream_epoch, pg_snapshot_xmin(pg_current_snapshot()) as xmin,
        (pruned_xid, pruned_id) > (${String(after.xid)}::xid8, ${String(after.id)}::bigint) as pruned
      from installation
    )
    select head.stream_epoch as epoch, head.xmin, head.pruned,
      -- Not "exists": where nothing is pending, as nearly always, the planner would have the whole table read to find that out.
      coalesce((select xid from event order by xid desc, id desc limit 1) >= head.xmin, false) as pending, found.*
    from head left join lateral (
      select xid, id, workspace_id as "workspaceId", object_type as "objectType", object_id as "objectId", kind, object_version as version, at
      from event
      where (xid, id) > (${String(after.xid)}::xid8, ${String(after.id)}::bigint) and xid < head.xmin
        ${upTo ? sql`and (xid, id) <= (${String(upTo.xid)}::xid8, ${String(upTo.id)}::bigint)` : sql``}
        ${filter.workspaceId === undefined ? sql`` : sql`and workspace_id = ${filter.workspaceId}::uuid`}
        ${filter.objectId === undefined ? sql`` : sql`and object_id = ${filter.objectId}::uuid`}
        ${filter.objectTypes === undefined ? sql`` : sql`and object_type = any(string_to_array(${filter.objectTypes.join()}, ','))`}
      order by xid, id
      limit ${limit}
    ) found on true
    order by found.xid, found.id`
  const head = rows[0]
  if (!head) throw new Error('the database holds no installation row')
  const events = rows.flatMap((row): ChangeEvent[] => {
    if (row.xid === null) return []
    const position = { xid: BigInt(row.xid), id: BigInt(row.id) }
    const { workspaceId, objectType, objectId, kind, version, at } = row
    return [{ position, cursor: encodeCursor({ epoch: head.epoch, ...position }), workspaceId, objectType, objectId, kind, version, at }]
  })
  return { epoch: head.epoch, xmin: BigInt(head.xmin), pruned: head.pruned, pending: head.pending, events }
}

/** The place where the stream stands now: all that committed before this call and was not held up lies behind it. */
export async function readCursor(sql: Sql): Promise<Cursor> {
  const [row] = await sql<{ epoch: string; xmin: string }[]>`select stream_epoch as epoch, pg_snapshot_xmin(pg_current_snapshot()) as xmin from installation`
  if (!row) throw new Error('the database holds no installation row')
  return { epoch: row.epoch, xid: BigInt(row.xmin), id: 0n }
}
