import type { Db } from '../../server/db/orm.ts'
import { runningDomains, writeGuestAddresses } from '../../server/db/queries/guest-address.ts'
import type { SeenGuestRow } from '../../server/db/queries/guest-address.ts'
import type { CallControl, HypervisorDriver } from '../../server/hypervisor/driver.ts'
import { KloudakError } from '../../server/model/errors.ts'
import type { PowerState } from '../../server/model/vm.ts'
import type { HostSessions } from '../hosts/sessions.ts'
import { Rounds } from '../sweep/rounds.ts'
import type { Beside, HeldHost, StartBeside } from '../watch/beside.ts'
import type { WatchLog } from '../watch/log.ts'
import { GripLost, underGrip } from '../watch/observe.ts'
import { Slots } from '../watch/slots.ts'
import { Turns } from './turns.ts'
import type { AskTimes } from './turns.ts'

export interface GuestAddressOptions { db: Db; sessions: Pick<HostSessions, 'link'>; times?: Partial<AskTimes>; slots?: Slots; log: WatchLog }

const defaultTimes: AskTimes = { firstMs: 3_000, everyMs: 180_000 }
const callMs = 8_000
/** Guests of one host that are asked in one round, and at once: a guest that does not answer holds a call for seconds. */
const guestsAtOnce = 4

/** Records the addresses that the guests of each held host have, without anyone asking. It only looks, on frozen hosts too. */
export function findGuestAddresses(options: GuestAddressOptions): StartBeside {
  const { slots = new Slots() } = options
  return (held) => new GuestAddresses(options, held, slots)
}

class GuestAddresses implements Beside {
  readonly #options: GuestAddressOptions
  readonly #held: HeldHost
  /** For what is read and written, not while guests are asked. */
  readonly #slots: Slots
  readonly #turns: Turns
  readonly #rounds: Rounds
  #isListDue = false
  #isWatchDue = true
  #unwatch: (() => Promise<void>) | undefined

  constructor(options: GuestAddressOptions, held: HeldHost, slots: Slots) {
    this.#options = options
    this.#held = held
    this.#slots = slots
    this.#turns = new Turns({ ...defaultTimes, ...options.times })
    this.#rounds = new Rounds((signal) => this.#round(signal), () => this.#turns.waitMs(performance.now())).start()
  }

  listed(isBack: boolean): void {
    this.#isListDue = true
    this.#isWatchDue ||= isBack
    this.#rounds.soon()
  }

  power(domainUuid: string, power: PowerState): void {
    if (power === 'running') this.#turns.started(domainUuid, performance.now())
    else this.#turns.ended(domainUuid)
    this.#rounds.wake()
  }

  async stop(): Promise<void> {
    await this.#rounds.stop()
    await this.#unwatch?.().catch(() => { /* the way there is gone */ })
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { db, log } = this.#options
    const { hostId } = this.#held.grip
    try {
      if (this.#isListDue) {
        this.#isListDue = false
        this.#turns.keep(await this.#slots.take(() => runningDomains(db.em.fork(), hostId)), performance.now())
        if (this.#isWatchDue) await this.#watch(signal)
      }
      const due = this.#turns.due(performance.now(), guestsAtOnce)
      if (due.length === 0) return
      const hypervisor = await this.#hypervisor(signal)
      const seen = (await Promise.all(due.map((uuid) => this.#ask(hypervisor, uuid)))).filter((guest) => guest !== undefined)
      if (seen.length > 0) await this.#slots.take(() => underGrip(db.em.fork(), this.#held.grip, (em) => writeGuestAddresses(em, hostId, seen)))
    } catch (error) {
      // A host that is lost is the watch's to tell of; it says so when the host is back.
      if (signal.aborted || error instanceof GripLost || (error instanceof KloudakError && ['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'NOT_FOUND', 'CANCELLED'].includes(error.code))) return
      log.warn({ hostId, err: error }, 'addresses of guests could not be read')
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    await this.#unwatch?.().catch(() => { /* the way there is gone */ })
    this.#unwatch = await (await this.#hypervisor(signal)).watchAgents(({ domainUuid, connected }) => {
      if (!connected) return
      this.#turns.hasNews(domainUuid, performance.now())
      this.#rounds.wake()
    })
    this.#isWatchDue = false
  }

  /** Undefined when nothing could be learned. */
  async #ask(hypervisor: HypervisorDriver, domainUuid: string): Promise<SeenGuestRow | undefined> {
    try {
      const seen = await hypervisor.seeGuest(domainUuid)
      this.#turns.answered(domainUuid, seen.agentAnswered, performance.now())
      return { domainUuid, ...seen }
    } catch (error) {
      this.#turns.answered(domainUuid, false, performance.now())
      // It has stopped, or a guest that hangs holds its lock: it is asked again.
      if (error instanceof KloudakError && ['WRONG_STATE', 'NOT_FOUND', 'UNAVAILABLE', 'OUTCOME_UNKNOWN'].includes(error.code)) return undefined
      throw error
    }
  }

  async #hypervisor(signal: AbortSignal): Promise<HypervisorDriver> {
    const beforeCall = () => { if (!this.#held.isCurrent()) throw new KloudakError('UNAVAILABLE', 'This worker no longer owns the host.') }
    const control: CallControl = { beforeCall, timeoutMs: callMs, signal }
    return (await this.#options.sessions.link(this.#held.grip.hostId)).hypervisor.bind(control)
  }
}
