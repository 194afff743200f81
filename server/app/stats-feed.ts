import { newestOfHosts, newestOfVms } from '../db/queries/stats-read.ts'
import type { Db, Em } from '../db/orm.ts'
import { freshForMs } from '../model/stats.ts'
import type { HostMetric, Point, StatsSettings, VmMetric } from '../model/stats.ts'

export interface PointOf { host: Point<HostMetric>; vm: Point<VmMetric> }
type Kind = keyof PointOf

interface Listener<K extends Kind> { id: string; toldAtMs: number; tell(point: PointOf[K]): void }

export interface StatsFeedOptions { db: Db; settings: StatsSettings; onTrouble: (error: unknown) => void; pollMs?: number }

type Read<K extends Kind> = (em: Em, ids: readonly string[], maxAgeMs: number) => Promise<Map<string, PointOf[K]>>

/**
 * Newest samples for all who follow some in this process: one statement a second for all the hosts, and one for all the
 * VMs, that anybody looks at; none while nobody does. Workers tell nothing of samples: notices would be written for each
 * of them, under a lock that the whole database shares, whether or not anybody looks.
 */
export class StatsFeed {
  readonly #options: StatsFeedOptions
  readonly #listeners: { [K in Kind]: Set<Listener<K>> } = { host: new Set(), vm: new Set() }
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: StatsFeedOptions) { this.#options = options }

  get size(): number { return this.#listeners.host.size + this.#listeners.vm.size }

  /** Tells the newest sample of the host or VM soon, and then each newer one. Returns how to stop. */
  listen<K extends Kind>(kind: K, id: string, tell: (point: PointOf[K]) => void): () => void {
    const listener: Listener<K> = { id, toldAtMs: -Infinity, tell }
    const listeners: Set<Listener<K>> = this.#listeners[kind]
    listeners.add(listener)
    if (this.size === 1) this.#schedule(0)
    return () => { listeners.delete(listener) }
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#isClosed && this.size > 0) this.#timer = setTimeout(() => { void this.#poll() }, ms)
  }

  async #poll(): Promise<void> {
    try {
      await this.#tell(this.#listeners.host, newestOfHosts)
      await this.#tell(this.#listeners.vm, newestOfVms)
    } catch (error) {
      // The next look finds the same samples, or newer ones.
      this.#options.onTrouble(error)
    }
    this.#schedule(this.#options.pollMs ?? 1_000)
  }

  async #tell<K extends Kind>(listeners: Set<Listener<K>>, read: Read<K>): Promise<void> {
    if (listeners.size === 0) return
    const { db, settings } = this.#options
    const newest = await read(db.em.fork(), [...new Set(Array.from(listeners, ({ id }) => id))], freshForMs(settings))
    for (const listener of listeners) {
      const point = newest.get(listener.id)
      if (!point || point.at.getTime() <= listener.toldAtMs) continue
      listener.toldAtMs = point.at.getTime()
      listener.tell(point)
    }
  }
}
