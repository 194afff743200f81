import type { TaskLiveFragment } from '../gql/graphql.ts'

type Task = Pick<TaskLiveFragment, 'state' | 'method' | 'objectId'> & { user: { id: string } | null }

const ended: readonly string[] = ['DONE', 'FAILED', 'CANCELLED']

/** Whether a task belongs on a list with these filters of `tasks`, as the server would say. A list is of one workspace, as its stream is. */
export function taskMatches({ state, method, objectId, user }: Task, filters: Record<string, unknown>): boolean {
  const { states, methods, finished } = filters as { states?: string[] | null; methods?: string[] | null; finished?: boolean | null }
  return (filters.objectId == null || filters.objectId === objectId)
    && (filters.userId == null || filters.userId === user?.id)
    && (states == null || states.includes(state))
    && (methods == null || methods.includes(method))
    && (finished == null || finished === ended.includes(state))
}
