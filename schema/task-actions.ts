import { cancelTask, retryTask } from '../server/app/task-control.ts'
import { decodeId } from './global-id.ts'
import { mutation } from './mutation.ts'
import { TaskType } from './task.ts'

for (const [name, act, description] of [
  ['cancelTask', cancelTask, 'Asks a task to stop and to undo what it did. Needs the permission that the work itself needs.'],
  ['retryTask', retryTask, 'Lets a stuck task go on, once what held it up is mended. Needs the permission that the work itself needs.'],
] as const) {
  mutation(name, {
    description,
    input: (t) => ({ taskId: t.id({ required: true, description: 'The task.' }) }),
    payload: (t) => ({ task: t.field({ type: TaskType, nullable: true, description: 'The task; null when a repetition finds it gone.' }) }),
    resolve: async (input, context) => ({ task: (await act(context, { ...input, taskId: decodeId('Task', input.taskId, 'taskId') })).objectId }),
  })
}
