import { KloudakError } from '../model/errors.ts'

/** Thrown inside a transaction to have all of it done again from a fresh look at the books. */
export class TryAgain extends Error {
  override readonly name = 'TryAgain'
}

// Deadlock and serialization failure: PostgreSQL broke one of two transactions, which may simply run again.
const brokenByPeer = new Set(['40P01', '40001'])
// Drawn at random, or chosen from what others changed meanwhile: the next try draws or chooses anew.
const redrawn = new Set(['vm_interface_mac_key', 'address_held', 'network_vlan'])
const tries = 20

/** Runs a transaction; one that only lost against a peer is run again, at most twenty times in all; then it is UNAVAILABLE. */
export async function retried<Value>(transaction: () => Promise<Value>): Promise<Value> {
  for (let left = tries - 1; ; left--) {
    try {
      return await transaction()
    } catch (error) {
      if (!mayRetry(error)) throw error
      if (left === 0) throw new KloudakError('UNAVAILABLE', 'Too many requests for the same thing at once.', { retryAfterMs: 1_000, remedy: 'Try again in a moment.', cause: error })
    }
  }
}

function mayRetry(error: unknown): boolean {
  if (error instanceof TryAgain) return true
  const { code, constraint } = databaseError(error)
  return code !== undefined && (brokenByPeer.has(code) || (code === '23505' && constraint !== undefined && redrawn.has(constraint)))
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
