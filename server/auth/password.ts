import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Bounded } from './bounded.ts'

// OWASP's second choice: 19 MiB, two passes, one lane.
const cost = { memoryKib: 19_456, passes: 2, parallelism: 1 }
const tagBytes = 32
const shape = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,64})\$([A-Za-z0-9+/]{22,86})$/

const derive = promisify(argon2)
// Each takes 19 MiB while it runs, and one of the four threads that files and name look-ups need too.
const bounded = new Bounded(2, 64)
const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/** The hash of a password, as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await bounded.run(() => derive('argon2id', { message: normalize(password), nonce, memory: cost.memoryKib, passes: cost.passes, parallelism: cost.parallelism, tagLength: tagBytes }))
  return `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.parallelism}$${encode(nonce)}$${encode(tag)}`
}

/**
 * Whether the password is the one of the PHC string. Without a string it takes as long and says no, so that one cannot
 * tell from the time whether a user exists.
 */
export async function verifyPassword(password: string, phc: string | undefined): Promise<boolean> {
  const parts = shape.exec(phc ?? nobody)
  if (!parts) throw new Error('a stored password hash is damaged')
  const [, memory, passes, parallelism, nonce, stored] = parts as unknown as [string, string, string, string, string, string]
  const wanted = Buffer.from(stored, 'base64')
  const tag = await bounded.run(() => derive('argon2id', {
    message: normalize(password), nonce: Buffer.from(nonce, 'base64'), memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism), tagLength: wanted.length,
  }))
  return timingSafeEqual(tag, wanted) && phc !== undefined
}

/** Whether a hash was made at another cost than that of today and is worth making anew at the next sign-in. */
export function isOutdated(phc: string): boolean {
  const parts = shape.exec(phc)
  return !parts || Number(parts[1]) !== cost.memoryKib || Number(parts[2]) !== cost.passes || Number(parts[3]) !== cost.parallelism
}

// Two keyboards may send the same letters differently composed.
const normalize = (password: string) => Buffer.from(password.normalize('NFKC'))
const nobody = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${cost.parallelism}$${encode(randomBytes(16))}$${encode(randomBytes(tagBytes))}`

/** A password that nobody chose, for one person to read once: 120 random bits. */
export const generatePassword = (): string => randomBytes(15).toString('base64url')
