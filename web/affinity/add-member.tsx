import { Button, Group, Modal, MultiSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { affinityLimits } from '../../server/model/affinity-group.ts'
import type { AffinityGroupLiveFragment } from '../gql/graphql.ts'
import type { Problem } from '../lib/problem.ts'
import { sentence } from '../lib/rules.ts'
import { usePages } from '../lib/use-pages.ts'
import { useVmMay } from '../lib/use-vm-may.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { GroupVms } from './operations.ts'
import { useMembership } from './use-membership.ts'

interface AddMemberProps { group: AffinityGroupLiveFragment; opened: boolean; onClose: () => void }

/** Takes VMs into a group. Each is taken or refused by itself: those that are refused stay chosen, and the first says why. */
export function AddMemberDialog({ group, opened, onClose }: AddMemberProps) {
  return <Modal opened={opened} onClose={onClose} title="Add VMs to this group" centered>{opened && <Body group={group} onClose={onClose} />}</Modal>
}

function Body({ group, onClose }: Omit<AddMemberProps, 'opened'>) {
  const { id: workspaceId } = useWorkspace()
  const { nodes, loading, problem: unread } = usePages(GroupVms, { workspaceId })
  const may = useVmMay()
  const { join, changing } = useMembership(group.id)
  const [chosen, setChosen] = useState<string[]>([])
  const [refused, setRefused] = useState<{ name: string; problem: Problem }>()
  if (loading) return <PageSkeleton />
  const free = nodes.filter((vm) => !group.vms.some(({ id }) => id === vm.id))

  async function submit(): Promise<void> {
    const left: { id: string; problem: Problem }[] = []
    // One after the other: of VMs that come together, the second must see where the first is.
    for (const id of chosen) {
      const problem = await join(id)
      if (problem) left.push({ id, problem })
    }
    setChosen(left.map(({ id }) => id))
    const [first] = left
    if (first) setRefused({ name: nodes.find(({ id }) => id === first.id)?.name ?? '', problem: first.problem })
    else onClose()
  }
  return (
    <form noValidate onSubmit={(event) => { event.preventDefault(); if (chosen.length > 0) void submit() }}>
      <Stack gap="md">
        <ProblemNote problem={unread} />
        <MultiSelect
          label="Virtual machines" placeholder={chosen.length > 0 ? undefined : 'Choose VMs'} searchable clearable hidePickedOptions data-autofocus maxDropdownHeight={260} comboboxProps={{ shadow: 'md' }}
          maxValues={affinityLimits.members.max - group.vms.length} nothingFoundMessage={free.length === 0 ? 'All VMs of this workspace are in the group' : 'Nothing found'}
          data={free.map((vm) => ({ value: vm.id, label: vm.name, disabled: may('update', vm) !== true }))} value={chosen} onChange={(ids) => { setChosen(ids); setRefused(undefined) }}
          error={refused && `${refused.name}: ${sentence(refused.problem)}`}
        />
        <Text size="xs" c="dimmed">Nothing is moved by this.{group.strength === 'HARD' && ' A VM that is not where the group would have it is refused.'}</Text>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={changing !== undefined} disabled={chosen.length === 0}>Add to the group</Button></Group>
      </Stack>
    </form>
  )
}
