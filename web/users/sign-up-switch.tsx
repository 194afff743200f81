import { Switch } from '@mantine/core'
import { useQuery } from 'urql'
import { useAct } from '../lib/act.ts'
import { tellProblem } from '../ui/problem-note.tsx'
import { SetSignUpOpen, SignUpOpen } from './operations.ts'

/** Whether strangers may make accounts. */
export function SignUpSwitch() {
  const [{ data }, read] = useQuery({ query: SignUpOpen, requestPolicy: 'cache-and-network' })
  const [set, setting] = useAct(SetSignUpOpen)
  async function change(signUpOpen: boolean): Promise<void> {
    const { problem } = await set({ signUpOpen })
    if (problem) tellProblem(problem)
    else read({ requestPolicy: 'network-only' })
  }
  if (!data) return null
  return <Switch label="Anybody may sign up" checked={data.installation.signUpOpen} disabled={setting} onChange={({ currentTarget }) => { void change(currentTarget.checked) }} mr="sm" />
}
