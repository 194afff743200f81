import { decodeCursor } from '../../server/events/cursor.ts'
import type { Db } from '../../server/db/orm.ts'
import { until } from './until.ts'

/**
 * A cursor behind all that has been committed so far. One that is taken at once lies before every transaction that is open anywhere
 * on the database server, other tests' too, and what came since may be told again.
 */
export async function settledCursor(db: Db, take: () => Promise<string>): Promise<string> {
  const [{ xid }] = await db.em.fork().execute<[{ xid: string }]>('select pg_current_xact_id()::text as xid')
  return until('older transactions to end', async () => {
    const cursor = await take()
    return decodeCursor(cursor).xid > BigInt(xid) && cursor
  })
}
