// One connection to a libvirt daemon over any duplex stream: a unix socket, or a channel of an ssh connection.
import { addAbortSignal, type Duplex } from 'node:stream'
import { ProtocolError } from './errors.ts'
import { connectFlag, feature } from './flag-constants.ts'
import { Keepalive, type KeepaliveOptions } from './keepalive.ts'
import { RpcPeer } from './peer.ts'
import type { CallOptions } from './pending-call.ts'
import { events, type EventName, type EventPayload } from './protocol/events.ts'
import { procedures, type Args, type CallName, type Reply, type StreamName } from './protocol/procedures.ts'
import type { DomainRef, PoolRef } from './protocol/types.ts'
import { LibvirtStream, type StreamOptions } from './stream.ts'

const authentication = { none: 0, polkit: 2 } as const
const defaultOpenTimeoutMs = 10_000
const closeTimeoutMs = 2_000

export interface ConnectOptions {
  /** `qemu:///system`, `qemu:///session`, `test:///default`: the daemon's own view, never with a host. */
  uri: string
  readOnly?: boolean
  /** Left out, nobody notices a silent peer, and streams may be opened: these pause reading, and so would stop keepalive. */
  keepalive?: KeepaliveOptions
  /** For authentication and opening together; 10 s unless told. */
  timeoutMs?: number
  maxInFlight?: number
}

export interface EventOptions extends CallOptions {
  /** Only this domain's events; for domain events. */
  domain?: DomainRef
  /** Only this pool's events; for pool events. */
  pool?: PoolRef
}

/** Ends with `unsubscribe`, with `await using`, or with its connection. */
export interface Subscription extends AsyncDisposable {
  unsubscribe(options?: CallOptions): Promise<void>
}

export class LibvirtConnection {
  /** Settles when the connection is over: with the reason, or undefined when `close` ended it. Never rejects. */
  readonly closed: Promise<Error | undefined>
  readonly #peer: RpcPeer
  #keepalive: Keepalive | undefined
  #closing = false

