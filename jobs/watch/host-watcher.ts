import type { Db } from '../../server/db/orm.ts'
import type { CallControl, HypervisorDriver } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { HostLink } from '../hosts/link.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import type { Beside } from './beside.ts'
import { Inbox } from './inbox.ts'
import type { Heard } from './inbox.ts'
import type { WatchLog } from './log.ts'
import type { Judge } from './judge.ts'
import { GripLost, recordPower } from './observe.ts'
import type { Grip } from './observe.ts'
import { lookAtPools } from './pools.ts'
import type { Unseal } from './pools.ts'
import { compareVms, lookAtHost, lookAtOwnership, powerNow } from './reconcile.ts'
import type { Slots, Turn } from './slots.ts'

export interface WatchTimes {
  /** A host that cannot be heard for so long is down, and its VMs unknown. */
  downAfterMs: number
  /** Between two looks at everything, though nothing was told. */
  lookMs: number
  /** The same of a frozen host, whose differences an operator may be looking at, of one that lacks a pool, and of one that is not up though it answers. */
  frozenLookMs: number
  /** Between two attempts to reach a host. */
  retryMs: { first: number; most: number }
  /** Of one call on a host. Here they only read: what a worker writes of it is written under its lease. */
  callMs: number
}

export const defaultWatchTimes: WatchTimes = { downAfterMs: 10_000, lookMs: 60_000, frozenLookMs: 5_000, retryMs: { first: 250, most: 5_000 }, callMs: 3_000 }

export interface HostWatcherOptions {
  db: Db
  sessions: HostSessions
  grip: Grip
  /** Whether the lease still holds. */
  isCurrent(): boolean
  judge: Judge
  /** Looks at everything take their turns there: what hosts tell must not wait behind them for the database. */
  slots: Slots
  times: WatchTimes
  /** Told what this watch hears. */
  beside?: readonly Beside[]
  /** For the keys of pools; without it those that have one cannot be started again. */
  unseal?: Unseal | undefined
  log: WatchLog
}

/**
 * Follows one host: registers for its events, lists and compares after each loss, and writes what it hears. Everything
 * is written by one loop, in the order in which the host told it.
 */
export class HostWatcher {
  readonly #options: HostWatcherOptions
  readonly #inbox = new Inbox()
  readonly #control: CallControl
  readonly #stopped = new AbortController()
  #wake = () => {}
  #dirty = false
  #link: HostLink | undefined
  #driver: HypervisorDriver | undefined
  /** Why the host is not heard; what is heard first of it may be that it was off. */
  #lostReason: string | undefined
  #isNew = true
  /** The row may say another way to the host than the link that is there. */
  #isRowNew = true
  #isFrozen = false
  #hasPools = true
  /** It answers, and is not up yet: somebody is just having it switched off, which may fail. */
  #isKept = false
  #lookSoon = false
  /** To look at everything; until it comes, what the host tells is written. */
  #turn: Turn | undefined
  /** What the host's row said of it last. */
  #standing: string | undefined
  #running: Promise<void> | undefined
  /** How to end hearing of ports, where they are heard. */
  #ports: Promise<(() => Promise<void>) | undefined> | undefined

  constructor(options: HostWatcherOptions) {
    this.#options = options
    this.#control = {
      beforeCall: () => { if (!options.isCurrent()) throw new KloudakError('UNAVAILABLE', 'This worker no longer owns the host.') },
      timeoutMs: options.times.callMs,
      signal: this.#stopped.signal,
    }
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** The host's row may say another way to it, or another state. */
  rowChanged(): void {
    this.#isRowNew = true
    this.#nudge()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#wake()
    await this.#running
  }

