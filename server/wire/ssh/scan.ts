// Reads a host's key without logging in: for enrolment, where a person compares the fingerprint.
import ssh2 from 'ssh2'
import { connectTcp, sshAlgorithms } from './dial.ts'
import type { SshAddress } from './dial.ts'
import { SshUnreachableError } from './errors.ts'
import { fingerprintOf } from './host-key.ts'

export interface ScannedHostKey {
  /** `SHA256:<base64>`, as `ssh-keygen -l` shows it. */
  fingerprint: string
  /** The public key blob, to be pinned. */
  publicKeyBlob: Buffer
  /** The form of known_hosts and of `*.pub` files: `ssh-ed25519 AAAA...`. */
  publicKey: string
}

/**
 * The ed25519 key that the host proves to own (the key exchange is finished, so its signature has been checked).
 * No user name and no key of ours is offered.
 * @throws SshUnreachableError, also when the host has no ed25519 key
 */
export async function scanHostKey(address: SshAddress, { timeoutMs = 10_000 }: { timeoutMs?: number } = {}): Promise<ScannedHostKey> {
  const socket = await connectTcp(address, timeoutMs)
  const client = new ssh2.Client()
  let blob: Buffer | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      client.on('error', (error) => { reject(new SshUnreachableError('handshake', `no key exchange with ${address.address}:${address.port}`, error)) })
      client.once('close', () => { reject(new SshUnreachableError('handshake', `${address.address}:${address.port} closed the connection during the key exchange`)) })
      // Emitted before the request for authentication; destroying the socket here keeps that from being sent.
      client.once('handshake', () => { socket.destroy(); resolve() })
      client.connect({ sock: socket, username: 'none', authHandler: ['none'], algorithms: sshAlgorithms, readyTimeout: timeoutMs, hostVerifier: (key: Buffer) => { blob = Buffer.from(key); return true } })
    })
  } finally {
    socket.destroy()
  }
  if (!blob) throw new SshUnreachableError('handshake', `${address.address}:${address.port} showed no key`)
  return { fingerprint: fingerprintOf(blob), publicKeyBlob: blob, publicKey: `ssh-ed25519 ${blob.toString('base64')}` }
}
