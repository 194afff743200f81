// One connection to a host: dialled on demand, redialled with backoff, a bounded number of channels at once.
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client, ClientChannel } from 'ssh2'
import { Backoff } from '../backoff.ts'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { dial } from './dial.ts'
import type { SshAddress, SshLogin, SshTimes } from './dial.ts'
import { SshAuthRefusedError, SshChannelRefusedError, SshConnectionLostError, SshError, SshHostKeyChangedError, SshNotSentError, SshUnreachableError } from './errors.ts'
import { SshStream } from './stream.ts'

export interface SshConnectionOptions extends SshTimes {
  /** Channels open at once; further opens wait in a queue. */
  maxChannels: number
  /** Opens that may wait; one more is refused as not sent. */
  maxQueued: number
  /** Close after this long without a channel, and do not redial unasked. Without it the connection is kept for ever. */
  idleCloseMs?: number
  backoffBaseMs: number
  backoffCapMs: number
  /** A connection that stood this long starts the backoff over. */
  stableMs: number
  clock?: Clock
  random?: () => number
}

export interface OpenOptions {
  /** From the call to the open channel, waiting for a connection and for a free slot included. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** `waiting`: between two attempts; `error` is why, `retryInMs` the delay drawn. */
export interface SshStatus {
  state: 'idle' | 'connecting' | 'connected' | 'waiting' | 'closed'
  error?: SshError
  retryInMs?: number
}

type OpenOn = (client: Client, done: (error: Error | undefined, channel: ClientChannel) => void) => void
interface Waiting { openOn: OpenOn; deadlineMs: number; settle: (outcome: SshError | SshStream) => void; isSettled: () => boolean }
/** What belongs to one client, so that late answers of an old one cannot touch the books of the next. */
interface Session { client: Client; socket: Socket; busy: number; streams: Set<SshStream>; sinceMs: number }

const defaultOpenTimeoutMs = 10_000
const closeGraceMs = 10_000
const hangUpMs = 1_000

export class SshConnection {
  readonly #login: SshLogin
  readonly #options: SshConnectionOptions
  readonly #clock: Clock
  readonly #backoff: Backoff
  readonly #listeners = new Set<(status: SshStatus) => void>()
  readonly #queue: Waiting[] = []
  #status: SshStatus = { state: 'idle' }
  #session: Session | undefined
  #attempt: AbortController | undefined
  #retryAtMs = 0
  #cancelRetry: (() => void) | undefined
  #cancelIdle: (() => void) | undefined

  constructor(login: SshLogin, options: SshConnectionOptions) {
    this.#login = login
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#backoff = new Backoff({ baseMs: options.backoffBaseMs, capMs: options.backoffCapMs, random: options.random })
  }

