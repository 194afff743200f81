import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { AreaLiveFragment } from '../gql/graphql.ts'
import { count } from '../lib/format.ts'
import { Card } from '../ui/card.tsx'
import { Dot } from '../ui/status.tsx'
import classes from '../ui/status.module.css'

/** What the drill found, in a few words. */
export function SurvivalLabel({ area: { survivesLossOf: found }, hosts }: { area: AreaLiveFragment; hosts: number }) {
  if (!found || found.hosts === 0) return <Text span inherit c="dimmed">{hosts === 0 ? '–' : 'Not known yet'}</Text>
  return <span className={classes.label}><Dot tone={found.ok ? 'green' : 'amber'} />{found.ok ? 'All VMs go on' : 'Not all VMs go on'}</span>
}

/** Of which host the loss would not be survived. */
export function Survival({ area, hosts }: { area: AreaLiveFragment; hosts: number }) {
  const { survivesLossOf: found } = area
  return (
    <Card title="If a host died now" aside={found && found.hosts > 0 && <Text size="xs" c="dimmed">{count(found.hosts, 'host')} drilled</Text>}>
      <Text size="sm" component="div" role="status">{hosts === 0 ? 'There is no host that could.' : <SurvivalLabel area={area} hosts={hosts} />}</Text>
      {found && found.hosts > 0 && (
        <Text size="sm" c="dimmed" mt={6}>
          {found.ok ? 'Whichever host fails, all of its VMs could start on others.' : <>If one of these failed, not all of its VMs could start elsewhere: {found.notSurvived.map(({ id, name }, index) => <span key={id}>{index > 0 && ', '}<Link to="/hosts/$hostId" params={{ hostId: id }}>{name}</Link></span>)}.</>}
        </Text>
      )}
      {hosts > 0 && <Text size="xs" c="dimmed" mt={6}>Played through again after each change, one host at a time.</Text>}
    </Card>
  )
}
