import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import type { VmGroupsQuery, VmLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { shortRuleOf } from '../lib/affinity.ts'
import { problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { sentence } from '../lib/rules.ts'
import { usePages } from '../lib/use-pages.ts'
import { useVmMay } from '../lib/use-vm-may.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { Card } from '../ui/card.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { GroupSelect } from './group-select.tsx'
import { GroupChoices, SetVmGroups, VmGroups } from './operations.ts'
import classes from './page.module.css'

type Member = NonNullable<VmGroupsQuery['vm']>

/** The affinity groups that a VM is in. */
export function VmGroupsCard({ vm }: { vm: VmLiveFragment }) {
  const { id: workspaceId } = useWorkspace()
  const may = useVmMay()
  const [{ data, error }] = useQuery({ query: VmGroups, variables: { id: vm.id } })
  const [changing, setChanging] = useState(false)
  const groups = data?.vm?.affinityGroups ?? []
  return (
    <Card title="Affinity groups" flush={groups.length > 0} aside={<WhyNot allowed={may('update', vm)}><Button size="compact-sm" variant="subtle" aria-label="Change affinity groups" onClick={() => { setChanging(true) }}>Change</Button></WhyNot>}>
      <ProblemNote problem={error && problemOf(error)} />
      {data && groups.length === 0 && <Text size="sm" c="dimmed">It may run on any host that has room.</Text>}
      {groups.map((group) => (
        <div key={group.id} className={classes.line}>
          <Link className="quiet-link" style={{ fontWeight: 550, minWidth: 0, overflowWrap: 'anywhere' }} to="/w/$workspaceId/affinity-groups/$groupId" params={{ workspaceId, groupId: group.id }}>{group.name}</Link>
          <Text size="sm" c="dimmed" style={{ flex: 'none' }}>{shortRuleOf(group)}</Text>
        </div>
      ))}
      <Modal opened={changing && data?.vm != null} onClose={() => { setChanging(false) }} title="Change affinity groups" centered>
        {changing && data?.vm && <Change vm={data.vm} onClose={() => { setChanging(false) }} />}
      </Modal>
    </Card>
  )
}

function Change({ vm, onClose }: { vm: Member; onClose: () => void }) {
  const { id: workspaceId } = useWorkspace()
  const { nodes, problem: unread } = usePages(GroupChoices, { workspaceId })
  const [set, setting] = useAct(SetVmGroups)
  const [chosen, setChosen] = useState(() => vm.affinityGroups.map(({ id }) => id))
  const [problem, setProblem] = useState<Problem>()
  const ofField = problem?.field?.startsWith('affinityGroupIds') ? problem : undefined

  async function submit(): Promise<void> {
    const { problem } = await set({ vmId: vm.id, affinityGroupIds: chosen })
    setProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); void submit() }}>
      <Stack gap="md">
        <ProblemNote problem={ofField ? unread : problem ?? unread} />
        <GroupSelect label="Groups" groups={nodes} value={chosen} onChange={setChosen} error={ofField && sentence(ofField)} />
        <Text size="xs" c="dimmed">Nothing is moved by this. Into a group that must always be kept a VM only comes where that is so already.</Text>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={setting}>Save</Button></Group>
      </Stack>
    </form>
  )
}
