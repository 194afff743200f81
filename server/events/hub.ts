import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import type { Sql } from 'postgres'
import { KloudakError } from '../model/errors.ts'
import { comparePositions, cursorExpired, decodeCursor, encodeCursor, laterOf } from './cursor.ts'
import type { Cursor, Position } from './cursor.ts'
import type { ChangeEvent, EventFilter } from './event.ts'
import { EventQueue } from './queue.ts'
import { readCursor, readEvents } from './reader.ts'
import type { Reading } from './reader.ts'
import { Registry } from './registry.ts'

export interface EventHubOptions {
  url: string
  /** Told of what went wrong and is being made good: a lost connection, a failed read. */
  onTrouble?: (error: unknown) => void
  /** How often to look without being woken, for when the notice itself is lost. */
  pollMs?: number
  /** How often those who hear of access are told that anybody's may have changed, for when a notice is lost. */
  accessMs?: number
  /** Objects that may wait for one subscriber. */
  queueLimit?: number
  /** Events read at once. */
  batch?: number
}

/** Seconds before a lost connection is tried again: the driver's own wait grows to 20 s, and rights would be heard of that late. */
const reconnectAfter = (tries: number) => Math.min(0.5, 0.02 * 2 ** tries) * (0.5 + Math.random() / 2)

/** From a read that failed to the next: its notice has been spent. */
const afterFailureMs = 200

/** Waits between looks while an older transaction holds events back: doubling between these two. */
const pendingMs = { first: 4, most: 200 }

/**
 * The events of the database, read once for this process and handed to any number of subscribers. A notice only wakes
 * it; what it hands out is decided by its own position, so a lost notice, connection or database costs time, never an event.
 */
export class EventHub {
  readonly #sql: Sql
  readonly #registry = new Registry()
  readonly #accessListeners = new Set<(userId: string | undefined) => void>()
  readonly #options: Required<EventHubOptions>
  #cursor: Cursor
  #dirty = false
  #pumping: Promise<void> | undefined
  #pendingWaitMs = pendingMs.first
  #timer: NodeJS.Timeout | undefined
  readonly #accessTimer: NodeJS.Timeout
  #closed = false

