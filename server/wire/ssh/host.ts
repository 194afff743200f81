// A host as the rest of Kloudak reaches it: two connections, so that bulk streams cannot starve calls and keepalives.
import ssh2 from 'ssh2'
import type { Clock } from '../clock.ts'
import { SshConnection } from './connection.ts'
import type { SshConnectionOptions, SshStatus } from './connection.ts'
import type { SshLogin } from './dial.ts'

export interface SshHostOptions extends Partial<Omit<SshConnectionOptions, 'idleCloseMs' | 'clock' | 'random'>> {
  /** The bulk connection is closed after this long without a stream. */
  bulkIdleCloseMs?: number
  clock?: Clock
  random?: () => number
}

const defaults = {
  connectTimeoutMs: 5_000,
  handshakeTimeoutMs: 10_000,
  // A silent host is noticed within 4.5 s.
  keepaliveIntervalMs: 1_500,
  keepaliveCount: 2,
  maxChannels: 64,
  maxQueued: 1_024,
  answersAtOnce: true,
  backoffBaseMs: 200,
  backoffCapMs: 15_000,
  stableMs: 10_000,
}

export class SshHost {
  /** For calls: small messages. Kept from its first use until close(). */
  readonly calls: SshConnection
  /** For disks, images and consoles. Dialled when a stream is asked for, closed when none has been open for a while. */
  readonly bulk: SshConnection

  /** @throws TypeError when the private key cannot be read; its text is not repeated */
  constructor(login: SshLogin, { bulkIdleCloseMs = 60_000, ...options }: SshHostOptions = {}) {
    const key = ssh2.utils.parseKey(login.privateKey)
    if (key instanceof Error || !key.isPrivateKey()) throw new TypeError('the SSH private key cannot be read: an unencrypted OpenSSH or PEM key is needed')
    const all = { ...defaults, ...options }
    this.calls = new SshConnection(login, all)
    // Its keepalives queue behind the bulk itself, so there they are given more time.
    this.bulk = new SshConnection(login, { ...all, keepaliveIntervalMs: all.keepaliveIntervalMs * 5, answersAtOnce: false, idleCloseMs: bulkIdleCloseMs })
  }

  /** The state of the host is that of its connection for calls. */
  get state(): SshStatus { return this.calls.status }

  /** Calls the listener at every change of `state`; the returned function ends that. */
  onStateChange(listener: (status: SshStatus) => void): () => void {
    return this.calls.onStatusChange(listener)
  }

  async close(): Promise<void> {
    await Promise.all([this.calls.close(), this.bulk.close()])
  }
}
