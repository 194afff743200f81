import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { checkPassword } from '../../server/model/password.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { said } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { ChangePassword } from './operations.ts'

const initialValues = { currentPassword: '', newPassword: '', again: '' }

export function PasswordForm({ username }: { username: string }) {
  const [change, changing] = useAct(ChangePassword, { withoutKey: true })
  const form = useForm({
    initialValues,
    validate: {
      currentPassword: (value) => (value ? null : 'Enter your password until now.'),
      newPassword: (value) => said(() => checkPassword(value)),
      again: (value, { newPassword }) => (value === newPassword ? null : 'The two are not the same.'),
    },
  })
  const [problem, showProblem] = useFormProblem(form)
  async function submit({ currentPassword, newPassword }: typeof initialValues): Promise<void> {
    const { problem } = await change({ currentPassword, newPassword })
    showProblem(problem)
    if (problem) return
    form.reset()
    notifications.show({ message: 'Your password was changed. Your other sessions have ended.', withBorder: true })
  }
  return (
    <form onSubmit={form.onSubmit((values) => { void submit(values) })} noValidate>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        {/* For what remembers passwords. */}
        <input type="hidden" autoComplete="username" value={username} readOnly />
        <PasswordInput label="Current password" autoComplete="current-password" {...form.getInputProps('currentPassword')} />
        <PasswordInput label="New password" description="At least 12 characters: a few words are easy to remember." autoComplete="new-password" {...form.getInputProps('newPassword')} />
        <PasswordInput label="New password again" autoComplete="new-password" {...form.getInputProps('again')} />
        <Group justify="flex-end"><Button type="submit" loading={changing}>Change password</Button></Group>
      </Stack>
    </form>
  )
}
