import { Button, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { AreaHostFragment, AreaLiveFragment } from '../gql/graphql.ts'
import { count } from '../lib/format.ts'
import { usePages } from '../lib/use-pages.ts'
import { Empty } from '../ui/empty.tsx'
import { AreaIcon, PlusIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'
import tableClasses from '../ui/table.module.css'
import { AreaActions } from './actions.tsx'
import { AreaDialog } from './dialog.tsx'
import { Areas, HostsOfAreas } from './operations.ts'
import { Promised } from './promised.tsx'
import { roomOf } from './room.ts'
import type { Room } from './room.ts'
import { SurvivalLabel } from './survival.tsx'

interface Row { area: AreaLiveFragment; room: Room }
const soft = (text: ReactNode) => <Text span inherit c="dimmed">{text}</Text>

const columns: Column<Row>[] = [
  {
    title: 'Name', track: 'minmax(0, 1.2fr)', by: ({ area }) => area.name,
    cell: ({ area, room }) => (
      <>
        <Link to="/areas/$areaId" params={{ areaId: area.id }} className={tableClasses.open}>{area.name}</Link>
        {area.retiredAt !== null && <Text size="xs" c="dimmed" truncate>Takes nothing new</Text>}
        {room.hosts > 0 && <Text size="xs" c="dimmed" truncate component="div" hiddenFrom="sm"><SurvivalLabel area={area} hosts={room.hosts} /></Text>}
      </>
    ),
  },
  { title: 'Hosts', track: 'minmax(60px, 0.5fr)', by: ({ room }) => room.hosts, cell: ({ room: { hosts, up } }) => <>{hosts}{hosts > up && soft(`, ${up} up`)}</> },
  { title: 'If a host died', track: 'minmax(165px, 1.1fr)', from: 768, by: ({ area }) => Number(area.survivesLossOf?.ok), cell: ({ area, room }) => <SurvivalLabel area={area} hosts={room.hosts} /> },
  { title: 'Memory', track: 'minmax(140px, 1fr)', from: 860, by: ({ room }) => room.promisedMemoryBytes, cell: ({ room }) => <Promised room={room} /> },
  { title: 'Placement', track: 'minmax(0, 0.8fr)', from: 1120, by: ({ area }) => area.placementPolicy ?? '', cell: ({ area }) => soft(area.placementPolicy) },
  { title: 'Free VLANs', track: 'minmax(90px, 0.5fr)', from: 1240, by: ({ area }) => area.vlanUsage?.free ?? 0, cell: ({ area }) => soft(area.vlanUsage?.free.toLocaleString('en')) },
  { title: 'Actions', hiddenTitle: true, track: '40px', cell: ({ area }) => <div className={tableClasses.above}><AreaActions area={area} /></div> },
]

/** All areas, with what stands in them. */
export function AreaList() {
  const { nodes, loading, problem } = usePages(Areas, {})
  const { nodes: hosts } = usePages(HostsOfAreas, {})
  const [creating, setCreating] = useState(false)
  const [sorting, setSorting] = useState<Sorting>({ column: 'Name', down: false })
  if (loading) return <PageSkeleton />
  const of = Map.groupBy<string, AreaHostFragment>(hosts, ({ area }) => area.id)
  const rows = nodes.map((area): Row => ({ area, room: roomOf(area, of.get(area.id) ?? []) }))
  const create = <Button leftSection={<PlusIcon />} onClick={() => { setCreating(true) }}>Create area</Button>
  return (
    <Page title="Areas" subtitle={nodes.length > 0 && `${count(nodes.length, 'area')}; the hosts of one share pools and networks, and start each other's VMs`} actions={nodes.length > 0 && create}>
      <ProblemNote problem={problem} />
      {nodes.length === 0 && !problem && <Empty icon={<AreaIcon size={26} />} title="No areas yet" action={create}>Hosts that reach the same pools and networks form an area. When one fails, its VMs start on the others.</Empty>}
      {nodes.length > 0 && <Table label="Areas" rows={sorted(rows, columns, sorting)} idOf={({ area }) => area.id} columns={columns} sorting={sorting} onSort={setSorting} rowHeight={60} />}
      <AreaDialog opened={creating} onClose={() => { setCreating(false) }} />
    </Page>
  )
}
