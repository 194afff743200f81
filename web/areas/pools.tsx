import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { bytes, count } from '../lib/format.ts'
import { usePages } from '../lib/use-pages.ts'
import { Card } from '../ui/card.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { PoolStateLabel } from '../ui/status.tsx'
import { AreaPools } from './operations.ts'
import classes from './page.module.css'

/** The pools that all hosts of an area share. */
export function AreaPoolList({ areaId }: { areaId: string }) {
  const { nodes, loading, problem } = usePages(AreaPools, { areaId })
  return (
    <Card title="Pools" aside={nodes.length > 0 && <Text size="xs" c="dimmed">{count(nodes.length, 'pool')}</Text>} flush={nodes.length > 0}>
      <ProblemNote problem={problem} />
      {!loading && nodes.length === 0 && <Text size="sm" c="dimmed">No pool is in this area: VMs have nowhere to keep their disks. <Link to="/pools">Add one</Link>.</Text>}
      {nodes.map(({ id, name, poolState, capacityBytes, availableBytes }) => (
        <div key={id} className={classes.pool}>
          <Link className="quiet-link" to="/pools">{name}</Link>
          <PoolStateLabel state={poolState} />
          <Text span inherit c="dimmed">{capacityBytes === null || availableBytes === null ? 'not known yet' : `${bytes(availableBytes)} free of ${bytes(capacityBytes)}`}</Text>
        </div>
      ))}
    </Card>
  )
}
