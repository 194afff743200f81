import { Button, Group, Modal, NumberInput, Stack, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { checkName } from '../../server/model/names.ts'
import { MiB } from '../../server/model/units.ts'
import type { HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { said } from '../lib/rules.ts'
import { ProblemNote } from '../ui/problem-note.tsx'
import { UpdateHost } from './operations.ts'

/** A field for numbers that was emptied holds an empty text. */
interface Values { name: string; fqdn: string; location: string; rack: string; labels: string[]; reservedVcpus: number | string; reservedMemoryMiB: number | string }
interface EditHostDialogProps { host: HostDetailFragment; opened: boolean; onClose: () => void }

/** What people call a host, where it stands, what placement may ask for, and what it keeps for itself. How it is reached stays. */
export function EditHostDialog({ host, opened, onClose }: EditHostDialogProps) {
  return <Modal opened={opened} onClose={onClose} title="Edit this host" size="lg" centered>{opened && <Body host={host} onClose={onClose} />}</Modal>
}

function Body({ host, onClose }: Omit<EditHostDialogProps, 'opened'>) {
  const [update, updating] = useAct(UpdateHost)
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: { name: host.name, fqdn: host.fqdn ?? '', location: host.location ?? '', rack: host.rack ?? '', labels: host.labels, reservedVcpus: host.reservedVcpus, reservedMemoryMiB: host.reservedMemoryBytes / MiB },
    validate: { name: (name) => said(() => checkName(name.trim())) },
  })
  const [problem, showProblem] = useFormProblem(form)

  async function submit({ name, reservedVcpus, reservedMemoryMiB, ...values }: Values): Promise<void> {
    const { problem } = await update({ hostId: host.id, ...values, name: name.trim(), reservedVcpus: Number(reservedVcpus), reservedMemoryBytes: Math.round(Number(reservedMemoryMiB) * MiB) })
    showProblem(problem)
    if (!problem) onClose()
  }
  const of = (name: keyof Values) => ({ key: form.key(name), ...form.getInputProps(name) })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <Group grow align="flex-start"><TextInput label="Name" data-autofocus {...of('name')} /><TextInput label="Full name" placeholder="hv1.example.com" {...of('fqdn')} /></Group>
        <Group grow align="flex-start"><TextInput label="Location" {...of('location')} /><TextInput label="Rack" {...of('rack')} /></Group>
        <TagsInput label="Labels" description="VMs can ask for them, or avoid them." placeholder="ssd, gpu" {...of('labels')} />
        <Group grow align="flex-start">
          <NumberInput label="Processors of its own" description="VMs never get them." min={0} max={4096} allowDecimal={false} {...of('reservedVcpus')} />
          <NumberInput label="Memory of its own (MiB)" description="VMs never get it." min={0} step={256} allowDecimal={false} thousandSeparator="," {...of('reservedMemoryMiB')} />
        </Group>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={updating}>Save</Button></Group>
      </Stack>
    </form>
  )
}
