import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { Problem } from '../lib/problem.ts'
import { signIn } from '../lib/session.ts'
import { ProblemNote } from '../ui/problem-note.tsx'

export function SignInForm() {
  const [problem, setProblem] = useState<Problem>()
  const [busy, setBusy] = useState(false)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { username: '', password: '' },
    validate: { username: (value) => (value.trim() ? null : 'Enter your username.'), password: (value) => (value ? null : 'Enter your password.') },
  })
  async function submit({ username, password }: { username: string; password: string }): Promise<void> {
    setBusy(true)
    setProblem(undefined)
    await signIn(username.trim(), password).catch((error: Problem) => { setProblem(error) })
    setBusy(false)
  }

  return (
    <form onSubmit={form.onSubmit((values) => { void submit(values) })} noValidate>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput size="md" label="Username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus key={form.key('username')} {...form.getInputProps('username')} />
        <PasswordInput size="md" label="Password" autoComplete="current-password" key={form.key('password')} {...form.getInputProps('password')} />
        <Button type="submit" size="md" loading={busy} fullWidth mt="xs">Sign in</Button>
      </Stack>
    </form>
  )
}
