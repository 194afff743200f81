import { Alert, Button, Group, List, Loader, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { Outcome } from '../lib/act.ts'
import type { Problem } from '../lib/problem.ts'
import { AlertIcon } from './icons.tsx'
import { ProblemNote } from './problem-note.tsx'
import { WhyNot } from './why-not.tsx'

export interface Plan { hash: string; steps: string[]; losses: string[] }

interface PlanDialogProps {
  opened: boolean
  title: string
  /** What stands above the plan. */
  text?: ReactNode
  verb: string
  danger?: boolean
  /** To be typed first, for what could destroy something. */
  confirmName?: string | undefined
  onClose: () => void
  /** The mutation itself: with `dryRun` it plans, with `planHash` it does exactly what was planned. */
  act: (how: { dryRun: true } | { planHash: string }) => Promise<Outcome<{ plan: Plan | null }>>
}

/** What a mutation would do, and then exactly that: it is refused when what the plan rests on has changed. */
export function PlanDialog(props: PlanDialogProps) {
  const { opened, title, onClose } = props
  return <Modal opened={opened} onClose={onClose} title={title} size="lg" centered>{opened && <Body {...props} />}</Modal>
}

function Body({ text, verb, danger = false, confirmName, onClose, act }: PlanDialogProps) {
  const [planned, setPlanned] = useState<{ plan?: Plan | null; problem?: Problem; isChanged?: boolean }>()
  const [busy, setBusy] = useState(false)
  const [typed, setTyped] = useState('')
  const run = useRef(act)
  useEffect(() => { run.current = act })
  const look = useCallback(async (isChanged: boolean) => {
    const { payload, problem } = await run.current({ dryRun: true })
    setPlanned({ plan: payload?.plan ?? null, problem, isChanged })
  }, [])
  useEffect(() => { void look(false) }, [look])

  async function confirm({ hash }: Plan): Promise<void> {
    setBusy(true)
    const { problem } = await act({ planHash: hash })
    if (problem?.code === 'PLAN_CHANGED') await look(true)
    else if (problem) setPlanned((before) => ({ ...before, problem }))
    else onClose()
    setBusy(false)
  }
  if (!planned) return <Loader type="dots" aria-label="Planning" />
  const { plan, problem, isChanged } = planned
  const isNamed = confirmName === undefined || typed.normalize('NFC').trim() === confirmName
  return (
    <Stack gap="md">
      {text && <Text size="sm" component="div">{text}</Text>}
      {isChanged && <Alert color="yellow" variant="light" icon={<AlertIcon />} role="alert" title="Something has changed meanwhile: nothing was done">Below is how it is now. Look at it once more.</Alert>}
      <ProblemNote problem={problem} />
      {plan && plan.steps.length > 0 && <List size="sm" spacing={4} aria-label="What it does">{plan.steps.map((step, index) => <List.Item key={`${index} ${step}`} style={{ overflowWrap: 'anywhere' }}>{step}</List.Item>)}</List>}
      {plan && plan.losses.length > 0 && (
        <section>
          <Text size="sm" fw={600} component="h3" m={0} mb={4} c="red">What could be lost</Text>
          <List size="sm" spacing={4} aria-label="What could be lost">{plan.losses.map((loss, index) => <List.Item key={`${index} ${loss}`} style={{ overflowWrap: 'anywhere' }}>{loss}</List.Item>)}</List>
        </section>
      )}
      {plan && confirmName !== undefined && <TextInput label={<>Type <b>{confirmName}</b> to confirm</>} value={typed} onChange={({ currentTarget }) => { setTyped(currentTarget.value) }} autoComplete="off" spellCheck={false} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>Cancel</Button>
        <WhyNot allowed={!plan ? 'There is nothing to confirm: see above for why.' : isNamed ? true : 'Type the name first.'}><Button color={danger ? 'red' : undefined} loading={busy} onClick={() => { if (plan) void confirm(plan) }}>{verb}</Button></WhyNot>
      </Group>
    </Stack>
  )
}
