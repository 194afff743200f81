// The daemon's side of the protocol, in memory, doing exactly what a test tells it: also what no daemon would do.
import { Duplex } from 'node:stream'
import { encode } from '../xdr/codec.ts'
import type { Codec, Encodable } from '../xdr/codec.ts'
import { XdrReader } from '../xdr/reader.ts'
import { errorBody } from './errors.ts'
import { FrameAssembler, headerBytes, messageStatus, messageType, readHeader, writeHeader, type FrameHeader } from './frame.ts'
import { events, type EventName, type EventPayload } from './protocol/events.ts'
import { procedures, type Args, type ProcedureName, type Reply } from './protocol/procedures.ts'
import { program } from './protocol/types.ts'

export interface ReceivedFrame { header: FrameHeader; body: Buffer }

/** One frame as bytes. */
export function frameOf(header: Partial<FrameHeader>, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(headerBytes)
  writeHeader(head, { program: program.remote, procedure: 0, type: messageType.reply, serial: 0, status: messageStatus.ok, ...header }, body.length)
  return Buffer.concat([head, body])
}

const nameByNumber = new Map(Object.entries(procedures).map(([name, { program, number }]) => [`${program}:${number}`, name as ProcedureName]))

export class FakeDaemon {
  /** What the client holds in its hands. */
  readonly clientEnd: Duplex
  readonly received: ReceivedFrame[] = []
  readonly #assembler = new FrameAssembler()
  readonly #answers = new Map<ProcedureName, (args: never, header: FrameHeader) => unknown>()
  #changed = Promise.withResolvers<void>()

  constructor() {
    this.clientEnd = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => { this.#assembler.push(Buffer.from(chunk), (frame) => { this.#onFrame(frame) }); done() },
      destroy: (error, done) => { this.#changed.resolve(); done(error) },
    })
    this.answer('AuthList', () => ({ types: [0] }))
    this.answer('ConnectOpen', () => ({}))
    this.answer('ConnectClose', () => ({}))
    this.answer('ConnectSupportsFeature', () => ({ supported: true }))
  }

  /** Answers every call of this name from now on; a function that returns undefined leaves the call without an answer. */
  answer<N extends ProcedureName>(name: N, respond: (args: Args<N>, header: FrameHeader) => Reply<N> | object | undefined): void {
    this.#answers.set(name, respond)
  }

  sendRaw(bytes: Buffer): void { this.clientEnd.push(bytes) }

  replyBytes<N extends ProcedureName>(name: N, serial: number, reply: Reply<N> | object): Buffer {
    const { program, number, reply: codec } = procedures[name]
    return frameOf({ program, procedure: number, serial }, encode(codec, reply))
  }

  errorBytes(name: ProcedureName, serial: number, code: number, type: number = messageType.reply): Buffer {
    const { program, number } = procedures[name]
    const error: Encodable<typeof errorBody> = { code, domain: 10, message: `error ${code}`, level: 2, int1: 0, int2: 0 }
    return frameOf({ program, procedure: number, serial, type, status: messageStatus.error }, encode(errorBody, error))
  }

  eventBytes<N extends EventName>(name: N, payload: EventPayload<N>): Buffer {
    return frameOf({ procedure: events[name].messageNumber, type: messageType.event }, encode(events[name].message as Codec<unknown>, payload))
  }

  streamBytes(name: ProcedureName, serial: number, status: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
    return frameOf({ procedure: procedures[name].number, type: messageType.stream, serial, status }, body)
  }

  calls(name: ProcedureName): ReceivedFrame[] {
    return this.received.filter(({ header }) => header.type === messageType.call && header.program === procedures[name].program && header.procedure === procedures[name].number)
  }

  streamFrames(status: number): ReceivedFrame[] {
    return this.received.filter(({ header }) => header.type === messageType.stream && header.status === status)
  }

  /** The `count`-th call of that name, once it is there. */
  async call(name: ProcedureName, count = 1): Promise<ReceivedFrame> {
    await this.sees(() => this.calls(name).length >= count)
    return this.calls(name)[count - 1]!
  }

  /** Resolves once the condition holds, looking after every frame. */
  async sees(condition: () => boolean): Promise<void> {
    while (!condition()) await this.#changed.promise
  }

  #onFrame(frame: Buffer): void {
    const header = readHeader(frame)
    const body = frame.subarray(headerBytes)
    this.received.push({ header, body })
    const name = header.type === messageType.call ? nameByNumber.get(`${header.program}:${header.procedure}`) : undefined
    const respond = name && this.#answers.get(name)
    if (name && respond) {
      const reader = new XdrReader(body)
      const reply = respond(procedures[name].args.decode(reader) as never, header)
      reader.expectEnd()
      if (reply !== undefined) this.sendRaw(this.replyBytes(name, header.serial, reply as object))
    }
    const changed = this.#changed
    this.#changed = Promise.withResolvers<void>()
    changed.resolve()
  }
}
