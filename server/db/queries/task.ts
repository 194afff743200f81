import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { Task } from '../entities/work.ts'
import type { StoredError, TaskState } from '../entities/work.ts'
import { kyselyOf, rowsByIds, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, countOf, keyset } from './page.ts'

/** Whose tasks a reader sees: those of the named workspaces and, once their workspace is gone, the reader's own; or all. */
export type TaskSight = 'all' | { workspaceIds: readonly string[]; userId: string | undefined }

export interface TaskFilter {
  workspaceId?: string | undefined
  objectId?: string | undefined
  userId?: string | undefined
  states?: readonly TaskState[] | undefined
  /** Those that have ended, or those that have not. */
  finished?: boolean | undefined
  methods?: readonly string[] | undefined
  /** Asked for at this time or later. */
  since?: Date | undefined
  /** Asked for before this time. */
  until?: Date | undefined
}

export type TaskOrder = 'newest' | 'oldest'

function filtered(em: Em, sight: TaskSight, { workspaceId, objectId, userId, states, finished, methods, since, until }: TaskFilter) {
  let query = kyselyOf(em).selectFrom('task')
  // What is asked for by a workspace in sight needs no second look at each row.
  if (sight !== 'all' && (workspaceId === undefined || !sight.workspaceIds.includes(workspaceId))) {
    const { workspaceIds, userId } = sight
    query = query.where((eb) => eb.or([anyOf('task.workspace_id', workspaceIds), ...(userId === undefined ? [] : [eb.and([eb('task.user', '=', userId), isLeftBehind])])]))
  }
  if (workspaceId !== undefined) query = query.where('task.workspace', '=', workspaceId)
  if (objectId !== undefined) query = query.where('task.objectId', '=', objectId)
  if (userId !== undefined) query = query.where('task.user', '=', userId)
  if (states !== undefined) query = query.where(textIn('task.state', states))
  if (finished !== undefined) query = query.where('task.finishedAt', finished ? 'is not' : 'is', null)
  if (methods !== undefined) query = query.where(textIn('task.method', methods))
  if (since !== undefined) query = query.where('task.createdAt', '>=', since)
  if (until !== undefined) query = query.where('task.createdAt', '<', until)
  return query
}

const textIn = (column: string, values: readonly string[]) => sql<boolean>`${sql.ref(column)} = any(${[...values]}::text[])`
const isLeftBehind = sql<boolean>`task.workspace_id is not null and not exists (select 1 from workspace where workspace.id = task.workspace_id)`

export async function taskPage(em: Em, sight: TaskSight, filter: TaskFilter, order: TaskOrder, page: PageRequest): Promise<Task[]> {
  return rowsOf(em, Task, keyset(filtered(em, sight, filter), 'task.id', page, { newestFirst: order === 'newest' }))
}

export const taskCount = (em: Em, sight: TaskSight, filter: TaskFilter): Promise<number> => countOf(filtered(em, sight, filter))

export async function tasksByIds(em: Em, ids: readonly string[]): Promise<Task[]> {
  return rowsByIds(em, Task, 'tasks', { by: 'id', ids })
}

/** Those of the workspaces that there are. */
export async function livingWorkspaces(em: Em, ids: readonly string[]): Promise<Set<string>> {
  const rows = await kyselyOf(em).selectFrom('workspace').select('id').where(anyOf('id', ids)).execute()
  return new Set(rows.map(({ id }) => id))
}

/** How often the step that a task is at has been begun, and when it is tried again if it waits for that. */
export interface TaskTries { attempt: number; nextTryAt: Date | null }

/** By task. Nobody at work and a time to come: that is a wait between two tries. */
export async function triesOf(em: Em, taskIds: readonly string[]): Promise<Map<string, TaskTries>> {
  const { rows } = await sql<{ taskId: string; attempt: number; nextTryMs: string | null }>`
    select task_id as "taskId", attempt,
      case when worker_id is null and attempt > 0 and state in ('running', 'undoing', 'stuck') and run_after > now() then extract(epoch from run_after) * 1000 end as "nextTryMs"
    from saga where ${anyOf('task_id', taskIds)} and state in ('queued', 'running', 'undoing', 'stuck')`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map(({ taskId, attempt, nextTryMs }) => [taskId, { attempt, nextTryAt: nextTryMs === null ? null : new Date(Number(nextTryMs)) }]))
}

/** Why these objects could not be made, by object: of each the newest task that failed to, while it is kept. */
export async function creationErrors(em: Em, objectIds: readonly string[]): Promise<Map<string, StoredError>> {
  const { rows } = await sql<{ objectId: string; error: StoredError }>`
    select distinct on (object_id) object_id as "objectId", error from task
    where ${anyOf('object_id', objectIds)} and method in ('createVm', 'createNetwork', 'createPublicNetwork') and error is not null order by object_id, id desc`.execute(kyselyOf(em).withoutPlugins())
  return new Map(rows.map(({ objectId, error }) => [objectId, error]))
}
