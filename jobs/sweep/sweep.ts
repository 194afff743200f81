import type { Db } from '../../server/db/orm.ts'
import { leavePools, takePools } from '../../server/db/queries/drift.ts'
import type { CallControl } from '../../server/hypervisor/driver.ts'
import type { Finding } from '../../server/model/drift.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import type { Beside, HeldHost, StartBeside } from '../watch/beside.ts'
import type { WatchLog } from '../watch/log.ts'
import { GripLost, underGrip } from '../watch/observe.ts'
import { Slots } from '../watch/slots.ts'
import { lookAtBooks, lookAtHost } from './look.ts'
import type { Look } from './look.ts'
import { Rounds, pause } from './rounds.ts'
import { openIn, settle } from './settle.ts'
import type { BeginRepair } from './settle.ts'

export interface SweepTimes {
  /** Between two sweeps of a host, of a pool, and of the books. */
  everyMs: number
  /** Between the two looks that must find the same. */
  confirmMs: number
  /** From a change of a port until the host is swept for it: most are our own, and come in numbers. */
  portMs: number
  /** Of one call on a host. */
  callMs: number
}

export const defaultSweepTimes: SweepTimes = { everyMs: 300_000, confirmMs: 5_000, portMs: 30_000, callMs: 10_000 }

export interface SweepOptions { db: Db; sessions: HostSessions; begin: BeginRepair; times?: Partial<SweepTimes>; slots?: Slots; log: WatchLog }

/** Compares each host that this worker holds with the books: when it is new here or back, and every few minutes. */
export function sweepHosts(options: SweepOptions): StartBeside {
  // After a worker's start all of its hosts are due.
  const { slots = new Slots() } = options
  const times = { ...defaultSweepTimes, ...options.times }
  return (held) => new HostSweep({ ...options, times }, held, slots)
}

class HostSweep implements Beside {
  readonly #options: SweepOptions & { times: SweepTimes }
  readonly #held: HeldHost
  readonly #slots: Slots
  readonly #rounds: Rounds
  #forPorts: NodeJS.Timeout | undefined

  constructor(options: SweepOptions & { times: SweepTimes }, held: HeldHost, slots: Slots) {
    this.#options = options
    this.#held = held
    this.#slots = slots
    this.#rounds = new Rounds((signal) => this.#round(signal), () => options.times.everyMs * (0.9 + Math.random() / 5)).start()
  }

  listed(isBack: boolean): void { if (isBack) this.#rounds.soon() }

  ports(): void {
    this.#forPorts ??= setTimeout(() => { this.#forPorts = undefined; this.#rounds.soon() }, this.#options.times.portMs)
  }

  stop(): Promise<void> {
    clearTimeout(this.#forPorts)
    return this.#rounds.stop()
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { log } = this.#options
    const { hostId } = this.#held.grip
    try { await this.#sweep(signal) } catch (error) {
      // What cannot be reached, waits for a review or is another worker's is not looked at: the next round may be.
      if (signal.aborted || error instanceof GripLost || (error instanceof KloudakError && (error.code === 'UNAVAILABLE' || error.code === 'NOT_FOUND'))) return
      log.warn({ hostId, err: error }, 'the host could not be compared with the books')
    }
  }

  async #sweep(signal: AbortSignal): Promise<void> {
    const { db, begin, times: { everyMs, confirmMs }, log } = this.#options
    const { grip } = this.#held
    const poolIds = await takePools(db.em.fork(), grip.hostId, everyMs * 0.8)
    let looked: ReadonlySet<string> = new Set()
    try {
      const first = await this.#look(poolIds, signal)
      if (!first || !await isWorthMore(db, first)) { looked = poolsOf(first); return }
      await pause(confirmMs, signal)
      const second = await this.#look(poolIds, signal)
      if (!second) return
      looked = poolsOf(second)
      tell(log, await underGrip(db.em.fork(), grip, (em) => settle(em, first, second, begin)))
    } finally {
      const unseen = [...poolIds].filter((id) => !looked.has(id))
      if (unseen.length > 0) await leavePools(db.em.fork(), unseen)
    }
  }

  #look(poolIds: ReadonlySet<string>, signal: AbortSignal): Promise<Look | undefined> {
    const { db, sessions, times: { callMs } } = this.#options
    const { hostId } = this.#held.grip
    const beforeCall = () => { if (!this.#held.isCurrent()) throw new KloudakError('UNAVAILABLE', 'This worker no longer owns the host.') }
    const control: CallControl = { beforeCall, timeoutMs: callMs, signal }
    return this.#slots.take(async () => (signal.aborted ? undefined : lookAtHost({ db, sessions, hostId, control }, poolIds)))
  }
}

const poolsOf = (look: Look | undefined): ReadonlySet<string> => new Set(look?.scopes.flatMap(({ poolIds }) => poolIds ?? []))

/** Nothing differs, and nothing did: one look is enough. */
async function isWorthMore(db: Db, { findings, scopes }: Look): Promise<boolean> {
  return findings.size > 0 || (await openIn(db.em.fork(), scopes)).length > 0
}

function tell(log: WatchLog, fresh: readonly Finding[]): void {
  for (const { kind, hostId, poolId, vmId, subject, message } of fresh) log.warn({ alert: 'drift', kind, hostId, poolId, vmId, subject }, message)
}

/** Holds the books against themselves, every few minutes; the function returned ends that. Any number of workers may do so at once. */
export function sweepBooks({ db, begin, times: given, log }: Omit<SweepOptions, 'sessions' | 'slots'>): () => Promise<void> {
  const { everyMs, confirmMs } = { ...defaultSweepTimes, ...given }
  const sweep = async (signal: AbortSignal) => {
    const first = await lookAtBooks(db.em.fork())
    if (!await isWorthMore(db, first)) return
    await pause(confirmMs, signal)
    if (signal.aborted) return
    const second = await lookAtBooks(db.em.fork())
    tell(log, await db.em.fork().transactional((em) => settle(em, first, second, begin)))
  }
  const rounds = new Rounds((signal) => sweep(signal).catch((error: unknown) => { log.warn({ err: error }, 'the books could not be swept') }), () => everyMs * (0.9 + Math.random() / 5)).start()
  rounds.soon()
  return () => rounds.stop()
}
