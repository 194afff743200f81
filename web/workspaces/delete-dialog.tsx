import { Button, Group, List, Loader, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { DeleteWorkspaceMutation } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useHome } from '../lib/home.tsx'
import type { Problem } from '../lib/problem.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { DeleteWorkspace } from './operations.ts'

type Plan = NonNullable<Extract<DeleteWorkspaceMutation['deleteWorkspace'], { __typename: 'DeleteWorkspacePayload' }>['plan']>
interface Looked { plan: Plan | undefined; problem: Problem | undefined }

/** The button that opens it, and the dialog: what would be lost, the name to confirm, and then exactly what was shown goes. */
export function DeleteWorkspaceButton() {
  const { id: workspaceId } = useWorkspace()
  const { reload } = useHome()
  const [remove, removing] = useAct(DeleteWorkspace)
  const [looked, setLooked] = useState<Looked>()
  const [opened, setOpened] = useState(false)

  async function look(because?: Problem): Promise<void> {
    const { payload, problem } = await remove({ workspaceId, dryRun: true })
    setLooked({ plan: payload?.plan ?? undefined, problem: problem ?? because })
  }
  async function confirm(planHash: string): Promise<void> {
    const { problem } = await remove({ workspaceId, planHash })
    if (problem?.code === 'PLAN_CHANGED') { await look(problem); return }
    if (problem) { setLooked((before) => ({ plan: before?.plan, problem })); return }
    setOpened(false)
    await reload()
  }
  return (
    <>
      <Button color="red" variant="light" onClick={() => { setLooked(undefined); setOpened(true); void look() }}>Delete workspace</Button>
      <Modal opened={opened} onClose={() => { setOpened(false) }} title="Delete this workspace" size="lg" centered>
        {opened && <Body key={looked?.plan?.hash} {...looked} busy={removing} onClose={() => { setOpened(false) }} onConfirm={(hash) => { void confirm(hash) }} />}
      </Modal>
    </>
  )
}

function Body({ plan, problem, busy, onClose, onConfirm }: Partial<Looked> & { busy: boolean; onClose: () => void; onConfirm: (hash: string) => void }) {
  const { name } = useWorkspace()
  const [typed, setTyped] = useState('')
  const matches = typed.normalize('NFC').trim() === name
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (matches && plan) onConfirm(plan.hash) }}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        {!plan && !problem && <Loader type="dots" aria-label="Looking at what is in it" />}
        {plan && (
          <>
            <Text size="sm">This cannot be undone:</Text>
            <List size="sm" spacing={6} aria-label="What is lost">{plan.losses.map((loss) => <List.Item key={loss} style={{ overflowWrap: 'anywhere' }}>{loss}</List.Item>)}</List>
            <TextInput label={<>Type <b>{name}</b> to confirm</>} value={typed} onChange={({ currentTarget }) => { setTyped(currentTarget.value) }} data-autofocus autoComplete="off" spellCheck={false} />
          </>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button color="red" type="submit" disabled={!matches || !plan} loading={busy && plan !== undefined}>Delete workspace</Button>
        </Group>
      </Stack>
    </form>
  )
}
