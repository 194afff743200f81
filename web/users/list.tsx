import { ActionIcon, Badge, Button, Group, Menu, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { UserShownFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import type { Outcome } from '../lib/act.ts'
import { count } from '../lib/format.ts'
import { sessionStore } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import { usePages } from '../lib/use-pages.ts'
import { MembersIcon, MoreIcon, PlusIcon, SearchIcon } from '../ui/icons.tsx'
import { Empty } from '../ui/empty.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote, tellProblem } from '../ui/problem-note.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { Ago } from '../ui/time.tsx'
import { CreateUserDialog } from './create-user.tsx'
import { DisableUserDialog, ResetPasswordDialog } from './dialogs.tsx'
import { EnableUser, SetSuperuser, Users } from './operations.ts'
import { SignUpSwitch } from './sign-up-switch.tsx'

type User = UserShownFragment
const soft = (text: ReactNode) => <Text span inherit c="dimmed">{text}</Text>

const columnsOf = (actions: (user: User) => ReactNode, yourId: string | undefined): Column<User>[] => [
  {
    title: 'Username', track: 'minmax(0, 1.2fr)', by: ({ username }) => username,
    cell: ({ id, username, email, superuser, disabledAt }) => (
      <>
        <span style={{ fontWeight: 550, opacity: disabledAt ? 0.6 : 1 }}>{username}</span>
        {id === yourId && <Badge size="xs" variant="light" ml={8}>You</Badge>}
        {superuser && <Badge size="xs" variant="light" color="orange" ml={8}>Superuser</Badge>}
        {disabledAt && <Badge size="xs" variant="light" color="gray" ml={8}>Disabled</Badge>}
        <Text size="xs" c="dimmed" truncate hiddenFrom="sm">{email ?? 'no email address'}</Text>
      </>
    ),
  },
  { title: 'Email', track: 'minmax(0, 1.4fr)', from: 768, by: ({ email }) => email ?? '', cell: ({ email }) => soft(email ?? '–') },
  { title: 'Account made', track: 'minmax(110px, 0.6fr)', from: 960, by: ({ createdAt }) => createdAt, cell: ({ createdAt }) => soft(<Ago at={createdAt} />) },
  { title: 'Actions', hiddenTitle: true, track: '40px', cell: actions },
]

/** All accounts of this Kloudak, for operators. */
export function UserList() {
  const session = useStore(sessionStore)
  const yourId = session.kind === 'in' ? session.viewer.id : undefined
  const [text, setText] = useState('')
  const [wanted] = useDebouncedValue(text.trim(), 250)
  const { nodes, loading, problem } = usePages(Users, { text: wanted || null })
  const [creating, setCreating] = useState(false)
  const [resetting, setResetting] = useState<User>()
  const [disabling, setDisabling] = useState<User>()
  const [sorting, setSorting] = useState<Sorting>({ column: 'Username', down: false })
  const [enable] = useAct(EnableUser)
  const [setSuperuser] = useAct(SetSuperuser)
  const told = (outcome: Promise<Outcome<unknown>>) => { void outcome.then(({ problem }) => { if (problem) tellProblem(problem) }) }

  // One's own account is kept under Account: here one could shut oneself out.
  const columns = columnsOf((user) => user.id !== yourId && (
    <Group className={tableClasses.above}>
      <Menu position="bottom-end" shadow="md" width={210}>
        <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions of ${user.username}`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => { setResetting(user) }}>Reset password</Menu.Item>
          <Menu.Item onClick={() => { told(setSuperuser({ userId: user.id, superuser: !user.superuser })) }}>{user.superuser ? 'Take superuser rights' : 'Make a superuser'}</Menu.Item>
          {user.disabledAt
            ? <Menu.Item onClick={() => { told(enable({ userId: user.id })) }}>Enable</Menu.Item>
            : <Menu.Item color="red" onClick={() => { setDisabling(user) }}>Disable</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </Group>
  ), yourId)

  return (
    <Page
      title="Users" subtitle={!loading && `${count(nodes.length, 'account')}${wanted ? ' found' : ''}`}
      actions={<><SignUpSwitch /><Button leftSection={<PlusIcon />} onClick={() => { setCreating(true) }}>Create user</Button></>}
    >
      <TextInput aria-label="Search users" placeholder="Search by username or email" leftSection={<SearchIcon size={16} />} value={text} onChange={({ currentTarget }) => { setText(currentTarget.value) }} maw={420} />
      <ProblemNote problem={problem} />
      {loading && <PageSkeleton />}
      {!loading && nodes.length === 0 && !problem && <Empty icon={<MembersIcon size={26} />} title="Nobody found">No username and no email address has this in it.</Empty>}
      {nodes.length > 0 && <Table label="Users" rows={sorted(nodes, columns, sorting)} idOf={({ id }) => id} columns={columns} sorting={sorting} onSort={setSorting} />}
      <CreateUserDialog opened={creating} onClose={() => { setCreating(false) }} />
      <ResetPasswordDialog user={resetting} onClose={() => { setResetting(undefined) }} />
      <DisableUserDialog user={disabling} onClose={() => { setDisabling(undefined) }} />
    </Page>
  )
}
