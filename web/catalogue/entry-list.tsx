import { Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { count } from '../lib/format.ts'
import type { Problem } from '../lib/problem.ts'
import { Empty } from '../ui/empty.tsx'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { sorted, Table } from '../ui/table.tsx'
import type { Column, Sorting } from '../ui/table.tsx'

interface EntryListProps<Row> {
  label: string
  pages: { nodes: Row[]; loading: boolean; problem: Problem | undefined }
  columns: readonly Column<Row>[]
  icon: ReactNode
  /** The title and the text of a list that is empty. */
  empty: string
  about: string
  create?: ReactNode
}

/** One list of the catalogue, with what makes a new entry. */
export function EntryList<Row extends { id: string; retiredAt: string | null }>({ label, pages: { nodes, loading, problem }, columns, icon, empty, about, create }: EntryListProps<Row>) {
  const [sorting, setSorting] = useState<Sorting>({ column: 'Name', down: false })
  if (loading) return <PageSkeleton />
  const retired = nodes.filter(({ retiredAt }) => retiredAt !== null).length
  return (
    <Stack gap="md">
      <ProblemNote problem={problem} />
      {nodes.length === 0 && !problem && <Empty icon={icon} title={empty} action={create}>{about}</Empty>}
      {nodes.length > 0 && (
        <>
          <Group justify="space-between" gap="sm">
            <Text size="sm" c="dimmed" role="status">{nodes.length - retired} offered{retired > 0 && `, ${count(retired, 'other', 'others')} retired`}</Text>
            {create}
          </Group>
          <Table label={label} rows={sorted(nodes, columns, sorting)} idOf={({ id }) => id} columns={columns} sorting={sorting} onSort={setSorting} rowHeight={58} />
        </>
      )}
    </Stack>
  )
}
