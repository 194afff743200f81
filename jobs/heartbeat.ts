import { sql } from 'kysely'
import type { Db } from '../server/db/orm.ts'
import type { Log } from '../server/log.ts'

/** The watch says more often that this worker lives, in the same row. This puts the row back should somebody have taken it away. */
const beatMs = 30_000

export interface Heartbeat {
  /** Takes the worker's row away, so that nobody waits for its silence. */
  stop(): Promise<void>
}

/**
 * Keeps this worker's row: the API's readiness asks for one seen lately, consoles find its address there. It says only
 * that the process is alive; who may act on what is decided by leases.
 */
export async function startHeartbeat(db: Db, log: Log, worker: { id: string; consoleUrl: string | null }): Promise<Heartbeat> {
  const beat = async () => {
    await sql`insert into worker (id, console_url) values (${worker.id}, ${worker.consoleUrl}) on conflict (id) do update set seen_at = now()`.execute(db.em.fork().getKysely())
  }
  await beat()
  // Those that died without a word; nothing else refers to their rows after a day.
  await sql`delete from worker where seen_at < now() - interval '1 day' and not exists (select 1 from host_lease where host_lease.worker_id = worker.id)`.execute(db.em.fork().getKysely())
  let running: Promise<void> | undefined
  const timer = setInterval(() => {
    running ??= beat().catch((error: unknown) => { log.warn({ err: error }, 'the heartbeat could not be written') }).finally(() => { running = undefined })
  }, beatMs)
  return {
    async stop() {
      clearInterval(timer)
      await running
      await sql`delete from worker where id = ${worker.id}`.execute(db.em.fork().getKysely())
    },
  }
}
