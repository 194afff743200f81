// One kept session with the database of a host's Open vSwitch, shared by all work and by those who watch.
import type { Duplex } from 'node:stream'
import { OvsdbSession } from '../../wire/ovsdb/session.ts'
import type { OvsdbSessionEvent, OvsdbSessionOptions } from '../../wire/ovsdb/session.ts'
import { Bell } from '../bell.ts'
import type { FabricEvent, ObservedPort } from '../driver.ts'
import { observedPorts, portChanges } from './ports.ts'
import { databaseName, tables } from './tables.ts'

export interface OvsFabricOptions {
  /** Opens a stream to the database's socket on the host (`/run/openvswitch/db.sock`), for example through SSH. */
  dial: (signal: AbortSignal) => Promise<Duplex>
  /** Throws when this worker may not take the switch of the host over from another (decision 7). Asked at each connection. */
  beforeTake?: () => void
  /** Name of the lock in the database: whoever took it last may write. */
  lockName?: string
  session?: Pick<OvsdbSessionOptions, 'client' | 'backoffBaseMs' | 'backoffCapMs' | 'stableMs' | 'setupTimeoutMs' | 'clock' | 'random'>
}

export class OvsSwitch {
  readonly session: OvsdbSession
  readonly #watchers = new Set<(event: FabricEvent) => void>()
  readonly #bell = new Bell()
  #ports = new Map<string, ObservedPort>()

  /** Begins to connect at once, and keeps trying until close(). */
  constructor({ dial, beforeTake, lockName = 'kloudak', session }: OvsFabricOptions) {
    this.session = new OvsdbSession({ ...session, dial, database: databaseName, tables, lock: { name: lockName, beforeTake } })
    this.session.on((event) => { this.#onEvent(event) })
    this.session.start()
  }

  /** Ports by id, as of the last change that the host told. */
  get ports(): ReadonlyMap<string, ObservedPort> { return this.#ports }

  /** Resolves at the next change of the rows, or when the connection comes or goes. The function ends the wait. */
  nextChange(): { changed: Promise<void>; stop: () => void } { return this.#bell.next() }

  /** Tells the listener `reset` first, then changes; the function ends that. */
  listen(listener: (event: FabricEvent) => void): () => void {
    const own = (event: FabricEvent) => { listener(event) }
    let isWanted = true
    // Later than the caller's own next step, as every event is; without a connection the next snapshot tells `reset`.
    queueMicrotask(() => {
      if (!isWanted) return
      this.#watchers.add(own)
      if (this.session.isLive) own({ kind: 'reset' })
    })
    return () => { isWanted = false; this.#watchers.delete(own) }
  }

  async close(): Promise<void> {
    this.#watchers.clear()
    await this.session.close()
  }

  #onEvent(event: OvsdbSessionEvent): void {
    if (event.kind === 'lost') this.#tell({ kind: 'lost', error: event.error })
    if (event.kind === 'snapshot') {
      this.#ports = observedPorts((table) => this.session.rows(table))
      this.#tell({ kind: 'reset' })
    }
    if (event.kind === 'changes') {
      const before = this.#ports
      this.#ports = observedPorts((table) => this.session.rows(table))
      const { changed, removed } = portChanges(before, this.#ports)
      for (const portId of removed) this.#tell({ kind: 'port-removed', portId })
      for (const port of changed) this.#tell({ kind: 'port', port })
    }
    this.#bell.ring()
  }

  #tell(event: FabricEvent): void {
    for (const watcher of this.#watchers) watcher(event)
  }
}
