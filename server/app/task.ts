import { sql } from 'kysely'
import { parseInput } from '../../jobs/contract/contract.ts'
import type { SagaContract } from '../../jobs/contract/contract.ts'
import { sagaQueue } from '../../jobs/contract/queue.ts'
import type { SagaWake } from '../../jobs/contract/queue.ts'
import type { Sender } from '../db/boss.ts'
import type { TaskStep } from '../db/entities/work.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { newId } from '../model/id.ts'

export interface TaskRequest<Input> {
  contract: SagaContract<Input>
  input: Input
  /** Null for operators' work, which belongs to no workspace. */
  workspaceId: string | null
  userId: string | null
  /** The verb, for example 'createVm'. */
  method: string
  object: { type: string; id: string; name: string }
  /** What the user asked for, with its secrets removed. */
  publicInput: Record<string, unknown>
  requestId: string | null
  /** From where it was asked for; null for operators' commands. */
  clientAddress: string | null
}

export interface StartedTask { taskId: string; sagaId: string }

/**
 * Writes task, saga, its place in the line of each object, and the wake-up: all in the transaction of `em`, which must
 * be one. Throws ZodError when the input is not the contract's.
 *
 * Places are given under a lock for each object that is held until commit, so that they become visible in their order:
 * otherwise a lower ticket could appear behind a saga that runs already. Keys are taken sorted; whoever starts several
 * tasks in one transaction does so in the order of their keys, or risks a deadlock that PostgreSQL breaks.
 */
export async function startTask<Input>(em: Em, sender: Sender, request: TaskRequest<Input>): Promise<StartedTask> {
  if (!em.isInTransaction()) throw new Error('startTask needs the transaction of its verb')
  const { contract, object } = request
  const input = parseInput(contract, request.input)
  const keys = [...new Set(contract.locks(input))].sort()
  const taskId = newId()
  const sagaId = newId()
  const steps: TaskStep[] = contract.steps.map(({ name, title }) => ({ name, title, state: 'waiting', attempt: 0 }))
  const db = em.getKysely()
  // One place in the line after another: `unnest` keeps the order, and a second caller waits at the first shared key.
  for (const key of keys) await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db)
  await sql`
    with task as (
      insert into task (id, workspace_id, user_id, method, object_type, object_id, object_name, steps, input, request_id, client_address, cancellable)
      values (${taskId}, ${request.workspaceId}, ${request.userId}, ${request.method}, ${object.type}, ${object.id}, ${object.name},
        ${JSON.stringify(steps)}::jsonb, ${JSON.stringify(request.publicInput)}::jsonb, ${request.requestId}, ${request.clientAddress}, ${contract.isFinal !== true})
    ), saga as (
      insert into saga (id, task_id, name, definition, input)
      values (${sagaId}, ${taskId}, ${contract.name}, ${contract.definition}, ${JSON.stringify(input)}::jsonb)
    )
    insert into object_lock (object_key, saga_id) select key, ${sagaId}::uuid from unnest(${keys}::varchar[]) as key`.execute(db)
  await wake(em, sender, sagaId)
  return { taskId, sagaId }
}

/**
 * Asks a task to stop and to undo what it did. A second request changes nothing. Throws NOT_FOUND when there is no such
 * task, WRONG_STATE when it has ended or can only go forward. Who may ask is for the caller to check.
 */
export async function requestCancel(em: Em, sender: Sender, taskId: string): Promise<void> {
  const { rows } = await sql<{ sagaId: string }>`
    update task set cancel_requested_at = coalesce(cancel_requested_at, now()) where id = ${taskId} and cancellable
    returning (select s.id from saga s where s.task_id = task.id) as "sagaId"`.execute(em.getKysely())
  if (rows[0]) {
    // One that waits between two tries need not wait any more. A row that is being claimed is passed by: its holder sees the wish itself.
    await sql`update saga set run_after = now() where id in (
      select id from saga where id = ${rows[0].sagaId} and worker_id is null and state = 'running' for update skip locked)`.execute(em.getKysely())
    return wake(em, sender, rows[0].sagaId)
  }
  throw await refusal(em, taskId, 'The task has ended or can only go forward.', 'Wait until it ends.')
}

/** Lets the sagas that wait for something about an object look again at once: it may have come. */
export async function wakeWaiting(em: Em, sender: Sender, objectKey: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    update saga set run_after = now() where id in (
      select id from saga join object_lock on saga_id = id where object_key = ${objectKey} and worker_id is null and state = 'running' for update of saga skip locked)
    returning id`.execute(em.getKysely())
  for (const { id } of rows) await wake(em, sender, id)
}

/**
 * Lets a stuck task go on at once, with all its tries again. Throws NOT_FOUND when there is no such task, WRONG_STATE
 * when it is not stuck.
 */
export async function retryStuck(em: Em, sender: Sender, taskId: string): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    with freed as (
      update saga set run_after = now(), attempt = 0, updated_at = now() where task_id = ${taskId} and state = 'stuck' returning id, task_id, past_pivot
    ), shown as (
      update task set state = case when freed.past_pivot then 'running' else 'undoing' end from freed where task.id = freed.task_id
    )
    select id from freed`.execute(em.getKysely())
  if (rows[0]) return wake(em, sender, rows[0].id)
  throw await refusal(em, taskId, 'The task is not stuck.', 'Only a stuck task can be tried again.')
}

async function refusal(em: Em, taskId: string, message: string, remedy: string): Promise<KloudakError> {
  const { rows } = await sql`select 1 from task where id = ${taskId}`.execute(em.getKysely())
  return rows.length > 0 ? new KloudakError('WRONG_STATE', message, { remedy }) : new KloudakError('NOT_FOUND', 'There is no such task.')
}

const wake = (em: Em, sender: Sender, sagaId: string) => sender.send(em, sagaQueue, { sagaId } satisfies SagaWake)