  async #run(): Promise<void> {
    let unwatch: (() => Promise<void>) | undefined
    let retryMs = this.#options.times.retryMs.first
    let lookAtMs = 0
    while (!this.#stopped.signal.aborted) {
      let waitMs = this.#options.times.lookMs
      try {
        if (this.#isRowNew || !unwatch || performance.now() >= lookAtMs) {
          this.#isRowNew = false
          const { link, standing } = await this.#options.sessions.standing(this.#options.grip.hostId)
          // Of all that a row can say most is no reason to list everything again: the drill alone writes it every few seconds.
          if (standing !== this.#standing) this.#lookSoon = true
          this.#standing = standing
          if (link !== this.#link || !unwatch) {
            await unwatch?.().catch(() => { /* the way there is gone */ })
            unwatch = undefined
            this.#link = link
            this.#driver = link.hypervisor.bind(this.#control)
            unwatch = await this.#follow(this.#driver)
          }
        }
        if ((this.#lookSoon || performance.now() >= lookAtMs) && this.#inbox.askForReset()) {
          // Where many hosts are new at once, their next looks are spread out.
          lookAtMs = performance.now() + this.#options.times.lookMs * (this.#isNew ? Math.random() : 0.9 + Math.random() / 5)
        }
        this.#lookSoon = false
        const heard = this.#takeHeard()
        waitMs = heard.lost ? await this.#lost(heard.lost) : Math.max(0, lookAtMs - performance.now())
        if (!heard.lost) await this.#write(heard, this.#driver!)
        if (this.#isFrozen || !this.#hasPools || this.#isKept) {
          lookAtMs = Math.min(lookAtMs, performance.now() + this.#options.times.frozenLookMs)
          waitMs = Math.min(waitMs, this.#options.times.frozenLookMs)
        }
        retryMs = this.#options.times.retryMs.first
      } catch (error) {
        this.#endTurn()
        if (this.#stopped.signal.aborted) break
        // The lease's own loop finds out too, and stops this watcher.
        if (!(error instanceof GripLost)) waitMs = await this.#failed(error)
        waitMs = Math.min(waitMs, retryMs)
        retryMs = Math.min(retryMs * 2, this.#options.times.retryMs.most)
        lookAtMs = 0
      }
      await this.#sleep(waitMs)
    }
    this.#endTurn()
    await unwatch?.().catch(() => { /* the way there is gone */ })
  }

  /** What is to be worked on now. */
  #takeHeard(): Heard {
    if (!this.#inbox.isResetDue) { this.#endTurn(); return this.#inbox.take() }
    this.#turn ??= this.#options.slots.ask(() => { this.#nudge() })
    if (this.#turn.isMine) return this.#inbox.take()
    // What a host that was not heard tells is understood only once it has been listed.
    return this.#isNew || this.#lostReason !== undefined ? { reset: false, vms: new Map(), lost: undefined } : this.#inbox.takeEvents()
  }

  #endTurn(): void {
    this.#turn?.end()
    this.#turn = undefined
  }

  async #write({ reset, vms }: Heard, driver: HypervisorDriver): Promise<void> {
    const { db, grip, beside = [] } = this.#options
    const em = db.em.fork()
    if (reset) {
      try { await this.#look(driver) } finally { this.#endTurn() }
    }
    const changes = await Promise.all([...vms.values()].map((event) => powerNow(driver, event)))
    await recordPower(em, grip, changes)
    for (const { domainUuid, power } of changes) for (const one of beside) one.power?.(domainUuid, power)
  }

  /** Lists everything and compares it with the books. */
  async #look(driver: HypervisorDriver): Promise<void> {
    const { db, grip, beside = [] } = this.#options
    const em = db.em.fork()
    const changes = await compareVms(em, grip, driver)
    if (this.#isNew || this.#lostReason !== undefined) await this.#options.judge.restartCutOff(grip, driver)
    await recordPower(em, grip, changes)
    const isBack = await this.#back()
    await lookAtHost(em, grip, driver)
    this.#isFrozen = await lookAtOwnership(em, grip, driver, this.#link!.fabric.bind(this.#control), this.#options.log)
    this.#hasPools = await lookAtPools(em, grip, driver, { isFrozen: this.#isFrozen, unseal: this.#options.unseal, log: this.#options.log })
    for (const one of beside) one.listed?.(isBack)
    this.#hearPorts(this.#link!)
  }

  /** Registers for what the host tells. */
  async #follow(driver: HypervisorDriver): Promise<() => Promise<void>> {
    const end = await driver.watch((event) => { this.#inbox.hear(event); this.#nudge() })
    return async () => {
      const ports = this.#ports
      this.#ports = undefined
      await Promise.all([end(), ports?.then((endPorts) => endPorts?.())])
    }
  }

  /** Of the host's switch only that a port has changed. One that does not answer says nothing of the host: the next look tries again. */
  #hearPorts({ fabric }: HostLink): void {
    const { beside = [] } = this.#options
    if (beside.every((one) => one.ports === undefined)) return
    this.#ports ??= fabric.bind(this.#control).watch(({ kind }) => {
      if (kind === 'port' || kind === 'port-removed') for (const one of beside) one.ports?.()
    }).catch(() => { this.#ports = undefined; return undefined })
  }

  /** Returns whether the host was not heard before. */
  async #back(): Promise<boolean> {
    const { grip, judge, log } = this.#options
    const wasLost = this.#lostReason !== undefined
    const isBack = wasLost || this.#isNew
    this.#lostReason = undefined
    this.#isNew = false
    const { isNews, isKept } = await judge.heard(grip)
    this.#isKept = isKept
    if (isNews) log.info({ hostId: grip.hostId }, wasLost ? 'the host is back' : 'the host is watched')
    return isBack
  }

  /** Writes what the silence means by now; returns when to look again. */
  async #lost(error: Error): Promise<number> {
    const { grip, judge, log } = this.#options
    if (this.#lostReason === undefined) log.warn({ hostId: grip.hostId, err: error }, 'the host is not heard any more')
    this.#lostReason ??= reasonOf(error)
    return judge.silent(grip, this.#lostReason)
  }

  /** A host that cannot be reached is lost; a database that cannot be written to says nothing about the host. */
  async #failed(error: unknown): Promise<number> {
    const { grip, times, log } = this.#options
    const isHostAway = error instanceof KloudakError && (error.code === 'UNAVAILABLE' || error.code === 'OUTCOME_UNKNOWN') && this.#options.isCurrent()
    if (!isHostAway) log.warn({ hostId: grip.hostId, err: error }, 'the watch of the host failed and begins anew')
    try {
      return isHostAway ? await this.#lost(error) : times.retryMs.most
    } catch { return times.retryMs.most }
  }

  #nudge(): void {
    this.#dirty = true
    this.#wake()
  }

  async #sleep(ms: number): Promise<void> {
    if (!this.#dirty && !this.#stopped.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.#wake = () => { clearTimeout(timer); resolve() }
      })
    }
    this.#dirty = false
  }
}

/** What a person needs to know: the error with the one at its bottom, which says what has to be mended. */
function reasonOf(error: Error): string {
  let root: Error = error
  while (root.cause instanceof Error) root = root.cause
  return root === error ? error.message : `${error.message.replace(/\.$/, '')}: ${root.message}`
}
