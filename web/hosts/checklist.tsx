import { Button, Text, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { HostCheckPoint, HostCheckState, HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { count } from '../lib/format.ts'
import { Card } from '../ui/card.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'
import { Dot } from '../ui/status.tsx'
import classes from './checklist.module.css'
import { CheckHost } from './operations.ts'

const tones = { PASSED: 'green', WARNING: 'amber', FAILED: 'red', UNKNOWN: 'gray' } as const satisfies Record<HostCheckState, string>
const names: Record<HostCheckPoint, string> = {
  SSH: 'SSH', LIBVIRT: 'libvirt', QEMU: 'QEMU', KVM: 'KVM', OPEN_VSWITCH: 'Open vSwitch', PUBLIC_BRIDGE: 'Public bridge', TRUNK_BRIDGE: 'Trunk bridge', POOL: 'Pool',
  CLOCK: 'Clock', CPU: 'Processors', MEMORY: 'Memory', PACKAGES: 'Packages', GUESTS_AT_BOOT: 'Guests at boot', UNMANAGED_VMS: 'Other VMs',
}
const order: readonly HostCheckState[] = ['FAILED', 'WARNING', 'UNKNOWN', 'PASSED']

/** What a host needs and how it stands, what fails first, each with its remedy. */
export function Checklist({ host, actions }: { host: HostDetailFragment; actions?: ReactNode }) {
  const [check, checking] = useAct(CheckHost)
  const points = [...host.checklist].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  const [all, setAll] = useState(false)
  const passed = points.filter(({ state }) => state === 'PASSED').length
  const shown = all || passed < 3 ? points : points.slice(0, points.length - passed)
  const look = () => { void check({ hostId: host.id }).then(tellRefusal) }
  return (
    <Card title="Checklist" aside={<>{actions}<Button size="compact-sm" variant="default" loading={checking} onClick={look}>Look again</Button></>} flush={points.length > 0}>
      {points.length === 0 && <Text size="sm" c="dimmed">Nothing was looked at yet.</Text>}
      <ul className={classes.list}>
        {shown.map(({ point, subject, state, message, remedy }) => (
          <li key={`${point} ${subject}`} className={classes.point}>
            <Dot tone={tones[state]} />
            <div><span className={classes.name}>{names[point]}{subject && ` ${subject}`}</span> {message}{remedy && state !== 'PASSED' && <div className={classes.remedy}>{remedy}</div>}</div>
          </li>
        ))}
        {shown !== points || all ? <li className={classes.point}><Dot tone="green" /><UnstyledButton style={{ font: 'inherit', color: 'var(--text-soft)' }} aria-expanded={all} onClick={() => { setAll(!all) }}>{all ? 'Show what is open' : `${count(passed, 'point is', 'points are')} as they must be`}</UnstyledButton></li> : null}
      </ul>
    </Card>
  )
}
