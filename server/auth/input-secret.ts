import { hkdfSync } from 'node:crypto'
import { keysOf } from '../db/master-key.ts'
import type { MasterKey } from '../db/master-key.ts'

/**
 * Keys the hashes of inputs that idempotency rows keep (decision 23). From the master key, so that whoever reads the
 * database alone cannot try passwords against them.
 */
export const inputSecretOf = (masterKey: MasterKey): Uint8Array => new Uint8Array(hkdfSync('sha256', keysOf(masterKey)[0], '', 'kloudak idempotency', 32))
