import type { Db } from '../../server/db/orm.ts'
import { fairShare, leave, release, renew, take } from './lease-table.ts'
import type { Lease } from './lease-table.ts'
import type { WatchLog } from './log.ts'

export interface LeaseTimes {
  /** A worker that says nothing for so long has lost its hosts. */
  leaseMs: number
  /** Between two looks at the table. */
  tickMs: number
}

export const defaultLeaseTimes: LeaseTimes = { leaseMs: 5_000, tickMs: 1_000 }

export interface HostLeasesOptions {
  db: Db
  workerId: string
  times?: LeaseTimes
  log: WatchLog
  onGain(lease: Lease): void
  /** Resolves when the host has been let go; only then is the lease handed back. */
  onLose(lease: Lease): Promise<void>
}

interface Held extends Lease { goodUntilMs: number }

/** This worker's share of the hosts, among the workers whose heartbeat is heard: renewed, taken from workers that died, handed over to workers that came. */
export class HostLeases {
  readonly #options: Required<HostLeasesOptions>
  readonly #held = new Map<string, Held>()
  #timer: NodeJS.Timeout | undefined
  #ticking: Promise<void> | undefined
  #closed = false

  constructor(options: HostLeasesOptions) {
    this.#options = { times: defaultLeaseTimes, ...options }
  }

  /** Looks at the table now, and from now on. Never rejects. */
  tick(): Promise<void> {
    clearTimeout(this.#timer)
    this.#ticking ??= this.#tick()
      .catch((error: unknown) => { if (!this.#closed) this.#options.log.warn({ err: error }, 'the host leases could not be renewed') })
      .finally(() => {
        this.#ticking = undefined
        if (!this.#closed) this.#timer = setTimeout(() => { void this.tick() }, this.#options.times.tickMs)
      })
    return this.#ticking
  }

  /** Whether this worker may still act on the host: by its own clock, which a stopped process finds far advanced. */
  isCurrent({ hostId, epoch }: Lease): boolean {
    const held = this.#held.get(hostId)
    return held?.epoch === epoch && performance.now() < held.goodUntilMs
  }

  get hosts(): string[] { return [...this.#held.keys()] }

  /** Lets go of every host, then hands all leases back. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#ticking
    await Promise.all([...this.#held.values()].map((lease) => this.#lose(lease)))
    await leave(this.#options.db.em.fork(), this.#options.workerId)
  }

  async #tick(): Promise<void> {
    const { db, workerId, times: { leaseMs } } = this.#options
    const em = db.em.fork()
    // From before the statement that renews: the database counts from a later moment.
    const goodUntilMs = performance.now() + leaseMs
    const renewed = await renew(em, workerId, leaseMs)
    await this.#adopt(renewed, Math.round(leaseMs * 0.7), goodUntilMs)
    const share = await fairShare(em, leaseMs)
    for (const lease of [...this.#held.values()].slice(share)) {
      await this.#lose(lease)
      await release(em, workerId, lease.hostId)
    }
    if (this.#held.size >= share || this.#closed) return
    const takenUntilMs = performance.now() + leaseMs
    for (const lease of await take(db, workerId, leaseMs, share - this.#held.size)) this.#gain({ ...lease, goodUntilMs: takenUntilMs })
  }

  /** Makes what is held here equal to what the table says is held. */
  async #adopt(leases: Lease[], leastMs: number, goodUntilMs: number): Promise<void> {
    const told = new Map(leases.map((lease) => [lease.hostId, lease]))
    for (const held of this.#held.values()) if (told.get(held.hostId)?.epoch !== held.epoch) await this.#lose(held)
    for (const lease of leases) {
      const held = this.#held.get(lease.hostId)
      // Not every row is renewed at each look: a lease is good for at least the part that keeps it from being due.
      const until = goodUntilMs - (this.#options.times.leaseMs - leastMs)
      if (held) held.goodUntilMs = until
      else this.#gain({ ...lease, goodUntilMs: until })
    }
  }

  #gain(lease: Held): void {
    this.#held.set(lease.hostId, lease)
    this.#options.onGain(lease)
  }

  async #lose(lease: Lease): Promise<void> {
    this.#held.delete(lease.hostId)
    await this.#options.onLose(lease)
  }
}