  /** Connects, listens, and begins at the present. @throws when the database cannot be reached */
  static async open({ url, onTrouble = () => {}, pollMs = 2_000, accessMs = 700, queueLimit = 256, batch = 500 }: EventHubOptions): Promise<EventHub> {
    // Without the driver's own look-up of array types on each new connection: when one is lost in the middle of it, nobody
    // catches that promise, and the process would end.
    const sql = postgres(url, { max: 3, idle_timeout: 60, backoff: reconnectAfter, fetch_types: false, onnotice: () => {}, connection: { application_name: 'kloudak-events', TimeZone: 'UTC' } })
    try {
      const hub = new EventHub(sql, await readCursor(sql), { url, onTrouble, pollMs, accessMs, queueLimit, batch })
      await sql.listen('kloudak_event', () => { hub.#wake() }, () => { hub.#wake() })
      // After a lost connection any right may have changed unheard.
      await sql.listen('kloudak_access', (userId) => { hub.#tellAccess(userId) }, () => { hub.#tellAccess(undefined) })
      return hub
    } catch (error) {
      await sql.end({ timeout: 1 })
      throw error
    }
  }

  private constructor(sql: Sql, cursor: Cursor, options: Required<EventHubOptions>) {
    this.#sql = sql
    this.#cursor = cursor
    this.#options = options
    this.#sleep(options.pollMs)
    this.#accessTimer = setInterval(() => { this.#tellAccess(undefined) }, options.accessMs)
  }

  /** To be taken before the first read of a list: a subscription from here on misses nothing that the list lacks. */
  async currentCursor(): Promise<string> {
    return encodeCursor(await readCursor(this.#sql))
  }

  /** Up to where events have been handed to subscribers. */
  get position(): Position { return this.#cursor }

  get subscribers(): number { return this.#registry.size }

  /**
   * The events that match, from `after` on (exclusive; from now on without it), in order, each once. An object that
   * changes faster than its subscriber reads is shown at its newest change. Ends when the consumer returns.
   * @throws KloudakError INVALID_INPUT at once when `after` is no cursor; from the iterator CURSOR_EXPIRED when it is too old, UNAVAILABLE when the hub closes
   */
  subscribe(filter: EventFilter, after?: string): AsyncIterableIterator<ChangeEvent> {
    const from = after === undefined ? undefined : decodeCursor(after)
    const queue = new EventQueue(this.#options.queueLimit)
    const stream = this.#stream(filter, queue, from ?? this.#cursor, from !== undefined)
    return {
      next: () => stream.next(),
      // A generator's own return() would wait for the event that it waits for.
      return: () => { queue.end(); return stream.return(undefined) },
      throw: (error) => { queue.end(); return stream.throw(error) },
      [Symbol.asyncIterator]() { return this },
    }
  }

  /**
   * Told the id of a user whose rights, sessions or account have changed; undefined, every `accessMs`: anybody's may have,
   * unheard. Whoever looks then looks again soon, so that a look which fails may be let pass. Returns how to stop.
   */
  onAccessChange(listener: (userId: string | undefined) => void): () => void {
    this.#accessListeners.add(listener)
    return () => { this.#accessListeners.delete(listener) }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    clearInterval(this.#accessTimer)
    for (const { queue } of this.#registry.all()) queue.end(new KloudakError('UNAVAILABLE', 'This server is going away.', { remedy: 'Subscribe again after the last cursor.', retryAfterMs: 0 }))
    // A read that waits for a database that is gone is ended by the first. What breaks while it is closed is closed.
    await Promise.allSettled([this.#sql.end({ timeout: 2 }), this.#pumping])
  }

  async *#stream(filter: EventFilter, queue: EventQueue, from: Cursor, check: boolean): AsyncGenerator<ChangeEvent, undefined> {
    const leave = this.#registry.add(filter, queue)
    let seen: Position = from
    let mustCheck = check
    try {
      while (!queue.ended && !this.#closed) {
        // From this point on the queue holds all that lies beyond the joint; the database gives what lies before it.
        const joint = this.#cursor
        if (joint.epoch !== from.epoch) throw cursorExpired()
        queue.reopen()
        while (mustCheck || comparePositions(seen, joint) < 0) {
          const reading = await this.#readFor(queue, seen, { limit: this.#options.batch, upTo: joint, filter })
          // Beyond xmin: it comes from a database that had gone further than this one.
          if (reading.epoch !== from.epoch || reading.pruned || seen.xid > reading.xmin) throw cursorExpired()
          mustCheck = false
          for (const event of reading.events) { seen = event.position; yield event }
          if (reading.events.length < this.#options.batch) { seen = laterOf(seen, joint); break }
        }
        for (;;) {
          const event = await queue.take()
          if (event === undefined) return
          if (event === 'overflowed') break
          if (comparePositions(event.position, seen) <= 0) continue
          seen = event.position
          yield event
        }
      }
    } finally {
      leave()
    }
  }

  /** Reads for a subscriber as long as they are there: a database that is gone for a while ends no stream. */
  async #readFor(queue: EventQueue, ...what: Parameters<typeof readEvents> extends [unknown, ...infer Rest] ? Rest : never): Promise<Reading> {
    for (;;) {
      try {
        return await readEvents(this.#sql, ...what)
      } catch (error) {
        if (this.#closed || queue.ended) throw error
        this.#options.onTrouble(error)
        await delay(Math.min(this.#options.pollMs, 1_000))
      }
    }
  }

  #wake(): void {
    this.#dirty = true
    if (this.#closed || this.#pumping) return
    clearTimeout(this.#timer)
    this.#pumping = this.#pump().finally(() => { this.#pumping = undefined })
  }

  async #pump(): Promise<void> {
    let waitMs = this.#options.pollMs
    while (this.#dirty && !this.#closed) {
      this.#dirty = false
      try {
        const reading = await readEvents(this.#sql, this.#cursor, { limit: this.#options.batch })
        this.#hand(reading)
        waitMs = reading.pending ? Math.min(this.#pendingWaitMs, this.#options.pollMs) : this.#options.pollMs
        this.#pendingWaitMs = reading.pending ? Math.min(this.#pendingWaitMs * 2, pendingMs.most) : pendingMs.first
      } catch (error) {
        if (!this.#closed) this.#options.onTrouble(error)
        waitMs = Math.min(afterFailureMs, this.#options.pollMs)
      }
    }
    this.#sleep(waitMs)
  }

  #hand(reading: Reading): void {
    const { epoch, xmin, events } = reading
    if (epoch !== this.#cursor.epoch || reading.pruned) {
      for (const { queue } of this.#registry.all()) queue.end(cursorExpired())
      this.#cursor = { epoch, xid: xmin, id: 0n }
      return
    }
    for (const event of events) this.#registry.hand(event)
    const isFull = events.length === this.#options.batch
    if (isFull) this.#dirty = true
    const last = events.at(-1)?.position ?? this.#cursor
    // All below xmin has been read: moving up to it keeps a quiet stream ahead of the pruning.
    this.#cursor = { epoch, ...(isFull ? last : laterOf(last, { xid: xmin, id: 0n })) }
  }

  #sleep(ms: number): void {
    if (this.#closed) return
    this.#timer = setTimeout(() => { this.#wake() }, ms)
  }

  #tellAccess(userId: string | undefined): void {
    for (const listener of this.#accessListeners) listener(userId)
  }
}
