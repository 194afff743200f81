import { Select } from '@mantine/core'
import type { SelectProps } from '@mantine/core'
import type { ReactNode } from 'react'
import type { PoolChoicesQuery } from '../gql/graphql.ts'
import { usePages } from '../lib/use-pages.ts'
import { PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { PoolChoices } from './image-operations.ts'

export type PoolChoice = PoolChoicesQuery['pools']['edges'][number]['node']

/** Reads the pools that take images: those in service. */
export function WithPools({ children }: { children: (pools: readonly PoolChoice[]) => ReactNode }) {
  const { nodes, loading, problem, more } = usePages(PoolChoices, {})
  if (problem) return <ProblemNote problem={problem} />
  if (loading || more) return <PageSkeleton />
  return children(nodes.filter(({ state }) => state === 'READY'))
}

interface PoolSelectProps extends Omit<SelectProps, 'data'> {
  pools: readonly PoolChoice[]
  /** What stands there when none can be chosen. */
  none: string
}

export const PoolSelect = ({ pools, none, ...props }: PoolSelectProps) => (
  <Select
    label="Pool" placeholder={pools.length > 0 ? 'Choose a pool' : none} allowDeselect={false} searchable={pools.length > 8} comboboxProps={{ shadow: 'md' }}
    data={pools.map(({ id, name, area }) => ({ value: id, label: `${name} · ${area.name}` }))} {...props}
  />
)
