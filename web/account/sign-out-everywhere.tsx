import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Problem } from '../lib/problem.ts'
import { signOutEverywhere } from '../lib/session.ts'
import { tellProblem } from '../ui/problem-note.tsx'

export function SignOutEverywhere() {
  const [busy, setBusy] = useState(false)
  async function leave(): Promise<void> {
    setBusy(true)
    await signOutEverywhere().catch((problem: Problem) => { setBusy(false); tellProblem(problem) })
  }
  return <Button variant="default" loading={busy} onClick={() => { void leave() }}>Sign out everywhere</Button>
}
