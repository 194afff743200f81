import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { keysOf } from './master-key.ts'
import type { MasterKey } from './master-key.ts'

/** Which row a secret belongs to: a sealed value that is moved to another row does not open (decision 21). */
export interface SealedPlace { table: string; id: string }

// Layout: 1 byte version, 4 bytes key id, 12 bytes nonce, 16 bytes tag, ciphertext.
const headerBytes = 1 + 4 + 12 + 16

const keyId = (key: Uint8Array) => createHash('sha256').update('kloudak key id').update(key).digest().subarray(0, 4)
const associated = ({ table, id }: SealedPlace) => Buffer.from(`${table}/${id}`)

/** AES-256-GCM under the master key, with table and row as associated data. */
export function seal(masterKey: MasterKey, place: SealedPlace, secret: string | Uint8Array): Buffer {
  const [key] = keysOf(masterKey)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated(place))
  const body = Buffer.concat([cipher.update(secret), cipher.final()])
  return Buffer.concat([Buffer.of(1), keyId(key), nonce, cipher.getAuthTag(), body])
}

/** Whether a value is under the key that seals now, or under an older one. */
export const isSealedUnder = (masterKey: MasterKey, sealed: Uint8Array): boolean => keyId(keysOf(masterKey)[0]).equals(Buffer.from(sealed).subarray(1, 5))

/** Whether one of our keys sealed it. */
export const canUnseal = (masterKey: MasterKey, sealed: Uint8Array): boolean => keysOf(masterKey).some((key) => isSealedUnder(key, sealed))

/** Throws when the key is another one, the row is another one, or a bit was changed. */
export function unseal(masterKey: MasterKey, place: SealedPlace, sealed: Uint8Array): Buffer {
  const buffer = Buffer.from(sealed)
  if (buffer.length < headerBytes || buffer[0] !== 1) throw new Error(`sealed value of ${place.table} ${place.id} is damaged`)
  const key = keysOf(masterKey).find((candidate) => keyId(candidate).equals(buffer.subarray(1, 5)))
  if (!key) throw new Error(`no master key opens the sealed value of ${place.table} ${place.id}`)
  const decipher = createDecipheriv('aes-256-gcm', key, buffer.subarray(5, 17)).setAAD(associated(place)).setAuthTag(buffer.subarray(17, 33))
  return Buffer.concat([decipher.update(buffer.subarray(headerBytes)), decipher.final()])
}
