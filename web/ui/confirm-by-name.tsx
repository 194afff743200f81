import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Problem } from '../lib/problem.ts'
import { ProblemNote } from './problem-note.tsx'

interface ConfirmProps { opened: boolean; name: string; title: string; text: string; verb: string; busy: boolean; onClose: () => void; onConfirm: () => Promise<Problem | undefined> }

/** What cannot be undone asks for the name, so that nobody does it to the wrong thing by habit. */
export function ConfirmByName(props: ConfirmProps) {
  const { opened, title, onClose } = props
  return <Modal opened={opened} onClose={onClose} title={title} centered>{opened && <Body {...props} />}</Modal>
}

function Body({ name, text, verb, busy, onClose, onConfirm }: ConfirmProps) {
  const [typed, setTyped] = useState('')
  const [problem, setProblem] = useState<Problem>()
  const matches = typed.normalize('NFC').trim() === name
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (matches) void onConfirm().then(setProblem) }}>
      <Stack gap="md">
        <Text size="sm">{text}</Text>
        <ProblemNote problem={problem} />
        <TextInput label={<>Type <b>{name}</b> to confirm</>} value={typed} onChange={({ currentTarget }) => { setTyped(currentTarget.value) }} data-autofocus autoComplete="off" spellCheck={false} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>Cancel</Button>
          <Button color="red" type="submit" disabled={!matches} loading={busy}>{verb}</Button>
        </Group>
      </Stack>
    </form>
  )
}
