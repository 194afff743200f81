// One connection attempt: TCP, handshake with the pinned key, authentication.
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import ssh2 from 'ssh2'
import type { Client, ClientErrorExtensions, ConnectConfig } from 'ssh2'
import { SshAuthRefusedError, SshHostKeyChangedError, SshNotSentError, SshUnreachableError } from './errors.ts'
import type { SshError } from './errors.ts'
import { fingerprintOf, isPinned, pinFingerprint } from './host-key.ts'
import type { PinnedHostKey } from './host-key.ts'

export interface SshAddress {
  /** Name or address. */
  address: string
  port: number
}

export interface SshLogin extends SshAddress {
  username: string
  /** OpenSSH or PEM form, unencrypted: the caller has opened its envelope. Never logged. */
  privateKey: string
  hostKey: PinnedHostKey
}

export interface SshTimes {
  connectTimeoutMs: number
  handshakeTimeoutMs: number
  /** A silent host is given up after `keepaliveIntervalMs * (keepaliveCount + 1)`. */
  keepaliveIntervalMs: number
  keepaliveCount: number
}

export const sshAlgorithms: ConnectConfig['algorithms'] = {
  serverHostKey: ['ssh-ed25519'],
  // AES in hardware: chacha20, ssh2's first choice, is the slower one there.
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes256-ctr'],
}

/** A TCP connection without Nagle's delay: with it a small round trip takes 40 ms more, and so does each step of the handshake. */
export async function connectTcp({ address, port }: SshAddress, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  const socket = connect({ host: address, port, noDelay: true, keepAlive: true })
  return new Promise((resolve, reject) => {
    const fail = (error: SshError) => {
      settle()
      // A late error of a socket that nobody waits for any more.
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(() => { fail(new SshUnreachableError('tcp', `no TCP connection to ${address}:${port} within ${timeoutMs} ms`)) }, timeoutMs)
    const onAbort = () => { fail(new SshNotSentError('the attempt was called off')) }
    const onError = (error: Error) => { fail(new SshUnreachableError('tcp', `no TCP connection to ${address}:${port}`, error)) }
    const onConnect = () => { settle(); resolve(socket) }
    const settle = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.off('error', onError).off('connect', onConnect)
    }
    socket.once('error', onError).once('connect', onConnect)
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/**
 * Connects and authenticates. The client comes back ready, with no listener of ours but one that swallows late
 * errors; its `close` event tells the end. The socket is given too, for ssh2 cannot cut a connection that it has begun
 * to end.
 * @throws SshUnreachableError, SshHostKeyChangedError, SshAuthRefusedError; SshNotSentError when aborted
 */
export async function dial(login: SshLogin, times: SshTimes, signal?: AbortSignal): Promise<{ client: Client; socket: Socket }> {
  const socket = await connectTcp(login, times.connectTimeoutMs, signal)
  const client = new ssh2.Client()
  let changedTo: string | undefined
  return new Promise((resolve, reject) => {
    const fail = (error: SshError) => { settle(); client.destroy(); socket.destroy(); reject(error) }
    const onError = (error: Error & ClientErrorExtensions) => {
      if (changedTo !== undefined) fail(new SshHostKeyChangedError(pinFingerprint(login.hostKey), changedTo))
      else if (error.level === 'client-authentication') fail(new SshAuthRefusedError(`${login.address} refused the key for user ${login.username}`, { cause: error }))
      else fail(new SshUnreachableError('handshake', `no SSH session with ${login.address}:${login.port}`, error))
    }
    const onClose = () => { fail(new SshUnreachableError('handshake', `${login.address}:${login.port} closed the connection before the session stood`)) }
    const onAbort = () => { fail(new SshNotSentError('the attempt was called off')) }
    const onReady = () => { settle(); resolve({ client, socket }) }
    const settle = () => {
      signal?.removeEventListener('abort', onAbort)
      client.off('error', onError).off('close', onClose).off('ready', onReady)
      client.on('error', () => { /* `close` follows and is what counts */ })
    }
    client.on('error', onError).once('close', onClose).once('ready', onReady)
    if (signal?.aborted) { onAbort(); return }
    signal?.addEventListener('abort', onAbort, { once: true })
    client.connect({
      sock: socket,
      username: login.username,
      privateKey: login.privateKey,
      authHandler: ['publickey'],
      algorithms: sshAlgorithms,
      hostVerifier: (key: Buffer) => {
        if (isPinned(login.hostKey, key)) return true
        changedTo = fingerprintOf(key)
        return false
      },
      readyTimeout: times.handshakeTimeoutMs,
      keepaliveInterval: times.keepaliveIntervalMs,
      keepaliveCountMax: times.keepaliveCount,
    })
  })
}
