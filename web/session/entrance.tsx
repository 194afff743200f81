import { Button, Center, Stack, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { isSignUpOpen } from '../lib/session.ts'
import { Mark } from '../ui/brand.tsx'
import { SchemeSwitch } from '../ui/scheme-switch.tsx'
import classes from './sign-in.module.css'
import { SignInForm } from './sign-in.tsx'
import { SignUpForm } from './sign-up.tsx'

interface DoorProps { title: string; subtitle: string; question: string; other: string; onOther: (() => void) | undefined; children: ReactNode }

function Door({ title, subtitle, question, other, onOther, children }: DoorProps) {
  useEffect(() => { document.title = `${title} · Kloudak` }, [title])
  return (
    <Center component="main" mih="100dvh" p="md" className={classes.page}>
      <div className={classes.corner}><SchemeSwitch /></div>
      <div className={classes.card}>
        <Stack gap={10} align="center" mb="xl">
          <Mark size={44} />
          <Title order={1} size="h2" ta="center" style={{ letterSpacing: '-0.02em' }}>{title}</Title>
          <Text size="sm" c="dimmed">{subtitle}</Text>
        </Stack>
        {children}
        {onOther && <Text size="sm" c="dimmed" ta="center" mt="lg">{question} <Button variant="transparent" size="compact-sm" px={2} onClick={onOther}>{other}</Button></Text>}
      </div>
    </Center>
  )
}

/** What whoever is not signed in sees: signing in, and signing up where the operator lets strangers in. */
export function Entrance() {
  const [isOpen, setOpen] = useState(false)
  const [isNew, setNew] = useState(false)
  useEffect(() => { void isSignUpOpen().then(setOpen) }, [])
  if (isNew) return <Door title="Create your account" subtitle="Then make a workspace, or be let into one" question="Already have an account?" other="Sign in" onOther={() => { setNew(false) }}><SignUpForm /></Door>
  return <Door title="Sign in to Kloudak" subtitle="Your private cloud" question="New here?" other="Create an account" onOther={isOpen ? () => { setNew(true) } : undefined}><SignInForm /></Door>
}
