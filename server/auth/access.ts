import { sql } from 'kysely'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'

// A lock that is no row: thousands may share it at once without a write.
const key = (userId: string) => sql`hashtextextended(${`access:${userId}`}, 0)`

/**
 * Keeps the user's rights as they are until the transaction ends; waits while somebody changes them. What is read after
 * this call is what holds at commit.
 */
export async function holdAccess(em: Em, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(${key(userId)})`.execute(kyselyOf(em))
}

/**
 * To be called first by whatever takes rights away: waits for the user's operations in flight and keeps out later ones
 * until the transaction ends, so that no operation starts after the revocation has committed.
 */
export async function changeAccess(em: Em, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(${key(userId)})`.execute(kyselyOf(em))
}
