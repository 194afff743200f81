// Who wants to hear of which event. A callback id is unique only among the events of one message number.
import { XdrReader } from '../xdr/reader.ts'
import type { FrameHeader } from './frame.ts'
import { events, type EventName, type EventPayload } from './protocol/events.ts'
import { program } from './protocol/types.ts'

const byMessageNumber = new Map(Object.values(events).map((event) => [event.messageNumber, event]))
const keyOf = (messageNumber: number, callbackId: number) => `${messageNumber}:${callbackId}`

export class EventListeners {
  readonly #handlers = new Map<string, (payload: never) => void>()

  add<N extends EventName>(name: N, callbackId: number, handler: (payload: EventPayload<N>) => void): void {
    this.#handlers.set(keyOf(events[name].messageNumber, callbackId), handler)
  }

  remove(name: EventName, callbackId: number): void {
    this.#handlers.delete(keyOf(events[name].messageNumber, callbackId))
  }

  clear(): void { this.#handlers.clear() }

  /** Calls the handler at once, so that events keep their order among themselves and against replies. Throws `XdrError`. */
  dispatch(header: FrameHeader, body: Buffer): void {
    const event = header.program === program.remote ? byMessageNumber.get(header.procedure) : undefined
    if (!event) return
    const reader = new XdrReader(body)
    const payload = event.message.decode(reader)
    reader.expectEnd()
    const handler = this.#handlers.get(keyOf(header.procedure, payload.callbackId))
    if (!handler) return
    try {
      handler(payload as never)
    } catch (error) {
      // A fault of the handler is not the peer's: it must not end the connection, nor be swallowed.
      queueMicrotask(() => { throw error })
    }
  }
}
