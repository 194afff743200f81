import { Button, Center, Stack, Text, Title } from '@mantine/core'
import { Navigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useHome } from '../lib/home.tsx'
import { signOut } from '../lib/session.ts'
import classes from '../session/sign-in.module.css'
import { Mark } from '../ui/brand.tsx'
import { CreateWorkspaceForm } from './create-form.tsx'

/** For whoever is a member of no workspace yet. */
export function Welcome() {
  const { workspaces, reload } = useHome()
  // Somebody may let them in meanwhile.
  useEffect(() => {
    const look = () => { void reload() }
    window.addEventListener('focus', look)
    return () => { window.removeEventListener('focus', look) }
  }, [reload])
  if (workspaces.length > 0) return <Navigate to="/" />
  return (
    <Center component="main" mih="100dvh" p="md" className={classes.page}>
      <div className={classes.card}>
        <Stack gap="md">
          <Stack gap={8} mb="xs">
            <Mark size={40} />
            <Title order={1} size="h2">Create your first workspace</Title>
            <Text size="sm" c="dimmed">A workspace holds the VMs and networks of one team. Nobody outside of it sees what is in it.</Text>
          </Stack>
          <CreateWorkspaceForm />
          <Button variant="subtle" color="gray" size="compact-sm" onClick={() => { void signOut() }}>Sign out</Button>
        </Stack>
      </div>
    </Center>
  )
}
