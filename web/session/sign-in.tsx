import { Button, Center, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { Problem } from '../lib/problem.ts'
import { signIn } from '../lib/session.ts'
import { Mark } from '../ui/brand.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { SchemeSwitch } from '../ui/scheme-switch.tsx'
import classes from './sign-in.module.css'

export function SignInPage() {
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
    <Center component="main" mih="100dvh" p="md" className={classes.page}>
      <div className={classes.corner}><SchemeSwitch /></div>
      <form onSubmit={form.onSubmit((values) => { void submit(values) })} className={classes.card} noValidate>
        <Stack gap="md">
          <Stack gap={10} align="center" mb="xs">
            <Mark size={44} />
            <Title order={1} size="h2" style={{ letterSpacing: '-0.02em' }}>Sign in to Kloudak</Title>
            <Text size="sm" c="dimmed">Your private cloud</Text>
          </Stack>
          <ProblemNote problem={problem} />
          <TextInput size="md" label="Username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus key={form.key('username')} {...form.getInputProps('username')} />
          <PasswordInput size="md" label="Password" autoComplete="current-password" key={form.key('password')} {...form.getInputProps('password')} />
          <Button type="submit" size="md" loading={busy} fullWidth mt="xs">Sign in</Button>
        </Stack>
      </form>
    </Center>
  )
}
