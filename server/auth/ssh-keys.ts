import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'
import { KloudakError } from '../model/errors.ts'

/** OpenSSH's fingerprint of a key in the form of `*.pub` files and known_hosts: `SHA256:` and unpadded base64. */
export function fingerprintOfLine(line: string): string {
  const blob = Buffer.from(line.trim().split(/\s+/)[1] ?? '', 'base64')
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/**
 * The public half of a private key in OpenSSH or PEM form, as one line of `authorized_keys`. INVALID_INPUT when it cannot be
 * read, needs a passphrase, or is a public key; nothing of the key's text is repeated.
 */
export function publicHalfOf(privateKey: string, comment: string, field = 'privateKey'): string {
  const key = privateKey.length > 16_384 ? new Error('too long') : ssh2.utils.parseKey(privateKey)
  if (key instanceof Error || !key.isPrivateKey()) {
    throw new KloudakError('INVALID_INPUT', 'The private key cannot be read.', { field, remedy: 'Give an OpenSSH or PEM private key without a passphrase, whole and with its first and last line; or give none, and Kloudak makes one.' })
  }
  return `${key.type} ${key.getPublicSSH().toString('base64')} ${comment}`
}

/** As publicHalfOf; null when the key cannot be read. */
export function publicHalfIfReadable(privateKey: string, comment: string): string | null {
  try { return publicHalfOf(privateKey, comment) } catch { return null }
}
