import { Alert, Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import type { HostDetailFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { count } from '../lib/format.ts'
import { AlertIcon } from '../ui/icons.tsx'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import { Ago } from '../ui/time.tsx'
import { ConfirmHostDown } from './operations.ts'

/** While a host is away: what is proven, what is missing, and what became of its VMs. */
export function Outage({ host }: { host: HostDetailFragment }) {
  const [confirm] = useAct(ConfirmHostDown)
  const [confirming, setConfirming] = useState(false)
  const { failover } = host
  if (!failover || failover.endedAt !== null) return null
  const { proof, missing, recovered, waiting, silentSince } = failover
  return (
    <>
      <Alert color={proof ? 'blue' : 'red'} variant="light" icon={<AlertIcon />} title={!proof ? 'It does not answer' : proof.method === 'STORAGE' ? 'Its storage has cut it off' : 'It is proven to be off'} role="alert">
        <Text size="sm">{proof ? proof.detail : <>Not heard since <Ago at={silentSince} />. Its VMs may still be running there: none starts elsewhere before it is proven to be off.</>}</Text>
        {missing && <Text size="sm" mt={4}>{missing}</Text>}
        {(recovered > 0 || waiting > 0) && <Text size="sm" mt={4}>{count(recovered, 'VM was', 'VMs were')} given to other hosts, {count(waiting, 'VM waits', 'VMs wait')}.</Text>}
        {!proof && host.hostState === 'DOWN' && <Group mt="sm"><Button size="compact-sm" color="red" variant="light" onClick={() => { setConfirming(true) }}>I have made sure that it is off</Button></Group>}
      </Alert>
      <PlanDialog
        opened={confirming} onClose={() => { setConfirming(false) }} title={`${host.name} is off`} verb="It is off: start its VMs elsewhere" danger confirmName={host.name}
        text="Look at the machine itself. If it still runs, two hosts write to the same disks, and destroy them."
        act={(how) => confirm({ hostId: host.id, ...how })}
      />
    </>
  )
}
