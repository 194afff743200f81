// One stream's side of the protocol, without buffers and without Node's streams: frames in, frames out.
import { decode } from '../xdr/codec.ts'
import { errorBody, LibvirtError, OutcomeUnknown } from './errors.ts'
import { maxStreamChunkBytes, messageStatus } from './frame.ts'

/** What a stream tells its user. After `finished` or `failed` nothing more comes. */
export interface StreamSink {
  /** A view into a received frame; it may be kept. */
  data(chunk: Buffer): void
  /** The daemon has no more data; it waits for `finish`. */
  endOfData(): void
  /** The daemon confirmed the end: everything arrived. */
  finished(): void
  failed(error: Error): void
}

/** What a stream needs of its connection. */
export interface StreamTransport {
  /** False: the connection's buffer is full, wait for `onDrain` before more. */
  send(status: number, body?: Uint8Array): boolean
  onDrain(callback: (error?: Error) => void): void
  setPaused(paused: boolean): void
  forget(): void
}

/** `aborting`: ERROR was sent, and what still arrives is dropped until the daemon confirms. */
type State = 'open' | 'finishing' | 'aborting' | 'over'

/** A stream under the serial of the call that opened it. There is no flow control of its own: pausing pauses the connection. */
export class StreamChannel {
  readonly name: string
  readonly #transport: StreamTransport
  #sink: StreamSink | undefined
  #state: State = 'open'

  constructor(name: string, transport: StreamTransport) {
    this.name = name
    this.#transport = transport
  }

  /** Must be set before the frame after the opening reply is handled. */
  attach(sink: StreamSink): void { this.#sink = sink }

  receive(status: number, body: Buffer): void {
    if (status === messageStatus.continue) {
      if (this.#state === 'aborting' || this.#state === 'over') return
      if (body.length > 0) this.#sink?.data(body)
      else this.#sink?.endOfData()
      return
    }
    const aborting = this.#state === 'aborting'
    const error = status === messageStatus.error ? new LibvirtError(this.name, decode(errorBody, body)) : undefined
    this.#end()
    if (aborting) return
    if (error) this.#sink?.failed(error)
    else this.#sink?.finished()
  }

  /** Data upwards, in frames of the largest size. `done` is called when there is room for more. */
  write(bytes: Uint8Array, done: (error?: Error) => void): void {
    if (this.#state !== 'open') { done(new Error(`${this.name}: written after its end`)); return }
    let room = true
    let at = 0
    while (at < bytes.length && room) {
      room = this.#transport.send(messageStatus.continue, bytes.subarray(at, at + maxStreamChunkBytes))
      at += maxStreamChunkBytes
    }
    if (room) { done(); return }
    this.#transport.onDrain((error) => {
      if (error || at >= bytes.length) done(error)
      else this.write(bytes.subarray(at), done)
    })
  }

  /** No more data upwards, or the end of data downwards is understood; `finished` or `failed` follows. */
  finish(): void {
    if (this.#state !== 'open') return
    this.#state = 'finishing'
    this.#transport.send(messageStatus.ok)
  }

  /** Gives up; the connection lives on. Harmless after the end. */
  abort(): void {
    if (this.#state === 'over' || this.#state === 'aborting') return
    this.#state = 'aborting'
    this.#transport.setPaused(false)
    this.#transport.send(messageStatus.error)
  }

  setPaused(paused: boolean): void {
    if (this.#state === 'open' || this.#state === 'finishing') this.#transport.setPaused(paused)
  }

  /** The connection is lost. */
  lost(cause: Error): void {
    if (this.#state === 'over') return
    const aborting = this.#state === 'aborting'
    this.#end()
    if (!aborting) this.#sink?.failed(new OutcomeUnknown(this.name, 'lost', cause))
  }

  #end(): void {
    this.#state = 'over'
    this.#transport.setPaused(false)
    this.#transport.forget()
  }
}
