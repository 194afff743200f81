import { Button, Collapse, Group, Input, Modal, NumberInput, SegmentedControl, Select, Stack, TagsInput, Text, Textarea, TextInput, UnstyledButton } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import { checkName } from '../../server/model/names.ts'
import { useAct } from '../lib/act.ts'
import { AreaChoices } from '../lib/documents.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { problemOf } from '../lib/problem.ts'
import { said } from '../lib/rules.ts'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { EnrolHost } from './operations.ts'

const initialValues = { name: '', areaId: '', address: '', sshPort: 22, sshUser: 'root', privateKey: '', hostKeyFingerprint: '', publicBridge: 'public-br', trunkBridge: 'private-br', fqdn: '', location: '', rack: '', labels: [] as string[] }
type Values = typeof initialValues

/** A machine becomes a host: where it is, and how Kloudak gets in. */
export function EnrolHostDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return <Modal opened={opened} onClose={onClose} title="Add a host" size="lg" centered>{opened && <Body onClose={onClose} />}</Modal>
}

function Body({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate()
  const [{ data, error }, reread] = useQuery({ query: AreaChoices })
  const [enrol, enrolling] = useAct(EnrolHost)
  const [key, setKey] = useState<'made' | 'given'>('made')
  const [more, setMore] = useState(false)
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues,
    validate: {
      name: (name) => said(() => checkName(name.trim())),
      areaId: (id) => (id || data?.areas.edges.length === 1 ? null : 'Choose an area.'),
      address: (address) => (address.trim() ? null : 'Say where the machine is.'),
      privateKey: (text) => (key === 'made' || text.trim() ? null : 'Paste the private key.'),
    },
  })
  const [problem, showProblem] = useFormProblem(form)
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const areas = data.areas.edges.map(({ node }) => node)

  async function submit({ privateKey, hostKeyFingerprint, fqdn, location, rack, labels, ...values }: Values): Promise<void> {
    const some = (text: string) => text.trim() || undefined
    const { payload, problem } = await enrol({
      ...values, name: values.name.trim(), address: values.address.trim(), areaId: values.areaId || areas[0]!.id,
      privateKey: key === 'given' ? privateKey : undefined, hostKeyFingerprint: some(hostKeyFingerprint), fqdn: some(fqdn), location: some(location), rack: some(rack), labels: labels.length > 0 ? labels : undefined,
    })
    showProblem(problem)
    if (!payload?.host) return
    onClose()
    await navigate({ to: '/hosts/$hostId', params: { hostId: payload.host.id } })
  }
  const of = (name: keyof Values) => ({ key: form.key(name), ...form.getInputProps(name) })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <Text size="sm" c="dimmed">Any Linux machine with libvirt, QEMU, Open vSwitch and sshd. Kloudak looks at it, says what is missing, and can prepare it.</Text>
        <Group grow align="flex-start">
          <TextInput label="Name" placeholder="hv1" data-autofocus {...of('name')} />
          <Select label="Area" placeholder={areas.length > 0 ? undefined : 'There is no area yet'} allowDeselect={false} data={areas.map(({ id, name }) => ({ value: id, label: name }))} {...of('areaId')} {...(areas.length === 1 ? { defaultValue: areas[0]!.id } : {})} />
        </Group>
        <Group align="flex-start" wrap="nowrap">
          <TextInput label="Address" placeholder="10.0.0.11 or hv1.example.com" style={{ flex: 1 }} {...of('address')} />
          <NumberInput label="Port" min={1} max={65535} allowDecimal={false} hideControls w={76} {...of('sshPort')} />
          <TextInput label="User" w={96} {...of('sshUser')} />
        </Group>
        <Input.Wrapper label="Key" labelElement="div" labelProps={{ id: 'whose-key' }} description={key === 'made' ? 'The next page shows the line to paste into authorized_keys on the machine.' : 'It is kept sealed, and shown to nobody.'} inputWrapperOrder={['label', 'input', 'description']}>
          <SegmentedControl style={{ display: 'flex', width: 'fit-content' }} aria-labelledby="whose-key" value={key} onChange={(value) => { setKey(value) }} data={[{ value: 'made', label: 'Kloudak makes one' }, { value: 'given', label: 'I have one' }]} />
        </Input.Wrapper>
        {key === 'given' && <Textarea label="Private key" placeholder="-----BEGIN OPENSSH PRIVATE KEY-----" autosize minRows={3} maxRows={6} spellCheck={false} classNames={{ input: 'mono' }} {...of('privateKey')} />}
        <TextInput label="Fingerprint of the machine's key" description="If you know it: SHA256:… from ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub. Else you confirm it on the next page." placeholder="SHA256:" spellCheck={false} {...of('hostKeyFingerprint')} />
        <UnstyledButton type="button" aria-expanded={more} onClick={() => { setMore(!more) }}><Text size="sm" c="dimmed">{more ? 'Less' : 'Bridges, place and labels'}</Text></UnstyledButton>
        <Collapse expanded={more}>
          <Stack gap="md">
            <Group grow><TextInput label="Public bridge" {...of('publicBridge')} /><TextInput label="Bridge of the private networks" {...of('trunkBridge')} /></Group>
            <Group grow><TextInput label="Full name" placeholder="hv1.example.com" {...of('fqdn')} /><TextInput label="Location" {...of('location')} /><TextInput label="Rack" {...of('rack')} /></Group>
            <TagsInput label="Labels" placeholder="ssd, gpu" {...of('labels')} />
          </Stack>
        </Collapse>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={enrolling}>Add host</Button></Group>
      </Stack>
    </form>
  )
}
