// A libvirt stream as a Node stream: upload by `pipeline`, download by `for await`, console as both.
import { Duplex, type DuplexOptions } from 'node:stream'
import type { StreamDirection } from './protocol/types.ts'
import type { StreamChannel } from './stream-channel.ts'

const bufferBytes = 1024 * 1024

/** `readable` and `writable` are in Node's documentation of `new stream.Duplex(options)`, though not in its types. */
function optionsFor(direction: StreamDirection): DuplexOptions & { readable: boolean; writable: boolean } {
  return {
    readable: direction !== 'up', writable: direction !== 'down', allowHalfOpen: false,
    readableHighWaterMark: bufferBytes, writableHighWaterMark: bufferBytes,
  }
}

/**
 * `reply` is what the opening call answered. Upwards, `finish` (so the end of `pipeline`) means that libvirt
 * confirmed everything; downwards, a normal end means the same. `destroy` aborts the transfer on the host.
 * Errors: `LibvirtError` when libvirt gives up, `OutcomeUnknown` when the connection is lost.
 */
export class LibvirtStream<R = unknown> extends Duplex {
  readonly reply: R
  readonly #channel: StreamChannel
  readonly #direction: StreamDirection
  #onFinished: ((error?: Error | null) => void) | undefined
  #confirmed = false

  constructor(reply: R, channel: StreamChannel, direction: StreamDirection) {
    super(optionsFor(direction))
    this.reply = reply
    this.#channel = channel
    this.#direction = direction
    channel.attach({
      data: (chunk) => { if (!this.push(chunk)) channel.setPaused(true) },
      // The handshake of a download: libvirt says "no more", this side says OK, libvirt confirms with OK.
      endOfData: () => { if (direction === 'down') channel.finish(); else this.push(null) },
      finished: () => { this.#finished() },
      failed: (error) => { this.#confirmed = true; this.destroy(error) },
    })
  }

  override _read(): void { this.#channel.setPaused(false) }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    this.#channel.write(chunk, callback)
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#confirmed) { callback(); return }
    this.#onFinished = callback
    this.#channel.finish()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.#confirmed) this.#channel.abort()
    callback(error)
  }

  #finished(): void {
    this.#confirmed = true
    if (this.#direction !== 'up') this.push(null)
    this.#onFinished?.()
  }
}
