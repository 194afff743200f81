import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { checkDescription, checkName } from '../../server/model/names.ts'
import { planSubnet } from '../../server/model/network.ts'
import { graphql } from '../gql/gql.ts'
import type { NetworkLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import type { Problem } from '../lib/problem.ts'
import { said, sentence } from '../lib/rules.ts'
import { useWorkspace } from '../lib/workspace.tsx'
import { ProblemNote } from './problem-note.tsx'

const CreateNetwork = graphql(`
  mutation CreateNetwork($input: CreateNetworkInput!) {
    createNetwork(input: $input) { __typename ... on CreateNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)

const initialValues = { name: '', description: '', cidr: '10.0.0.0/24', gateway: '', dns: '' }
type Values = typeof initialValues

/** The fields of the API in those of the form. */
const fieldOf = (field: string): keyof Values | undefined => (/^subnets\.\d+\.(cidr|gateway|dns)/.exec(field)?.[1] ?? (field in initialValues ? field : undefined)) as keyof Values | undefined
const serversOf = (dns: string): string[] => dns.split(/[\s,]+/).filter(Boolean)
const subnetOf = ({ cidr, gateway, dns }: Values) => ({ cidr: cidr.trim(), gateway: gateway.trim() || null, dns: serversOf(dns) })

/** What the rules of a subnet say, if it is about this field. */
function subnetSays(values: Values, field: keyof Values): string | null {
  let about: string | undefined
  const text = said(() => { try { planSubnet(subnetOf(values), 'subnets.0') } catch (error) { about = (error as { field?: string }).field; throw error } })
  return text !== null && fieldOf(about ?? 'subnets.0.cidr') === field ? text : null
}

interface CreateNetworkProps { opened: boolean; onClose: () => void; onCreated?: (network: NetworkLiveFragment) => void }

export function CreateNetworkDialog({ opened, onClose, onCreated }: CreateNetworkProps) {
  return <Modal opened={opened} onClose={onClose} title="Create network" centered>{opened && <CreateNetworkForm onClose={onClose} onCreated={onCreated} />}</Modal>
}

function CreateNetworkForm({ onClose, onCreated }: Omit<CreateNetworkProps, 'opened'>) {
  const { id: workspaceId } = useWorkspace()
  const [create, creating] = useAct(CreateNetwork)
  const [problem, setProblem] = useState<Problem>()
  const form = useForm<Values>({
    mode: 'uncontrolled', initialValues,
    validate: {
      name: (name) => said(() => checkName(name.trim())),
      description: (description) => said(() => checkDescription(description)),
      cidr: (_value, values) => subnetSays(values, 'cidr'),
      gateway: (_value, values) => subnetSays(values, 'gateway'),
      dns: (_value, values) => subnetSays(values, 'dns'),
    },
  })

  async function submit(values: Values): Promise<void> {
    const { payload, problem } = await create({ workspaceId, name: values.name.trim(), description: values.description, subnets: [subnetOf(values)] })
    const field = problem?.field ? fieldOf(problem.field) : undefined
    if (field) form.setFieldError(field, sentence(problem!))
    setProblem(field ? undefined : problem)
    if (!payload) return
    if (payload.network) onCreated?.(payload.network)
    onClose()
  }

  return (
    // Its own form even inside of another: React passes events through portals.
    <form onSubmit={(event) => { event.stopPropagation(); form.onSubmit((values) => { void submit(values) })(event) }} noValidate>
      <Stack gap="md">
        <ProblemNote problem={problem} />
        <TextInput label="Name" placeholder="office" data-autofocus key={form.key('name')} {...form.getInputProps('name')} />
        <TextInput label="Subnet" description="The addresses of its VMs. Networks do not see each other, so the same subnet may be used again." key={form.key('cidr')} {...form.getInputProps('cidr')} />
        <Group grow align="flex-start">
          <TextInput label="Gateway" placeholder="the first address" key={form.key('gateway')} {...form.getInputProps('gateway')} />
          <TextInput label="DNS servers" placeholder="1.1.1.1, 9.9.9.9" key={form.key('dns')} {...form.getInputProps('dns')} />
        </Group>
        <Textarea label="Description" autosize minRows={2} key={form.key('description')} {...form.getInputProps('description')} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit" loading={creating}>Create network</Button></Group>
      </Stack>
    </form>
  )
}
