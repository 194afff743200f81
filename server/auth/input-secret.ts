import { hkdfSync } from 'node:crypto'

/**
 * Keys the hashes of inputs that idempotency rows keep (decision 23). From the master key, so that whoever reads the
 * database alone cannot try passwords against them.
 */
export const inputSecretOf = (masterKey: Uint8Array): Uint8Array => new Uint8Array(hkdfSync('sha256', masterKey, '', 'kloudak idempotency', 32))
