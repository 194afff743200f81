import { maySee } from '../auth/authorize.ts'
import type { Task } from '../db/entities/work.ts'
import { taskCount, taskPage, tasksByIds } from '../db/queries/task.ts'
import type { TaskFilter } from '../db/queries/task.ts'
import { lastTasksOf } from '../db/queries/vm.ts'
import type { PageRequest } from '../model/page.ts'
import { sightOf } from './reader.ts'
import type { Reader } from './reader.ts'

/** The tasks that the reader sees, newest first; those of no workspace (on hosts, for example) are for superusers. */
export const listTasks = (reader: Reader, filter: TaskFilter, page: PageRequest): Promise<Task[]> => taskPage(reader.em, sightOf(reader), filter, page)

export const countTasks = (reader: Reader, filter: TaskFilter): Promise<number> => taskCount(reader.em, sightOf(reader), filter)

/** Those of the tasks that exist and that the reader sees, in no order. */
export async function findTasks(reader: Reader, ids: readonly string[]): Promise<Task[]> {
  return (await tasksByIds(reader.em, ids)).filter(({ workspace }) => maySee(reader.actor, workspace ?? null))
}

/** The newest task on each of these objects, for readers who see it. */
export async function findLastTasks(reader: Reader, objectIds: readonly string[]): Promise<Task[]> {
  return (await lastTasksOf(reader.em, objectIds)).filter(({ workspace }) => maySee(reader.actor, workspace ?? null))
}
