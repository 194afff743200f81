// One SSH session while it lasts: its streams, and how many channels it carries.
import type { Socket } from 'node:net'
import type { Client, ClientChannel } from 'ssh2'
import type { Clock } from '../clock.ts'
import { SshChannelRefusedError, SshNotSentError } from './errors.ts'
import type { SshError } from './errors.ts'
import { SshStream } from './stream.ts'

/** Asks the client for one channel; throws when its connection has just ended. */
export type OpenOn = (client: Client, done: (error: Error | undefined, channel: ClientChannel) => void) => void

const closeGraceMs = 10_000
const hangUpMs = 1_000
const smallBytes = 4 * 1024

export class SshSession {
  readonly sinceMs: number
  readonly #client: Client
  readonly #socket: Socket
  readonly #clock: Clock
  readonly #onSlotFree: () => void
  readonly #streams = new Set<SshStream>()
  #busy = 0
  #isOver = false

  constructor({ client, socket }: { client: Client; socket: Socket }, clock: Clock, { onSlotFree, onOver, answersAtOnce }: { onSlotFree: () => void; onOver: () => void; answersAtOnce: boolean }) {
    this.#client = client
    this.#socket = socket
    this.#clock = clock
    this.#onSlotFree = onSlotFree
    this.sinceMs = clock.now()
    // Emitted before ssh2 ends its channels as if their peers had: the streams must hear of the loss first.
    client.once('close', () => { this.#isOver = true; onOver() })
    if (answersAtOnce) this.#acknowledgeAtOnce()
  }

  /** Channels that are open, being opened, or being closed. */
  get busy(): number { return this.#busy }

  /** Opens a channel. `answer` gets the stream or the error, and says whether anybody still wanted it. */
  open(openOn: OpenOn, answer: (outcome: SshError | SshStream) => boolean): void {
    this.#busy++
    let isHeld = true
    const release = () => { if (isHeld) { isHeld = false; this.#busy--; if (!this.#isOver) this.#onSlotFree() } }
    try {
      openOn(this.#client, (error, channel) => {
        if (error) { answer(this.#refusal(error)); release(); return }
        channel.once('close', release)
        const stream = this.#keep(channel)
        stream.once('close', () => {
          if (!isHeld) return
          // A host that cannot hand its last bytes to a stuck daemon delays the close; that must not eat the slot for ever.
          channel.once('close', this.#clock.schedule(closeGraceMs, release))
        })
        if (!answer(stream)) stream.destroy()
      })
    } catch (cause) {
      answer(new SshNotSentError('the connection has just ended', { cause }))
      release()
    }
  }

  /** Destroys all streams: with the error when the connection was lost, without one when we end it. */
  drop(error?: SshError): void {
    for (const stream of this.#streams) stream.destroy(error)
  }

  /** Says goodbye, and cuts the connection when the other side does not hang up too. Resolves when it is gone. */
  hangUp(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(hangUpMs, () => { this.#socket.destroy() })
      this.#client.once('close', () => { cancel(); resolve() })
      this.#client.end()
    })
  }

  /**
   * sshd leaves Nagle's delay on when it only forwards: of two small messages in a row, an event and an answer, the
   * second waits until the first is acknowledged, and the kernel takes 40 ms over that unless we send something. So we
   * send something: the request for no more sessions, which has no answer and asks for what we want anyway.
   */
  #acknowledgeAtOnce(): void {
    // The types want the callback without which no answer is asked for.
    const client = this.#client as unknown as { openssh_noMoreSessions(): void }
    let isDue = false
    this.#socket.on('data', (chunk: Buffer) => {
      // Full segments are acknowledged without our help.
      if (isDue || chunk.length > smallBytes) return
      isDue = true
      const { bytesWritten } = this.#socket
      setImmediate(() => {
        isDue = false
        if (!this.#isOver && this.#socket.writable && this.#socket.bytesWritten === bytesWritten) client.openssh_noMoreSessions()
      })
    })
  }

  #keep(channel: ClientChannel): SshStream {
    const stream = new SshStream(channel)
    this.#streams.add(stream)
    return stream.once('close', () => { this.#streams.delete(stream) })
  }

  #refusal(error: Error): SshError {
    if (this.#isOver) return new SshNotSentError('the connection ended while the channel was being opened', { cause: error })
    const reason: unknown = Reflect.get(error, 'reason')
    return new SshChannelRefusedError(error.message, typeof reason === 'number' ? reason : undefined)
  }
}
