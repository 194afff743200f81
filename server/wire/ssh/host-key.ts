// The host key: only ed25519 is offered and accepted, so a host has exactly one key to pin.
import { createHash, timingSafeEqual } from 'node:crypto'

/** A pinned key: OpenSSH's fingerprint `SHA256:<base64>`, or the public key blob (RFC 8709: the algorithm's name, then 32 bytes). */
export type PinnedHostKey = string | Buffer

/** OpenSSH's fingerprint of a public key blob: `SHA256:` and unpadded base64. */
export function fingerprintOf(publicKeyBlob: Buffer): string {
  return `SHA256:${createHash('sha256').update(publicKeyBlob).digest('base64').replace(/=+$/, '')}`
}

/** The fingerprint form of a pin. */
export function pinFingerprint(pin: PinnedHostKey): string {
  return typeof pin === 'string' ? pin : fingerprintOf(pin)
}

/** Whether the host's key is the pinned one, compared in constant time. */
export function isPinned(pin: PinnedHostKey, publicKeyBlob: Buffer): boolean {
  const expected = typeof pin === 'string' ? Buffer.from(pin) : pin
  const actual = typeof pin === 'string' ? Buffer.from(fingerprintOf(publicKeyBlob)) : publicKeyBlob
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}
