import { Button, Center, SegmentedControl } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql } from '../gql/gql.ts'
import { usePages } from '../lib/use-pages.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { TaskIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { TaskRow } from '../ui/task-row.tsx'
import { isRunning } from '../ui/task-steps.tsx'

const Tasks = graphql(`
  query Tasks($workspaceId: ID!, $after: String) {
    tasks(workspaceId: $workspaceId, first: 40, after: $after) {
      edges { cursor node { ...TaskLive } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

const kinds = { all: 'All', running: 'Running', failed: 'Failed' } as const

export function TaskList() {
  const { id: workspaceId } = useWorkspace()
  const { nodes, loading, problem, more, loadMore } = usePages(Tasks, { workspaceId }, { whole: false })
  const [kind, setKind] = useState<keyof typeof kinds>('all')
  if (loading) return <PageSkeleton />
  const shown = nodes.filter((task) => kind === 'all' || (kind === 'running' ? isRunning(task) : task.state === 'FAILED' || task.state === 'STUCK'))
  return (
    <Page
      title="Tasks" subtitle="What was asked for in this workspace, and how far it is."
      actions={nodes.length > 0 && <SegmentedControl size="xs" aria-label="Which tasks" value={kind} onChange={(value) => { setKind(value as keyof typeof kinds) }} data={Object.entries(kinds).map(([value, label]) => ({ value, label }))} />}
    >
      <ProblemNote problem={problem} />
      {shown.length === 0 && <Empty icon={<TaskIcon size={26} />} title={kind === 'all' ? 'No tasks yet' : `No ${kind} tasks`}>Whatever is created, changed or deleted here leaves a task with its steps.</Empty>}
      {shown.length > 0 && (
        <Card flush>
          {shown.map((task) => (
            <TaskRow key={task.id} task={task} named link={task.objectType === 'VM' && task.method !== 'deleteVm' && <Link to="/w/$workspaceId/vms/$vmId" params={{ workspaceId, vmId: task.objectId }} style={{ fontSize: 13 }}>Open {task.objectName}</Link>} />
          ))}
        </Card>
      )}
      {more && <Center><Button variant="default" onClick={loadMore}>Show older tasks</Button></Center>}
    </Page>
  )
}
