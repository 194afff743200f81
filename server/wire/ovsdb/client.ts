// RFC 7047 over any Duplex: one connection to one server, until it ends.
import type { Duplex } from 'node:stream'
import { systemClock } from '../clock.ts'
import type { Clock } from '../clock.ts'
import { JsonRpcError, JsonRpcPeer } from '../jsonrpc/peer.ts'
import type { JsonRpcCall } from '../jsonrpc/peer.ts'
import type { Row, Table } from './column.ts'
import { OvsdbConnectionLostError, OvsdbError, OvsdbNotSentError, OvsdbOutcomeUnknownError, OvsdbProtocolError, OvsdbRequestError, operationError } from './errors.ts'
import { MonitoredRows, monitorRequests } from './monitor.ts'
import type { MonitorForm, RowChange } from './monitor.ts'
import { assertLock } from './operation.ts'
import type { Operation } from './operation.ts'
import { checkSchema } from './schema.ts'

export interface OvsdbClientOptions {
  /** Silence after which the other side is asked for a sign of life; after twice this the connection is given up. */
  echoIntervalMs?: number
  timeoutMs?: number
  maxMessageBytes?: number
  maxInFlight?: number
  clock?: Clock
}

export interface TransactOptions {
  timeoutMs?: number
  /** Names a lock that this connection must hold for the transaction to be made. */
  assert?: string
  /** Called right before the request leaves; what it throws keeps it from leaving. */
  beforeSend?: () => void
}

export interface Monitor {
  /** How changes arrive: `update2`, or `update` from a server that does not know monitor_cond. */
  readonly form: MonitorForm
  rows<T extends Table>(table: T): ReadonlyMap<string, Row<T>>
}

export interface Lock {
  readonly name: string
  /** Whether this connection holds the lock, as far as the server has said. Only an `assert` decides. */
  readonly held: boolean
}

/** The results of operations, in their order. */
export type OperationResults<O extends readonly Operation[]> = { -readonly [K in keyof O]: O[K] extends Operation<infer R> ? R : never }
interface LiveMonitor { copy: MonitoredRows; form: MonitorForm; onChanges: (changes: RowChange[]) => void; early: unknown[] | undefined }

export class OvsdbClient {
  readonly #stream: Duplex
  readonly #peer: JsonRpcPeer
  readonly #clock: Clock
  readonly #options: Required<Omit<OvsdbClientOptions, 'clock'>>
  readonly #monitors = new Map<string, LiveMonitor>()
  readonly #locks = new Map<string, { held: boolean; onChange: (held: boolean) => void }>()
  readonly #closeListeners: ((error: Error) => void)[] = []
  #lastMonitor = 0
  #heardAtMs: number
  #ended: Error | undefined
  #cancelEcho = () => {}

