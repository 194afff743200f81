import { Button, Checkbox, Group, Input, Modal, MultiSelect, SegmentedControl, Select, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { checkName } from '../../server/model/names.ts'
import { permissions } from '../../server/model/permissions.ts'
import { useAct } from '../lib/act.ts'
import { useHome } from '../lib/home.tsx'
import type { Problem } from '../lib/problem.ts'
import { said, sentence } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { CreateApiToken } from './operations.ts'

const lifetimes = [{ value: '7', label: '7 days' }, { value: '30', label: '30 days' }, { value: '90', label: '90 days' }, { value: '365', label: '1 year' }]
const reaches = [{ value: 'see', label: 'See' }, { value: 'all', label: 'All I may' }, { value: 'some', label: 'Choose' }]
const reachTexts = { see: 'Look at everything, change nothing.', all: 'Do all that you may there at each moment.', some: 'Do what you choose, as long as you may do it yourself.' }
const kinds = [...new Set(permissions.map((code) => code.split(':')[0]!))]
const choices = kinds.map((kind) => ({ group: kind, items: permissions.filter((code) => code.startsWith(`${kind}:`)).map((code) => ({ value: code, label: code })) }))

const afterDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

interface Values { name: string; days: string; workspaces: string[]; reach: 'see' | 'all' | 'some'; permissions: string[]; superuser: boolean }
const initialValues: Values = { name: '', days: '90', workspaces: [], reach: 'see', permissions: [], superuser: false }

interface CreateTokenProps { opened: boolean; isSuperuser: boolean; onClose: () => void; onCreated: () => void }

export function CreateTokenDialog({ opened, isSuperuser, onClose, onCreated }: CreateTokenProps) {
  const [token, setToken] = useState<string>()
  const close = () => { onClose(); setToken(undefined) }
  return (
    // What is shown once must not vanish with a click beside it.
    <Modal opened={opened} onClose={close} title={token ? 'Copy your token now' : 'Create an API token'} centered closeOnClickOutside={token === undefined} closeOnEscape={token === undefined}>
      {opened && (token ? <ShownOnce secret={token} what="token" text="It is shown this once: Kloudak keeps only its fingerprint. Whoever has it can do what it may." onClose={close} /> : <CreateTokenForm isSuperuser={isSuperuser} onClose={close} onToken={(made) => { setToken(made); onCreated() }} />)}
    </Modal>
  )
}

function CreateTokenForm({ isSuperuser, onClose, onToken }: { isSuperuser: boolean; onClose: () => void; onToken: (token: string) => void }) {
  const { workspaces } = useHome()
  const [create, creating] = useAct(CreateApiToken)
  const [problem, setProblem] = useState<Problem>()
  const form = useForm<Values>({
    initialValues,
    validate: {
      name: (name) => said(() => checkName(name.trim())),
      permissions: (chosen, { reach, superuser }) => (reach === 'some' && !superuser && chosen.length === 0 ? 'Choose at least one, or let it see only.' : null),
    },
  })
  const { reach, superuser } = form.values

  async function submit({ name, days, workspaces: chosen, reach, permissions: some, superuser }: Values): Promise<void> {
    const held = { see: [], all: [...permissions], some }[reach]
    const scopes = superuser ? [] : (chosen.length === 0 ? [null] : chosen).map((workspaceId) => ({ workspaceId, permissions: held }))
    const { payload, problem } = await create({ name: name.trim(), expiresAt: afterDays(Number(days)), scopes, superuser })
    if (problem?.field === 'name') form.setFieldError('name', sentence(problem))
    setProblem(problem?.field === 'name' ? undefined : problem)
    if (payload?.token) onToken(payload.token)
    // The answer that told it was lost on the way, and the repetition tells none.
    else if (payload) setProblem({ code: 'OUTCOME_UNKNOWN', message: 'The token was made, but the connection broke before it could be shown.', remedy: 'Revoke it and create another one.' })
  }

  return (
    <form onSubmit={form.onSubmit((values) => { void submit(values) })} noValidate>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" description="What it is for." placeholder="backup script" data-autofocus {...form.getInputProps('name')} />
        <Select label="Ends after" data={lifetimes} allowDeselect={false} {...form.getInputProps('days')} />
        {isSuperuser && <Checkbox label="Everything, as a superuser" description="Only for programs of operators." {...form.getInputProps('superuser', { type: 'checkbox' })} />}
        {!superuser && (
          <>
            <MultiSelect label="Workspaces" placeholder={form.values.workspaces.length === 0 ? 'all of yours, later ones too' : undefined} data={workspaces.map(({ id, name }) => ({ value: id, label: name }))} searchable clearable {...form.getInputProps('workspaces')} />
            <Input.Wrapper label="It may" description={reachTexts[reach]} labelElement="div" inputWrapperOrder={['label', 'input', 'description']}>
              <SegmentedControl aria-label="It may" data={reaches} fullWidth mb={6} {...form.getInputProps('reach')} />
            </Input.Wrapper>
            {reach === 'some' && <MultiSelect label="Permissions" data={choices} searchable clearable hidePickedOptions {...form.getInputProps('permissions')} />}
          </>
        )}
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating}>Create token</Button></Group>
      </Stack>
    </form>
  )
}
