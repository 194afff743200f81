import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { affinityLimits } from '../../server/model/affinity-group.ts'
import type { AffinityGroupLiveFragment } from '../gql/graphql.ts'
import { ruleOf, shortRuleOf } from '../lib/affinity.ts'
import { count } from '../lib/format.ts'
import { usePages } from '../lib/use-pages.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { Empty } from '../ui/empty.tsx'
import { GroupIcon, PlusIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { WhyNot } from '../ui/why-not.tsx'
import { AffinityGroupActions } from './actions.tsx'
import { CreateGroupDialog } from './create.tsx'
import { Kept } from './kept.tsx'
import { AffinityGroups } from './operations.ts'

const columnsOf = (workspaceId: string): Column<AffinityGroupLiveFragment>[] => [
  {
    title: 'Name', track: 'minmax(0, 1.3fr)', by: ({ name }) => name,
    cell: (group) => (
      <>
        <Link to="/w/$workspaceId/affinity-groups/$groupId" params={{ workspaceId, groupId: group.id }} className={tableClasses.open}>{group.name}</Link>
        <Text size="xs" c="dimmed" truncate hiddenFrom="md">{shortRuleOf(group)}</Text>
      </>
    ),
  },
  { title: 'Rule', track: 'minmax(0, 1.5fr)', from: 992, by: ruleOf, cell: (group) => ruleOf(group) },
  { title: 'Now', track: 'minmax(96px, 0.6fr)', by: ({ kept }) => Number(kept), cell: (group) => <Kept group={group} /> },
  { title: 'VMs', track: 'minmax(40px, 1.1fr)', from: 600, by: ({ vms }) => vms.length, cell: ({ vms }) => <>{vms.length}<Text span inherit c="dimmed">{vms.length > 0 && `  ${vms.map(({ name }) => name).join(', ')}`}</Text></> },
  { title: 'Actions', hiddenTitle: true, track: '40px', cell: (group) => <div className={tableClasses.above}><AffinityGroupActions group={group} /></div> },
]

export function AffinityGroupList() {
  const { id: workspaceId } = useWorkspace()
  const may = useMay()
  const { nodes, loading, problem } = usePages(AffinityGroups, { workspaceId })
  const [creating, setCreating] = useState(false)
  const [sorting, setSorting] = useState<Sorting>({ column: 'Name', down: false })
  if (loading) return <PageSkeleton />

  const allowed = nodes.length >= affinityLimits.groups.max ? `A workspace has at most ${affinityLimits.groups.max} affinity groups. Delete those that are not needed.` : may('vm:add')
  const create = <WhyNot allowed={allowed}><Button leftSection={<PlusIcon />} onClick={() => { setCreating(true) }}>Create group</Button></WhyNot>
  const columns = columnsOf(workspaceId)
  return (
    <Page title="Affinity groups" subtitle={nodes.length > 0 && `${count(nodes.length, 'group')} of VMs that belong together, or apart`} actions={nodes.length > 0 && create}>
      <ProblemNote problem={problem} />
      {nodes.length === 0 && !problem && <Empty icon={<GroupIcon size={26} />} title="No affinity groups yet" action={create}>Put VMs that replace each other on hosts of their own, so that no host takes all of them down. Or keep VMs that talk a lot on one.</Empty>}
      {nodes.length > 0 && <Table label="Affinity groups" rows={sorted(nodes, columns, sorting)} idOf={({ id }) => id} columns={columns} sorting={sorting} onSort={setSorting} />}
      <CreateGroupDialog opened={creating} onClose={() => { setCreating(false) }} />
    </Page>
  )
}
