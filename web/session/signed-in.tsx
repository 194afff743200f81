import { Button, Center, Loader, Stack } from '@mantine/core'
import { Outlet } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { HomeProvider } from '../lib/home.tsx'
import type { Problem } from '../lib/problem.ts'
import { refresh, sessionStore, signOut } from '../lib/session.ts'
import { useStore } from '../lib/store.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Entrance } from './entrance.tsx'

const Waiting = () => <Center mih="100dvh"><Loader type="dots" aria-label="Loading" /></Center>

const Failed = ({ problem, onRetry }: { problem: Problem; onRetry: () => void }) => (
  <Center mih="100dvh" p="md"><Stack maw={460}><ProblemNote problem={problem} onRetry={onRetry} /><Button variant="subtle" color="gray" onClick={() => { void signOut() }}>Sign out</Button></Stack></Center>
)

const failed = (problem: Problem, retry: () => void) => <Failed problem={problem} onRetry={retry} />

/** The way in: every page behind it needs somebody who is signed in, and comes back to itself after signing in. */
export function SignedIn() {
  const session = useStore(sessionStore)
  const [problem, setProblem] = useState<Problem>()
  const restore = useCallback(() => { refresh().then(() => { setProblem(undefined) }, (error: Problem) => { setProblem(error) }) }, [])
  useEffect(() => { if (sessionStore.get().kind === 'unknown') restore() }, [restore])

  if (session.kind === 'out') return <Entrance />
  if (session.kind === 'unknown') return problem ? <Failed problem={problem} onRetry={restore} /> : <Waiting />
  return <HomeProvider key={session.viewer.id} waiting={<Waiting />} failed={failed}><Outlet /></HomeProvider>
}
