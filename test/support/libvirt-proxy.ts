// Stands between a libvirt client and libvirtd on a unix socket, passes every byte on, and keeps what it saw.
import { createServer, type Server, type Socket } from 'node:net'
import { errorBody } from '../../server/wire/libvirt/errors.ts'
import { FrameAssembler, headerBytes, messageStatus, messageType, readHeader, type FrameHeader } from '../../server/wire/libvirt/frame.ts'
import { events, type EventName, type EventPayload } from '../../server/wire/libvirt/protocol/events.ts'
import { procedures, type Args, type ProcedureName, type Reply } from '../../server/wire/libvirt/protocol/procedures.ts'
import { program } from '../../server/wire/libvirt/protocol/types.ts'
import { decode, type Codec } from '../../server/wire/xdr/codec.ts'

export interface RecordedFrame {
  from: 'client' | 'daemon'
  connection: number
  header: FrameHeader
  body: Buffer
  /** What our table says that it is; undefined when the table has nothing of this number. */
  layout: { name: string; codec: Codec<unknown> } | undefined
}

const procedureByNumber = new Map(Object.entries(procedures).map(([name, procedure]) => [`${procedure.program}:${procedure.number}`, { name, ...procedure }]))
const eventByNumber = new Map(Object.entries(events).map(([name, event]) => [event.messageNumber, { name: `event ${name}`, codec: event.message }]))

function layoutOf(header: FrameHeader): RecordedFrame['layout'] {
  if (header.type === messageType.event) return header.program === program.remote ? eventByNumber.get(header.procedure) : undefined
  if (header.type === messageType.reply && header.status === messageStatus.error) return { name: 'error', codec: errorBody }
  const procedure = procedureByNumber.get(`${header.program}:${header.procedure}`)
  if (!procedure) return undefined
  if (header.type === messageType.call) return { name: procedure.name, codec: procedure.args }
  return header.type === messageType.reply ? { name: `${procedure.name} reply`, codec: procedure.reply } : undefined
}

export class RecordingProxy {
  readonly socketPath: string
  readonly frames: RecordedFrame[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(socketPath: string, dial: () => Promise<Socket>) {
    this.socketPath = socketPath
    let connections = 0
    this.#server = createServer((client) => {
      const connection = connections++
      client.pause()
      const joined = dial().then((daemon) => {
        this.#pass('client', connection, client, daemon)
        this.#pass('daemon', connection, daemon, client)
        client.resume()
      })
      joined.catch(() => client.destroy())
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => { this.#server.listen(this.socketPath, resolve) })
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => { this.#server.close(resolve) })
  }

  /** The arguments of every recorded call of that name, from frame `since` on. */
  calls<N extends ProcedureName>(name: N, since = 0): Args<N>[] {
    return this.frames.slice(since).filter((frame) => frame.header.type === messageType.call && frame.layout?.name === name)
      .map((frame) => decode(procedures[name].args as Codec<unknown>, frame.body) as Args<N>)
  }

  /** Every recorded successful reply of that name, from frame `since` on. */
  replies<N extends ProcedureName>(name: N, since = 0): Reply<N>[] {
    return this.frames.slice(since).filter((frame) => frame.layout?.name === `${name} reply`)
      .map((frame) => decode(procedures[name].reply as Codec<unknown>, frame.body) as Reply<N>)
  }

  /** The payloads of every recorded event of that name. */
  events<N extends EventName>(name: N): EventPayload<N>[] {
    return this.frames.filter((frame) => frame.layout?.name === `event ${name}`)
      .map((frame) => decode(events[name].message as Codec<unknown>, frame.body) as EventPayload<N>)
  }

  #pass(from: 'client' | 'daemon', connection: number, source: Socket, target: Socket): void {
    const assembler = new FrameAssembler()
    this.#sockets.add(source)
    source.on('data', (chunk: Buffer) => {
      target.write(chunk)
      assembler.push(Buffer.from(chunk), (frame) => {
        const header = readHeader(frame)
        this.frames.push({ from, connection, header, body: Buffer.from(frame.subarray(headerBytes)), layout: layoutOf(header) })
      })
    })
    source.on('error', () => target.destroy())
    source.on('close', () => { target.destroy(); this.#sockets.delete(source) })
  }
}
