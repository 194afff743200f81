import type { Db } from '../../server/db/orm.ts'
import { pruneEvents } from '../../server/events/prune.ts'
import type { WatchLog } from './log.ts'

const day = 86_400_000

/** Removes what nobody can ask for any more: old events, console tickets and idempotency keys. Any number of workers may run it at once. */
export async function removeOldRows(db: Db, { keepEventsMs = 7 * day, chunk = 2_000 } = {}): Promise<number> {
  const em = db.em.fork()
  await em.execute("delete from console_ticket where expires_at < now() - interval '1 hour'")
  await em.execute("delete from idempotency where created_at < now() - interval '7 days'")
  let total = 0
  for (;;) {
    const gone = await pruneEvents(em, { keepMs: keepEventsMs, chunk })
    total += gone
    if (gone < chunk) return total
  }
}

/** Does so now and every ten minutes; the returned function ends that. */
export function keepRemovingOldRows(db: Db, log: WatchLog, everyMs = 600_000): () => Promise<void> {
  const sweep = () => removeOldRows(db).then(() => {}, (error: unknown) => { log.warn({ err: error }, 'old rows could not be removed') })
  let running = sweep()
  const timer = setInterval(() => { running = running.then(sweep) }, everyMs)
  return async () => { clearInterval(timer); await running }
}
