import type { Db } from '../../server/db/orm.ts'
import type { HypervisorDriver } from '../../server/hypervisor/driver.ts'
import type { WatchLog } from './log.ts'
import { areaDoubt, defaultAreaDoubtTimes } from './area-doubt.ts'
import type { AreaDoubtTimes } from './area-doubt.ts'
import type { Grip } from './observe.ts'
import { recordDoubt, recordDown, recordHeard, recordReason, recordSilence } from './outage.ts'
import type { Failover, Hearing } from './outage.ts'
import { defaultOpinionTimes, opinionsOn } from './second-opinion.ts'
import type { Opinions, OpinionTimes } from './second-opinion.ts'
import type { SelfDoubt } from './self-doubt.ts'

export interface JudgeOptions {
  db: Db
  workerId: string
  selfDoubt: SelfDoubt
  failover?: Failover | undefined
  /** A host that nobody heard for so long is down. */
  downAfterMs: number
  opinionTimes?: OpinionTimes
  areaDoubtTimes?: AreaDoubtTimes
  log: WatchLog
}

/** While something may change from one moment to the next. */
const soonMs = 500
const restMs = 5_000

/** What a host's silence means, and its return. One for all hosts of a worker, since it also judges the worker itself. */
export class Judge {
  readonly #options: Required<Omit<JudgeOptions, 'failover'>> & Pick<JudgeOptions, 'failover'>

  constructor(options: JudgeOptions) { this.#options = { opinionTimes: defaultOpinionTimes, areaDoubtTimes: defaultAreaDoubtTimes, ...options } }

  /** Writes what the silence means by now; returns when to ask again. */
  async silent(grip: Grip, reason: string): Promise<number> {
    const { db, workerId, selfDoubt, failover, downAfterMs, opinionTimes, log } = this.#options
    const { hostId } = grip
    const { state, silentMs, isProven, outageId, doubt: known } = await recordSilence(db.em.fork(), grip, reason)
    selfDoubt.lost(hostId, state === 'fenced' && isProven)
    if (isProven || state === 'enrolling' || state === 'retired') return restMs
    if (silentMs < downAfterMs) return Math.min(downAfterMs - silentMs, restMs)
    const opinions = await opinionsOn(db.em.fork(), hostId, workerId, opinionTimes)
    const doubt = await this.#doubt(hostId, opinions)
    const shown = doubt === undefined ? reason : `${reason.replace(/\.?$/, '.')} ${doubt} Nothing is fenced.`
    if (outageId === null) {
      // Whoever is asked may still be on the way to the host.
      const mayStillAnswer = opinions.others > 0 && !opinions.isConfirmed && silentMs < downAfterMs + opinionTimes.answerMs + 2 * opinionTimes.lookMs
      if (opinions.isHeard || mayStillAnswer) {
        if (opinions.isHeard) await recordReason(db.em.fork(), grip, shown)
        return soonMs
      }
      if (await recordDown(db.em.fork(), grip, failover, { reason: shown, doubt })) log.warn({ hostId, alert: 'host-down', doubt }, 'the host is down')
      return soonMs
    }
    if ((doubt ?? null) !== known) {
      await recordDoubt(db.em.fork(), grip, failover, outageId, doubt ?? null)
      await recordReason(db.em.fork(), grip, shown)
    }
    return soonMs
  }

  /** Writes that the host is heard. */
  async heard(grip: Grip): Promise<Hearing> {
    const { db, selfDoubt, failover } = this.#options
    selfDoubt.heard(grip.hostId)
    return recordHeard(db.em.fork(), grip, failover)
  }

  /** Has those VMs started again that were cut off with their host: called before what the host says of them is written down. */
  async restartCutOff({ hostId }: Grip, driver: HypervisorDriver): Promise<void> {
    const { db, failover } = this.#options
    if (!failover) return
    const domainUuids = await driver.listCutOff()
    if (domainUuids.length > 0) await db.em.fork().transactional((em) => failover.restart(em, hostId, domainUuids))
  }

  async #doubt(hostId: string, { others, isHeard, isConfirmed, isTrusted }: Opinions): Promise<string | undefined> {
    if (isHeard) return 'Another worker hears it over a connection of its own.'
    const { selfDoubt, db, areaDoubtTimes } = this.#options
    const own = selfDoubt.about(hostId)
    if (own && !(own.kind === 'loss' && isTrusted)) return own.text
    // Another worker may well stand behind the same switch.
    const ofArea = await areaDoubt(db.em.fork(), hostId, areaDoubtTimes)
    if (ofArea !== undefined) return ofArea
    return others > 0 && !isConfirmed ? 'No other worker has confirmed it.' : undefined
  }
}
