import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery } from 'urql'
import { requireIp } from '../../server/model/address.ts'
import type { VmLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { useFormProblem } from '../lib/form-problem.ts'
import { problemOf } from '../lib/problem.ts'
import { said } from '../lib/rules.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { AttachInterface, NetworkChoices } from './operations.ts'

interface AttachDialogProps { vm: VmLiveFragment; opened: boolean; onClose: () => void }

export function AttachDialog({ vm, opened, onClose }: AttachDialogProps) {
  return <Modal opened={opened} onClose={onClose} title="Attach a network" centered>{opened && <Body vm={vm} onClose={onClose} />}</Modal>
}

function Body({ vm, onClose }: Omit<AttachDialogProps, 'opened'>) {
  const { id: workspaceId } = useWorkspace()
  const [{ data, error }, reread] = useQuery({ query: NetworkChoices, variables: { workspaceId } })
  const [attach, attaching] = useAct(AttachInterface)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { networkId: '', ip: '' },
    validate: { networkId: (id) => (id ? null : 'Choose a network.'), ip: (ip) => (ip.trim() ? said(() => requireIp(ip.trim(), 'ip')) : null) },
  })
  const [problem, showProblem] = useFormProblem(form)
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const networks = data.networks.edges.map(({ node }) => node).filter(({ networkPhase, area }) => networkPhase === 'READY' && area.id === vm.area.id)

  async function submit({ networkId, ip }: { networkId: string; ip: string }): Promise<void> {
    const { problem } = await attach({ vmId: vm.id, networkId, ip: ip.trim() || undefined })
    showProblem(problem)
    if (!problem) onClose()
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => { void submit(values) })}>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <Select
          label="Network" placeholder={networks.length ? 'Choose a network' : `There is no network in ${vm.area.name} yet`} allowDeselect={false} nothingFoundMessage="There is no network yet" data-autofocus
          data={networks.map(({ id, name, subnets }) => ({ value: id, label: `${name}  ${subnets.map(({ cidr }) => cidr).join(', ')}` }))} key={form.key('networkId')} {...form.getInputProps('networkId')}
        />
        <TextInput label="Address" placeholder="a free address" key={form.key('ip')} {...form.getInputProps('ip')} />
        <Text size="xs" c="dimmed">The guest sees a new card. Its address is set up inside the guest, by hand.</Text>
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={attaching}>Attach network</Button></Group>
      </Stack>
    </form>
  )
}
