import { sql } from 'kysely'
import { resolutions, sourceOf } from '../../model/stats.ts'
import type { Keep, Resolution } from '../../model/stats.ts'
import { kyselyOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { milliseconds } from './stats-columns.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]
/** How much time one partition holds: what is kept is four to ten of them. Never to be changed: partitions would overlap. */
const partMsOf: Readonly<Record<Resolution, number>> = { raw: 30 * minute, minute: 6 * hour, quarter: 4 * day, hour: 50 * day, day: 100 * day }

const tables = resolutions.flatMap((resolution) => (['host', 'pool'] as const).filter((subject) => subject === 'host' || resolution !== 'raw').map((subject) => ({ name: `${subject}_stats_${resolution}`, resolution })))

// One worker at a time, and nobody waits: the next look finds what is left. What waits for a table's lock keeps all others
// waiting behind it, so it does so for a moment only.
const alone = sql<{ alone: boolean }>`select pg_try_advisory_xact_lock(7203414) as alone, set_config('lock_timeout', '300ms', true)`

/**
 * Makes the partitions that are lacking: the next ones, and for rollups those back to where the finer rows begin. To be
 * called in a transaction of its own; returns how many were made.
 */
export async function makePartitions(em: Em, keep: Keep): Promise<number> {
  const db = kyselyOf(em).withoutPlugins()
  if (!(await alone.execute(db)).rows[0]!.alone) return 0
  let made = 0
  for (const { name, resolution } of tables) {
    const backMs = resolution === 'raw' ? 0 : keep[sourceOf[resolution]]
    const { rows } = await sql<{ made: number }>`
      select make_stats_partitions(${name}, ${milliseconds(partMsOf[resolution])}, now() - ${milliseconds(backMs)}, now() + ${milliseconds(partMsOf[resolution])}) as made`.execute(db)
    made += rows[0]!.made
  }
  return made
}

/** Drops what is kept no longer, whole partitions of one table; returns how many. To be called in a transaction of its own. */
async function dropOld(em: Em, name: string, keepMs: number): Promise<number> {
  const db = kyselyOf(em).withoutPlugins()
  if (!(await alone.execute(db)).rows[0]!.alone) return 0
  const { rows } = await sql<{ dropped: number }>`select drop_stats_partitions(${name}, now() - ${milliseconds(keepMs)}) as dropped`.execute(db)
  return rows[0]!.dropped
}

/** As `dropOld` for all tables, each in a transaction of its own; and forgets where VMs were sampled whose samples are gone. */
export async function dropOldStats(em: Em, keep: Keep): Promise<number> {
  let dropped = 0
  for (const { name, resolution } of tables) dropped += await em.transactional((inner) => dropOld(inner, name, keep[resolution]))
  await sql`delete from vm_stats_host where seen_at < now() - ${milliseconds(Math.max(...Object.values(keep)))}`.execute(kyselyOf(em).withoutPlugins())
  return dropped
}
