import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { Permission } from '../../server/model/permissions.ts'
import type { MemberLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import type { Problem } from '../lib/problem.ts'
import { sentence } from '../lib/rules.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AddMember, RemoveMember, UpdateMember } from './operations.ts'
import { PermissionsInput } from './permissions.tsx'

type Held = ReadonlySet<Permission>
const setOf = (codes: readonly string[]): Held => new Set(codes as Permission[])

export function AddMemberDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return <Modal opened={opened} onClose={onClose} title="Add a member" size="lg" centered>{opened && <AddForm onClose={onClose} />}</Modal>
}

function AddForm({ onClose }: { onClose: () => void }) {
  const { id: workspaceId, permissions } = useWorkspace()
  const [add, adding] = useAct(AddMember)
  const [username, setUsername] = useState('')
  const [wanted, setWanted] = useState<Held>(new Set())
  const [problem, setProblem] = useState<Problem>()
  const isAboutName = problem?.field === 'username'

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    if (username.trim() === '') { setProblem({ code: 'INVALID_INPUT', message: 'Say whom to add.', field: 'username' }); return }
    const { problem } = await add({ workspaceId, username: username.trim(), permissions: [...wanted] })
    setProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form onSubmit={(event) => { void submit(event) }} noValidate>
      <Stack gap="md">
        <ProblemNote problem={isAboutName ? undefined : problem} />
        <TextInput label="Username" description="The name that they sign in with." data-autofocus autoComplete="off" spellCheck={false} value={username} error={isAboutName && sentence(problem)} onChange={({ currentTarget }) => { setUsername(currentTarget.value); setProblem(undefined) }} />
        <PermissionsInput value={wanted} onChange={setWanted} mine={setOf(permissions)} />
        <Buttons verb="Add member" busy={adding} onClose={onClose} />
      </Stack>
    </form>
  )
}

interface MemberDialogProps { member: MemberLiveFragment | undefined; onClose: () => void }

export function EditMemberDialog({ member, onClose }: MemberDialogProps) {
  return <Modal opened={member !== undefined} onClose={onClose} title={`What ${member?.name ?? ''} may do`} size="lg" centered>{member && <EditForm member={member} onClose={onClose} />}</Modal>
}

function EditForm({ member, onClose }: MemberDialogProps & { member: MemberLiveFragment }) {
  const { permissions } = useWorkspace()
  const [update, updating] = useAct(UpdateMember)
  const [wanted, setWanted] = useState(setOf(member.permissions))
  const [problem, setProblem] = useState<Problem>()
  const lost = member.permissions.filter((code) => !wanted.has(code as Permission))

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const { problem } = await update({ memberId: member.id, permissions: [...wanted] })
    setProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form onSubmit={(event) => { void submit(event) }}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <PermissionsInput value={wanted} onChange={setWanted} mine={setOf(permissions)} />
        {lost.length > 0 && <Text size="sm" c="dimmed">{member.isYou ? 'You lose' : `${member.name} loses`} {lost.join(', ')} at once, with what is open by {lost.length === 1 ? 'it' : 'them'}.</Text>}
        <Buttons verb="Save" busy={updating} onClose={onClose} />
      </Stack>
    </form>
  )
}

/** For removing somebody, and for leaving. */
export function RemoveMemberDialog({ member, onClose }: MemberDialogProps) {
  const { name: workspace } = useWorkspace()
  const [remove, removing] = useAct(RemoveMember)
  const [problem, setProblem] = useState<Problem>()
  const isYou = member?.isYou === true

  async function submit(): Promise<void> {
    const { problem } = await remove({ memberId: member!.id })
    setProblem(problem)
    if (!problem) onClose()
  }
  return (
    <Modal opened={member !== undefined} onClose={() => { setProblem(undefined); onClose() }} title={isYou ? 'Leave this workspace' : 'Remove this member'} centered>
      <Stack gap="md">
        <Text size="sm">{isYou ? `You no longer see ${workspace}, and whatever you have open in it is closed. To come back you must be added again.` : `${member?.name} no longer sees ${workspace}, and whatever they have open in it is closed. What they made stays.`}</Text>
        <ProblemNote problem={problem} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button color="red" loading={removing} onClick={() => { void submit() }}>{isYou ? 'Leave workspace' : 'Remove member'}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}

const Buttons = ({ verb, busy, onClose }: { verb: string; busy: boolean; onClose: () => void }) => (
  <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={busy}>{verb}</Button></Group>
)
