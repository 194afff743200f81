import type { Db, Em } from '../../server/db/orm.ts'
import { pruneEvents } from '../../server/events/prune.ts'
import type { WatchLog } from './log.ts'

const day = 86_400_000

export interface Retention {
  /** Tasks go with their steps this long after their end; those that are open never do. */
  keepTasksMs: number
  keepEventsMs?: number
  /** Idempotency keys: the API promises a week (docs/api.md). */
  keepKeysMs?: number
  /** Rows at once. Short, because a long transaction holds back every event stream (decision 3). */
  chunk?: number
}

type Removal = (em: Em, keepMs: number, chunk: number) => Promise<number>

const removeOf = (statement: string): Removal => async (em, keepMs, chunk) => (await em.execute<unknown[]>(statement, [keepMs, chunk])).length

const removeTickets = removeOf(`
  delete from console_ticket where ticket_hash in (select ticket_hash from console_ticket where expires_at < now() - ? * interval '1 millisecond' limit ?) returning 1`)

const removeKeys = removeOf(`
  delete from idempotency where (user_id, key) in (
    select user_id, key from idempotency where created_at < now() - ? * interval '1 millisecond' order by created_at limit ?) returning 1`)

/** Sagas and their steps go with their task. One whose saga is open has not ended, whatever its row says. */
const removeTasks = removeOf(`
  delete from task where id in (
    select id from task where finished_at < now() - ? * interval '1 millisecond'
      and not exists (select 1 from saga where saga.task_id = task.id and saga.state in ('queued', 'running', 'undoing', 'stuck'))
    order by finished_at limit ? for update skip locked) returning 1`)

/** A bucket that has drained says as much as none, unless it remembers a success. */
const removeTries = removeOf(`
  delete from try_bucket where key in (
    select key from try_bucket where at + level / drains_per_second * interval '1 second' < now() and (succeeded_at is null or succeeded_at < now() - ? * interval '1 millisecond')
    limit ? for update skip locked) returning 1`)

/** API tokens that have ended stay a while, so that their user sees it. */
const removeTokens = removeOf(`
  delete from session where id in (
    select id from session where kind = 'token' and least(expires_at, revoked_at) < now() - ? * interval '1 millisecond' limit ?) returning 1`)

/** Differences between books and hosts that are over. */
const removeDrift = removeOf(`
  delete from drift where id in (select id from drift where resolved_at < now() - ? * interval '1 millisecond' limit ?) returning 1`)

/** Silences of hosts: what began together is asked for minutes afterwards. */
const removeSilences = removeOf(`
  delete from host_silence where (host_id, began_at) in (select host_id, began_at from host_silence where ended_at < now() - ? * interval '1 millisecond' limit ?) returning 1`)

const removeEvents: Removal = (em, keepMs, chunk) => pruneEvents(em, { keepMs, chunk })

/**
 * Removes what nobody can ask for any more: old tasks, events, console tickets, idempotency keys, tries, API tokens and differences, a
 * chunk in each transaction, until nothing old is left or the signal fires. Any number of workers may run it at once.
 */
export async function removeOldRows(db: Db, { keepTasksMs, keepEventsMs = 7 * day, keepKeysMs = 7 * day, chunk = 500 }: Retention, signal?: AbortSignal): Promise<void> {
  const em = db.em.fork()
  for (const [remove, keepMs] of [[removeTickets, 3_600_000], [removeSilences, day], [removeKeys, keepKeysMs], [removeTries, 90 * day], [removeTokens, 30 * day], [removeDrift, 90 * day], [removeTasks, keepTasksMs], [removeEvents, keepEventsMs]] as const) {
    for (;;) {
      if (signal?.aborted) return
      if (await remove(em, keepMs, chunk) < chunk) break
    }
  }
}

/** Does so now and every ten minutes; the returned function ends that, after the chunk that is under way. */
export function keepRemovingOldRows(db: Db, log: WatchLog, retention: Retention, everyMs = 600_000): () => Promise<void> {
  const stop = new AbortController()
  const sweep = () => removeOldRows(db, retention, stop.signal).catch((error: unknown) => { log.warn({ err: error }, 'old rows could not be removed') })
  let running = sweep()
  const timer = setInterval(() => { running = running.then(sweep) }, everyMs)
  return async () => {
    clearInterval(timer)
    stop.abort()
    await running
  }
}
