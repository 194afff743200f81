import { Button, Group, Progress, Text } from '@mantine/core'
import type { HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { count } from '../lib/format.ts'
import { Card } from '../ui/card.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'
import { Dot } from '../ui/status.tsx'
import classes from './checklist.module.css'
import { CancelDrain } from './operations.ts'

/** How far the host is emptied, and what keeps it from being empty. */
export function Drain({ host }: { host: HostDetailFragment }) {
  const [cancel, cancelling] = useAct(CancelDrain)
  const { drain, duty } = host
  if (!drain || duty === 'SERVICE') return null
  const { total, moved, left, stuck } = drain
  const stop = duty === 'DRAINING' && <Button size="compact-sm" variant="default" loading={cancelling} onClick={() => { void cancel({ hostId: host.id }).then(tellRefusal) }}>Stop</Button>
  return (
    <Card title={duty === 'DRAINING' ? 'Its VMs are being moved' : 'Its VMs were moved'} aside={stop} flush={stuck.length > 0}>
      <div style={stuck.length > 0 ? { padding: '16px 18px' } : undefined}>
        <Group justify="space-between" mb={6}><Text size="sm">{moved} of {count(total, 'VM')} moved</Text><Text size="sm" c="dimmed">{left > 0 && `${left} still here`}</Text></Group>
        <Progress value={total === 0 ? 100 : (moved / total) * 100} size="sm" aria-label="Moved" />
      </div>
      {stuck.length > 0 && <ul className={classes.list} style={{ borderTop: '1px solid var(--page-line)' }}>{stuck.map(({ vm, reason }) => <li key={`${vm?.id} ${reason}`} className={classes.point}><Dot tone="amber" /><div><span className={classes.name}>{vm?.name ?? 'A VM'}</span>{reason}</div></li>)}</ul>}
    </Card>
  )
}
