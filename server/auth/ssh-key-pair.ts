import { generateKeyPairSync, randomBytes } from 'node:crypto'

export interface SshKeyPair {
  /** One line, as in `~/.ssh/authorized_keys`. */
  publicKey: string
  /** As `ssh-keygen` writes it: OpenSSH's own format (PROTOCOL.key), not encrypted. */
  privateKey: string
}

const keyType = 'ssh-ed25519'

/** A new ed25519 pair. The private half is given out once and kept nowhere. `comment` is one line. */
export function makeSshKeyPair(comment: string): SshKeyPair {
  if (/\p{Cc}/u.test(comment)) throw new Error('the comment of a key is one line')
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const [seed, point] = [jwk.d!, jwk.x!].map((text) => Buffer.from(text, 'base64url')) as [Buffer, Buffer]
  const publicBlob = Buffer.concat([string(keyType), string(point)])
  const check = randomBytes(4)
  const secret = Buffer.concat([check, check, string(keyType), string(point), string(Buffer.concat([seed, point])), string(comment)])
  // Without a cipher the block size is 8; the padding counts from 1.
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1))
  const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), string('none'), string('none'), string(''), uint32(1), string(publicBlob), string(Buffer.concat([secret, padding]))])
  const lines = body.toString('base64').match(/.{1,70}/g)!
  return {
    publicKey: `${keyType} ${publicBlob.toString('base64')} ${comment}`,
    privateKey: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n'),
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A string of the SSH protocol: its length, then its bytes (RFC 4251, section 5). */
function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint32(bytes.length), bytes])
}
