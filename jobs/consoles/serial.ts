import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { consoleClosings } from '../../server/model/console.ts'
import { Scrollback } from './scrollback.ts'

const scrollbackBytes = 64 * 1024
/** A port stays open so long after its last viewer, to have something to show to one who comes back. */
const lingerMs = 60_000
/** Bytes that may wait for a viewer before the guest has to wait; one that takes nothing for so long is cut off. */
const waitingBytes = 256 * 1024
const stalledMs = 10_000

/**
 * Serial ports, each opened once and shown to all who look at it: a guest has one port, and a second opening would put
 * the first viewer out. Viewers see the same, and all of them type.
 */
export class SerialLines {
  readonly #lines = new Map<string, Promise<Line>>()

  /** The port is open when this resolves; the function then shows it to a viewer, or to nobody. */
  async join(domainUuid: string, open: () => Promise<Duplex>): Promise<(viewer: WebSocket | undefined) => void> {
    let opening = this.#lines.get(domainUuid)
    if (!opening) {
      const own = open().then((port) => new Line(port, forget))
      const forget = () => { if (this.#lines.get(domainUuid) === own) this.#lines.delete(domainUuid) }
      own.catch(forget)
      this.#lines.set(domainUuid, own)
      opening = own
    }
    const line = await opening
    return (viewer) => { if (viewer) line.show(viewer) }
  }

  close(): void {
    for (const opening of this.#lines.values()) opening.then((line) => { line.end() }, () => { /* it never opened */ })
  }
}

class Line {
  readonly #port: Duplex
  readonly #onEnd: () => void
  readonly #scrollback = new Scrollback(scrollbackBytes)
  readonly #viewers = new Set<WebSocket>()
  /** Viewers for whom too much waits, and since when they are given time. */
  readonly #slow = new Map<WebSocket, NodeJS.Timeout>()
  #linger: NodeJS.Timeout | undefined
  #ended = false

  constructor(port: Duplex, onEnd: () => void) {
    this.#port = port
    this.#onEnd = onEnd
    port.on('data', (chunk: Buffer) => {
      this.#scrollback.push(chunk)
      for (const viewer of this.#viewers) this.#send(viewer, chunk)
    })
    port.on('error', () => { this.end() })
    port.once('end', () => { this.end() }).once('close', () => { this.end() })
    this.#lingerOn()
  }

  show(viewer: WebSocket): void {
    if (this.#ended) { this.#farewell(viewer); return }
    clearTimeout(this.#linger)
    const past = this.#scrollback.read()
    if (past.length > 0) viewer.send(past, { binary: true })
    this.#viewers.add(viewer)
    viewer.on('message', (data: RawData) => {
      if (this.#ended || this.#port.write(bytesOf(data))) return
      viewer.pause()
      this.#port.once('drain', () => { viewer.resume() })
    })
    viewer.once('close', () => {
      this.#viewers.delete(viewer)
      this.#caughtUp(viewer)
      if (this.#viewers.size === 0) this.#lingerOn()
    })
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    clearTimeout(this.#linger)
    this.#onEnd()
    for (const viewer of this.#viewers) this.#farewell(viewer)
    this.#port.destroy()
  }

  #send(viewer: WebSocket, chunk: Buffer): void {
    viewer.send(chunk, { binary: true }, () => { if (viewer.bufferedAmount < waitingBytes / 2) this.#caughtUp(viewer) })
    if (viewer.bufferedAmount <= waitingBytes || this.#slow.has(viewer)) return
    this.#slow.set(viewer, setTimeout(() => { viewer.terminate() }, stalledMs))
    this.#port.pause()
  }

  #caughtUp(viewer: WebSocket): void {
    const timer = this.#slow.get(viewer)
    if (!timer) return
    clearTimeout(timer)
    this.#slow.delete(viewer)
    if (this.#slow.size === 0) this.#port.resume()
  }

  #farewell(viewer: WebSocket): void {
    viewer.close(consoleClosings.ended.code, consoleClosings.ended.reason)
  }

  #lingerOn(): void {
    if (this.#ended) return
    clearTimeout(this.#linger)
    this.#linger = setTimeout(() => { this.end() }, lingerMs)
    this.#linger.unref()
  }
}

const bytesOf = (data: RawData): Buffer => (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data))
