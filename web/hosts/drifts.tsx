import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import type { DriftLiveFragment, HostLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { usePages } from '../lib/use-pages.ts'
import { Card } from '../ui/card.tsx'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'
import { Dot } from '../ui/status.tsx'
import { Ago } from '../ui/time.tsx'
import classes from './checklist.module.css'
import { HostDrifts, IgnoreDrift, RepairDrift } from './operations.ts'

/** Where the host differs from the books though nobody works on it. Nothing is shown when it does not. */
export function HostDriftList({ host }: { host: HostLiveFragment }) {
  const { nodes } = usePages(HostDrifts, { hostId: host.id })
  const [repairing, setRepairing] = useState<DriftLiveFragment>()
  const [repair] = useAct(RepairDrift)
  const [ignore] = useAct(IgnoreDrift)
  const open = nodes.filter(({ resolvedAt }) => resolvedAt === null)
  if (open.length === 0) return null
  return (
    <Card title="Differences from the books" flush>
      <ul className={classes.list}>
        {open.map((drift) => (
          <li key={drift.id} className={classes.point}>
            <Dot tone={drift.ignoredAt ? 'gray' : 'amber'} />
            <div>
              {drift.message}
              <div className={classes.remedy}>{drift.remedy ?? (drift.repair === 'AUTOMATIC' ? 'Kloudak mends it by itself.' : '')} Seen since <Ago at={drift.firstSeenAt} />{drift.ignoredAt && ', to be left as it is'}.</div>
              <Group gap="xs" mt={6}>
                {drift.repair !== 'NONE' && <Button size="compact-xs" variant="default" onClick={() => { setRepairing(drift) }}>Mend it</Button>}
                <Button size="compact-xs" variant="subtle" onClick={() => { void ignore({ driftId: drift.id, ignored: drift.ignoredAt === null }).then(tellRefusal) }}>{drift.ignoredAt === null ? 'Leave it so' : 'Do not leave it so'}</Button>
              </Group>
            </div>
          </li>
        ))}
      </ul>
      <PlanDialog opened={repairing !== undefined} onClose={() => { setRepairing(undefined) }} title="Mend this difference" text={repairing?.message} verb="Mend it" act={(how) => repair({ driftId: repairing!.id, ...how })} />
    </Card>
  )
}
