import { dropOldStats, makePartitions } from '../../server/db/queries/stats-partitions.ts'
import { notePools, rollUp } from '../../server/db/queries/stats-rollup.ts'
import type { RollupOptions } from '../../server/db/queries/stats-rollup.ts'
import type { Db } from '../../server/db/orm.ts'
import { rollups } from '../../server/model/stats.ts'
import type { Keep, Rollup } from '../../server/model/stats.ts'
import type { WatchLog } from '../watch/log.ts'

/** Small enough for some hundred milliseconds: a long transaction holds back every event stream (decision 3), and one of 5 s ends. */
const bounds: Omit<RollupOptions, 'keep' | 'buckets'> = { lateMs: 10_000, objects: 50 }
/** Each at most some 60 finer rows of a host, or 180 where it is sampled every second. */
const bucketsOf: Readonly<Record<Rollup, number>> = { minute: 3, quarter: 4, hour: 15, day: 2 }

/** Rolls up all that is due, one short transaction after the other. Any number of workers may do it at once. */
export async function rollUpAll(db: Db, keep: Keep, { signal, ...options }: Partial<RollupOptions> & { signal?: AbortSignal } = {}): Promise<void> {
  for (const subject of ['host', 'pool'] as const) {
    // Of pools the minutes are written at once: see notePools.
    for (const resolution of rollups.filter((one) => subject === 'host' || one !== 'minute')) {
      for (;;) {
        if (signal?.aborted) return
        if (!await db.em.fork().transactional((em) => rollUp(em, subject, resolution, { ...bounds, buckets: bucketsOf[resolution], ...options, keep }))) break
      }
    }
  }
}

/** Partitions ahead, pools, rollups, and what is too old: once. */
export async function keepStats(db: Db, keep: Keep, signal?: AbortSignal): Promise<void> {
  await db.em.fork().transactional((em) => makePartitions(em, keep))
  await rollUpNew(db, keep, signal)
  if (!signal?.aborted) await dropOldStats(db.em.fork(), keep)
}

async function rollUpNew(db: Db, keep: Keep, signal?: AbortSignal): Promise<void> {
  await notePools(db.em.fork())
  await rollUpAll(db, keep, { signal })
}

/** Rounds that only roll up, between those that also see to the partitions: the next ones are made half an hour ahead and more. */
const roundsBetween = 9

/**
 * Does so now, before it returns, and then every half minute; the returned function ends that, after the transaction that
 * is under way.
 */
export async function startKeepingStats(db: Db, log: WatchLog, keep: Keep, everyMs = 30_000): Promise<() => Promise<void>> {
  const stop = new AbortController()
  let rounds = 0
  const round = () => (rounds++ % (roundsBetween + 1) === 0 ? keepStats : rollUpNew)(db, keep, stop.signal).catch((error: unknown) => { log.warn({ err: error }, 'statistics could not be rolled up; the next round does it') })
  let running = db.em.fork().transactional((em) => makePartitions(em, keep)).then(() => undefined, (error: unknown) => { log.warn({ err: error }, 'the tables of the statistics could not be made ready') })
  await running
  running = round()
  const timer = setInterval(() => { running = running.then(round) }, everyMs)
  return async () => {
    clearInterval(timer)
    stop.abort()
    await running
  }
}
