import { PgBoss, fromKysely } from 'pg-boss'
import type { Em } from './orm.ts'

export interface BossOptions {
  url: string
  applicationName: string
  /** Errors of pg-boss's own connections; it reconnects by itself. */
  onError: (error: Error) => void
  queues: readonly string[]
  /** True in workers, which also tidy up pg-boss's tables. */
  supervise: boolean
}

/**
 * Starts pg-boss in its own schema `pgboss` of our database, which it creates and migrates itself. Queues carry no
 * retries and no short expiry, because jobs are doorbells only (decision 5).
 */
export async function openBoss({ url, applicationName, onError, queues, supervise }: BossOptions): Promise<PgBoss> {
  const boss = new PgBoss({ connectionString: url, application_name: applicationName, schema: 'pgboss', max: 3, useListenNotify: true, supervise, schedule: false })
  boss.on('error', onError)
  await boss.start()
  for (const queue of queues) {
    await boss.createQueue(queue, { notify: true, retryLimit: 0, expireInSeconds: 3600, retentionSeconds: 3600, deleteAfterSeconds: 300 })
  }
  return boss
}

/** Rings a queue's bell when the transaction of `em` commits; nothing is left of it when that rolls back. */
export interface Sender {
  send(em: Em, queue: string, data: object): Promise<void>
}

export function bossSender(boss: PgBoss): Sender {
  return { send: async (em, queue, data) => { await boss.send(queue, data, { db: fromKysely(em.getKysely()) }) } }
}
