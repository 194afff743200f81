import { sql } from 'kysely'
import type { Em } from '../../server/db/orm.ts'
import type { SagaState, StepState, StoredError, TaskState, TaskStep } from '../../server/db/entities/work.ts'
import type { Lease } from './lease.ts'
import type { Timing } from './timing.ts'

export interface StepChange { position: number; name: string; state: StepState; attempt: number; output?: unknown; error?: StoredError | undefined }

/** One step on in a saga's life, written as a whole or not at all. */
export interface Advance {
  state: SagaState
  cursor: number
  attempt: number
  pastPivot: boolean
  error: StoredError | undefined
  steps: StepChange[]
  /** hold: the lease goes on. release: whoever comes after that time may take it. end: it is over. */
  lease: { do: 'hold' } | { do: 'release'; waitMs: number } | { do: 'end' }
  /** Into the pivot, or to a good end: not when a cancel came first. */
  unlessCancelled: boolean
  task: { state: TaskState; steps: TaskStep[]; progress: number; error: StoredError | undefined; cancellable: boolean }
}

export type Advanced = { held: true; cancelRequested: boolean } | { held: false; cancelledFirst: boolean }

/**
 * Saga, steps, task and, at the end, the object locks change in one statement that only acts for the epoch given:
 * a worker that lost the saga changes nothing. On the way into the pivot, and to a good end, the task's row is locked first,
 * so that a cancel comes either before (and wins) or finds `cancellable` false.
 */
export async function advance(em: Em, lease: Pick<Lease, 'sagaId' | 'epoch'>, to: Advance, timing: Timing): Promise<Advanced> {
  const holdMs = to.lease.do === 'hold' ? timing.leaseMs : null
  const dueMs = to.lease.do === 'hold' ? timing.leaseMs + timing.transitMs : to.lease.do === 'release' ? to.lease.waitMs : 0
  const isOver = to.lease.do === 'end'
  const { rows } = await sql<{ held: boolean; cancelRequested: boolean }>`
    with asked as (
      select t.cancel_requested_at from task t where ${to.unlessCancelled} and t.id = (select task_id from saga where id = ${lease.sagaId}) for update
    ), held as (
      update saga set state = ${to.state}, cursor = ${to.cursor}, attempt = ${to.attempt}, past_pivot = ${to.pastPivot}, error = ${json(to.error)}::jsonb, updated_at = now(),
        lease_until = now() + ${holdMs}::float8 * interval '1 millisecond', run_after = now() + ${dueMs}::float8 * interval '1 millisecond',
        worker_id = case when ${holdMs}::float8 is null then null else worker_id end
      where id = ${lease.sagaId} and epoch = ${lease.epoch} and worker_id is not null and (select cancel_requested_at from asked) is null
      returning id, task_id
    ), steps as (
      insert into saga_step (saga_id, position, name, state, attempt, output, error, started_at, finished_at)
      select held.id, x.position, x.name, x.state, x.attempt, x.output, x.error, now(), case when x.state in ('doing', 'undoing') then null else now() end
      from held, jsonb_to_recordset(${JSON.stringify(to.steps)}::jsonb) as x(position integer, name varchar, state varchar, attempt integer, output jsonb, error jsonb)
      on conflict (saga_id, position) do update set state = excluded.state, attempt = excluded.attempt, error = excluded.error,
        output = coalesce(excluded.output, saga_step.output), finished_at = excluded.finished_at,
        started_at = case when excluded.state = 'doing' then excluded.started_at else saga_step.started_at end
    ), freed as (
      delete from object_lock where ${isOver} and saga_id in (select id from held)
    ), shown as (
      update task set state = ${to.task.state}, steps = ${JSON.stringify(to.task.steps)}::jsonb, progress = ${to.task.progress}, error = ${json(to.task.error)}::jsonb,
        cancellable = ${to.task.cancellable}, started_at = coalesce(started_at, now()), finished_at = case when ${isOver} then now() end
      where id in (select task_id from held) returning cancel_requested_at
    )
    select exists (select 1 from held) as held,
      exists (select 1 from asked where cancel_requested_at is not null) or exists (select 1 from shown where cancel_requested_at is not null) as "cancelRequested"`.execute(em.getKysely())
  const { held, cancelRequested } = rows[0]!
  return held ? { held, cancelRequested } : { held, cancelledFirst: cancelRequested }
}

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))

/** Shows how far the running steps are. Only a task that still runs under that epoch is touched. */
export async function showProgress(em: Em, shown: readonly { sagaId: string; epoch: number; progress: number }[]): Promise<void> {
  await sql`
    update task set progress = p.progress
    from unnest(${shown.map(({ sagaId }) => sagaId)}::uuid[], ${shown.map(({ epoch }) => epoch)}::bigint[], ${shown.map(({ progress }) => progress)}::real[]) as p(id, epoch, progress)
      join saga on saga.id = p.id and saga.epoch = p.epoch
    where task.id = saga.task_id and task.finished_at is null`.execute(em.getKysely())
}
