import { Button, Chip, Group, Text, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { VmRowFragment, VmStatus } from '../gql/graphql.ts'
import { bytes, count } from '../lib/format.ts'
import { useMay, useWorkspace } from '../lib/workspace.tsx'
import { usePages } from '../lib/use-pages.ts'
import { Empty } from '../ui/empty.tsx'
import { PlusIcon, SearchIcon, VmIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { VmStatusLabel } from '../ui/status.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { Usage } from '../ui/usage.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { VmActionsMenu } from './actions-menu.tsx'
import { DeleteVmDialog } from './delete-dialog.tsx'
import { Vms } from './operations.ts'
import { usePower } from './use-actions.ts'
import type { PowerAction } from './use-actions.ts'

const addressesOf = (vm: VmRowFragment) => vm.interfaces.flatMap(({ addresses }) => addresses.map(({ ip }) => ip))

const groups: Record<string, readonly VmStatus[]> = {
  'Up': ['UP'],
  'Not running': ['DOWN', 'SUSPENDED'],
  'Working': ['CREATING_DISK', 'CONFIGURING_NETWORK', 'STARTING', 'DELETING'],
  'Needs attention': ['FAILED', 'CRASHED', 'UNKNOWN'],
}

interface Handlers { onPower: (action: PowerAction, vmId: string) => void; onDelete: (vm: VmRowFragment) => void }

function columnsOf(workspaceId: string, { onPower, onDelete }: Handlers): Column<VmRowFragment>[] {
  return [
    {
      title: 'Name', track: 'minmax(0, 1.5fr)', by: ({ name }) => name,
      cell: (vm) => (
      <>
        <Link to="/w/$workspaceId/vms/$vmId" params={{ workspaceId, vmId: vm.id }} className={tableClasses.open}>{vm.name}</Link>
        <Text size="xs" c="dimmed" truncate hiddenFrom="md">{addressesOf(vm).join(', ')}</Text>
      </>
    ),
    },
    { title: 'Status', track: 'minmax(96px, 0.9fr)', by: ({ status }) => status, cell: ({ status }) => <VmStatusLabel status={status} /> },
    { title: 'Addresses', track: 'minmax(0, 1.2fr)', from: 992, cell: (vm) => <Text span inherit c={addressesOf(vm).length ? undefined : 'dimmed'}>{addressesOf(vm).join(', ') || 'none'}</Text> },
    { title: 'Host', track: 'minmax(0, 0.8fr)', from: 1080, by: ({ host }) => host?.name ?? '', cell: ({ host }) => <Text span inherit c="dimmed">{host?.name ?? '–'}</Text> },
    { title: 'Size', track: 'minmax(120px, 0.7fr)', from: 900, by: ({ memoryBytes }) => memoryBytes, cell: ({ vcpus, memoryBytes }) => <Text span inherit c="dimmed">{count(vcpus, 'vCPU')} · {bytes(memoryBytes)}</Text> },
    { title: 'Actions', hiddenTitle: true, track: '40px', cell: (vm) => <div className={tableClasses.above}><VmActionsMenu vm={vm} onPower={onPower} onDelete={() => { onDelete(vm) }} /></div> },
  ]
}

export function VmList() {
  const { id: workspaceId } = useWorkspace()
  const may = useMay()
  const { nodes, loading, problem } = usePages(Vms, { workspaceId })
  const [search, setSearch] = useState('')
  const [group, setGroup] = useState<string>()
  const [sorting, setSorting] = useState<Sorting>({ column: 'Name', down: false })
  const [deleting, setDeleting] = useState<VmRowFragment>()
  const { power } = usePower()
  const columns = columnsOf(workspaceId, { onPower: power, onDelete: setDeleting })

  const wanted = search.trim().toLowerCase()
  const found = nodes.filter((vm) => (!group || groups[group]!.includes(vm.status)) && (!wanted || [vm.name, ...addressesOf(vm)].some((text) => text.toLowerCase().includes(wanted))))
  const rows = sorted(found, columns, sorting)

  if (loading) return <PageSkeleton />
  const create = (
    <WhyNot allowed={may('vm:add')}>
      <Button leftSection={<PlusIcon />} renderRoot={(props) => <Link to="/w/$workspaceId/vms/new" params={{ workspaceId }} {...props} />}>Create VM</Button>
    </WhyNot>
  )
  return (
    <Page title="Virtual machines" subtitle={nodes.length > 0 && `${count(nodes.length, 'VM')}, ${nodes.filter(({ status }) => status === 'UP').length} up`} actions={nodes.length > 0 && create}>
      <ProblemNote problem={problem} />
      <Usage />
      {nodes.length === 0 && !problem && (
        <Empty icon={<VmIcon size={26} />} title="No virtual machines yet" action={create}>Choose a template and a network, and watch the first one come up: from its disk to its console.</Empty>
      )}
      {nodes.length > 0 && (
        <>
          <Group gap="sm">
            <TextInput aria-label="Search by name or address" placeholder="Search by name or address" leftSection={<SearchIcon size={16} />} w={{ base: '100%', xs: 290 }} value={search} onChange={({ currentTarget }) => { setSearch(currentTarget.value) }} />
            <Group gap={6} role="group" aria-label="Filter by status">
              {Object.entries(groups).map(([name, statuses]) => {
                const found = nodes.filter(({ status }) => statuses.includes(status)).length
                return (found > 0 || group === name) && <Chip key={name} size="xs" variant="light" checked={group === name} onChange={(on) => { setGroup(on ? name : undefined) }}>{name} {found}</Chip>
              })}
            </Group>
          </Group>
          {rows.length > 0
            ? <Table label="Virtual machines" rows={rows} idOf={({ id }) => id} columns={columns} sorting={sorting} onSort={setSorting} />
            : <Empty icon={<SearchIcon size={24} />} title="Nothing matches" action={<Button variant="default" onClick={() => { setSearch(''); setGroup(undefined) }}>Show all</Button>}>No VM of this workspace has that name, address or status.</Empty>}
        </>
      )}
      <DeleteVmDialog vm={deleting} onClose={() => { setDeleting(undefined) }} />
    </Page>
  )
}
