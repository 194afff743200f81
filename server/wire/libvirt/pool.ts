// The connections to one host's libvirt. A connection takes four calls at a time and a stream can stop it
// altogether, so quick reads, long jobs and streams must not stand in one queue. A connection costs under a
// millisecond on a socket that is reached.
import type { Duplex } from 'node:stream'
import { connectLibvirt, type LibvirtConnection } from './connection.ts'
import { NotSent } from './errors.ts'
import type { KeepaliveOptions } from './keepalive.ts'
import type { CallOptions } from './pending-call.ts'
import type { Args, CallName, Reply, StreamName } from './protocol/procedures.ts'
import type { LibvirtStream, StreamOptions } from './stream.ts'

export interface LibvirtPoolOptions {
  /** Reaches libvirt's socket: called for each connection. */
  dial: () => Promise<Duplex>
  /** The same for streams, where a slow reader must not hold up others; `dial` unless told. */
  dialStream?: () => Promise<Duplex>
  uri: string
  readOnly?: boolean
  /** For the connections of calls; those of streams have none. */
  keepalive?: KeepaliveOptions
  /** How many connections may carry jobs, four at a time each; 3 unless told. */
  jobConnections?: number
}

export class LibvirtPool {
  readonly #options: LibvirtPoolOptions
  readonly #quick = new Slot(() => this.#connect())
  readonly #jobs: Slot[]
  readonly #stats = new Slot(() => this.#connect())
  readonly #streams = new Set<LibvirtConnection>()
  #closed = false

  constructor(options: LibvirtPoolOptions) {
    this.#options = options
    this.#jobs = Array.from({ length: options.jobConnections ?? 3 }, () => new Slot(() => this.#connect()))
  }

