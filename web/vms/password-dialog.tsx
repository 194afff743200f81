import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { checkGuestPassword, checkGuestUsername } from '../../server/model/guest-access.ts'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { said } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SetVmPassword } from './operations.ts'

interface PasswordDialogProps { vm: Pick<VmLiveFragment, 'id' | 'name'>; opened: boolean; onClose: () => void }

export function PasswordDialog({ vm, opened, onClose }: PasswordDialogProps) {
  return <Modal opened={opened} onClose={onClose} title="Set a password in the guest" centered>{opened && <Body vm={vm} onClose={onClose} />}</Modal>
}

function Body({ vm, onClose }: Omit<PasswordDialogProps, 'opened'>) {
  const [set, setting] = useAct(SetVmPassword)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: 'root', password: '' },
    validate: { username: (username) => said(() => checkGuestUsername(username.trim())), password: (password) => said(() => checkGuestPassword(password)) },
  })
  const [problem, showProblem] = useFormProblem(form)

  async function submit({ username, password }: { username: string; password: string }): Promise<void> {
    const { problem } = await set({ vmId: vm.id, username: username.trim(), password })
    showProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <Text size="sm">The guest agent in <b>{vm.name}</b> sets it at once. Kloudak keeps only its hash.</Text>
        <ProblemNote problem={problem} />
        <TextInput label="User of the guest" autoComplete="off" key={form.key('username')} {...form.getInputProps('username')} />
        <PasswordInput label="New password" autoComplete="new-password" data-autofocus key={form.key('password')} {...form.getInputProps('password')} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={setting}>Set password</Button></Group>
      </Stack>
    </form>
  )
}
