import { Button, Group, Modal, NumberInput, PasswordInput, Select, Stack, Switch, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { FenceDeviceKind, HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AddFenceDevice } from './operations.ts'

const kindsOf = ({ kind }: HostDetailFragment): { value: FenceDeviceKind; label: string }[] => (kind === 'SIMULATED'
  ? [{ value: 'SIMULATED', label: 'Simulated' }, { value: 'MANUAL', label: 'By hand' }]
  : [{ value: 'IPMI', label: 'IPMI: its management board' }, { value: 'REDFISH', label: 'Redfish: its management board' }, { value: 'LIBVIRT', label: 'libvirt: it is a VM itself' }, { value: 'CEPH', label: 'Ceph: its storage cuts it off' }, { value: 'MANUAL', label: 'By hand' }])

const initialValues = { address: '', port: '' as number | '', username: '', password: '', cipher: '' as number | '', insecure: false, plug: '' }
type Values = typeof initialValues

interface AddProps { host: HostDetailFragment; opened: boolean; onClose: () => void }

export function AddFenceDeviceDialog({ host, opened, onClose }: AddProps) {
  return <Modal opened={opened} onClose={onClose} title={`Add a fence device to ${host.name}`} centered>{opened && <Body host={host} onClose={onClose} />}</Modal>
}

function Body({ host, onClose }: Omit<AddProps, 'opened'>) {
  const kinds = kindsOf(host)
  const [kind, setKind] = useState(kinds[0]!.value)
  const [add, adding] = useAct(AddFenceDevice)
  const form = useForm<Values>({ mode: 'uncontrolled', initialValues })
  const [problem, showProblem] = useFormProblem(form)
  const isAsked = kind === 'IPMI' || kind === 'REDFISH' || kind === 'LIBVIRT'
  const of = (name: keyof Values) => ({ key: form.key(name), ...form.getInputProps(name) })

  async function submit({ address, port, username, password, cipher, insecure, plug }: Values): Promise<void> {
    const some = (text: string) => text.trim() || undefined
    const options = { ...(kind === 'IPMI' && cipher !== '' ? { cipher } : {}), ...(kind === 'REDFISH' && insecure ? { insecure } : {}), ...(kind !== 'IPMI' && some(plug) ? { plug: some(plug) } : {}) }
    const { problem } = await add({ hostId: host.id, kind, ...(kind === 'CEPH' ? { address: some(address) } : {}), ...(isAsked ? { address: some(address), port: port === '' ? undefined : port, username: some(username), password: password || undefined, options } : {}) })
    showProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <Select label="Kind" data={kinds} value={kind} allowDeselect={false} onChange={(value) => { if (value) setKind(value) }} description={kind === 'MANUAL' ? 'A person switches it off, and says so on this page.' : undefined} />
        {kind === 'CEPH' && <TextInput label="The host's address in the storage network" placeholder="10.0.8.11" description="For hosts whose VMs have all of their disks in Ceph. What still runs there goes on without its disks." {...of('address')} />}
        {isAsked && (
          <>
            <Group align="flex-start" wrap="nowrap"><TextInput label="Address" placeholder="10.0.1.11" style={{ flex: 1 }} {...of('address')} /><NumberInput label="Port" placeholder="usual" w={84} min={1} max={65535} hideControls {...of('port')} /></Group>
            <Group grow align="flex-start"><TextInput label="User" autoComplete="off" {...of('username')} /><PasswordInput label="Password" autoComplete="new-password" {...of('password')} /></Group>
            {kind === 'IPMI' && <NumberInput label="Cipher suite" placeholder="17" min={0} max={17} hideControls w={120} {...of('cipher')} />}
            {kind !== 'IPMI' && <TextInput label={kind === 'REDFISH' ? 'System, where the board has several' : 'The domain that is the host'} {...of('plug')} />}
            {kind === 'REDFISH' && <Switch label="Believe any certificate (on a network of your own)" key={form.key('insecure')} {...form.getInputProps('insecure', { type: 'checkbox' })} />}
          </>
        )}
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={adding}>Add device</Button></Group>
      </Stack>
    </form>
  )
}
