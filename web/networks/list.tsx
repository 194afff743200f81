import { ActionIcon, Badge, Button, Group, Menu, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { graphql } from '../gql/gql.ts'
import type { NetworkLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { count } from '../lib/format.ts'
import { usePages } from '../lib/use-pages.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { ConfirmByName } from '../ui/confirm-by-name.tsx'
import { CreateNetworkDialog } from '../ui/create-network.tsx'
import { Empty } from '../ui/empty.tsx'
import { MoreIcon, NetworkIcon, PlusIcon, TrashIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { NetworkPhaseLabel } from '../ui/status.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { WhyNot } from '../ui/why-not.tsx'

const Networks = graphql(`
  query Networks($workspaceId: ID!, $after: String) {
    networks(workspaceId: $workspaceId, first: 50, after: $after) {
      edges { cursor node { ...NetworkLive } }
      pageInfo { hasNextPage endCursor }
    }
  }
`)
const DeleteNetwork = graphql(`
  mutation DeleteNetwork($input: DeleteNetworkInput!) {
    deleteNetwork(input: $input) { __typename ... on DeleteNetworkPayload { network { ...NetworkLive } task { ...TaskLive } } ... on UserError { code message field remedy } }
  }
`)

const soft = (text: ReactNode) => <Text span inherit c="dimmed">{text}</Text>
const columnsOf = (onDelete: (network: NetworkLiveFragment) => void): Column<NetworkLiveFragment>[] => [
  {
    title: 'Name', track: 'minmax(0, 1.4fr)', by: ({ name }) => name,
    cell: ({ name, kind, description, subnets }) => (
      <>
        <Tooltip label={description} disabled={!description}><span style={{ fontWeight: 550 }}>{name}{kind === 'PUBLIC' && <Badge size="xs" variant="light" ml={8}>Public</Badge>}</span></Tooltip>
        <Text size="xs" c="dimmed" truncate hiddenFrom="md">{subnets.map(({ cidr }) => cidr).join(', ')}</Text>
      </>
    ),
  },
  { title: 'Status', track: 'minmax(96px, 0.8fr)', by: ({ networkPhase }) => networkPhase, cell: ({ networkPhase, failure }) => <Tooltip label={failure} disabled={!failure}><span><NetworkPhaseLabel phase={networkPhase} /></span></Tooltip> },
  { title: 'Subnets', track: 'minmax(0, 1.2fr)', from: 992, cell: ({ subnets }) => subnets.map(({ cidr }) => cidr).join(', ') },
  { title: 'Gateway', track: 'minmax(0, 1fr)', from: 1000, cell: ({ subnets }) => soft(subnets.map(({ gateway }) => gateway ?? 'none').join(', ')) },
  { title: 'VLAN', track: '80px', from: 860, by: ({ vlan }) => vlan ?? 0, cell: ({ vlan }) => soft(vlan ?? '–') },
  { title: 'Area', track: 'minmax(0, 0.7fr)', from: 1180, cell: ({ area }) => soft(area.name) },
  { title: 'Actions', hiddenTitle: true, track: '40px', cell: (network) => <Actions network={network} onDelete={() => { onDelete(network) }} /> },
]

function Actions({ network, onDelete }: { network: NetworkLiveFragment; onDelete: () => void }) {
  const may = useMay()
  const allowed = network.kind === 'PUBLIC' ? 'Public networks belong to the operators of this Kloudak.' : network.networkPhase === 'DELETING' ? 'The network is being deleted already.' : may('network:delete')
  return (
    <Group className={tableClasses.above}>
      <Menu position="bottom-end" shadow="md" width={180}>
        <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions of ${network.name}`}><MoreIcon /></ActionIcon></Menu.Target>
        <Menu.Dropdown>
          <Tooltip label={allowed} disabled={allowed === true} position="left">
            <Menu.Item color="red" leftSection={<TrashIcon size={16} />} data-disabled={allowed !== true || undefined} aria-disabled={allowed !== true} closeMenuOnClick={allowed === true} onClick={allowed === true ? onDelete : undefined}>Delete</Menu.Item>
          </Tooltip>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}

export function NetworkList() {
  const { id: workspaceId } = useWorkspace()
  const may = useMay()
  const { nodes, loading, problem } = usePages(Networks, { workspaceId })
  const [creating, setCreating] = useState(false)
  const [deleting, setDeleting] = useState<NetworkLiveFragment>()
  const [remove, removing] = useAct(DeleteNetwork)
  const [sorting, setSorting] = useState<Sorting>({ column: 'Name', down: false })
  if (loading) return <PageSkeleton />

  const create = <WhyNot allowed={may('network:add')}><Button leftSection={<PlusIcon />} onClick={() => { setCreating(true) }}>Create network</Button></WhyNot>
  const columns = columnsOf(setDeleting)
  return (
    <Page title="Networks" subtitle={nodes.length > 0 && `${count(nodes.length, 'network')} that VMs of this workspace can be on`} actions={nodes.length > 0 && create}>
      <ProblemNote problem={problem} />
      {nodes.length === 0 && !problem && <Empty icon={<NetworkIcon size={26} />} title="No networks yet" action={create}>VMs on a network reach each other on whatever host they run, and nobody else does.</Empty>}
      {nodes.length > 0 && <Table label="Networks" rows={sorted(nodes, columns, sorting)} idOf={({ id }) => id} columns={columns} sorting={sorting} onSort={setSorting} />}
      <CreateNetworkDialog opened={creating} onClose={() => { setCreating(false) }} />
      <ConfirmByName
        opened={deleting !== undefined} name={deleting?.name ?? ''} title="Delete this network" verb="Delete network" busy={removing} onClose={() => { setDeleting(undefined) }}
        text="Its addresses and its VLAN become free again. A network that a VM uses cannot be deleted."
        onConfirm={async () => {
          const { problem } = await remove({ networkId: deleting!.id })
          if (!problem) setDeleting(undefined)
          return problem
        }}
      />
    </Page>
  )
}
