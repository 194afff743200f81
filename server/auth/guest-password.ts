import { createHash, randomBytes } from 'node:crypto'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
// In which order the digest's bytes are written, three by three (Drepper, "Unix crypt using SHA-256 and SHA-512").
const order = [
  0, 21, 42, 22, 43, 1, 44, 2, 23, 3, 24, 45, 25, 46, 4, 47, 5, 26, 6, 27, 48, 28, 49, 7, 50, 8, 29, 9, 30, 51, 31, 52,
  10, 53, 11, 32, 12, 33, 54, 34, 55, 13, 56, 14, 35, 15, 36, 57, 37, 58, 16, 59, 17, 38, 18, 39, 60, 40, 61, 19, 62, 20, 41, 63,
]
const sha512 = (...parts: Uint8Array[]) => parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest()
const repeated = (block: Uint8Array, length: number) => Buffer.concat(Array.from({ length: Math.ceil(length / block.length) }, () => block)).subarray(0, length)

/**
 * SHA-512 crypt as glibc's crypt(3) does it, for a guest's /etc/shadow: `$6$salt$hash`. Guests' passwords are stored
 * and sent in this form only. `salt` and `rounds` are given by tests alone.
 */
export function hashGuestPassword(password: string, salt = randomSalt(), rounds?: number): string {
  const key = Buffer.from(password)
  const saltBytes = Buffer.from(salt.slice(0, 16))
  const used = Math.min(999_999_999, Math.max(1_000, rounds ?? 5_000))
  const b = sha512(key, saltBytes, key)
  const mix: Uint8Array[] = [key, saltBytes, repeated(b, key.length)]
  for (let bits = key.length; bits > 0; bits >>>= 1) mix.push(bits & 1 ? b : key)
  let digest = sha512(...mix)
  const p = repeated(sha512(...Array.from({ length: key.length }, () => key)), key.length)
  const s = repeated(sha512(...Array.from({ length: 16 + digest[0]! }, () => saltBytes)), saltBytes.length)
  for (let round = 0; round < used; round++) {
    const parts: Uint8Array[] = [round & 1 ? p : digest]
    if (round % 3) parts.push(s)
    if (round % 7) parts.push(p)
    parts.push(round & 1 ? digest : p)
    digest = sha512(...parts)
  }
  return `$6$${rounds === undefined ? '' : `rounds=${used}$`}${saltBytes.toString()}$${encode(digest)}`
}

function encode(digest: Uint8Array): string {
  let text = ''
  const write = (value: number, characters: number) => { for (let i = 0; i < characters; i++) text += alphabet[(value >>> (6 * i)) & 63] }
  for (let i = 0; i < 63; i += 3) write((digest[order[i]!]! << 16) | (digest[order[i + 1]!]! << 8) | digest[order[i + 2]!]!, 4)
  write(digest[63]!, 2)
  return text
}

const randomSalt = () => Array.from(randomBytes(16), (byte) => alphabet[byte & 63]).join('')
