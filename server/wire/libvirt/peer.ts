// The protocol without any I/O: bytes come in by `receive`, leave by `send`, and everything between is here:
// which call an answer belongs to, how many calls are under way, streams, events, keepalive's answers.
import type { Codec } from '../xdr/codec.ts'
import { XdrReader } from '../xdr/reader.ts'
import { XdrError, XdrWriter } from '../xdr/writer.ts'
import { errorBody, LibvirtError, NotSent, ProtocolError } from './errors.ts'
import { EventListeners } from './event-listeners.ts'
import { FrameAssembler, headerBytes, maxFrameBytes, messageStatus, messageType, readHeader, writeHeader, type FrameHeader } from './frame.ts'
import { Overtaking } from './overtaking.ts'
import { PendingCall, type CallOptions } from './pending-call.ts'
import { connectionClosed } from './protocol/connect.ts'
import { procedures, type Args, type CallName, type ProcedureName, type Reply, type StreamName } from './protocol/procedures.ts'
import { program, type AnyProcedure } from './protocol/types.ts'
import { StreamChannel } from './stream-channel.ts'

/** libvirtd takes 5 requests of a client at a time and then reads nothing more, not even keepalive: stay below. */
const defaultMaxInFlight = 4
const maxSerial = 0xffff_ffff
const keepaliveProcedure = { ping: 1, pong: 2 } as const

export interface PeerOptions {
  /** Takes bytes to send; false when its buffer is full, and then `drained` must be called. */
  send(bytes: Uint8Array): boolean
  /** Stops and restarts reading. */
  setPaused?(paused: boolean): void
  /** The connection is over and must be closed; called once. */
  onFailure(error: Error): void
  /** A frame arrived: the other side lives. */
  onFrame?(): void
  maxInFlight?: number
}

export class RpcPeer {
  /** Handlers of events; messages for nobody are dropped. */
  readonly listeners = new EventListeners()
  readonly #options: PeerOptions
  readonly #maxInFlight: number
  readonly #assembler = new FrameAssembler()
  readonly #queue: PendingCall[] = []
  readonly #sent = new Map<number, PendingCall>()
  readonly #streams = new Map<number, StreamChannel>()
  readonly #overtaking = new Overtaking()
  readonly #paused = new Set<number>()
  #drainWaiters: ((error?: Error) => void)[] = []
  #serial = 0
  #failure: Error | undefined
  /** False while the transport's buffer is full. */
  #hasBuffer = true

  constructor(options: PeerOptions) {
    this.#options = options
    this.#maxInFlight = options.maxInFlight ?? defaultMaxInFlight
  }

