// One call from the moment it is made to the moment its caller knows, or knows that nobody knows.
import type { Buffer } from 'node:buffer'
import { NotSent, OutcomeUnknown } from './errors.ts'
import type { AnyProcedure } from './protocol/types.ts'

export interface CallOptions {
  /** From now, waiting for its turn included. */
  timeoutMs?: number
  signal?: AbortSignal
  /** Runs right before the request leaves, after any wait for its turn; when it throws, the call is `NotSent`. */
  beforeSend?: () => void
}

export interface PendingCallInit {
  name: string
  procedure: AnyProcedure
  /** The encoded frame, its header still empty. */
  frame: Buffer
  options: CallOptions
  /** Runs while the reply's frame is handled, before any later frame: handlers are installed here. Its result is the call's. */
  onReply(reply: unknown, serial: number): unknown
  /** The reply came after its caller had given up: undo what it set up on the host's side. */
  onLateReply?(reply: unknown, serial: number): void
  /** The caller gave up while the call waited for its turn. */
  onWithdrawn(call: PendingCall): void
}

/** `abandoned`: sent, its caller has given up, and the daemon may still be at it; it keeps its place in flight. */
type State = 'queued' | 'sent' | 'abandoned' | 'settled'

export class PendingCall {
  readonly name: string
  readonly procedure: AnyProcedure
  readonly frame: Buffer
  readonly result: Promise<unknown>
  readonly #init: PendingCallInit
  readonly #resolve: (value: unknown) => void
  readonly #reject: (error: Error) => void
  readonly #timer: NodeJS.Timeout | undefined
  readonly #onAbort = () => { this.#giveUp('aborted', this.#init.options.signal?.reason) }
  #state: State = 'queued'

  constructor(init: PendingCallInit) {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#init = init
    this.name = init.name
    this.procedure = init.procedure
    this.frame = init.frame
    this.result = promise
    this.#resolve = resolve
    this.#reject = reject
    const { timeoutMs, signal } = init.options
    if (timeoutMs !== undefined) this.#timer = setTimeout(() => { this.#giveUp('deadline') }, timeoutMs)
    signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  get isAbandoned(): boolean { return this.#state === 'abandoned' }

  /** To be called right before the frame goes to the transport: from then on "not sent" would be a guess. False: it may not go. */
  leave(): boolean {
    try {
      this.#init.options.beforeSend?.()
    } catch (error) {
      this.refuse(new NotSent(this.name, 'refused', error))
      return false
    }
    this.#state = 'sent'
    return true
  }

  reply(value: unknown, serial: number): void {
    if (this.#state === 'abandoned') { this.#init.onLateReply?.(value, serial); return }
    const result = this.#init.onReply(value, serial)
    this.#settle()
    this.#resolve(result)
  }

  refuse(error: Error): void {
    if (this.#state === 'abandoned') return
    this.#settle()
    this.#reject(error)
  }

  connectionLost(cause: Error): void {
    if (this.#state === 'queued') this.refuse(new NotSent(this.name, 'closed', cause))
    else if (this.#state === 'sent') this.refuse(new OutcomeUnknown(this.name, 'lost', cause))
  }

  #giveUp(reason: 'deadline' | 'aborted', cause?: unknown): void {
    if (this.#state === 'queued') {
      this.#init.onWithdrawn(this)
      this.refuse(new NotSent(this.name, reason, cause))
    } else if (this.#state === 'sent') {
      this.refuse(new OutcomeUnknown(this.name, reason, cause))
      this.#state = 'abandoned'
    }
  }

  #settle(): void {
    this.#state = 'settled'
    clearTimeout(this.#timer)
    this.#init.options.signal?.removeEventListener('abort', this.#onAbort)
  }
}
