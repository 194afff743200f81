import { may, maySee, requireActor } from '../auth/authorize.ts'
import type { Task } from '../db/entities/work.ts'
import { livingWorkspaces, taskCount, taskPage, tasksByIds } from '../db/queries/task.ts'
import type { TaskFilter, TaskOrder, TaskSight } from '../db/queries/task.ts'
import { lastTasksOf } from '../db/queries/vm.ts'
import type { PageRequest } from '../model/page.ts'
import { auditPermission } from '../model/permissions.ts'
import { isOperator } from './reader.ts'
import type { Reader } from './reader.ts'

function sightOf({ actor }: Reader): TaskSight {
  const { id, isToken, superuser, memberships } = requireActor(actor)
  return superuser ? 'all' : { workspaceIds: [...memberships.keys()], userId: isToken ? undefined : id }
}

/**
 * The tasks that the reader sees: those of their workspaces, and those that they asked for in a workspace that is gone.
 * Those of no workspace (on hosts, for example) are for superusers.
 */
export const listTasks = (reader: Reader, filter: TaskFilter, page: PageRequest, order: TaskOrder = 'newest'): Promise<Task[]> => taskPage(reader.em, sightOf(reader), filter, order, page)

export const countTasks = (reader: Reader, filter: TaskFilter): Promise<number> => taskCount(reader.em, sightOf(reader), filter)

/** Those of the tasks that exist and that the reader sees, in no order. */
export async function findTasks(reader: Reader, ids: readonly string[]): Promise<Task[]> {
  return seen(reader, await tasksByIds(reader.em, ids))
}

/** The newest task on each of these objects, for readers who see it. */
export async function findLastTasks(reader: Reader, objectIds: readonly string[]): Promise<Task[]> {
  return seen(reader, await lastTasksOf(reader.em, objectIds, { operatorsToo: isOperator(reader.actor) }))
}

async function seen({ actor, em }: Reader, tasks: Task[]): Promise<Task[]> {
  // A workspace that is gone is within no token's scopes.
  const own = tasks.flatMap(({ user, workspace }) => (actor && !actor.isToken && user === actor.id && workspace && !maySee(actor, workspace) ? [workspace] : []))
  const living = own.length > 0 ? await livingWorkspaces(em, own) : undefined
  return tasks.filter(({ user, workspace }) => maySee(actor, workspace ?? null) || (workspace && user === actor?.id && living?.has(workspace) === false))
}

/**
 * From where a task was asked for, for those whom it concerns: who asked themselves, those who administer the
 * workspace's members, and superusers. Null for all others.
 */
export function addressOfTask({ actor }: Reader, { user, workspace, clientAddress }: Task): string | null {
  const mayKnow = actor !== undefined && (user === actor.id || may(actor, auditPermission, workspace ?? null))
  return mayKnow ? clientAddress ?? null : null
}
