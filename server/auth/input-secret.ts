import { hkdfSync } from 'node:crypto'
import { keysOf } from '../db/master-key.ts'
import type { MasterKey } from '../db/master-key.ts'

/**
 * Keys the hashes of inputs that idempotency rows keep (decision 23). From the master key, so that whoever reads the
 * database alone cannot try passwords against them. The first is for new ones, the others know those of replaced keys.
 */
export const inputSecretsOf = (masterKey: MasterKey): Uint8Array[] => keysOf(masterKey).map((key) => new Uint8Array(hkdfSync('sha256', key, '', 'kloudak idempotency', 32)))
