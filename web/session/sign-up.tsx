import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { checkPassword } from '../../server/model/password.ts'
import { checkEmail, checkUsername } from '../../server/model/username.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import type { Problem } from '../lib/problem.ts'
import { said } from '../lib/rules.ts'
import { signUp } from '../lib/session.ts'
import { ProblemNote } from '../ui/problem-note.tsx'

const initialValues = { username: '', email: '', password: '' }

export function SignUpForm() {
  const [busy, setBusy] = useState(false)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues,
    validate: {
      username: (value) => said(() => checkUsername(value.trim())),
      email: (value) => said(() => checkEmail(value.trim())),
      password: (value) => said(() => checkPassword(value)),
    },
  })
  const [problem, showProblem] = useFormProblem(form)
  async function submit({ username, email, password }: typeof initialValues): Promise<void> {
    setBusy(true)
    showProblem(undefined)
    await signUp({ username: username.trim(), email: email.trim(), password }).catch((error: Problem) => { showProblem(error) })
    setBusy(false)
  }

  return (
    <form onSubmit={form.onSubmit((values) => { void submit(values) })} noValidate>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput size="md" label="Username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus key={form.key('username')} {...form.getInputProps('username')} />
        <TextInput size="md" label="Email" type="email" autoComplete="email" autoCapitalize="none" spellCheck={false} key={form.key('email')} {...form.getInputProps('email')} />
        <PasswordInput size="md" label="Password" description="At least 12 characters: a few words are easy to remember." autoComplete="new-password" key={form.key('password')} {...form.getInputProps('password')} />
        <Button type="submit" size="md" loading={busy} fullWidth mt="xs">Create account</Button>
      </Stack>
    </form>
  )
}
