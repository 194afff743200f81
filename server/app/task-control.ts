import { notFound } from '../auth/authorize.ts'
import type { Sender } from '../db/boss.ts'
import { kyselyOf } from '../db/kysely.ts'
import type { Em } from '../db/orm.ts'
import { KloudakError } from '../model/errors.ts'
import { methodPermission } from '../model/permissions.ts'
import { act } from './act.ts'
import type { AppContext, Asked, Done } from './context.ts'
import { requestCancel, retryStuck } from './task.ts'

export interface TaskInput extends Asked { taskId: string }

/** Asks a task to stop and undo what it did. Whoever may ask for such work may cancel it. WRONG_STATE when it is too late. */
export async function cancelTask(context: AppContext, input: TaskInput): Promise<Done> {
  return control(context, 'cancelTask', input, requestCancel)
}

/** Lets a stuck task go on, once an operator has mended what held it up. WRONG_STATE when it is not stuck. */
export async function retryTask(context: AppContext, input: TaskInput): Promise<Done> {
  return control(context, 'retryTask', input, retryStuck)
}

async function control(context: AppContext, method: string, input: TaskInput, change: typeof requestCancel): Promise<Done> {
  const { taskId } = input
  return act(context, { method, input, objectId: taskId }, async (act) => {
    const task = await kyselyOf(act.em).selectFrom('task').select(['workspace', 'method', 'state', 'objectName']).where('id', '=', taskId).executeTakeFirst()
    if (!task) throw notFound('task', 'taskId')
    act.object = { type: 'task', id: taskId, name: `${task.method} ${task.objectName}` }
    const permission = methodPermission[task.method]
    // Work that stands in no row of the table is the operators' own.
    if (permission) act.authorize(permission, task.workspace ?? null, 'task', 'taskId')
    else if (!act.actor.superuser) throw notFound('task', 'taskId')
    act.plan.restsOn(`task ${taskId}`, task.state)
    act.plan.step(method === 'cancelTask' ? `${task.method} of ${task.objectName} stops and is undone.` : `${task.method} of ${task.objectName} goes on.`)
    await change(act.em, context.sender, taskId)
    return { taskId }
  })
}

/** Cancels what is still under way on an object that is going away; what can only go forward is left to end. */
export async function cancelOpenTasks(em: Em, sender: Sender, objectId: string): Promise<void> {
  const open = await kyselyOf(em).selectFrom('task').select('id').where('objectId', '=', objectId).where('cancellable', '=', true).where('state', 'in', ['queued', 'running']).orderBy('id').execute()
  for (const { id } of open) {
    await requestCancel(em, sender, id).catch((error: unknown) => {
      // It passed its pivot or ended since we looked.
      if (!(error instanceof KloudakError && error.code === 'WRONG_STATE')) throw error
    })
  }
}
