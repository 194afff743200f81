// One connection to a host: dialled on demand, redialled with backoff, a bounded number of channels at once.
import type { Duplex } from 'node:stream'
import { Backoff } from '../backoff.ts'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { dial } from './dial.ts'
import type { SshAddress, SshLogin, SshTimes } from './dial.ts'
import { SshAuthRefusedError, SshConnectionLostError, SshError, SshHostKeyChangedError, SshNotSentError, SshUnreachableError } from './errors.ts'
import { SshSession } from './session.ts'
import type { OpenOn } from './session.ts'
import { SshStream } from './stream.ts'

export interface SshConnectionOptions extends SshTimes {
  /** Channels open at once; further opens wait in a queue. */
  maxChannels: number
  /** Opens that may wait; one more is refused as not sent. */
  maxQueued: number
  /** Close after this long without a channel, and do not redial unasked. Without it the connection is kept for ever. */
  idleCloseMs?: number
  /** Small messages must not wait for the kernel's delayed acknowledgement. */
  answersAtOnce: boolean
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

/** `settle` says whether this was the first outcome. */
interface Waiting { openOn: OpenOn; deadlineMs: number; settle: (outcome: SshError | SshStream) => boolean }

const defaultOpenTimeoutMs = 10_000

export class SshConnection {
  readonly #login: SshLogin
  readonly #options: SshConnectionOptions
  readonly #clock: Clock
  readonly #backoff: Backoff
  readonly #listeners = new Set<(status: SshStatus) => void>()
  readonly #queue: Waiting[] = []
  #status: SshStatus = { state: 'idle' }
  #session: SshSession | undefined
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
    this.#session?.drop()
    await this.#session?.hangUp()
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
        if (settled) return false
        settled = true
        cancelDeadline()
        signal?.removeEventListener('abort', onAbort)
        const position = this.#queue.indexOf(waiting)
        if (position !== -1) this.#queue.splice(position, 1)
        if (outcome instanceof SshStream) resolve(outcome)
        else reject(outcome)
        return true
      }
      const cancelDeadline = this.#clock.schedule(timeoutMs, () => { settle(new SshNotSentError(`no channel within ${timeoutMs} ms`)) })
      const onAbort = () => { settle(new SshNotSentError('the open was called off')) }
      signal?.addEventListener('abort', onAbort, { once: true })
      const waiting: Waiting = { openOn, deadlineMs, settle }
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
      session.open(next.openOn, next.settle)
    }
    this.#watchIdle(session)
  }

  #connect(): void {
    this.#setStatus({ state: 'connecting' })
    const attempt = new AbortController()
    this.#attempt = attempt
    dial(this.#login, this.#options, attempt.signal).then(
      (made) => { this.#attempt = undefined; this.#onConnected(made) },
      (error: unknown) => {
        this.#attempt = undefined
        if (this.#status.state === 'closed') return
        const known = error instanceof SshError ? error : new SshUnreachableError('handshake', 'the session could not be made', error)
        this.#failQueue(known)
        this.#retryLater(known)
      },
    )
  }

  #onConnected(made: Awaited<ReturnType<typeof dial>>): void {
    if (this.#status.state === 'closed') { made.socket.destroy(); return }
    const session = new SshSession(made, this.#clock, {
      onSlotFree: () => { if (session === this.#session) this.#pump() },
      onOver: () => { this.#onLost(session) },
      answersAtOnce: this.#options.answersAtOnce,
    })
    this.#session = session
    this.#setStatus({ state: 'connected' })
    this.#pump()
  }

  #onLost(session: SshSession): void {
    // One that was closed for being idle has been given up already, and another may stand in its place.
    if (session !== this.#session) return
    this.#cancelIdle?.()
    this.#session = undefined
    const lost = new SshConnectionLostError(`the connection to ${this.#login.address} was lost`)
    session.drop(lost)
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

  #watchIdle(session: SshSession): void {
    this.#cancelIdle?.()
    if (this.#options.idleCloseMs === undefined || session.busy > 0) return
    this.#cancelIdle = this.#clock.schedule(this.#options.idleCloseMs, () => {
      if (session !== this.#session) return
      this.#session = undefined
      this.#setStatus({ state: 'idle' })
      void session.hangUp()
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
