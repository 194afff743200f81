// A database that is always there: redials with backoff, monitors anew, and says when everything must be compared afresh.
import type { Duplex } from 'node:stream'
import { Backoff } from '../backoff.ts'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { OvsdbClient } from './client.ts'
import type { Monitor, OperationResults, OvsdbClientOptions, TransactOptions } from './client.ts'
import type { Row, Table } from './column.ts'
import { OvsdbNotSentError } from './errors.ts'
import type { RowChange } from './monitor.ts'
import type { Operation } from './operation.ts'

/**
 * `snapshot`: connected; the rows are all of the database's, and what was missed is not told apart from what is new,
 * so compare everything. `changes`: one transaction after that. `lost`: the rows are not current until the next snapshot.
 */
export type OvsdbSessionEvent = { kind: 'snapshot' } | { kind: 'changes'; changes: RowChange[] } | { kind: 'lost'; error: Error }

export interface OvsdbSessionOptions {
  /** Opens one connection; called again after each loss. */
  dial: (signal: AbortSignal) => Promise<Duplex>
  database: string
  /** Monitored, all of them, in the columns they declare. */
  tables: readonly Table[]
  /** Stolen at each connection, before the copy is taken, and asserted by each transaction that writes. `beforeTake` throws when we may not. */
  lock?: { name: string; beforeTake?: () => void }
  client?: OvsdbClientOptions
  setupTimeoutMs?: number
  backoffBaseMs?: number
  backoffCapMs?: number
  /** A connection that stood this long starts the backoff over. */
  stableMs?: number
  clock?: Clock
  random?: () => number
}

interface Live { client: OvsdbClient; monitor: Monitor }

export class OvsdbSession {
  readonly #options: OvsdbSessionOptions
  readonly #clock: Clock
  readonly #backoff: Backoff
  readonly #stableMs: number
  readonly #listeners = new Set<(event: OvsdbSessionEvent) => void>()
  readonly #waiting = new Set<(live: Live) => void>()
  readonly #closing = new AbortController()
  #live: Live | undefined
  #lastError: Error | undefined
  #wake = () => {}
  #running: Promise<void> | undefined
  #taking: Promise<void> | undefined

  constructor(options: OvsdbSessionOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#stableMs = options.stableMs ?? 10_000
    this.#backoff = new Backoff({ baseMs: options.backoffBaseMs ?? 100, capMs: options.backoffCapMs ?? 10_000, random: options.random })
  }

  /** Whether the rows are current. */
  get isLive(): boolean { return this.#live !== undefined }
  /** Why the last connection, or attempt at one, ended. */
  get lastError(): Error | undefined { return this.#lastError }

  /**
   * Listens from now on; the returned function ends that. A listener that comes to a live
   * session sees no snapshot event: read the rows. One that throws costs the connection, and gets a snapshot after it.
   */
  on(listener: (event: OvsdbSessionEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** Begins to dial, and goes on until close(). */
  start(): void {
    this.#running ??= this.#run()
  }

  /** Ends a wait between two attempts: for an owner who knows that the way is open again. */
  retryNow(): void { this.#wake() }

  /** The copy of a monitored table. @throws OvsdbNotSentError when there is no connection */
  rows<T extends Table>(table: T): ReadonlyMap<string, Row<T>> {
    if (!this.#live) throw this.#notConnected()
    return this.#live.monitor.rows(table)
  }

  /** Resolves once connected. @throws OvsdbNotSentError with the last failure as its cause when that takes too long */
  async ready(timeoutMs = 10_000): Promise<void> {
    await this.#whenLive(timeoutMs)
  }

  /** Resolves once the copy holds all that was in the database when this was called: the server sends changes before its answer. */
  async sync(timeoutMs = 10_000): Promise<void> {
    const { client } = await this.#whenLive(timeoutMs)
    await client.echo(timeoutMs)
  }

  /** As OvsdbClient.transact on the current connection, or the next one within the time; writes carry the assert. */
  async transact<const O extends readonly Operation[]>(operations: O, options: Omit<TransactOptions, 'assert'> = {}): Promise<OperationResults<O>> {
    const { client } = await this.#whenLive(options.timeoutMs ?? 10_000)
    const assert = operations.some(({ writes }) => writes) ? this.#options.lock?.name : undefined
    return await client.transact(this.#options.database, operations, { ...options, assert })
  }

  /** Takes the lock again after an OvsdbNotOwnerError, for an owner who is sure that it is his by right. */
  async takeLock(): Promise<void> {
    const { client } = await this.#whenLive(10_000)
    // Work that lost it together takes it back once.
    this.#taking ??= this.#take(client).finally(() => { this.#taking = undefined })
    await this.#taking
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#live?.client.close()
    this.#wake()
    await this.#running
  }

  async #whenLive(timeoutMs: number): Promise<Live> {
    if (this.#live) return this.#live
    if (this.#closing.signal.aborted) throw this.#notConnected()
    return new Promise((resolve, reject) => {
      const settle = (live: Live) => { cancel(); this.#waiting.delete(settle); resolve(live) }
      const cancel = this.#clock.schedule(timeoutMs, () => { this.#waiting.delete(settle); reject(this.#notConnected()) })
      this.#waiting.add(settle)
    })
  }

  #notConnected(): OvsdbNotSentError {
    return new OvsdbNotSentError(`no connection to the database ${this.#options.database}`, { cause: this.#lastError })
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      let sinceMs: number | undefined
      try {
        const live = await this.#connect()
        sinceMs = this.#clock.now()
        const ended = new Promise<Error>((resolve) => { live.client.onEnd(resolve) })
        if (live.client.ended === undefined) {
          this.#live = live
          this.#emit({ kind: 'snapshot' })
          for (const settle of this.#waiting) settle(live)
        }
        this.#lastError = await ended
        this.#live = undefined
        this.#emit({ kind: 'lost', error: this.#lastError })
      } catch (error) {
        this.#lastError = error as Error
        this.#live?.client.close()
        this.#live = undefined
      }
      if (sinceMs !== undefined && this.#clock.now() - sinceMs >= this.#stableMs) this.#backoff.reset()
      if (!this.#closing.signal.aborted) await this.#pause(this.#backoff.next())
    }
  }

  async #connect(): Promise<Live> {
    const { dial, database, tables, setupTimeoutMs = 30_000 } = this.#options
    const client = new OvsdbClient(await dial(this.#closing.signal), { clock: this.#clock, ...this.#options.client })
    // Each request has its deadline; this one is for their sum, and ends them all.
    const cancelDeadline = this.#clock.schedule(setupTimeoutMs, () => { client.close() })
    try {
      this.#closing.signal.throwIfAborted()
      await client.checkSchema(database, tables)
      await this.#take(client)
      const monitor = await client.monitor(database, tables, (changes) => {
        // What comes before the snapshot is in it.
        if (this.#live?.client === client) this.#emit({ kind: 'changes', changes })
      })
      return { client, monitor }
    } catch (error) {
      client.close()
      throw error
    } finally {
      cancelDeadline()
    }
  }

  async #take(client: OvsdbClient): Promise<void> {
    const { lock } = this.#options
    if (!lock) return
    lock.beforeTake?.()
    await client.steal(lock.name, () => { /* the assert of the next write tells */ })
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(delayMs, resolve)
      this.#wake = () => { cancel(); resolve() }
    })
  }

  #emit(event: OvsdbSessionEvent): void {
    for (const listener of this.#listeners) listener(event)
  }
}
