import { Button, Group, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { ruleOf } from '../lib/affinity.ts'
import { problemOf } from '../lib/problem.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { Empty } from '../ui/empty.tsx'
import { GroupIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AffinityGroupActions } from './actions.tsx'
import { Kept } from './kept.tsx'
import { Members } from './members.tsx'
import { OneAffinityGroup } from './operations.ts'

const route = getRouteApi('/w/$workspaceId/affinity-groups/$groupId')

/** One group: its rule, whether it is kept now, and who is in it. */
export function AffinityGroupPage() {
  const { groupId } = route.useParams()
  const { id: workspaceId } = useWorkspace()
  const [{ data, error }, reread] = useQuery({ query: OneAffinityGroup, variables: { id: groupId } })
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const group = data.node?.__typename === 'AffinityGroup' ? data.node : undefined
  if (!group) {
    return (
      <Page title="Affinity group">
        <Empty icon={<GroupIcon size={26} />} title="There is no such group" action={<Button renderRoot={(props) => <Link to="/w/$workspaceId/affinity-groups" params={{ workspaceId }} {...props} />}>All affinity groups</Button>}>It was deleted. Its VMs stayed where they were.</Empty>
      </Page>
    )
  }
  return (
    <Page
      title={group.name}
      above={<Text size="sm" mb={4} c="dimmed"><Link className="quiet-link" to="/w/$workspaceId/affinity-groups" params={{ workspaceId }}>Affinity groups</Link></Text>}
      subtitle={<Group gap="md" mt={4}><span role="status" aria-live="polite"><Kept group={group} /></span><span>{ruleOf(group)}</span></Group>}
      actions={<AffinityGroupActions group={group} framed />}
    >
      <Stack gap="lg" maw={760}><Members group={group} /></Stack>
    </Page>
  )
}