  constructor(stream: Duplex, { clock = systemClock, ...options }: OvsdbClientOptions = {}) {
    this.#stream = stream
    this.#clock = clock
    this.#options = { echoIntervalMs: 5_000, timeoutMs: 15_000, maxMessageBytes: 64 * 1024 * 1024, maxInFlight: 256, ...options }
    this.#heardAtMs = clock.now()
    this.#peer = new JsonRpcPeer({
      maxMessageBytes: this.#options.maxMessageBytes,
      send: (text) => { stream.write(text) },
      onRequest: (method, params) => { if (method === 'echo') return params; throw new Error('unknown method') },
      onNotification: (method, params) => { this.#onNotification(method, params) },
    })
    stream.on('data', (bytes: Buffer) => {
      this.#heardAtMs = clock.now()
      try {
        this.#peer.receive(bytes)
      } catch (error) {
        this.#end(error instanceof OvsdbError ? error : new OvsdbProtocolError('the server broke the protocol', { cause: error }))
      }
    })
    stream.once('error', (error) => { this.#end(new OvsdbConnectionLostError('the connection to the database was lost', { cause: error })) })
    stream.once('end', () => { this.#end(new OvsdbConnectionLostError('the database server closed the connection')) })
    stream.once('close', () => { this.#end(new OvsdbConnectionLostError('the connection to the database was closed')) })
    this.#watchSilence()
  }

  /** Why the connection has ended; undefined while it lives. */
  get ended(): Error | undefined { return this.#ended }

  /** Calls the listener once, when the connection ends. */
  onEnd(listener: (error: Error) => void): void {
    if (this.#ended) listener(this.#ended)
    else this.#closeListeners.push(listener)
  }

  close(): void {
    this.#end(new OvsdbConnectionLostError('closed'))
  }

  async listDatabases(): Promise<string[]> {
    return (await this.#read('list_dbs', [])) as string[]
  }

  /** @throws OvsdbSchemaError when the database is not as declared */
  async checkSchema(database: string, tables: readonly Table[]): Promise<void> {
    checkSchema(await this.#read('get_schema', [database]), tables)
  }

  /** A sign of life. Every change made before is in the monitors' copies when it resolves. */
  async echo(timeoutMs?: number): Promise<void> {
    await this.#read('echo', [], timeoutMs)
  }

  /**
   * One transaction: all operations or none. Results stand in the order of the operations.
   * @throws OvsdbOperationError (and its kinds) when nothing was changed because an operation failed;
   * OvsdbNotSentError; OvsdbOutcomeUnknownError when it may have been made; OvsdbConnectionLostError when it only read
   */
  async transact<const O extends readonly Operation[]>(database: string, operations: O, { timeoutMs, assert, beforeSend }: TransactOptions = {}): Promise<OperationResults<O>> {
    const writes = operations.some((operation) => operation.writes)
    const Lost = writes ? OvsdbOutcomeUnknownError : OvsdbConnectionLostError
    const all: Operation[] = assert === undefined ? [...operations] : [assertLock(assert), ...operations]
    const params = [database, ...all.map(({ wire }) => wire)]
    const results = await this.#ask('transact', params, (cause) => new Lost('no answer to the transaction', { cause }), timeoutMs, beforeSend)
    if (!Array.isArray(results)) throw new OvsdbProtocolError('a transaction answered with no array')
    const shift = all.length - operations.length
    results.forEach((result: unknown, position) => {
      const { error, details } = (result ?? {}) as { error?: unknown; details?: unknown }
      const isOperation = position >= shift && position < all.length
      if (typeof error === 'string') throw operationError(error, typeof details === 'string' ? details : undefined, isOperation ? position - shift : undefined)
    })
    return operations.map((operation, position) => operation.decode((results[position + shift] ?? {}) as Record<string, unknown>)) as OperationResults<O>
  }

  /** A copy of these tables that follows the database. `onChanges` gets what each transaction changed, after the copy. */
  async monitor(database: string, tables: readonly Table[], onChanges: (changes: RowChange[]) => void): Promise<Monitor> {
    try {
      return await this.#monitor('update2', database, tables, onChanges)
    } catch (error) {
      if (!(error instanceof OvsdbRequestError && error.code === 'unknown method')) throw error
      return await this.#monitor('update', database, tables, onChanges)
    }
  }

  /** Asks for a lock, and waits in its queue when another holds it; `onChange` tells when it comes or is stolen. */
  lock(name: string, onChange: (held: boolean) => void): Promise<Lock> {
    return this.#lock('lock', name, onChange)
  }

  /** Takes a lock from whoever holds it: that side's asserts fail from then on. */
  steal(name: string, onChange: (held: boolean) => void): Promise<Lock> {
    return this.#lock('steal', name, onChange)
  }

  async unlock(name: string): Promise<void> {
    this.#locks.delete(name)
    await this.#read('unlock', [name])
  }

  async #lock(method: 'lock' | 'steal', name: string, onChange: (held: boolean) => void): Promise<Lock> {
    // RFC 7047, 4.1.8: a lock that was stolen from us, or for which we queue, must be given up before it is asked for anew.
    if (this.#locks.has(name)) await this.unlock(name)
    const state = { held: false, onChange }
    this.#locks.set(name, state)
    // `locked` may be notified before this continues: only an answer that says so sets it.
    const { locked } = (await this.#read(method, [name])) as { locked?: boolean }
    if (locked === true || method === 'steal') state.held = true
    return { name, get held() { return state.held } }
  }

  async #monitor(form: MonitorForm, database: string, tables: readonly Table[], onChanges: (changes: RowChange[]) => void): Promise<Monitor> {
    const id = `m${++this.#lastMonitor}`
    const copy = new MonitoredRows(tables)
    const live: LiveMonitor = { copy, form, onChanges, early: [] }
    this.#monitors.set(id, live)
    try {
      const initial = await this.#read(form === 'update2' ? 'monitor_cond' : 'monitor', [database, id, monitorRequests(tables, form)])
      copy.apply(form, initial)
      // What came in the same piece as the answer has waited for it.
      for (const updates of live.early ?? []) copy.apply(form, updates)
      live.early = undefined
    } catch (error) {
      this.#monitors.delete(id)
      throw error
    }
    return { form, rows: (table) => copy.rows(table) }
  }

  #onNotification(method: string, params: unknown): void {
    if (!Array.isArray(params)) throw new OvsdbProtocolError(`${method} without parameters`)
    const [id, updates] = params as [unknown, unknown]
    if (method === 'update' || method === 'update2') {
      const monitor = this.#monitors.get(String(id))
      if (!monitor) return
      if (monitor.early) monitor.early.push(updates)
      else monitor.onChanges(monitor.copy.apply(monitor.form, updates))
    } else if (method === 'locked' || method === 'stolen') {
      const lock = this.#locks.get(String(id))
      if (!lock) return
      lock.held = method === 'locked'
      lock.onChange(lock.held)
    }
  }

  #read(method: string, params: unknown, timeoutMs?: number): Promise<unknown> {
    return this.#ask(method, params, (cause) => new OvsdbConnectionLostError(`no answer to ${method}`, { cause }), timeoutMs)
  }

  async #ask(method: string, params: unknown, lost: (cause: Error) => Error, timeoutMs = this.#options.timeoutMs, beforeSend?: () => void): Promise<unknown> {
    if (this.#ended) throw new OvsdbNotSentError('the connection has ended', { cause: this.#ended })
    if (this.#peer.pendingCount >= this.#options.maxInFlight) throw new OvsdbNotSentError(`${this.#options.maxInFlight} requests are under way`)
    beforeSend?.()
    const call: JsonRpcCall = this.#peer.request(method, params)
    const cancelTimer = this.#clock.schedule(timeoutMs, () => {
      // A transaction that still waits is called off; one that is being made is not, so its outcome stays unknown.
      if (method === 'transact') this.#peer.notify('cancel', [call.id])
      this.#peer.abandon(call.id, new OvsdbConnectionLostError(`no answer to ${method} within ${timeoutMs} ms`))
    })
    try {
      return await call.answer
    } catch (error) {
      if (!(error instanceof JsonRpcError)) throw lost(error as Error)
      const { error: code, details } = (typeof error.error === 'object' && error.error !== null ? error.error : { error: error.error }) as { error?: unknown; details?: unknown }
      throw new OvsdbRequestError(method, String(code), typeof details === 'string' ? details : undefined)
    } finally {
      cancelTimer()
    }
  }

  #watchSilence(): void {
    const { echoIntervalMs } = this.#options
    this.#cancelEcho = this.#clock.schedule(echoIntervalMs, () => {
      const silentMs = this.#clock.now() - this.#heardAtMs
      if (silentMs >= 2 * echoIntervalMs) { this.#end(new OvsdbConnectionLostError(`no sign of life for ${Math.round(silentMs)} ms`)); return }
      if (silentMs >= echoIntervalMs / 2) void this.#peer.request('echo', []).answer.catch(() => {})
      this.#watchSilence()
    })
  }

  #end(error: Error): void {
    if (this.#ended) return
    this.#ended = error
    this.#cancelEcho()
    this.#stream.on('error', () => {})
    this.#stream.destroy()
    this.#peer.end(error)
    for (const listener of this.#closeListeners.splice(0)) listener(error)
  }
}
