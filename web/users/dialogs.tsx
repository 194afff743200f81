import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { UserShownFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import type { Problem } from '../lib/problem.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { DisableUser, ResetUserPassword } from './operations.ts'

type User = UserShownFragment
interface UserDialogProps { user: User | undefined; onClose: () => void }

interface ConfirmProps { text: ReactNode; verb: string; busy: boolean; problem: Problem | undefined; onClose: () => void; onConfirm: () => void }

const Confirm = ({ text, verb, busy, problem, onClose, onConfirm }: ConfirmProps) => (
  <Stack gap="md">
    <Text size="sm">{text}</Text>
    <ProblemNote problem={problem} />
    <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button color="red" loading={busy} onClick={onConfirm}>{verb}</Button></Group>
  </Stack>
)

export function DisableUserDialog({ user, onClose }: UserDialogProps) {
  return <Modal opened={user !== undefined} onClose={onClose} title="Disable this account" centered>{user && <DisableUserBody user={user} onClose={onClose} />}</Modal>
}

function DisableUserBody({ user, onClose }: { user: User; onClose: () => void }) {
  const [disable, busy] = useAct(DisableUser)
  const [problem, setProblem] = useState<Problem>()
  const confirm = async () => {
    const { problem } = await disable({ userId: user.id })
    setProblem(problem)
    if (!problem) onClose()
  }
  return <Confirm text={<><b>{user.username}</b> is signed out everywhere at once, and cannot sign in until you enable the account again. API tokens of theirs end for good. Their VMs go on.</>} verb="Disable account" busy={busy} problem={problem} onClose={onClose} onConfirm={() => { void confirm() }} />
}

export function ResetPasswordDialog({ user, onClose }: UserDialogProps) {
  const [password, setPassword] = useState<string>()
  const close = () => { onClose(); setPassword(undefined) }
  return (
    <Modal opened={user !== undefined} onClose={close} title={password ? `The new password of ${user?.username}` : 'Reset a password'} centered closeOnClickOutside={!password} closeOnEscape={!password}>
      {user && (password
        ? <ShownOnce secret={password} what="password" text={`It is shown this once. Give it to ${user.username}, who can change it under Account.`} onClose={close} />
        : <ResetPasswordBody user={user} onClose={close} onPassword={setPassword} />)}
    </Modal>
  )
}

function ResetPasswordBody({ user, onClose, onPassword }: { user: User; onClose: () => void; onPassword: (password: string) => void }) {
  const [reset, busy] = useAct(ResetUserPassword)
  const [problem, setProblem] = useState<Problem>()
  const confirm = async () => {
    const { payload, problem } = await reset({ userId: user.id })
    if (payload?.password) onPassword(payload.password)
    else setProblem(problem ?? { code: 'OUTCOME_UNKNOWN', message: 'The password was replaced, but the connection broke before it could be shown.', remedy: 'Reset it once more.' })
  }
  return <Confirm text={<><b>{user.username}</b> gets a new password, which you are shown once. All sessions and API tokens of theirs end.</>} verb="Reset password" busy={busy} problem={problem} onClose={onClose} onConfirm={() => { void confirm() }} />
}
