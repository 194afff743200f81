import { Collapse, UnstyledButton } from '@mantine/core'
import { useId, useState } from 'react'
import type { ReactNode } from 'react'
import type { TaskLiveFragment } from '../gql/graphql.ts'
import { duration } from '../lib/format.ts'
import { methodTitle } from '../lib/methods.ts'
import classes from './task-row.module.css'
import { TaskStateLabel } from './status.tsx'
import { isRunning, TaskProgress } from './task-steps.tsx'
import { Ago } from './time.tsx'
import { useTaskControl } from './use-task-control.ts'

interface TaskRowProps { task: TaskLiveFragment; named?: boolean; link?: ReactNode }

/** A task on one line, with its steps below it when opened. */
export function TaskRow({ task, named = false, link }: TaskRowProps) {
  const [opened, setOpened] = useState(false)
  const { cancel, cancelling, retry } = useTaskControl()
  const id = useId()
  const took = task.startedAt && task.finishedAt ? duration(Date.parse(task.finishedAt) - Date.parse(task.startedAt)) : undefined
  return (
    <div className={classes.row}>
      <UnstyledButton className={classes.head} aria-expanded={opened} aria-controls={id} onClick={() => { setOpened(!opened) }}>
        <TaskStateLabel state={task.state} />
        <span className={classes.title} style={{ minWidth: 0 }}>
          {methodTitle(task.method)}{named && <b style={{ fontWeight: 550 }}> {task.objectName}</b>}
          {task.error && !opened && <div className={classes.soft} style={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>{task.error.message}</div>}
        </span>
        <span className={classes.soft}>{task.username ?? 'Kloudak'} · <Ago at={task.createdAt} />{took && ` · ${took}`}</span>
      </UnstyledButton>
      <Collapse expanded={opened} id={id}>
        {opened && (
          <div className={classes.more}>
            {isRunning(task) || task.state === 'STUCK' || task.steps.length > 0 ? <TaskProgress task={task} cancelling={cancelling} onCancel={() => { cancel(task.id) }} onRetry={() => { retry(task.id) }} /> : <span className={classes.soft}>It has no steps.</span>}
            {link}
            {task.requestId && <div className={classes.soft} style={{ marginTop: 8 }}>Request {task.requestId}</div>}
          </div>
        )}
      </Collapse>
    </div>
  )
}
