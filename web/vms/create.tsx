import { Button, Checkbox, Group, NumberInput, PasswordInput, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useQuery } from 'urql'
import type { NetworkLiveFragment, VmChoicesQuery } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { bytes, count } from '../lib/format.ts'
import { problemOf } from '../lib/problem.ts'
import type { Problem } from '../lib/problem.ts'
import { sentence } from '../lib/rules.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { Card } from '../ui/card.tsx'
import { CreateNetworkDialog } from '../ui/create-network.tsx'
import { PlusIcon, TrashIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { fieldOf, initialDraft, inputOf, rulesOf, sizesOf, sizesOfType } from './draft.ts'
import type { Draft } from './draft.ts'
import { GroupSelect } from './group-select.tsx'
import { CreateVm, VmChoices } from './operations.ts'
import { PrivateKeyDialog } from './private-key.tsx'
import { SourcePicker } from './source-picker.tsx'

const route = getRouteApi('/w/$workspaceId/vms/new')
const nodesOf = <Node,>({ edges }: { edges: readonly { node: Node }[] }): Node[] => edges.map(({ node }) => node)

export function CreateVmPage() {
  const { id: workspaceId } = useWorkspace()
  // No stream of a workspace tells of what is offered to it.
  const [{ data, error }, reread] = useQuery({ query: VmChoices, variables: { workspaceId }, requestPolicy: 'network-only' })
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const networks = nodesOf(data.networks).filter(({ networkPhase }) => networkPhase !== 'DELETING' && networkPhase !== 'FAILED')
  return <CreateVmForm choices={data} networks={networks} />
}

interface CreateVmFormProps { choices: VmChoicesQuery; networks: readonly NetworkLiveFragment[] }

function CreateVmForm({ choices, networks }: CreateVmFormProps) {
  const [templates, images, instanceTypes, groups] = [nodesOf(choices.templates), nodesOf(choices.images), nodesOf(choices.instanceTypes), nodesOf(choices.affinityGroups)]
  const { template: wanted } = route.useSearch()
  const { id: workspaceId } = useWorkspace()
  const may = useMay()
  const navigate = useNavigate()
  const [create, creating] = useAct(CreateVm)
  const [problem, setProblem] = useState<Problem>()
  const [made, setMade] = useState<{ vmId: string; name: string; privateKey: string }>()
  const [networkFor, setNetworkFor] = useState<number>()
  // What most people choose stands there already.
  const form = useForm({ mode: 'controlled', initialValues: { ...initialDraft, ...sizesOf(templates.find(({ id }) => id === wanted) ?? templates[0]), interfaces: [{ networkId: networks[0]?.id ?? '', ip: '' }] }, validate: rulesOf })
  const draft = form.getValues()
  const suggests = draft.source === 'template' ? templates.find(({ id }) => id === draft.templateId) : instanceTypes.find(({ id }) => id === draft.instanceTypeId)

  function choose(chosen: Partial<Draft>): void {
    const next = { ...form.getValues(), ...chosen }
    form.setValues({ ...chosen, ...(next.source === 'template' ? sizesOf(templates.find(({ id }) => id === next.templateId)) : sizesOfType(instanceTypes.find(({ id }) => id === next.instanceTypeId), images.find(({ id }) => id === next.imageId))) })
    for (const field of Object.keys(chosen)) form.clearFieldError(field)
  }
  const open = (vmId: string) => navigate({ to: '/w/$workspaceId/vms/$vmId', params: { workspaceId, vmId } })
  async function submit(): Promise<void> {
    const { payload, problem } = await create(inputOf(form.getValues(), workspaceId))
    const field = problem?.field ? fieldOf(problem.field) : undefined
    if (field) form.setFieldError(field, sentence(problem!))
    setProblem(field ? undefined : problem)
    if (!payload?.vm) return
    if (payload.sshPrivateKey) setMade({ vmId: payload.vm.id, name: payload.vm.name, privateKey: payload.sshPrivateKey })
    else await open(payload.vm.id)
  }

  return (
    <Page title="Create a VM" above={<Text size="sm" mb={4}><Link className="quiet-link" to="/w/$workspaceId/vms" params={{ workspaceId }}>Virtual machines</Link></Text>}>
      <form noValidate onSubmit={form.onSubmit(() => { void submit() }, () => { document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus() })}>
        <Stack gap="lg" maw={760}>
          <Card title="What it is">
            <Stack gap="md">
              <TextInput label="Name" placeholder="web-1" autoFocus withAsterisk {...form.getInputProps('name')} />
              <SourcePicker templates={templates} images={images} instanceTypes={instanceTypes} draft={draft} errors={form.errors} onChoose={choose} />
              <Textarea label="Description" autosize minRows={1} {...form.getInputProps('description')} />
            </Stack>
          </Card>
          <Card title="Size" aside={suggests && <Text size="xs" c="dimmed">The {draft.source === 'template' ? 'template' : 'instance type'} suggests {count(suggests.vcpus, 'vCPU')}, {bytes(suggests.memoryBytes)}, {bytes(suggests.diskBytes)}</Text>}>
            <Group grow align="flex-start" preventGrowOverflow={false} wrap="wrap">
              <NumberInput label="vCPUs" min={1} allowDecimal={false} miw={130} {...form.getInputProps('vcpus')} />
              <NumberInput label="Memory (MiB)" min={64} step={128} allowDecimal={false} thousandSeparator="," miw={130} {...form.getInputProps('memoryMiB')} />
              <NumberInput label="Disk (GiB)" min={0} step={1} decimalScale={2} miw={130} {...form.getInputProps('diskGiB')} />
            </Group>
          </Card>
          <Card title="Networks" aside={<Button size="compact-sm" variant="subtle" leftSection={<PlusIcon size={15} />} onClick={() => { form.insertListItem('interfaces', { networkId: '', ip: '' }) }} disabled={draft.interfaces.length >= 8}>Add interface</Button>}>
            <Stack gap="sm">
              {draft.interfaces.length === 0 && <Text size="sm" c="dimmed">Without an interface the VM is reached by its console alone.</Text>}
              {draft.interfaces.map((_, index) => (
                // eslint-disable-next-line react/no-array-index-key -- rows of a form have no other identity
                <Group key={index} align="flex-start" gap="sm" wrap="nowrap">
                  <Select
                    aria-label={`Network of interface ${index + 1}`} placeholder={networks.length ? 'Choose a network' : 'There is no network yet'} style={{ flex: 2 }} allowDeselect={false} nothingFoundMessage="There is no network yet"
                    data={networks.map(({ id, name, subnets }) => ({ value: id, label: `${name}  ${subnets.map(({ cidr }) => cidr).join(', ')}` }))} {...form.getInputProps(`interfaces.${index}.networkId`)}
                  />
                  <TextInput aria-label={`Address of interface ${index + 1}`} placeholder="a free address" style={{ flex: 1 }} {...form.getInputProps(`interfaces.${index}.ip`)} />
                  <Button variant="subtle" color="gray" px={9} aria-label={`Remove interface ${index + 1}`} onClick={() => { form.removeListItem('interfaces', index) }}><TrashIcon size={16} /></Button>
                </Group>
              ))}
              <div><WhyNot allowed={may('network:add')}><Button size="compact-sm" variant="default" onClick={() => { setNetworkFor(draft.interfaces.length) }}>Create a network</Button></WhyNot></div>
            </Stack>
          </Card>
          {groups.length > 0 && (
            <Card title="Placement">
              <GroupSelect label="Affinity groups" groups={groups} value={draft.affinityGroupIds} onChange={(ids) => { form.setFieldValue('affinityGroupIds', ids) }} error={form.errors.affinityGroupIds} />
            </Card>
          )}
          <Card title="Access">
            <Stack gap="md">
              <Text size="sm" c="dimmed">For signing in to the guest. Give a password, a key, or both.</Text>
              <PasswordInput label="Password" autoComplete="new-password" {...form.getInputProps('password')} />
              <Textarea label="SSH public keys" description="One a line, as in ~/.ssh/id_ed25519.pub" placeholder="ssh-ed25519 AAAA… you@laptop" autosize minRows={2} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }} {...form.getInputProps('sshKeys')} />
              <Checkbox label="Make a key pair for me" description="Its private half is shown once, when the VM is made, and kept nowhere." {...form.getInputProps('generateSshKey', { type: 'checkbox' })} />
            </Stack>
          </Card>
          <ProblemNote problem={problem} />
          <Group gap="xs">
            <WhyNot allowed={may('vm:add')}><Button type="submit" loading={creating}>Create VM</Button></WhyNot>
            <Button variant="default" renderRoot={(props) => <Link to="/w/$workspaceId/vms" params={{ workspaceId }} {...props} />}>Cancel</Button>
          </Group>
        </Stack>
      </form>
      <PrivateKeyDialog name={made?.name ?? ''} privateKey={made?.privateKey} onClose={() => { if (made) void open(made.vmId) }} />
      <CreateNetworkDialog
        opened={networkFor !== undefined} onClose={() => { setNetworkFor(undefined) }}
        onCreated={({ id }) => {
          const empty = form.getValues().interfaces.findIndex(({ networkId }) => networkId === '')
          if (empty >= 0) form.setFieldValue(`interfaces.${empty}.networkId`, id)
          else form.insertListItem('interfaces', { networkId: id, ip: '' })
        }}
      />
    </Page>
  )
}
