import type { PgBoss } from 'pg-boss'
import { sagaQueue } from '../contract/queue.ts'

/**
 * Lets pg-boss wake the worker. The job is done as soon as the bell has rung: the worker finds by itself what is due.
 * Batches, because a worker of batch size 1 takes one job for each notice and then sleeps until its poll.
 */
export async function listenForWork(boss: PgBoss, worker: { wake: () => void }): Promise<void> {
  await boss.work(sagaQueue, { batchSize: 200, burstWhenBatchFull: true, pollingIntervalSeconds: 2 }, async () => { worker.wake() })
}