  /** Use `connectLibvirt`: this constructor only joins the protocol to the stream. */
  constructor(duplex: Duplex, maxInFlight?: number) {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>()
    this.closed = promise
    this.#peer = new RpcPeer({
      maxInFlight,
      send: (bytes) => duplex.write(bytes),
      setPaused: (paused) => { if (paused) duplex.pause(); else duplex.resume() },
      onFrame: () => { this.#keepalive?.heard() },
      onFailure: (error) => {
        this.#keepalive?.stop()
        duplex.destroy()
        resolve(this.#closing ? undefined : error)
      },
    })
    duplex.on('data', (chunk: Buffer) => { this.#peer.receive(chunk) })
    duplex.on('drain', () => { this.#peer.drained() })
    duplex.on('error', (error) => { this.#peer.fail(error) })
    duplex.on('end', () => { this.#peer.fail(new Error('the daemon closed the connection')) })
    duplex.on('close', () => { this.#peer.fail(new Error('the connection was closed')) })
  }

  get isOpen(): boolean { return !this.#peer.failure }
  /** Calls under way and waiting: what a pool goes by. */
  get load(): number { return this.#peer.load }
  /** Every place in flight is held by a call whose caller gave up: nothing gets through before the daemon answers one. */
  get isStuck(): boolean { return this.#peer.isStuck }

  /**
   * Calls a procedure of `protocol/procedures.ts`. At most four calls are in flight, the rest wait their turn.
   * Rejects with `LibvirtError` (failed), `NotSent` (surely did not happen) or `OutcomeUnknown` (read back first).
   */
  call<N extends CallName>(name: N, args: Args<N>, options?: CallOptions): Promise<Reply<N>> {
    return this.#peer.call(name, args, options)
  }

  /**
   * Opens a stream. A reader that is slow pauses the whole connection, so give each stream a connection of its
   * own (`LibvirtPool` does) and no keepalive.
   */
  async openStream<N extends StreamName>(name: N, args: Args<N>, options: StreamOptions = {}): Promise<LibvirtStream<Reply<N>>> {
    if (this.#keepalive) throw new TypeError('a connection with keepalive cannot carry streams')
    const stream = await this.#peer.openStream(name, args, options, (reply, channel) => {
      const opened = new LibvirtStream(reply, channel, procedures[name].stream, options)
      if (options.signal) addAbortSignal(options.signal, opened)
      return opened
    })
    // Refused in one read with the reply: `pipeline` would not say why.
    if (stream.errored) throw stream.errored
    return stream
  }

  /**
   * Registers for an event of `protocol/events.ts`. The handler runs synchronously, in the order of arrival, from
   * the moment of the registration's reply: register first, then list, then reconcile. What it throws is an
   * uncaught exception.
   */
  on<N extends EventName>(name: N, handler: (payload: EventPayload<N>) => void, { domain, pool, ...options }: EventOptions = {}): Promise<Subscription> {
    const { eventId, subject } = events[name]
    const hooks = {
      onReply: ({ callbackId }: { callbackId: number }): Subscription => {
        this.#peer.listeners.add(name, callbackId, handler)
        const unsubscribe = async (unsubscribeOptions?: CallOptions) => {
          this.#peer.listeners.remove(name, callbackId)
          if (this.isOpen) await this.#deregister(subject, callbackId, unsubscribeOptions)
        }
        return { unsubscribe, [Symbol.asyncDispose]: () => unsubscribe() }
      },
      onLateReply: ({ callbackId }: { callbackId: number }) => { this.#deregister(subject, callbackId).catch(() => undefined) },
    }
    return subject === 'domain'
      ? this.#peer.request('ConnectDomainEventCallbackRegisterAny', { eventId, domain }, options, hooks)
      : this.#peer.request('ConnectStoragePoolEventRegisterAny', { eventId, pool }, options, hooks)
  }

  /** Says goodbye, unless that would have to wait for its turn, and closes. Calls still in flight end as `OutcomeUnknown`. */
  async close(): Promise<void> {
    this.#closing = true
    if (this.isOpen && this.#peer.hasRoom) await this.call('ConnectClose', {}, { timeoutMs: closeTimeoutMs }).catch(() => undefined)
    this.#peer.fail(new Error('the connection was closed by this side'))
  }

  /** Closes at once, without a word to the daemon. */
  destroy(error: Error = new Error('the connection was closed by this side')): void { this.#peer.fail(error) }

  async [Symbol.asyncDispose](): Promise<void> { await this.close() }

  /** Authentication, opening and keepalive, in the order that the daemon demands. */
  async open({ uri, readOnly, keepalive, timeoutMs = defaultOpenTimeoutMs }: ConnectOptions): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs)
    const { types } = await this.call('AuthList', {}, { signal })
    if (!types.includes(authentication.none)) {
      if (!types.includes(authentication.polkit)) throw new ProtocolError(`the daemon asks for authentication by ${types.join(' or ')}, which is not known here`)
      await this.call('AuthPolkit', {}, { signal })
    }
    await this.call('ConnectOpen', { uri, flags: readOnly ? connectFlag.READ_ONLY : 0 }, { signal })
    if (!keepalive) return
    const { supported } = await this.call('ConnectSupportsFeature', { feature: feature.PROGRAM_KEEPALIVE }, { signal })
    if (!supported) return
    this.#keepalive = new Keepalive(keepalive, {
      ping: () => { this.#peer.ping() },
      onDead: () => { this.#peer.fail(new Error(`nothing was heard for ${keepalive.count + 1} times ${keepalive.intervalMs} ms`)) },
    })
  }

  async #deregister(subject: 'domain' | 'pool', callbackId: number, options?: CallOptions): Promise<void> {
    if (subject === 'domain') await this.call('ConnectDomainEventCallbackDeregisterAny', { callbackId }, options)
    else await this.call('ConnectStoragePoolEventDeregisterAny', { callbackId }, options)
  }
}

/** Opens a connection over `duplex`, which it owns from now on. Rejects as `call` does; the stream is then closed. */
export async function connectLibvirt(duplex: Duplex, options: ConnectOptions): Promise<LibvirtConnection> {
  const connection = new LibvirtConnection(duplex, options.maxInFlight)
  try {
    await connection.open(options)
    return connection
  } catch (error) {
    connection.destroy()
    throw error
  }
}
