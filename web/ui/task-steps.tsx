import { Button, Group, Loader, Progress, Stack, Text } from '@mantine/core'
import type { TaskLiveFragment, TaskStepState } from '../gql/graphql.ts'
import { duration, words } from '../lib/format.ts'
import { CheckIcon, CrossIcon } from './icons.tsx'
import classes from './task-steps.module.css'
import { TaskStateLabel } from './status.tsx'
import { useNow } from './time.tsx'

type Step = TaskLiveFragment['steps'][number]

const marks: Record<TaskStepState, string> = { WAITING: classes.idle!, DOING: classes.doing!, DONE: classes.done!, FAILED: classes.failed!, STUCK: classes.failed!, UNDOING: classes.doing!, UNDONE: classes.undone! }

function Mark({ state }: { state: TaskStepState }) {
  const busy = state === 'DOING' || state === 'UNDOING'
  return (
    <span className={`${classes.mark} ${marks[state]}`} role="img" aria-label={words(state)}>
      {busy ? <Loader size={16} color={state === 'UNDOING' ? 'orange' : undefined} /> : state === 'DONE' ? <CheckIcon size={12} /> : state !== 'WAITING' && <CrossIcon size={10} />}
    </span>
  )
}

function took({ startedAt, finishedAt, state }: Step, now: number): string {
  if (startedAt === null || state === 'WAITING') return ''
  return duration((finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt))
}

/** The steps of a task, each with how far it is, how long it took, and why it failed. */
export function TaskSteps({ task }: { task: TaskLiveFragment }) {
  const now = useNow()
  return (
    <ol className={classes.steps} aria-label="Steps">
      {task.steps.map((step) => (
        <li key={step.name} className={`${classes.step} ${step.state === 'WAITING' ? classes.waiting : ''}`}>
          <Mark state={step.state} />
          <span>
            {step.title}{step.attempt > 1 && <Text span size="xs" c="dimmed"> · attempt {step.attempt}</Text>}
            {step.error && <div className={step.state === 'WAITING' && !step.error.remedy ? classes.note : classes.error}>{step.error.message} {step.error.remedy}</div>}
          </span>
          <span className={classes.time}>{took(step, now)}</span>
        </li>
      ))}
    </ol>
  )
}

export const isRunning = ({ state }: { state: TaskLiveFragment['state'] }) => ['QUEUED', 'RUNNING', 'UNDOING'].includes(state)

interface TaskProgressProps { task: TaskLiveFragment; onCancel?: () => void; cancelling?: boolean; onRetry?: () => void }

/** A task at work: its progress, its steps, and how to stop it. */
export function TaskProgress({ task, onCancel, cancelling = false, onRetry }: TaskProgressProps) {
  const finished = task.steps.filter(({ state }) => state === 'DONE').length
  const share = task.progress ?? (task.steps.length ? finished / task.steps.length : 0)
  return (
    <Stack gap="sm">
      <Group justify="space-between" wrap="nowrap">
        <div role="status" aria-live="polite"><TaskStateLabel state={task.state} /></div>
        {isRunning(task) && task.cancellable && onCancel && (
          <Button size="compact-sm" variant="default" loading={cancelling} disabled={task.cancelRequestedAt !== null} onClick={onCancel}>{task.cancelRequestedAt ? 'Cancelling' : 'Cancel'}</Button>
        )}
        {task.state === 'STUCK' && onRetry && <Button size="compact-sm" onClick={onRetry}>Try again</Button>}
      </Group>
      {isRunning(task) && <Progress value={share * 100} size="sm" animated={task.state === 'RUNNING'} color={task.state === 'UNDOING' ? 'orange' : undefined} aria-label={`Progress of ${task.objectName}`} />}
      <TaskSteps task={task} />
      {task.error && !task.steps.some(({ error }) => error) && <div className={classes.error} role="alert">{task.error.message} {task.error.remedy}</div>}
    </Stack>
  )
}
