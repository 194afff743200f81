import { sql } from 'kysely'
import type { PageRequest } from '../../model/page.ts'
import { Task } from '../entities/work.ts'
import type { TaskState } from '../entities/work.ts'
import { kyselyOf, rowsOf } from '../kysely.ts'
import type { Em } from '../orm.ts'
import { anyOf, countOf, keyset } from './page.ts'
import type { Sight } from './page.ts'

export interface TaskFilter {
  workspaceId?: string | undefined
  objectId?: string | undefined
  userId?: string | undefined
  states?: readonly TaskState[] | undefined
}

function filtered(em: Em, sight: Sight, { workspaceId, objectId, userId, states }: TaskFilter) {
  let query = kyselyOf(em).selectFrom('task')
  if (sight !== 'all') query = query.where(anyOf('task.workspace_id', sight))
  if (workspaceId !== undefined) query = query.where('task.workspace', '=', workspaceId)
  if (objectId !== undefined) query = query.where('task.objectId', '=', objectId)
  if (userId !== undefined) query = query.where('task.user', '=', userId)
  if (states !== undefined) query = query.where(sql<boolean>`task.state = any(${`{${states.join(',')}}`}::text[])`)
  return query
}

/** Newest first. */
export async function taskPage(em: Em, sight: Sight, filter: TaskFilter, page: PageRequest): Promise<Task[]> {
  return rowsOf(em, Task, keyset(filtered(em, sight, filter).selectAll('task'), 'task.id', page, { newestFirst: true }))
}

export const taskCount = (em: Em, sight: Sight, filter: TaskFilter): Promise<number> => countOf(filtered(em, sight, filter))

export async function tasksByIds(em: Em, ids: readonly string[]): Promise<Task[]> {
  return rowsOf(em, Task, kyselyOf(em).selectFrom('task').selectAll('task').where(anyOf('task.id', ids)))
}
