// The daemon reads a stream's data in one thread and answers the call that opens it in another, so the first data can
// come before the reply. They wait here until the stream is there.
import { ProtocolError } from './errors.ts'
import type { StreamChannel } from './stream-channel.ts'

/** Far more than a daemon reads between handling a call and answering it. */
const maxBytes = 16 * 1024 * 1024
/** What a frame takes here besides its data, so that empty ones count too. */
const frameBytes = 128

export class Overtaking {
  readonly #frames = new Map<number, { status: number; body: Buffer }[]>()
  #bytes = 0

  /** Keeps a frame of a stream whose opening is not answered yet. Throws `ProtocolError` when there are too many. */
  keep(serial: number, status: number, body: Buffer): void {
    this.#bytes += frameBytes + body.length
    if (this.#bytes > maxBytes) throw new ProtocolError('too much data before the reply that opens its stream')
    const frames = this.#frames.get(serial)
    if (frames) frames.push({ status, body })
    else this.#frames.set(serial, [{ status, body }])
  }

  /** Hands over what waits for this stream, in order. */
  release(serial: number, channel: StreamChannel): void {
    const frames = this.#frames.get(serial)
    this.drop(serial)
    for (const { status, body } of frames ?? []) channel.receive(status, body)
  }

  /** The stream was refused, or nobody wants it any more. */
  drop(serial: number): void {
    for (const { body } of this.#frames.get(serial) ?? []) this.#bytes -= frameBytes + body.length
    this.#frames.delete(serial)
  }
}