  get status(): SshStatus { return this.#status }
  /** Channels that count against the bound now. */
  get openChannels(): number { return this.#session?.busy ?? 0 }

  /** Calls the listener at every change from now on; the returned function ends that. */
  onStatusChange(listener: (status: SshStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /**
   * A stream to a unix socket on the host.
   * @throws SshError of the kinds unreachable, host-key-changed, auth-refused, channel-refused, not-sent
   */
  openUnix(path: string, options: OpenOptions = {}): Promise<Duplex> {
    return this.#open((client, done) => { client.openssh_forwardOutStreamLocal(path, done) }, options)
  }

  /** A stream to a TCP address as the host sees it. Errors as openUnix. */
  openTcp({ address, port }: SshAddress, options: OpenOptions = {}): Promise<Duplex> {
    return this.#open((client, done) => { client.forwardOut('127.0.0.1', 0, address, port, done) }, options)
  }

  /** Ends a wait between two attempts: for a person who has just mended the host. */
  retryNow(): void {
    if (this.#status.state !== 'waiting') return
    this.#cancelRetry?.()
    this.#connect()
  }

  /** Ends everything: queued opens are not sent, open streams are destroyed without an error. Resolves when the connection is gone. */
  async close(): Promise<void> {
    if (this.#status.state === 'closed') return
    this.#cancelRetry?.()
    this.#cancelIdle?.()
    this.#setStatus({ state: 'closed' })
    this.#attempt?.abort()
    this.#failQueue(new SshNotSentError('the connection was closed'))
    const session = this.#session
    if (!session) return
    for (const stream of session.streams) stream.destroy()
    await this.#end(session)
  }

  /** Says goodbye, and cuts the connection when the other side does not hang up too. */
  #end({ client, socket }: Session): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(hangUpMs, () => { socket.destroy() })
      client.once('close', () => { cancel(); resolve() })
      client.end()
    })
  }

  #open(openOn: OpenOn, { timeoutMs = defaultOpenTimeoutMs, signal }: OpenOptions): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      if (this.#status.state === 'closed') { reject(new SshNotSentError('the connection was closed')); return }
      if (signal?.aborted) { reject(new SshNotSentError('the open was called off')); return }
      if (this.#queue.length >= this.#options.maxQueued) { reject(new SshNotSentError(`${this.#queue.length} opens wait already`)); return }
      const deadlineMs = this.#clock.now() + timeoutMs
      if (this.#status.state === 'waiting' && this.#status.error && this.#retryAtMs > deadlineMs) { reject(this.#status.error); return }
      let settled = false
      const settle = (outcome: SshError | SshStream) => {
        if (settled) return
        settled = true
        cancelDeadline()
        signal?.removeEventListener('abort', onAbort)
        const position = this.#queue.indexOf(waiting)
        if (position !== -1) this.#queue.splice(position, 1)
        if (outcome instanceof SshStream) resolve(outcome)
        else reject(outcome)
      }
      const cancelDeadline = this.#clock.schedule(timeoutMs, () => { settle(new SshNotSentError(`no channel within ${timeoutMs} ms`)) })
      const onAbort = () => { settle(new SshNotSentError('the open was called off')) }
      signal?.addEventListener('abort', onAbort, { once: true })
      const waiting: Waiting = { openOn, deadlineMs, settle, isSettled: () => settled }
      this.#queue.push(waiting)
      if (this.#status.state === 'idle') this.#connect()
      else this.#pump()
    })
  }

  #pump(): void {
    const session = this.#session
    if (!session) return
    while (session.busy < this.#options.maxChannels) {
      const next = this.#queue.shift()
      if (!next) break
      this.#start(session, next)
    }
    this.#watchIdle(session)
  }

  #start(session: Session, waiting: Waiting): void {
    session.busy++
    let held = true
    const release = () => { if (held) { held = false; session.busy--; if (session === this.#session) this.#pump() } }
    try {
      waiting.openOn(session.client, (error, channel) => {
        if (error) {
          release()
          const reason: unknown = Reflect.get(error, 'reason')
          if (typeof reason === 'number') waiting.settle(new SshChannelRefusedError(error.message, reason))
          else if (session === this.#session) waiting.settle(new SshChannelRefusedError(error.message, undefined))
          else waiting.settle(new SshNotSentError('the connection ended while the channel was being opened', { cause: error }))
          return
        }
        channel.once('close', release)
        const stream = new SshStream(channel)
        session.streams.add(stream)
        stream.once('close', () => {
          session.streams.delete(stream)
          if (!held) return
          // A host that cannot hand its last bytes to a stuck daemon delays the close; that must not eat the slot for ever.
          const cancel = this.#clock.schedule(closeGraceMs, release)
          channel.once('close', cancel)
        })
        if (waiting.isSettled()) stream.destroy()
        else waiting.settle(stream)
      })
    } catch (cause) {
      // ssh2 throws when its socket has just ended; `close` follows.
      release()
      waiting.settle(new SshNotSentError('the connection has just ended', { cause }))
    }
  }

  #connect(): void {
    this.#setStatus({ state: 'connecting' })
    const attempt = new AbortController()
    this.#attempt = attempt
    dial(this.#login, this.#options, attempt.signal).then(
      ({ client, socket }) => { this.#attempt = undefined; this.#onConnected(client, socket) },
      (error: unknown) => {
        this.#attempt = undefined
        if (this.#status.state === 'closed') return
        const known = error instanceof SshError ? error : new SshUnreachableError('handshake', 'the session could not be made', error)
        this.#failQueue(known)
        this.#retryLater(known)
      },
    )
  }

  #onConnected(client: Client, socket: Socket): void {
    if (this.#status.state === 'closed') { socket.destroy(); return }
    const session: Session = { client, socket, busy: 0, streams: new Set(), sinceMs: this.#clock.now() }
    this.#session = session
    // Emitted before ssh2 ends its channels as if their peers had: the streams must hear of the loss first.
    client.once('close', () => { this.#onLost(session) })
    this.#setStatus({ state: 'connected' })
    this.#pump()
  }

  #onLost(session: Session): void {
    // One that was closed for being idle has been given up already, and another may stand in its place.
    if (session !== this.#session) return
    this.#cancelIdle?.()
    this.#session = undefined
    const lost = new SshConnectionLostError(`the connection to ${this.#login.address} was lost`)
    for (const stream of session.streams) stream.destroy(lost)
    if (this.#status.state === 'closed') return
    if (this.#clock.now() - session.sinceMs >= this.#options.stableMs) this.#backoff.reset()
    this.#retryLater(lost)
  }

  #retryLater(error: SshError): void {
    // Only a person can mend these two; asking often would fill the host's log and trip its guards.
    const needsPerson = error instanceof SshHostKeyChangedError || error instanceof SshAuthRefusedError
    const retryInMs = needsPerson ? this.#options.backoffCapMs : this.#backoff.next()
    this.#retryAtMs = this.#clock.now() + retryInMs
    this.#cancelRetry = this.#clock.schedule(retryInMs, () => {
      if (this.#options.idleCloseMs === undefined || this.#queue.length > 0) this.#connect()
      else this.#setStatus({ state: 'idle' })
    })
    this.#setStatus({ state: 'waiting', error, retryInMs })
    // Whoever cannot live until the next attempt learns the reason now.
    for (const waiting of this.#queue.filter(({ deadlineMs }) => deadlineMs < this.#retryAtMs)) waiting.settle(error)
  }

  #watchIdle(session: Session): void {
    this.#cancelIdle?.()
    if (this.#options.idleCloseMs === undefined || session.busy > 0) return
    this.#cancelIdle = this.#clock.schedule(this.#options.idleCloseMs, () => {
      if (session !== this.#session) return
      this.#session = undefined
      this.#setStatus({ state: 'idle' })
      void this.#end(session)
    })
  }

  #failQueue(error: SshError): void {
    for (const waiting of this.#queue.splice(0)) waiting.settle(error)
  }

  #setStatus(status: SshStatus): void {
    this.#status = status
    for (const listener of this.#listeners) listener(status)
  }
}