  /** Why the connection is over, once it is. */
  get failure(): Error | undefined { return this.#failure }
  /** Calls under way and waiting, those included whose callers gave up. */
  get load(): number { return this.#sent.size + this.#queue.length }
  /** True when a call would leave at once. */
  get hasRoom(): boolean { return this.#queue.length === 0 && this.#sent.size < this.#maxInFlight }
  /** Calls whose callers gave up keep their places until the daemon answers; true when none is left for others. */
  get isStuck(): boolean {
    return this.#sent.size >= this.#maxInFlight && [...this.#sent.values()].every((call) => call.isAbandoned)
  }

  /** Makes a call and answers its reply. Rejects with `LibvirtError`, `NotSent` or `OutcomeUnknown`. */
  call<N extends CallName>(name: N, args: Args<N>, options: CallOptions = {}): Promise<Reply<N>> {
    return this.request(name, args, options, { onReply: (reply) => reply })
  }

  /** As `call`; `onReply` runs before any frame after the reply is handled, and its result is the call's. */
  request<N extends ProcedureName, Result>(name: N, args: Args<N>, options: CallOptions, hooks: {
    onReply(reply: Reply<N>, serial: number): Result
    onLateReply?(reply: Reply<N>, serial: number): void
  }): Promise<Result> {
    const procedure = procedures[name] as unknown as AnyProcedure
    if (this.#failure) return Promise.reject(new NotSent(name, 'closed', this.#failure))
    if (options.signal?.aborted) return Promise.reject(new NotSent(name, 'aborted', options.signal.reason))
    let frame: Buffer
    try {
      frame = encodeFrame(procedure.args, args as never)
    } catch (error) {
      return Promise.reject(new NotSent(name, 'invalid', error))
    }
    const call = new PendingCall({
      name, procedure, frame, options,
      onReply: (reply, serial) => hooks.onReply(reply as Reply<N>, serial),
      onLateReply: (reply, serial) => hooks.onLateReply?.(reply as Reply<N>, serial),
      onWithdrawn: (withdrawn) => { this.#queue.splice(this.#queue.indexOf(withdrawn), 1) },
    })
    this.#queue.push(call)
    this.#advance()
    return call.result as Promise<Result>
  }

  /** Opens a stream. `attach` runs at once with the reply, so that no data can pass by; its result is the call's. */
  openStream<N extends StreamName, Result>(name: N, args: Args<N>, options: CallOptions, attach: (reply: Reply<N>, channel: StreamChannel) => Result): Promise<Result> {
    return this.request(name, args, options, {
      onReply: (reply, serial) => {
        const channel = this.#openChannel(name, serial)
        const result = attach(reply, channel)
        this.#overtaking.release(serial, channel)
        return result
      },
      onLateReply: (_reply, serial) => { this.#openChannel(name, serial).abort() },
    })
  }

  /** Asks the other side for a sign of life; its pong arrives as a frame. */
  ping(): void { this.#sendKeepalive(keepaliveProcedure.ping) }

  /** Bytes from the other side. Whatever is wrong with them fails the connection; nothing is thrown. */
  receive(chunk: Buffer): void {
    try {
      this.#assembler.push(chunk, (frame) => {
        if (this.#failure) return
        this.#options.onFrame?.()
        this.#dispatch(frame)
      })
    } catch (error) {
      this.fail(error instanceof XdrError ? new ProtocolError(error.message, { cause: error }) : error as Error)
    }
  }

  /** The transport's buffer has room again. */
  drained(): void {
    this.#hasBuffer = true
    for (const waiter of this.#drainWaiters.splice(0)) waiter(this.#failure)
  }

  /** The connection is over: calls in flight have an unknown outcome, queued ones were not sent, streams fail. */
  fail(error: Error): void {
    if (this.#failure) return
    this.#failure = error
    for (const call of this.#queue.splice(0)) call.connectionLost(error)
    for (const call of this.#sent.values()) call.connectionLost(error)
    this.#sent.clear()
    for (const stream of this.#streams.values()) stream.lost(error)
    this.drained()
    this.listeners.clear()
    this.#options.onFailure(error)
  }

  #advance(): void {
    while (this.#sent.size < this.#maxInFlight && !this.#failure) {
      const call = this.#queue.shift()
      if (!call) return
      if (!call.leave()) continue
      const serial = this.#nextSerial()
      const { program, number } = call.procedure
      writeHeader(call.frame, { program, procedure: number, type: messageType.call, serial, status: messageStatus.ok }, call.frame.length - headerBytes)
      this.#sent.set(serial, call)
      this.#send(call.frame)
    }
  }

  /** Serials wrap after four thousand million calls; one still in use is passed over. */
  #nextSerial(): number {
    do this.#serial = this.#serial === maxSerial ? 1 : this.#serial + 1
    while (this.#sent.has(this.#serial) || this.#streams.has(this.#serial))
    return this.#serial
  }

  #dispatch(frame: Buffer): void {
    const header = readHeader(frame)
    const body = frame.subarray(headerBytes)
    if (header.program === program.keepalive) {
      // A peer that pings and does not read must not fill this side's memory with answers.
      if (header.procedure === keepaliveProcedure.ping && this.#hasBuffer) this.#sendKeepalive(keepaliveProcedure.pong)
    } else if (header.type === messageType.reply) this.#onReply(header, body)
    else if (header.type === messageType.event) this.#onEvent(header, body)
    else if (header.type === messageType.stream) this.#onStreamFrame(header, body)
    else throw new ProtocolError(`unexpected message type ${header.type}`)
  }

  #onReply(header: FrameHeader, body: Buffer): void {
    const call = this.#sent.get(header.serial)
    if (!call) throw new ProtocolError(`a reply to the call ${header.serial}, which was not made`)
    if (call.procedure.program !== header.program || call.procedure.number !== header.procedure) throw new ProtocolError(`a reply of procedure ${header.procedure} to ${call.name}`)
    const reader = new XdrReader(body)
    const failed = header.status === messageStatus.error
    // Decoded before the call leaves the table: when this throws, the caller learns that the outcome is unknown.
    const reply = failed ? new LibvirtError(call.name, errorBody.decode(reader)) : call.procedure.reply.decode(reader)
    reader.expectEnd()
    this.#sent.delete(header.serial)
    if (reply instanceof LibvirtError) call.refuse(reply)
    else call.reply(reply, header.serial)
    this.#overtaking.drop(header.serial)
    this.#advance()
  }

  #onStreamFrame({ serial, status }: FrameHeader, body: Buffer): void {
    const channel = this.#streams.get(serial)
    if (channel) channel.receive(status, body)
    else if (this.#sent.get(serial)?.procedure.stream) this.#overtaking.keep(serial, status, body)
    // A stream that is over may still have frames on the way: they are nobody's.
  }

  #onEvent(header: FrameHeader, body: Buffer): void {
    if (header.program === program.remote && header.procedure === connectionClosed.number) {
      throw new ProtocolError('the daemon lost its hypervisor driver')
    }
    this.listeners.dispatch(header, body)
  }

  #openChannel(name: StreamName, serial: number): StreamChannel {
    const { program, number } = procedures[name]
    const channel = new StreamChannel(name, {
      send: (status, body = new Uint8Array(0)) => {
        if (this.#failure) return true
        const header = Buffer.allocUnsafe(headerBytes)
        writeHeader(header, { program, procedure: number, type: messageType.stream, serial, status }, body.length)
        const room = this.#send(header)
        return body.length > 0 ? this.#send(body) : room
      },
      onDrain: (callback) => { if (this.#failure) callback(this.#failure); else this.#drainWaiters.push(callback) },
      setPaused: (paused) => { this.#setPaused(serial, paused) },
      forget: () => { this.#streams.delete(serial) },
    })
    this.#streams.set(serial, channel)
    return channel
  }

  #setPaused(serial: number, paused: boolean): void {
    const before = this.#paused.size > 0
    if (paused) this.#paused.add(serial); else this.#paused.delete(serial)
    const after = this.#paused.size > 0
    if (before !== after) this.#options.setPaused?.(after)
  }

  #sendKeepalive(procedure: number): void {
    if (this.#failure) return
    const frame = Buffer.allocUnsafe(headerBytes)
    writeHeader(frame, { program: program.keepalive, procedure, type: messageType.event, serial: 0, status: messageStatus.ok }, 0)
    this.#send(frame)
  }

  #send(bytes: Uint8Array): boolean {
    this.#hasBuffer = this.#options.send(bytes)
    return this.#hasBuffer
  }
}

function encodeFrame<In>(codec: Codec<unknown, In>, value: In): Buffer {
  const writer = new XdrWriter({ reserveBytes: headerBytes, maxBytes: maxFrameBytes })
  codec.encode(writer, value)
  return writer.bytes()
}
