// JSON-RPC 1.0 without I/O: text in, text out. Both sides may ask.
import { JsonSplitter } from './framing.ts'

/** The other side's `error`, as it was sent. */
export class JsonRpcError extends Error {
  override readonly name = 'JsonRpcError'
  readonly error: unknown
  constructor(method: string, error: unknown) {
    super(`${method} was answered with an error: ${JSON.stringify(error)}`)
    this.error = error
  }
}

/** The other side broke the protocol; nothing it says can be trusted any more. */
export class JsonRpcProtocolError extends Error {
  override readonly name = 'JsonRpcProtocolError'
}

export interface JsonRpcPeerOptions {
  send: (text: string) => void
  /** Answers a request; what it throws is sent back as `error`. */
  onRequest: (method: string, params: unknown) => unknown
  onNotification: (method: string, params: unknown) => void
  maxMessageBytes: number
}

interface Pending { method: string; settle: (error: Error | undefined, result: unknown) => void }
export interface JsonRpcCall { id: number; answer: Promise<unknown> }

export class JsonRpcPeer {
  readonly #options: JsonRpcPeerOptions
  readonly #splitter: JsonSplitter
  readonly #pending = new Map<number, Pending>()
  #lastId = 0

  constructor(options: JsonRpcPeerOptions) {
    this.#options = options
    this.#splitter = new JsonSplitter({ maxBytes: options.maxMessageBytes })
  }

  get pendingCount(): number { return this.#pending.size }

  /** Sends a request. The answer rejects with JsonRpcError, or with what `end` or `abandon` was given. */
  request(method: string, params: unknown): JsonRpcCall {
    const id = ++this.#lastId
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { method, settle: (error, result) => { if (error) reject(error); else resolve(result) } })
    })
    this.#options.send(JSON.stringify({ method, params, id }))
    return { id, answer }
  }

  notify(method: string, params: unknown): void {
    this.#options.send(JSON.stringify({ method, params, id: null }))
  }

  /** No longer waits for this answer; when it comes it is dropped. */
  abandon(id: number, error: Error): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    pending?.settle(error, undefined)
  }

  /** @throws JsonFramingError or JsonRpcProtocolError: the connection must then be ended */
  receive(bytes: Buffer): void {
    for (const message of this.#splitter.push(bytes)) this.#handle(message)
  }

  /** The connection is over: every open request fails with this error. */
  end(error: Error): void {
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { settle } of pending) settle(error, undefined)
  }

  #handle(message: unknown): void {
    if (typeof message !== 'object' || message === null || Array.isArray(message)) throw new JsonRpcProtocolError('a message that is no object')
    const { method, params, id, result, error } = message as Record<string, unknown>
    if (typeof method === 'string') {
      if (id === null || id === undefined) this.#options.onNotification(method, params)
      else this.#answer(method, params, id)
      return
    }
    if (typeof id !== 'number') throw new JsonRpcProtocolError('a message with neither method nor an id of ours')
    const pending = this.#pending.get(id)
    // Answers to abandoned requests arrive late; an id that was never given out is a fault.
    if (!pending) { if (id > this.#lastId || id < 1) throw new JsonRpcProtocolError(`an answer to request ${id}, which was never sent`); return }
    this.#pending.delete(id)
    if (error !== null && error !== undefined) pending.settle(new JsonRpcError(pending.method, error), undefined)
    else pending.settle(undefined, result)
  }

  #answer(method: string, params: unknown, id: unknown): void {
    let message: object
    try {
      message = { result: this.#options.onRequest(method, params), error: null, id }
    } catch (error) {
      message = { result: null, error: { error: error instanceof Error ? error.message : 'failed' }, id }
    }
    this.#options.send(JSON.stringify(message))
  }
}
