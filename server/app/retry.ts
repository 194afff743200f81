import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'

/** Thrown inside a transaction to have all of it done again from a fresh look at the books. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain'
}

// Deadlock, serialization failure, and the ends of a connection that PostgreSQL makes itself: by the limit of a
// transaction's time, most of which went by in line for a lock, and by an operator. What it rolled back may run again.
const rolledBack = new Set(['40P01', '40001', '25P04', '57P01'])
// Drawn at random, or chosen from what others changed meanwhile: the next try draws or chooses anew.
const redrawn = new Set(['vm_interface_mac_key', 'address_held', 'network_vlan'])
const tries = 20
const patienceMs = 20_000

/**
 * Runs the work in a transaction of `em`; one that only lost against a peer, or whose connection was cut before it could
 * commit, is run again: at most twenty times, and not for longer than a client waits; then it is UNAVAILABLE.
 */
export async function retried<Value>(em: Em, work: (em: Em) => Promise<Value>): Promise<Value> {
  const begun = performance.now()
  for (let left = tries - 1; ; left--) {
    try {
      return await em.transactional((em) => work(em).catch(async (error: unknown) => { throw await wasCut(em, error) ? new TryAgain('The connection was cut.', { cause: error }) : error }))
    } catch (error) {
      if (!mayRetry(error)) throw error
      if (left === 0 || performance.now() - begun > patienceMs) throw new KloudakError('UNAVAILABLE', 'Too many requests for the same thing at once.', { retryAfterMs: 1_000, remedy: 'Try again in a moment.', cause: error })
    }
  }
}

/** Whether the transaction's connection is gone, and with it all that it did. An error of the driver's own has no number: the connection itself is asked. */
async function wasCut(em: Em, error: unknown): Promise<boolean> {
  if (error instanceof KloudakError || error instanceof TryAgain || databaseError(error).code !== undefined) return false
  return em.execute('select 1').then(() => false, (answer: unknown) => databaseError(answer).code === undefined)
}

function mayRetry(error: unknown): boolean {
  if (error instanceof TryAgain) return true
  const { code, constraint } = databaseError(error)
  return code !== undefined && (rolledBack.has(code) || (code === '23505' && constraint !== undefined && redrawn.has(constraint)))
}

/** PostgreSQL's own code and the constraint's name, from the error or the one that it wraps. */
function databaseError(error: unknown): { code: string | undefined; constraint: string | undefined } {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const { code, constraint } = at as Error & { code?: unknown; constraint?: unknown }
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return { code, constraint: typeof constraint === 'string' ? constraint : undefined }
  }
  return { code: undefined, constraint: undefined }
}

/** The name of the unique constraint that the error says was violated. */
export function violatedUnique(error: unknown): string | undefined {
  const { code, constraint } = databaseError(error)
  return code === '23505' ? constraint : undefined
}
