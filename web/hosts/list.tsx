import { Button, Progress, Text, Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { HostLiveFragment } from '../gql/graphql.ts'
import { bytes, count } from '../lib/format.ts'
import { usePages } from '../lib/use-pages.ts'
import { Empty } from '../ui/empty.tsx'
import { HostIcon, PlusIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { HostStateLabel } from '../ui/status.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { EnrolHostDialog } from './enrol-dialog.tsx'
import { FrozenNotes } from './frozen.tsx'
import { Hosts } from './operations.ts'
import { ReviewHostDialog } from './review.tsx'

const soft = (text: ReactNode) => <Text span inherit c="dimmed">{text}</Text>
const kinds = { LOCAL: 'This machine', SIMULATED: 'Simulated', SSH: 'Over ssh' } as const

const softwareOf = ({ qemuVersion, libvirtVersion, accelerated }: HostLiveFragment) => (qemuVersion ? `QEMU ${qemuVersion}${libvirtVersion ? `, libvirt ${libvirtVersion}` : ''}${accelerated === false ? ', emulated' : ''}` : '–')

function Promised({ host: { memoryBytes, reservedMemoryBytes, promised } }: { host: HostLiveFragment }) {
  if (memoryBytes === null) return soft('not known yet')
  const free = memoryBytes - reservedMemoryBytes
  return (
    <Tooltip label={`${bytes(promised.memoryBytes)} promised to VMs of ${bytes(free)}; ${bytes(reservedMemoryBytes)} stay with the host`}>
      <div tabIndex={0}>
        <Text size="xs" c="dimmed">{bytes(promised.memoryBytes)} of {bytes(free)}</Text>
        <Progress size="xs" value={(promised.memoryBytes / free) * 100} mt={3} aria-label="Promised memory" />
      </div>
    </Tooltip>
  )
}

const columns: Column<HostLiveFragment>[] = [
  { title: 'Name', track: 'minmax(0, 1.2fr)', by: ({ name }) => name, cell: ({ id, name, kind }) => <><Link to="/hosts/$hostId" params={{ hostId: id }} className={tableClasses.open}>{name}</Link>{kind !== 'SSH' && soft(`  ${kinds[kind]}`)}</> },
  { title: 'Status', track: 'minmax(96px, 0.8fr)', by: ({ hostState }) => hostState, cell: ({ hostState, stateReason, frozenReason }) => <Tooltip label={frozenReason ?? stateReason} disabled={!frozenReason && !stateReason}><span><HostStateLabel state={hostState} />{frozenReason && soft(' · frozen')}</span></Tooltip> },
  { title: 'VMs', track: '60px', from: 640, by: ({ promised }) => promised.vms, cell: ({ promised }) => promised.vms },
  { title: 'Memory', track: 'minmax(140px, 1fr)', from: 760, by: ({ promised }) => promised.memoryBytes, cell: (host) => <Promised host={host} /> },
  { title: 'vCPUs', track: 'minmax(90px, 0.6fr)', from: 960, by: ({ promised }) => promised.vcpus, cell: ({ cpus, promised }) => soft(`${promised.vcpus} on ${cpus === null ? '?' : count(cpus, 'CPU')}`) },
  { title: 'Area', track: 'minmax(0, 0.7fr)', from: 1120, by: ({ area }) => area.name, cell: ({ area }) => soft(area.name) },
  { title: 'Software', track: 'minmax(0, 1.7fr)', from: 1280, cell: (host) => <Text inherit c="dimmed" className={`${tableClasses.clipped} ${tableClasses.raised}`} title={softwareOf(host)}>{softwareOf(host)}</Text> },
]

export function HostList() {
  const { nodes, loading, problem } = usePages(Hosts, {})
  const [enrolling, setEnrolling] = useState(false)
  const [reviewed, setReviewed] = useState<HostLiveFragment>()
  const [sorting, setSorting] = useState<Sorting>({ column: 'Name', down: false })
  if (loading) return <PageSkeleton />
  return (
    <Page title="Hosts" actions={<Button leftSection={<PlusIcon />} onClick={() => { setEnrolling(true) }}>Add host</Button>} subtitle={nodes.length > 0 && `${count(nodes.length, 'host')}, ${nodes.filter(({ hostState }) => hostState === 'UP').length} up`}>
      <ProblemNote problem={problem} />
      <FrozenNotes hosts={nodes} onReview={setReviewed} />
      {nodes.length === 0 && !problem && <Empty icon={<HostIcon size={26} />} title="No hosts yet">A host is any Linux machine with libvirt, QEMU, Open vSwitch and sshd. Add the first one.</Empty>}
      {nodes.length > 0 && <Table label="Hosts" rows={sorted(nodes, columns, sorting)} idOf={({ id }) => id} columns={columns} sorting={sorting} onSort={setSorting} rowHeight={56} />}
      <EnrolHostDialog opened={enrolling} onClose={() => { setEnrolling(false) }} />
      <ReviewHostDialog host={reviewed} onClose={() => { setReviewed(undefined) }} />
    </Page>
  )
}
