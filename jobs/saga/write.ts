import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../server/db/orm.ts'
import { advance } from './advance.ts'
import type { Advance, Advanced } from './advance.ts'
import { LeaseLost } from './step.ts'
import type { SagaLog } from './step.ts'
import type { Lease } from './lease.ts'
import { moment } from './lease.ts'
import type { Timing } from './timing.ts'

const tries = 5

/**
 * Writes one advance, again when the database did not answer: every value is absolute, so the same advance written
 * twice is written once. What cannot be written in five tries is left to the lease's end.
 */
export async function writeAdvance({ db, log, timing }: { db: Db; log: SagaLog; timing: Timing }, lease: Lease, to: Advance): Promise<Advanced> {
  for (let tried = 1; ; tried++) {
    if (lease.gone.aborted && !lease.isGivenUp) throw new LeaseLost(`saga ${lease.sagaId}: the lease has ended`)
    const before = moment()
    try {
      const advanced = await advance(db.em.fork(), lease, to, timing)
      if (advanced.held && to.lease.do === 'hold') lease.extend(before)
      return advanced
    } catch (error) {
      log.warn({ err: error, tried }, 'a saga could not be written')
      if (tried >= tries) { lease.lose('its rows cannot be written'); throw new LeaseLost(`saga ${lease.sagaId} could not be written`, { cause: error }) }
      await delay(50 * tried)
    }
  }
}
