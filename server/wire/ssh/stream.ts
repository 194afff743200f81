// A forwarded socket as an ordinary Duplex. ssh2's own Channel cannot be handed out: its destroy() neither errors
// nor closes, a write after the peer has gone never calls back, and a lost connection looks like a clean end.
import { Duplex } from 'node:stream'
import type { ClientChannel } from 'ssh2'
import { SshConnectionLostError } from './errors.ts'

type Done = (error?: Error | null) => void

/**
 * Behaves like a net.Socket without half-open: ends when the peer ends. When the connection is lost it is destroyed
 * with SshConnectionLostError, so a clean `end` always means that the peer ended the stream.
 */
export class SshStream extends Duplex {
  readonly #channel: ClientChannel
  #pendingWrite: Done | undefined
  #ended = false
  #closed = false

  constructor(channel: ClientChannel) {
    super({ allowHalfOpen: false, highWaterMark: 256 * 1024 })
    this.#channel = channel
    channel.on('data', (chunk: Buffer) => { if (!this.destroyed && !this.push(chunk)) channel.pause() })
    channel.on('end', () => { this.#end() })
    channel.on('error', (error: Error) => { this.destroy(error) })
    channel.on('close', () => {
      this.#closed = true
      this.#end()
      this.#sent(cutShort())
    })
  }

  #end(): void {
    if (this.#ended || this.destroyed) return
    this.#ended = true
    this.push(null)
  }

  override _read(): void {
    this.#channel.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    if (this.#closed) { done(cutShort()); return }
    this.#pendingWrite = done
    this.#channel.write(chunk, (error) => { this.#sent(error) })
  }

  /** Answers the one write under way: by ssh2's callback, or by the channel's close, which ssh2 does not tell writers. */
  #sent(error?: Error | null): void {
    const done = this.#pendingWrite
    this.#pendingWrite = undefined
    done?.(error)
  }

  override _final(done: Done): void {
    this.#channel.end()
    done()
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#pendingWrite = undefined
    // What still arrives is read and dropped: the channel is only closed once its end has been read.
    this.#channel.resume()
    this.#channel.close()
    done(error)
  }
}

const cutShort = () => new SshConnectionLostError('the host closed the channel before all was sent')
