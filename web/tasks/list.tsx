import { Button, Center } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql } from '../gql/gql.ts'
import type { TaskLiveFragment, TaskState } from '../gql/graphql.ts'
import { methods } from '../lib/methods.ts'
import { usePages } from '../lib/use-pages.ts'
import { usePeople } from '../lib/use-people.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { Card } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { Filter, Filters, MethodFilter, PersonFilter } from '../ui/filters.tsx'
import type { Person } from '../ui/filters.tsx'
import { TaskIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { TaskRow } from '../ui/task-row.tsx'

const Tasks = graphql(`
  query Tasks($workspaceId: ID!, $states: [TaskState!], $finished: Boolean, $userId: ID, $methods: [String!], $after: String) {
    tasks(workspaceId: $workspaceId, states: $states, finished: $finished, userId: $userId, methods: $methods, first: 40, after: $after) {
      edges { cursor node { ...TaskLive } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)

interface Kind { label: string; states: TaskState[] | null; finished: boolean | null; none: string }
const kinds: Record<string, Kind> = {
  running: { label: 'Running', states: ['QUEUED', 'RUNNING', 'UNDOING'], finished: null, none: 'No task is running.' },
  finished: { label: 'Finished', states: null, finished: true, none: 'No task has finished yet.' },
  failed: { label: 'Failed', states: ['FAILED'], finished: null, none: 'No task has failed.' },
  stuck: { label: 'Needs a person', states: ['STUCK'], finished: null, none: 'No task is stuck: there is nothing that somebody has to mend.' },
}

// A change puts a task at the front of the lists that it has come to belong on: here all stand in their order.
const newestFirst = (a: TaskLiveFragment, b: TaskLiveFragment) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : a.id < b.id ? 1 : -1)

export function TaskList() {
  const { id: workspaceId } = useWorkspace()
  const [kind, setKind] = useState<string | null>(null)
  const [person, setPerson] = useState<Person>()
  const [method, setMethod] = useState<string | null>(null)
  const { states = null, finished = null } = (kind === null ? undefined : kinds[kind]) ?? {}
  const { nodes, loading, problem, more, loadMore } = usePages(Tasks, { workspaceId, states, finished, userId: person?.id ?? null, methods: method === null ? null : [method] }, { whole: false })
  const people = usePeople(workspaceId, nodes)
  const isNarrowed = person !== undefined || method !== null

  return (
    <Page title="Tasks" subtitle="What was asked for in this workspace, and how far it is.">
      <Filters>
        <Filter label="Which tasks" all="All tasks" choices={Object.entries(kinds).map(([value, { label }]) => ({ value, label }))} value={kind} onChange={setKind} />
        <PersonFilter people={people} value={person} onChange={setPerson} />
        <MethodFilter titles={methods.work} value={method} onChange={setMethod} />
      </Filters>
      <ProblemNote problem={problem} />
      {loading && <PageSkeleton />}
      {!loading && !problem && nodes.length === 0 && (
        kind === null && !isNarrowed
          ? <Empty icon={<TaskIcon size={26} />} title="No tasks yet">Whatever is created, changed or deleted here leaves a task with its steps.</Empty>
          : <Empty icon={<TaskIcon size={26} />} title="No such tasks">{kind === null || isNarrowed ? 'No task here is like that. Choose less above to see more.' : kinds[kind]!.none}</Empty>
      )}
      {nodes.length > 0 && (
        <Card flush>
          {[...nodes].sort(newestFirst).map((task) => (
            <TaskRow key={task.id} task={task} named link={task.objectType === 'VM' && task.method !== 'deleteVm' && <Link to="/w/$workspaceId/vms/$vmId" params={{ workspaceId, vmId: task.objectId }} style={{ fontSize: 13 }}>Open {task.objectName}</Link>} />
          ))}
        </Card>
      )}
      {more && <Center><Button variant="default" onClick={loadMore}>Show older tasks</Button></Center>}
    </Page>
  )
}
