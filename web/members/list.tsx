import { ActionIcon, Badge, Button, Group, Menu, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { permissions as all } from '../../server/model/permissions.ts'
import type { MemberLiveFragment } from '../gql/graphql.ts'
import { count, words } from '../lib/format.ts'
import { usePages } from '../lib/use-pages.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { MoreIcon, PlusIcon, SettingsIcon, TrashIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { Ago } from '../ui/time.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { AddMemberDialog, EditMemberDialog, RemoveMemberDialog } from './dialogs.tsx'
import { Members } from './operations.ts'

type Member = MemberLiveFragment
interface Acts { onEdit: (member: Member) => void; onRemove: (member: Member) => void }

const roleOf = ({ role }: Member) => (role ? words(role) : 'Custom')
const soft = (text: React.ReactNode) => <Text span inherit c="dimmed">{text}</Text>

const columnsOf = (acts: Acts): Column<Member>[] => [
  {
    title: 'Name', track: 'minmax(0, 1.3fr)', by: ({ name }) => name,
    cell: (member) => (
      <>
        <span style={{ fontWeight: 550 }}>{member.name}</span>{member.isYou && <Badge size="xs" variant="light" ml={8}>You</Badge>}
        <Text size="xs" c="dimmed" truncate hiddenFrom="sm">joined <Ago at={member.createdAt} /></Text>
      </>
    ),
  },
  { title: 'Role', track: 'minmax(84px, 0.7fr)', by: roleOf, cell: roleOf },
  {
    title: 'May do', track: 'minmax(0, 1.6fr)', from: 860, by: ({ permissions }) => permissions.length,
    cell: ({ permissions }) => <Tooltip label={permissions.join(', ')} disabled={permissions.length === 0} multiline maw={420}><span>{soft(permissions.length === 0 ? 'see everything' : permissions.length === all.length ? 'everything' : permissions.join(', '))}</span></Tooltip>,
  },
  { title: 'Member since', track: 'minmax(110px, 0.6fr)', from: 768, by: ({ createdAt }) => createdAt, cell: ({ createdAt }) => soft(<Ago at={createdAt} />) },
  { title: 'Actions', hiddenTitle: true, track: '40px', cell: (member) => <Actions member={member} {...acts} /> },
]

function Actions({ member, onEdit, onRemove }: Acts & { member: Member }) {
  const { update, remove } = member.can
  return (
    <Group className={tableClasses.above}>
      <Menu position="bottom-end" shadow="md" width={210}>
        <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions of ${member.name}`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Item permit={update} icon={<SettingsIcon size={16} />} onClick={() => { onEdit(member) }}>Change permissions</Item>
          <Item permit={remove} color="red" icon={<TrashIcon size={16} />} onClick={() => { onRemove(member) }}>{member.isYou ? 'Leave' : 'Remove'}</Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}

function Item({ permit: { allowed, reason }, icon, color, onClick, children }: { permit: Member['can']['update']; icon: React.ReactNode; color?: string; onClick: () => void; children: string }) {
  return (
    <Tooltip label={reason} disabled={allowed} position="left" multiline maw={280}>
      <Menu.Item color={color} leftSection={icon} data-disabled={!allowed || undefined} aria-disabled={!allowed} closeMenuOnClick={allowed} onClick={allowed ? onClick : undefined}>{children}</Menu.Item>
    </Tooltip>
  )
}

export function MemberList() {
  const { id: workspaceId } = useWorkspace()
  const may = useMay()
  const { nodes, loading, problem } = usePages(Members, { workspaceId })
  const [adding, setAdding] = useState(false)
  const [editing, setEditing] = useState<Member>()
  const [removing, setRemoving] = useState<Member>()
  const [sorting, setSorting] = useState<Sorting>({ column: 'Name', down: false })
  if (loading) return <PageSkeleton />

  const columns = columnsOf({ onEdit: setEditing, onRemove: setRemoving })
  return (
    <Page
      title="Members" subtitle={`${count(nodes.length, 'person', 'people')} who see${nodes.length === 1 ? 's' : ''} this workspace`}
      actions={<WhyNot allowed={may('user:add')}><Button leftSection={<PlusIcon />} onClick={() => { setAdding(true) }}>Add member</Button></WhyNot>}
    >
      <ProblemNote problem={problem} />
      {nodes.length > 0 && <Table label="Members" rows={sorted(nodes, columns, sorting)} idOf={({ id }) => id} columns={columns} sorting={sorting} onSort={setSorting} />}
      <AddMemberDialog opened={adding} onClose={() => { setAdding(false) }} />
      <EditMemberDialog member={editing} onClose={() => { setEditing(undefined) }} />
      <RemoveMemberDialog member={removing} onClose={() => { setRemoving(undefined) }} />
    </Page>
  )
}
