// A libvirt stream as a Node stream: upload by `pipeline`, download by `for await`, console as both.
import { Duplex, type DuplexOptions } from 'node:stream'
import { OutcomeUnknown } from './errors.ts'
import type { CallOptions } from './pending-call.ts'
import type { StreamDirection } from './protocol/types.ts'
import type { StreamChannel } from './stream-channel.ts'

const bufferBytes = 1024 * 1024

/** `timeoutMs` and `beforeSend` concern the opening; `signal` destroys the stream whenever it aborts. */
export interface StreamOptions extends CallOptions {
  /**
   * Destroys the stream when the daemon does nothing for so long although this side waits for it: for data of a
   * download, for room or the confirmation of an upload. A slow reader or source on this side does not count.
   */
  idleTimeoutMs?: number
}

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
 * Errors: `LibvirtError` when libvirt gives up, `OutcomeUnknown` when the connection is lost or idle for too long.
 */
export class LibvirtStream<R = unknown> extends Duplex {
  readonly reply: R
  readonly #channel: StreamChannel
  readonly #direction: StreamDirection
  readonly #idleTimeoutMs: number | undefined
  #idleTimer: NodeJS.Timeout | undefined
  #onFinished: ((error?: Error | null) => void) | undefined
  #confirmed = false

  constructor(reply: R, channel: StreamChannel, direction: StreamDirection, { idleTimeoutMs }: StreamOptions = {}) {
    super(optionsFor(direction))
    this.reply = reply
    this.#channel = channel
    this.#direction = direction
    this.#idleTimeoutMs = idleTimeoutMs
    // An error may come before whoever opened the stream can listen. It must not be an uncaught exception: the
    // stream keeps it, and gives it to whoever reads or writes.
    this.on('error', () => undefined)
    channel.attach({
      data: (chunk) => { this.#onData(chunk) },
      endOfData: () => { this.#onEndOfData() },
      finished: () => { this.#onConfirmed() },
      failed: (error) => { this.#confirmed = true; this.destroy(error) },
    })
    if (direction === 'down') this.#expectDaemon()
  }

  override _read(): void {
    this.#channel.setPaused(false)
    if (this.#direction === 'down') this.#expectDaemon()
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error | null) => void): void {
    this.#expectDaemon()
    this.#channel.write(chunk, (error) => { this.#restFromDaemon(); callback(error) })
  }

  override _final(callback: (error?: Error | null) => void): void {
    if (this.#confirmed) { callback(); return }
    this.#onFinished = callback
    this.#expectDaemon()
    this.#channel.finish()
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#restFromDaemon()
    if (!this.#confirmed) this.#channel.abort()
    callback(error)
  }

  #onData(chunk: Buffer): void {
    if (this.push(chunk)) {
      if (this.#direction === 'down') this.#expectDaemon()
      return
    }
    this.#restFromDaemon()
    this.#channel.setPaused(true)
  }

  /** The handshake of a download: libvirt says "no more", this side says OK, libvirt confirms with OK. */
  #onEndOfData(): void {
    if (this.#direction === 'both') { this.push(null); return }
    this.#expectDaemon()
    this.#channel.finish()
  }

  #onConfirmed(): void {
    this.#confirmed = true
    this.#restFromDaemon()
    if (this.#direction !== 'up') this.push(null)
    this.#onFinished?.()
  }

  #expectDaemon(): void {
    if (this.#idleTimeoutMs === undefined || this.#confirmed || this.destroyed) return
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => { this.destroy(new OutcomeUnknown(this.#channel.name, 'deadline')) }, this.#idleTimeoutMs)
  }

  #restFromDaemon(): void { clearTimeout(this.#idleTimer) }
}
