import { sql } from 'kysely'
import type { Db, Em } from '../../server/db/orm.ts'
import { LeaseLost } from './step.ts'
import type { Lease } from './lease.ts'

/**
 * A transaction on the books that can only commit while the saga is ours. It holds the saga's row `for key share`:
 * renewals go on beside it, a claim (`for update`) passes the row by until it ends. The other way round, after a claim
 * the epoch no longer fits and nothing is written. A worker that is frozen inside such a transaction holds a takeover up
 * until the database ends it (`transaction_timeout`, 5 s); one that dies does not, its connection closes.
 */
export async function fencedWrite<T>(db: Db, lease: Lease, work: (em: Em) => Promise<T>): Promise<T> {
  lease.assertValid()
  return db.em.fork().transactional(async (em) => {
    const { rows } = await sql`select 1 from saga where id = ${lease.sagaId} and epoch = ${lease.epoch} for key share`.execute(em.getKysely())
    if (rows.length === 0) throw new LeaseLost(`saga ${lease.sagaId} is no longer held under epoch ${lease.epoch}`)
    return work(em)
  })
}
