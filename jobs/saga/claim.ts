import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Em } from '../../server/db/orm.ts'
import type { SagaState, StepState, StoredError, TaskStep } from '../../server/db/entities/work.ts'
import type { Lease } from './lease.ts'
import type { Timing } from './timing.ts'

export interface HeldStep { position: number; name: string; state: StepState; attempt: number; output: unknown }

/** A saga as this worker holds it from the claim on. */
export interface Held {
  id: string
  name: string
  definition: number
  input: unknown
  state: SagaState
  cursor: number
  attempt: number
  pastPivot: boolean
  epoch: number
  error: StoredError | null
  taskId: string
  requestId: string | null
  cancelRequested: boolean
  taskSteps: TaskStep[]
  steps: HeldStep[]
  /** The database's clock at the claim, Unix milliseconds. */
  databaseMs: number
}

/**
 * Takes up to `limit` sagas that are due, whose definition is known and whose turn has come on all their objects.
 * `run_after` of a held saga is the end of its lease plus the time of a request's way, so a dead worker's sagas become due by
 * themselves. `for update` waits out, by skipping, a holder that is just committing a fenced write (see fence.ts).
 * Tickets are given under a lock for each object until commit, so a lower ticket can never appear later.
 */
export async function claim(em: Em, workerId: string, known: readonly { name: string; definition: number }[], limit: number, timing: Timing): Promise<Held[]> {
  const { rows } = await sql<Held>`
    with ready as (
      select s.id from saga s
      where s.state in ('queued', 'running', 'undoing', 'stuck') and s.run_after <= now()
        and (s.name, s.definition) in (select * from unnest(${known.map(({ name }) => name)}::varchar[], ${known.map(({ definition }) => definition)}::integer[]))
        and not exists (
          select 1 from object_lock mine join object_lock ahead on ahead.object_key = mine.object_key and ahead.ticket < mine.ticket
          where mine.saga_id = s.id)
      order by s.run_after, s.id limit ${limit} for update of s skip locked
    )
    update saga set
      worker_id = ${workerId}, epoch = saga.epoch + 1, updated_at = now(),
      lease_until = now() + ${timing.leaseMs}::float8 * interval '1 millisecond',
      run_after = now() + ${timing.leaseMs + timing.transitMs}::float8 * interval '1 millisecond',
      state = case saga.state when 'queued' then 'running' when 'stuck' then case when saga.past_pivot then 'running' else 'undoing' end else saga.state end
    from ready, task where saga.id = ready.id and task.id = saga.task_id
    returning saga.id, saga.name, saga.definition, saga.input, saga.state, saga.cursor, saga.attempt, saga.past_pivot as "pastPivot",
      saga.epoch::float8 as epoch, saga.error, saga.task_id as "taskId", task.request_id as "requestId",
      task.cancel_requested_at is not null as "cancelRequested", task.steps as "taskSteps",
      (select coalesce(jsonb_agg(jsonb_build_object('position', position, 'name', t.name, 'state', t.state, 'attempt', t.attempt, 'output', output) order by position), '[]')
        from saga_step t where t.saga_id = saga.id) as steps,
      (extract(epoch from now()) * 1000)::float8 as "databaseMs"`.execute(em.getKysely())
  return rows
}

/** Milliseconds until the next saga becomes due by its own time; zero or less while one is, though its turn may not have come; undefined when there is none. */
export const firstDue = (em: Em): Promise<number | undefined> => dueIn(em, sql`true`)

/** The same of those that are not due yet. */
export const nextDue = (em: Em): Promise<number | undefined> => dueIn(em, sql`run_after > now()`)

async function dueIn(em: Em, which: RawBuilder<unknown>): Promise<number | undefined> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(run_after) - now()) * 1000)::float8 as ms from saga where state in ('queued', 'running', 'undoing', 'stuck') and ${which}`.execute(em.getKysely())
  return rows[0]?.ms ?? undefined
}

/** Prolongs all leases in one statement. What is missing in the answer is no longer ours. */
export async function renew(em: Em, workerId: string, leases: readonly Lease[], timing: Timing): Promise<Map<string, { cancelRequested: boolean }>> {
  const { rows } = await sql<{ id: string; cancelRequested: boolean }>`
    update saga set
      lease_until = now() + ${timing.leaseMs}::float8 * interval '1 millisecond',
      run_after = now() + ${timing.leaseMs + timing.transitMs}::float8 * interval '1 millisecond'
    from unnest(${leases.map(({ sagaId }) => sagaId)}::uuid[], ${leases.map(({ epoch }) => epoch)}::bigint[]) as held(id, epoch)
    where saga.id = held.id and saga.epoch = held.epoch and saga.worker_id = ${workerId}
    returning saga.id, (select cancel_requested_at is not null from task where task.id = saga.task_id) as "cancelRequested"`.execute(em.getKysely())
  return new Map(rows.map(({ id, cancelRequested }) => [id, { cancelRequested }]))
}
