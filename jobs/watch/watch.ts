import type { Db } from '../../server/db/orm.ts'
import type { EventHub } from '../../server/events/hub.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import { defaultAreaDoubtTimes } from './area-doubt.ts'
import type { AreaDoubtTimes } from './area-doubt.ts'
import type { Beside, StartBeside } from './beside.ts'
import { defaultWatchTimes, HostWatcher } from './host-watcher.ts'
import type { WatchTimes } from './host-watcher.ts'
import { Judge } from './judge.ts'
import type { Lease } from './lease-table.ts'
import { defaultLeaseTimes, HostLeases } from './leases.ts'
import type { LeaseTimes } from './leases.ts'
import type { WatchLog } from './log.ts'
import type { Unseal } from './pools.ts'
import type { Failover } from './outage.ts'
import { defaultOpinionTimes, SecondOpinions } from './second-opinion.ts'
import type { OpinionTimes } from './second-opinion.ts'
import { defaultSelfDoubtTimes, SelfDoubt } from './self-doubt.ts'
import type { SelfDoubtTimes } from './self-doubt.ts'
import { Slots } from './slots.ts'

export interface WatchOptions {
  db: Db
  hub: EventHub
  sessions: HostSessions
  workerId: string
  leaseTimes?: LeaseTimes
  watchTimes?: Partial<WatchTimes>
  unseal?: Unseal
  opinionTimes?: OpinionTimes
  selfDoubtTimes?: SelfDoubtTimes
  areaDoubtTimes?: AreaDoubtTimes
  /** What follows when a host fails; without it only the books tell. */
  failover?: Failover
  /** For looks at everything; shared by all that looks at many hosts. */
  slots?: Slots
  /** Begun with each host that is gained, ended before it is let go. */
  beside?: readonly StartBeside[]
  log: WatchLog
}

/** The watch of this worker's share of the hosts. */
export class Watch {
  readonly leases: HostLeases
  readonly #options: WatchOptions
  readonly #watchers = new Map<string, HostWatcher>()
  readonly #beside = new Map<string, Beside[]>()
  readonly #hosts: AsyncIterableIterator<{ objectId: string }>
  readonly #judge: Judge
  readonly #selfDoubt: SelfDoubt
  readonly #opinions: SecondOpinions
  readonly #slots: Slots
  #following: Promise<void> | undefined

  constructor(options: WatchOptions) {
    this.#options = options
    const { db, workerId, leaseTimes: times = defaultLeaseTimes, slots = new Slots(), log } = options
    this.#slots = slots
    this.leases = new HostLeases({ db, workerId, times, log, onGain: (lease) => { this.#gain(lease) }, onLose: (lease) => this.#lose(lease) })
    this.#hosts = options.hub.subscribe({ objectTypes: ['host'] })
    const { sessions, watchTimes, opinionTimes = defaultOpinionTimes, selfDoubtTimes = defaultSelfDoubtTimes, areaDoubtTimes = defaultAreaDoubtTimes, failover } = options
    this.#selfDoubt = new SelfDoubt(selfDoubtTimes)
    this.#judge = new Judge({ db, workerId, selfDoubt: this.#selfDoubt, failover, opinionTimes, areaDoubtTimes, downAfterMs: watchTimes?.downAfterMs ?? defaultWatchTimes.downAfterMs, log })
    this.#opinions = new SecondOpinions({ db, sessions, workerId, times: opinionTimes, hears: () => this.#selfDoubt.hears, others: () => this.leases.others, log })
  }

  /** Resolves after the first look at the leases; hosts are connected in the background. */
  async start(): Promise<void> {
    this.#following = this.#follow()
    this.#opinions.start()
    await this.leases.tick()
  }

  async stop(): Promise<void> {
    await this.#hosts.return?.()
    await this.#following
    await this.#opinions.stop()
    await this.leases.close()
    this.#selfDoubt.stop()
  }

  #gain(lease: Lease): void {
    const { db, sessions, workerId, watchTimes, log } = this.#options
    const held = { grip: { ...lease, workerId }, isCurrent: () => this.leases.isCurrent(lease) }
    const beside = (this.#options.beside ?? []).map((start) => start(held))
    this.#beside.set(lease.hostId, beside)
    this.#selfDoubt.hold(lease.hostId)
    const watcher = new HostWatcher({ db, sessions, log, unseal: this.#options.unseal, ...held, beside, judge: this.#judge, slots: this.#slots, times: { ...defaultWatchTimes, ...watchTimes } })
    this.#watchers.set(lease.hostId, watcher)
    watcher.start()
  }

  async #lose({ hostId }: Lease): Promise<void> {
    const watcher = this.#watchers.get(hostId)
    const beside = this.#beside.get(hostId) ?? []
    this.#watchers.delete(hostId)
    this.#beside.delete(hostId)
    this.#selfDoubt.release(hostId)
    await Promise.all([watcher?.stop(), ...beside.map((one) => one.stop())])
  }

  /** A host that comes or goes, or whose address changes, is not left to the next look. */
  async #follow(): Promise<void> {
    try {
      for await (const { objectId } of this.#hosts) {
        const watcher = this.#watchers.get(objectId)
        if (watcher) watcher.rowChanged()
        else this.leases.tickSoon()
      }
    } catch (error) {
      this.#options.log.warn({ err: error }, 'changes of hosts are no longer heard; the periodic look finds them')
    }
  }
}
