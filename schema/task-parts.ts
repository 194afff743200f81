import { isOperator } from '../server/app/reader.ts'
import type { StepState, StoredError, TaskState, TaskStep } from '../server/db/entities/work.ts'
import type { TaskTries } from '../server/db/queries/task.ts'
import { errorCodes } from '../server/model/errors.ts'
import { toldTo } from '../server/model/told.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { ErrorCodeType } from './errors.ts'

export const TaskStateType = builder.enumType('TaskState', {
  description: 'How far a task is.',
  values: {
    QUEUED: { value: 'queued' satisfies TaskState, description: 'It waits for a worker, or for earlier work on the same object.' },
    RUNNING: { value: 'running' satisfies TaskState, description: 'A worker is at it.' },
    UNDOING: { value: 'undoing' satisfies TaskState, description: 'It failed or was cancelled, and what it did is being undone.' },
    DONE: { value: 'done' satisfies TaskState, description: 'It succeeded.' },
    FAILED: { value: 'failed' satisfies TaskState, description: 'It failed and left nothing behind; `error` says why.' },
    CANCELLED: { value: 'cancelled' satisfies TaskState, description: 'Somebody cancelled it; it left nothing behind.' },
    STUCK: { value: 'stuck' satisfies TaskState, description: 'Undoing failed too: an operator has to look, and can retry it.' },
  },
})

const TaskStepStateType = builder.enumType('TaskStepState', {
  description: 'How far a step of a task is.',
  values: {
    WAITING: { value: 'waiting' satisfies StepState | 'waiting', description: 'Its turn has not come.' },
    DOING: { value: 'doing' satisfies StepState, description: 'It is being done.' },
    DONE: { value: 'done' satisfies StepState, description: 'It is done.' },
    FAILED: { value: 'failed' satisfies StepState, description: 'It failed.' },
    UNDOING: { value: 'undoing' satisfies StepState, description: 'It is being undone.' },
    UNDONE: { value: 'undone' satisfies StepState, description: 'It is undone.' },
    STUCK: { value: 'stuck' satisfies StepState, description: 'It could not be undone.' },
  },
})

const wordsFor = ({ actor }: Context, error: StoredError) => toldTo({ isOperator: isOperator(actor) }, error)

export const TaskErrorType = builder.objectRef<StoredError>('TaskError').implement({
  description: 'Why a task or a step failed. Superusers read what happened on which host; everybody else the same without hosts and what is on them.',
  fields: (t) => ({
    code: t.field({ type: ErrorCodeType, description: 'What kind of error it is.', resolve: ({ code }) => (errorCodes.includes(code) ? code : 'INTERNAL') }),
    message: t.string({ description: 'What went wrong, as a sentence.', resolve: (error, _args, context) => wordsFor(context, error).message }),
    remedy: t.string({ nullable: true, description: 'What the reader can do about it, as a sentence.', resolve: (error, _args, context) => wordsFor(context, error).remedy }),
    step: t.exposeString('step', { nullable: true, description: 'The name of the step that failed.' }),
  }),
})

const moment = (text: string | undefined) => (text === undefined ? null : new Date(text))

export const TaskStepType = builder.objectRef<TaskStep>('TaskStep').implement({
  description: 'One step of a task.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name within the task.' }),
    title: t.exposeString('title', { description: 'What it does, for people.' }),
    state: t.expose('state', { type: TaskStepStateType, description: 'How far it is.' }),
    attempt: t.exposeInt('attempt', { description: 'How often it has been tried.' }),
    startedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it first began.', resolve: ({ startedAt }) => moment(startedAt) }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, description: 'When it ended.', resolve: ({ finishedAt }) => moment(finishedAt) }),
    error: t.field({ type: TaskErrorType, nullable: true, description: 'Why its last try failed.', resolve: ({ error }) => error }),
  }),
})

export const TaskTriesType = builder.objectRef<TaskTries>('TaskTries').implement({
  description: 'How a task comes on with the step that it is at.',
  fields: (t) => ({
    attempt: t.exposeInt('attempt', { description: 'How often the step, or its undoing, has been begun.' }),
    nextTryAt: t.expose('nextTryAt', { type: 'DateTime', nullable: true, description: 'When it is tried again; null while a worker is at it.' }),
  }),
})
