import type { Done } from '../server/app/context.ts'
import type { builder } from './builder.ts'
import { TaskType } from './task.ts'
import { VmType } from './vm.ts'

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Known> ? Known : never

/** What every mutation of a VM answers. */
export const vmPayloadFields = (t: PothosSchemaTypes.RootFieldBuilder<Types, unknown, 'SimpleObject'>) => ({
  vm: t.field({ type: VmType, nullable: true, description: 'The VM; null when a dry run made none, or a repetition finds it gone.' }),
  task: t.field({ type: TaskType, nullable: true, description: 'The task that does the work; null when there is nothing to do.' }),
})

export const vmPayload = ({ objectId, taskId }: Done) => ({ vm: objectId, task: taskId })
