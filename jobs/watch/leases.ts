import type { Db } from '../../server/db/orm.ts'
import { isWithin, moment } from '../saga/lease.ts'
import type { Moment } from '../saga/lease.ts'
import { held, leave, release, renew, take } from './lease-table.ts'
import type { Lease } from './lease-table.ts'
import type { WatchLog } from './log.ts'

export interface LeaseTimes {
  /** A worker that says nothing for so long has lost its hosts. */
  leaseMs: number
  /** Between two renewals. */
  tickMs: number
}

/** A host is watched by another worker before five seconds are over: this, and the way to the host and a look at it. */
export const defaultLeaseTimes: LeaseTimes = { leaseMs: 2_500, tickMs: 800 }

/** Between two looks that events ask for. */
const calmMs = 50
/** A moment after another worker's end, by the clocks of this process and of the database. */
const afterEndMs = 5

export interface HostLeasesOptions {
  db: Db
  workerId: string
  times?: LeaseTimes
  log: WatchLog
  onGain(lease: Lease): void
  /** Resolves when the host has been let go; only then is the lease handed back. */
  onLose(lease: Lease): Promise<void>
}

/**
 * This worker's share of the hosts: all renewed by one row, taken from workers that died as soon as their time is over,
 * handed over to workers that came.
 */
export class HostLeases {
  readonly #options: Required<HostLeasesOptions>
  readonly #held = new Map<string, Lease>()
  /** Hosts that are being let go, each until its lease is handed back: nothing about them may keep the renewals waiting. */
  readonly #leaving = new Map<string, Promise<void>>()
  /** By this process's clocks, which a stopped process finds far advanced; undefined before the first renewal. */
  #renewedAt: Moment | undefined
  #fingerprint = ''
  #others = 0
  #timer: NodeJS.Timeout | undefined
  #dueAtMs = 0
  #ticking: Promise<void> | undefined
  #isAskedAgain = false
  #closed = false

  constructor(options: HostLeasesOptions) {
    this.#options = { times: defaultLeaseTimes, ...options }
  }

  /** Looks at the table now, and from now on. Never rejects. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tick()
      .catch((error: unknown) => {
        if (!this.#closed) this.#options.log.warn({ err: error }, 'the host leases could not be renewed')
        return this.#options.times.tickMs
      })
      .then((waitMs) => {
        this.#ticking = undefined
        this.#tickAfter(this.#isAskedAgain ? Math.min(calmMs, waitMs) : waitMs)
        this.#isAskedAgain = false
      })
    return this.#ticking
  }

  /** A host came or changed: whether it is to be taken is looked at soon, and once for many. */
  tickSoon(): void {
    if (this.#ticking) this.#isAskedAgain = true
    else if (this.#dueAtMs > performance.now() + calmMs) this.#tickAfter(calmMs)
  }

  /** Whether this worker may still act on the host. */
  isCurrent({ hostId, epoch }: Lease): boolean {
    return this.#held.get(hostId)?.epoch === epoch && this.#isRenewed
  }

  get #isRenewed(): boolean { return this.#renewedAt !== undefined && isWithin(this.#options.times.leaseMs, this.#renewedAt) }

  /** Other workers that lived at the last look. */
  get others(): number { return this.#others }

  get hosts(): string[] { return [...this.#held.keys()] }

  /** Lets go of every host, then hands all leases back. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#ticking
    await Promise.all([...this.#leaving.values(), this.#lose([...this.#held.values()])])
    await leave(this.#options.db.em.fork(), this.#options.workerId)
  }

  #tickAfter(waitMs: number): void {
    clearTimeout(this.#timer)
    this.#dueAtMs = performance.now() + waitMs
    if (!this.#closed) this.#timer = setTimeout(() => { void this.tick() }, waitMs)
  }

  /** Returns how long to wait for the next. */
  async #tick(): Promise<number> {
    const { db, workerId, times: { leaseMs, tickMs } } = this.#options
    const em = db.em.fork()
    // From before the statement that renews: the database counts from a later moment.
    const renewedAt = moment()
    const { share, others, fingerprint, nextEndMs } = await renew(em, workerId, leaseMs)
    // A renewal that came after the end may have waited for the one who took the hosts, and not have seen what it did.
    if (fingerprint !== this.#fingerprint || !this.#isRenewed) this.#adopt(await held(em, workerId))
    this.#fingerprint = fingerprint
    this.#others = others
    this.#renewedAt = renewedAt
    this.#handBack([...this.#held.values()].slice(share))
    const missing = share - this.#held.size
    if (missing > 0 && !this.#closed) for (const lease of await take(db, workerId, missing)) this.#gain(lease)
    return Math.min(tickMs, nextEndMs === null ? tickMs : Math.max(0, nextEndMs) + afterEndMs)
  }

  /** Makes what is held here equal to what the table says is held. */
  #adopt(leases: readonly Lease[]): void {
    const told = new Map(leases.map((lease) => [lease.hostId, lease]))
    void this.#lose([...this.#held.values()].filter(({ hostId, epoch }) => told.get(hostId)?.epoch !== epoch))
    for (const lease of leases) if (!this.#held.has(lease.hostId) && !this.#leaving.has(lease.hostId)) this.#gain(lease)
  }

  #gain(lease: Lease): void {
    this.#held.set(lease.hostId, lease)
    this.#options.onGain(lease)
  }

  #handBack(leases: readonly Lease[]): void {
    if (leases.length === 0) return
    const { db, workerId, log } = this.#options
    const hostIds = leases.map(({ hostId }) => hostId)
    const gone = this.#lose(leases).then(() => release(db.em.fork(), workerId, hostIds))
      // The table still says that they are ours: the next look takes them up again.
      .catch((error: unknown) => { log.warn({ err: error }, 'host leases could not be handed back') })
      .finally(() => { for (const hostId of hostIds) this.#leaving.delete(hostId); this.#fingerprint = '' })
    for (const hostId of hostIds) this.#leaving.set(hostId, gone)
  }

  async #lose(leases: readonly Lease[]): Promise<void> {
    for (const { hostId } of leases) this.#held.delete(hostId)
    await Promise.all(leases.map((lease) => this.#options.onLose(lease)))
  }
}