  /**
   * The connection for events, dialled if there is none. It is also that of `call`, so an event is never older
   * than an answer which follows it. When its `closed` settles: ask again, register, list, reconcile.
   */
  events(): Promise<LibvirtConnection> { return this.#quick.get() }

  /**
   * For calls that answer at once: lists, lookups, states. Rejects as `LibvirtConnection.call`; a host that cannot
   * be reached is `NotSent`. `timeoutMs` bounds everything, dialling included.
   */
  async call<N extends CallName>(name: N, args: Args<N>, options: CallOptions = {}): Promise<Reply<N>> {
    const { connection, left } = await reach(name, this.#quick.get(), options)
    return connection.call(name, args, left)
  }

  /** For calls that may take long, or wait for a job of the domain: start, save, copy, wipe, migrate. */
  async job<N extends CallName>(name: N, args: Args<N>, options: CallOptions = {}): Promise<Reply<N>> {
    const { connection, left } = await reach(name, this.#leastLoaded().get(), options)
    return connection.call(name, args, left)
  }

  /** For statistics of all domains at once: they may be slow, and must keep neither events nor jobs waiting. */
  async stats<N extends CallName>(name: N, args: Args<N>, options: CallOptions = {}): Promise<Reply<N>> {
    const { connection, left } = await reach(name, this.#stats.get(), options)
    return connection.call(name, args, left)
  }

  /** Opens a stream on a connection of its own, which ends with it. */
  async openStream<N extends StreamName>(name: N, args: Args<N>, options: StreamOptions = {}): Promise<LibvirtStream<Reply<N>>> {
    const connecting = this.#connect({ forStream: true })
    const { connection, left } = await reach(name, connecting, options).catch((error: unknown) => {
      // Whoever waited is gone; what is still being dialled must not stay.
      void connecting.then((late) => late.close(), () => undefined)
      throw error
    })
    this.#streams.add(connection)
    const end = () => {
      this.#streams.delete(connection)
      void connection.close()
    }
    try {
      const stream = await connection.openStream(name, args, left)
      if (stream.destroyed) end(); else stream.once('close', end)
      return stream
    } catch (error) {
      end()
      throw error
    }
  }

  /**
   * A connection for calls that belong together, to be closed by the caller. A migration driven from here needs
   * one on the source: libvirt rolls it back when the connection of its Begin goes.
   */
  dedicated(): Promise<LibvirtConnection> { return this.#connect() }

  /** Closes every connection but those handed out as `dedicated`, also what is still being dialled; streams end as lost. */
  async close(): Promise<void> {
    this.#closed = true
    // A stream that nobody reads has stopped its connection, and would not hear the answer to a goodbye.
    for (const connection of this.#streams) connection.destroy()
    await Promise.all([this.#quick, this.#stats, ...this.#jobs].map((slot) => slot.close()))
  }

  /** One that is connected and idle, else a new one, else the one with the least to do. */
  #leastLoaded(): Slot {
    const idle = this.#jobs.find((slot) => slot.isConnected && slot.load === 0) ?? this.#jobs.find((slot) => !slot.isConnected && slot.load === 0)
    return idle ?? this.#jobs.toSorted(byLoad)[0]!
  }

  async #connect({ forStream = false } = {}): Promise<LibvirtConnection> {
    const { dial, dialStream = dial, uri, readOnly, keepalive } = this.#options
    this.#refuseIfClosed()
    const duplex = await (forStream ? dialStream() : dial())
    const connection = await connectLibvirt(duplex, { uri, readOnly, keepalive: forStream ? undefined : keepalive })
    if (this.#closed) connection.destroy()
    this.#refuseIfClosed()
    return connection
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new Error('the pool is closed')
  }
}

/** Waits for a connection within the call's own bounds. Whatever keeps it from being made, the call itself did not leave. */
async function reach<O extends CallOptions>(name: string, connecting: Promise<LibvirtConnection>, options: O): Promise<{ connection: LibvirtConnection; left: O }> {
  const { timeoutMs, signal } = options
  const since = performance.now()
  const gaveUp = Promise.withResolvers<never>()
  const onAbort = () => { gaveUp.reject(new NotSent(name, 'aborted', signal?.reason)) }
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => { gaveUp.reject(new NotSent(name, 'deadline')) }, timeoutMs)
  signal?.addEventListener('abort', onAbort, { once: true })
  if (signal?.aborted) onAbort()
  try {
    const connection = await Promise.race([connecting, gaveUp.promise])
    return { connection, left: timeoutMs === undefined ? options : { ...options, timeoutMs: Math.max(0, timeoutMs - (performance.now() - since)) } }
  } catch (error) {
    throw error instanceof NotSent && error.procedure === name ? error : new NotSent(name, 'closed', error)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

const byLoad = (a: Slot, b: Slot) => a.load - b.load

/** A place for one connection, made when it is needed and again when it was lost. */
class Slot {
  readonly #connect: () => Promise<LibvirtConnection>
  #connecting: Promise<LibvirtConnection> | undefined
  #connection: LibvirtConnection | undefined
  /** Callers that wait for the connection, so that a burst spreads over all slots before any is connected. */
  #waiting = 0

  constructor(connect: () => Promise<LibvirtConnection>) { this.#connect = connect }

  get load(): number { return this.#waiting + (this.#connection?.load ?? 0) }
  get isConnected(): boolean { return this.#connection?.isOpen ?? false }

  async get(): Promise<LibvirtConnection> {
    // Full of calls that nobody waits for any more, it would never take another: the host goes on with them alone.
    if (this.#connection?.isStuck) this.#connection.destroy(new Error('every place on the connection is held by an abandoned call'))
    if (this.#connection?.isOpen) return this.#connection
    this.#connecting ??= this.#connect().finally(() => { this.#connecting = undefined })
    this.#waiting++
    try {
      this.#connection = await this.#connecting
      return this.#connection
    } finally {
      this.#waiting--
    }
  }

  async close(): Promise<void> { await this.#connection?.close() }
}
