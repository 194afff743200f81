import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { checkEmail, checkUsername } from '../../server/model/username.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { said } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { CreateUser } from './operations.ts'

interface Made { username: string; password: string }
const initialValues = { username: '', email: '', superuser: false }

export function CreateUserDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [made, setMade] = useState<Made>()
  const close = () => { onClose(); setMade(undefined) }
  return (
    <Modal opened={opened} onClose={close} title={made ? `The password of ${made.username}` : 'Create a user'} centered closeOnClickOutside={!made} closeOnEscape={!made}>
      {opened && (made
        ? <ShownOnce secret={made.password} what="password" text={`It is shown this once. Give it to ${made.username}, who can change it under Account.`} onClose={close} />
        : <CreateUserForm onClose={close} onMade={setMade} />)}
    </Modal>
  )
}

function CreateUserForm({ onClose, onMade }: { onClose: () => void; onMade: (made: Made) => void }) {
  const [create, creating] = useAct(CreateUser)
  const form = useForm({
    mode: 'uncontrolled', initialValues,
    validate: { username: (value) => said(() => checkUsername(value.trim())), email: (value) => (value.trim() === '' ? null : said(() => checkEmail(value.trim()))) },
  })
  const [problem, showProblem] = useFormProblem(form)
  async function submit({ username, email, superuser }: typeof initialValues): Promise<void> {
    const { payload, problem } = await create({ username: username.trim(), email: email.trim() || null, superuser })
    showProblem(problem)
    if (payload?.password) onMade({ username: username.trim(), password: payload.password })
    else if (payload) showProblem({ code: 'OUTCOME_UNKNOWN', message: 'The account was made, but the connection broke before its password could be shown.', remedy: 'Reset the password of the account.' })
  }
  return (
    <form onSubmit={form.onSubmit((values) => { void submit(values) })} noValidate>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Username" autoComplete="off" autoCapitalize="none" spellCheck={false} data-autofocus key={form.key('username')} {...form.getInputProps('username')} />
        <TextInput label="Email" type="email" autoComplete="off" placeholder="none" key={form.key('email')} {...form.getInputProps('email')} />
        <Checkbox label="Superuser" description="May do everything everywhere." key={form.key('superuser')} {...form.getInputProps('superuser', { type: 'checkbox' })} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating}>Create user</Button></Group>
      </Stack>
    </form>
  )
}
