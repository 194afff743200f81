import { ActionIcon, Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { affinityLimits } from '../../server/model/affinity-group.ts'
import type { AffinityGroupLiveFragment } from '../gql/graphql.ts'
import { count } from '../lib/format.ts'
import { useVmMay } from '../lib/use-vm-may.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { Card } from '../ui/card.tsx'
import { CrossIcon, PlusIcon } from '../ui/icons.tsx'
import { tellProblem } from '../ui/problem-note.tsx'
import { VmStatusLabel } from '../ui/status.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { AddMemberDialog } from './add-member.tsx'
import classes from './members.module.css'
import { useMembership } from './use-membership.ts'

/** The VMs of a group, and how others come in. */
export function Members({ group }: { group: AffinityGroupLiveFragment }) {
  const { id: workspaceId } = useWorkspace()
  const may = useMay()
  const vmMay = useVmMay()
  const { leave, changing } = useMembership(group.id)
  const [adding, setAdding] = useState(false)
  const { vms } = group
  const mayAdd = vms.length >= affinityLimits.members.max ? `A group has at most ${affinityLimits.members.max} VMs.` : may('vm:edit')
  return (
    <Card
      title="Virtual machines" flush={vms.length > 0}
      aside={<Group gap="sm">{vms.length > 0 && <Text size="xs" c="dimmed">{count(vms.length, 'VM')}</Text>}<WhyNot allowed={mayAdd}><Button size="compact-sm" variant="subtle" leftSection={<PlusIcon size={15} />} aria-label="Add VMs" onClick={() => { setAdding(true) }}>Add</Button></WhyNot></Group>}
    >
      {vms.length === 0 && <Text size="sm" c="dimmed">No VM is in this group. Add some here, or choose the group when you create one.</Text>}
      {vms.map((vm) => (
        <div key={vm.id} className={classes.member}>
          <Link className="quiet-link" to="/w/$workspaceId/vms/$vmId" params={{ workspaceId, vmId: vm.id }}>{vm.name}</Link>
          <VmStatusLabel status={vm.status} />
          <WhyNot allowed={vmMay('update', vm)}>
            <ActionIcon variant="subtle" color="gray" aria-label={`Take ${vm.name} out of the group`} loading={changing === vm.id} onClick={() => { void leave(vm.id).then((problem) => { if (problem) tellProblem(problem) }) }}><CrossIcon size={16} /></ActionIcon>
          </WhyNot>
        </div>
      ))}
      <AddMemberDialog group={group} opened={adding} onClose={() => { setAdding(false) }} />
    </Card>
  )
}
