import type { Db } from '../../server/db/orm.ts'
import type { CallControl } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import { defaultSampleMs } from '../../server/model/stats.ts'
import type { HostLink } from '../hosts/link.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import type { Beside, HeldHost } from '../watch/beside.ts'
import type { WatchLog } from '../watch/log.ts'
import { ratesBetween } from './rates.ts'
import type { Look } from './rates.ts'
import { SampleWriter } from './writer.ts'

export interface SamplerOptions {
  db: Db
  /** `fabric` is the door to a host's changes: it stays shut while the host is frozen. */
  sessions: Pick<HostSessions, 'link' | 'fabric'>
  workerId: string
  log: WatchLog
  everyMs?: number
  /** Looks under way at once. */
  parallel?: number
  /** Of one call on a host. */
  callMs?: number
  /** For the worker's metrics. */
  onLook?: (outcome: 'taken' | 'failed', ms: number) => void
  onWrite?: (hosts: number, ms: number) => void
}

interface Watched {
  held: HeldHost
  control: CallControl
  stopped: AbortController
  dueAtMs: number
  link?: { link: HostLink; askAgainAtMs: number } | undefined
  last?: Look | undefined
  /** When its switch may be asked to tell figures, should nobody have said whether it shall. */
  askAtMs: number
  looking?: Promise<void> | undefined
}

/** A host's row is read this often, in case that it names another way to it. */
const linkMs = 60_000
/** A switch that could not be asked to tell figures, on a frozen host for one, is asked again after so long. */
const askMs = 60_000

/**
 * Looks at every host of this worker once in an interval, spread out over it, a bounded number at a time, and has what
 * went on written for many hosts at once. A host that does not answer has no sample: its counters are compared with the
 * last look that there was, as soon as it is back.
 */
export class StatsSampler {
  readonly #options: Required<Omit<SamplerOptions, 'onLook' | 'onWrite'>> & Pick<SamplerOptions, 'onLook'>
  readonly #hosts = new Set<Watched>()
  readonly #writer: SampleWriter
  #timer: NodeJS.Timeout | undefined
  #running = 0
  #isStopped = false

  constructor({ onWrite, ...options }: SamplerOptions) {
    this.#options = { everyMs: defaultSampleMs, parallel: 64, callMs: 5_000, ...options }
    const { db, workerId, log, everyMs } = this.#options
    this.#writer = new SampleWriter({ db, workerId, log, everyMs: Math.min(1_000, everyMs / 4), onWrite })
    this.#tick()
  }

  /** For the watch: samples the host as long as it is held. */
  readonly beside = (held: HeldHost): Beside => {
    const stopped = new AbortController()
    const control: CallControl = {
      beforeCall: () => { if (!held.isCurrent()) throw new KloudakError('UNAVAILABLE', 'This worker no longer owns the host.') },
      timeoutMs: this.#options.callMs,
      signal: stopped.signal,
    }
    const watched: Watched = { held, control, stopped, dueAtMs: performance.now() + Math.random() * this.#options.everyMs, askAtMs: -Infinity }
    this.#hosts.add(watched)
    return {
      stop: async () => {
        this.#hosts.delete(watched)
        stopped.abort()
        await watched.looking
      },
    }
  }

  get hosts(): number { return this.#hosts.size }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await Promise.all([...this.#hosts].flatMap(({ looking }) => looking ?? []))
    await this.#writer.stop()
  }

  /** The more hosts there are, the oftener one is due. */
  #tick(): void {
    this.#begin()
    const { everyMs } = this.#options
    const waitMs = Math.min(everyMs / 10, Math.max(50, everyMs / (2 * this.#hosts.size)))
    if (!this.#isStopped) this.#timer = setTimeout(() => { this.#tick() }, waitMs)
  }

  #begin(): void {
    const nowMs = performance.now()
    for (const host of this.#hosts) {
      if (this.#running >= this.#options.parallel) return
      if (host.looking || host.dueAtMs > nowMs) continue
      // A worker that fell behind leaves looks out and does not make them up.
      host.dueAtMs = Math.max(host.dueAtMs + this.#options.everyMs, nowMs + this.#options.everyMs / 2)
      this.#running++
      host.looking = this.#look(host).finally(() => { this.#running--; host.looking = undefined })
    }
  }

  async #look(host: Watched): Promise<void> {
    const { onLook, sessions } = this.#options
    const { grip } = host.held
    const begunMs = performance.now()
    try {
      if (!host.link || host.link.askAgainAtMs < begunMs) host.link = { link: await sessions.link(grip.hostId), askAgainAtMs: begunMs + linkMs }
      const { hypervisor, fabric } = host.link.link
      // The switch's counters are a part of the whole: without them the rest is told.
      const [counters, switched] = await Promise.all([hypervisor.bind(host.control).counters(), fabric.bind(host.control).counters().catch(() => null)])
      const figures = switched?.figures ?? null
      const look: Look = { atMs: performance.now(), host: counters, uplinks: switched?.uplinks ?? null, figures: figures === 'undecided' ? null : figures }
      const last = host.last
      host.last = look
      onLook?.('taken', look.atMs - begunMs)
      if (last && host.held.isCurrent()) this.#writer.add(grip, ratesBetween(last, look))
      if (figures === 'undecided') await this.#askForFigures(host)
    } catch {
      // The watch of the host tells people; here the next look finds out.
      host.link = undefined
      onLook?.('failed', performance.now() - begunMs)
    }
  }

  /** Once for each host: the switch keeps what it was told. Without an answer the rest of the sample is told all the same. */
  async #askForFigures(host: Watched): Promise<void> {
    const nowMs = performance.now()
    if (nowMs < host.askAtMs) return
    host.askAtMs = nowMs + askMs
    try {
      await (await this.#options.sessions.fabric(host.held.grip.hostId, host.control)).askForFigures()
    } catch { /* the next time */ }
  }
}
