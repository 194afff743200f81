import { Alert, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import { useClient, useQuery } from 'urql'
import type { FindHostDifferencesQuery, HostLiveFragment, ReviewHostMutation, TaskLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { AlertIcon } from '../ui/icons.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { TaskProgress } from '../ui/task-steps.tsx'
import { useTaskControl } from '../ui/use-task-control.ts'
import { WhyNot } from '../ui/why-not.tsx'
import { Differences, PlanOfReview } from './differences.tsx'
import { FindHostDifferences, ReviewHost, ReviewTask } from './operations.ts'

type Plan = NonNullable<Extract<ReviewHostMutation['reviewHost'], { __typename: 'ReviewHostPayload' }>['plan']>
interface Looked { found?: FindHostDifferencesQuery['hostDifferences']; plan?: Plan; problem?: Problem; isChanged?: boolean }
interface ReviewProps { host: HostLiveFragment; onClose: () => void }

/** Where host and books differ, what the review makes of it, and then exactly that. */
export function ReviewHostDialog({ host, onClose }: { host: HostLiveFragment | undefined; onClose: () => void }) {
  return <Modal opened={host !== undefined} onClose={onClose} title={`Review ${host?.name ?? ''}`} size="xl" centered>{host && <Body key={host.id} host={host} onClose={onClose} />}</Modal>
}

function Body({ host, onClose }: ReviewProps) {
  const client = useClient()
  const [review] = useAct(ReviewHost)
  const [looked, setLooked] = useState<Looked>()
  const [isConfirming, setConfirming] = useState(false)
  const [taskId, setTaskId] = useState<string>()

  // The plan first: whatever changes before the differences are read, its hash then no longer holds.
  const look = useCallback(async (isChanged = false): Promise<Looked> => {
    const { payload, problem } = await review({ hostId: host.id, dryRun: true })
    const { data, error } = await client.query(FindHostDifferences, { hostId: host.id }, { requestPolicy: 'network-only' }).toPromise()
    return { found: data?.hostDifferences, plan: payload?.plan ?? undefined, problem: problem ?? (error && problemOf(error)), isChanged }
  }, [review, client, host.id])
  useEffect(() => { void look().then(setLooked) }, [look])

  async function confirm(planHash: string): Promise<void> {
    setConfirming(true)
    const { payload, problem } = await review({ hostId: host.id, planHash })
    if (problem?.code === 'PLAN_CHANGED') setLooked(await look(true))
    else if (problem) setLooked((before) => ({ ...before, problem }))
    else setTaskId(payload.task?.id)
    setConfirming(false)
  }
  const again = () => { setLooked(undefined); setTaskId(undefined); void look().then(setLooked) }

  if (taskId) return <Reviewing taskId={taskId} host={host} onClose={onClose} onAgain={again} />
  if (!looked) return <Loader type="dots" aria-label="Looking at the differences" />
  const { found, plan, problem, isChanged } = looked
  return (
    <Stack gap="md">
      {isChanged && <Alert color="yellow" variant="light" icon={<AlertIcon />} role="alert" title="The host or the books have changed meanwhile: nothing was done">Below is how it is now. Look at it once more.</Alert>}
      <ProblemNote problem={problem} onRetry={again} />
      {found && <Differences found={found} />}
      {plan && <PlanOfReview plan={plan} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <WhyNot allowed={plan ? true : 'There is no plan to confirm yet: see above for why.'}><Button loading={isConfirming} onClick={() => { if (plan) void confirm(plan.hash) }}>Take the host as it is</Button></WhyNot>
      </Group>
    </Stack>
  )
}

/** The task compares once more and lifts the freeze, or says why not. */
function Reviewing({ taskId, host, onClose, onAgain }: ReviewProps & { taskId: string; onAgain: () => void }) {
  const [{ data }] = useQuery({ query: ReviewTask, variables: { id: taskId } })
  const { retry } = useTaskControl()
  const task: TaskLiveFragment | null | undefined = data?.task
  if (!task) return <Loader type="dots" aria-label="Waiting for the task" />
  const hasFailed = task.state === 'FAILED' || task.state === 'CANCELLED'
  return (
    <Stack gap="md">
      {task.state === 'DONE' && <Text size="sm">{host.name} is in service again, and work that waited for it goes on.</Text>}
      <TaskProgress task={task} onRetry={() => { retry(taskId) }} />
      {hasFailed && <Text size="sm">{host.name} stays frozen. Look at it again: what is shown then is how it is now.</Text>}
      <Group justify="flex-end" gap="xs">
        {hasFailed && <Button onClick={onAgain}>Look again</Button>}
        <Button variant="default" onClick={onClose}>Close</Button>
      </Group>
    </Stack>
  )
}
