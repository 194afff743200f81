import type { Db } from '../db/orm.ts'
import { pendingMigrations } from '../db/orm.ts'

export interface Readiness { ready: boolean; database: boolean; migrations: boolean; worker: boolean }

/** Whether this process can do its work: the database answers, its schema is ours, and a worker was seen within 10 s. */
export function makeReadiness(db: Db): () => Promise<Readiness> {
  let migrated = false
  let asking: Promise<Readiness> | undefined
  const ask = async (): Promise<Readiness> => {
    try {
      const [row] = await db.em.fork().execute<{ worker: boolean }[]>("select exists (select from worker where seen_at > now() - interval '10 seconds') as worker")
      // A schema does not go back by itself: once is enough.
      migrated ||= (await pendingMigrations(db)).length === 0
      return { ready: migrated && row!.worker, database: true, migrations: migrated, worker: row!.worker }
    } catch {
      return { ready: false, database: false, migrations: false, worker: false }
    } finally {
      asking = undefined
    }
  }
  // Those who ask at the same time share one answer.
  return () => (asking ??= ask())
}
