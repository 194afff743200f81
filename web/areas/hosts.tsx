import { Text, Tooltip } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { AreaHostFragment } from '../gql/graphql.ts'
import { bytes, count } from '../lib/format.ts'
import type { Problem } from '../lib/problem.ts'
import { Card } from '../ui/card.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Dot, HostStateLabel } from '../ui/status.tsx'
import statusClasses from '../ui/status.module.css'
import classes from './page.module.css'

interface AreaHostListProps { hosts: readonly AreaHostFragment[]; loading: boolean; problem: Problem | undefined }

/** The hosts of an area, and what the loss of each would mean. */
export function AreaHostList({ hosts, loading, problem }: AreaHostListProps) {
  return (
    <Card title="Hosts" aside={hosts.length > 0 && <Text size="xs" c="dimmed">{count(hosts.length, 'host')}</Text>} flush={hosts.length > 0}>
      <ProblemNote problem={problem} />
      {!loading && hosts.length === 0 && <Text size="sm" c="dimmed">No host is in this area. Choose the area when you <Link to="/hosts">add one</Link>.</Text>}
      {hosts.map((host) => (
        <div key={host.id} className={classes.host}>
          <Link className="quiet-link" to="/hosts/$hostId" params={{ hostId: host.id }}>{host.name}</Link>
          <HostStateLabel state={host.hostState} />
          <Loss host={host} />
          <Text span inherit c="dimmed" ta="right">{host.memoryBytes === null ? 'not known yet' : `${bytes(host.promised.memoryBytes)} of ${bytes(host.memoryBytes - host.reservedMemoryBytes)}`}</Text>
        </div>
      ))}
    </Card>
  )
}

function Loss({ host: { survivesLoss: loss } }: { host: AreaHostFragment }) {
  if (!loss || loss.vms === 0) return <Text span inherit c="dimmed">{loss ? 'no VMs' : '–'}</Text>
  if (loss.ok) return <Text span inherit c="dimmed">{count(loss.vms, 'VM')}, all go on</Text>
  return <Tooltip label={loss.reason}><span className={statusClasses.label} tabIndex={0}><Dot tone="amber" />{loss.vms - loss.wouldNotFitCount} of {count(loss.vms, 'VM')} go on</span></Tooltip>
}
