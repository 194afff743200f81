import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { HostStatus } from '../../server/model/host.ts'
import { hindranceOf } from '../../server/model/vm-move.ts'
import type { PowerState, VmPhase } from '../../server/model/vm.ts'
import type { HostLiveFragment, HostVmLiveFragment } from '../gql/graphql.ts'
import { bytes, count } from '../lib/format.ts'
import { useAct } from '../lib/act.ts'
import { usePages } from '../lib/use-pages.ts'
import { Card } from '../ui/card.tsx'
import { PlanDialog } from '../ui/plan-dialog.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { VmStatusLabel } from '../ui/status.tsx'
import { WhyNot } from '../ui/why-not.tsx'
import { HostVms, MigrateVm } from './operations.ts'
import classes from './page.module.css'

const few = 12

/** By the same rules that the API goes by. Whether it is being moved already, this page does not know. */
const mayMove = ({ name, hostState, frozenAt }: HostLiveFragment, { phase, observedPower }: Pick<HostVmLiveFragment, 'phase' | 'observedPower'>): true | string => hindranceOf({
  phase: phase.toLowerCase() as VmPhase, observedPower: observedPower.toLowerCase() as PowerState, isMoving: false, hostName: name, hostState: hostState.toLowerCase() as HostStatus, isHostFrozen: frozenAt !== null,
})?.message ?? true

/** The VMs on the host, of all workspaces. */
export function HostVmList({ host }: { host: HostLiveFragment }) {
  const { nodes, loading, problem } = usePages(HostVms, { hostId: host.id })
  const [all, setAll] = useState(false)
  const [moving, setMoving] = useState<{ id: string; name: string }>()
  const [migrate] = useAct(MigrateVm)
  const shown = all ? nodes : nodes.slice(0, few)
  return (
    <Card title="Virtual machines" aside={nodes.length > 0 && <Text size="xs" c="dimmed">{count(nodes.length, 'VM')}</Text>} flush={nodes.length > 0}>
      <ProblemNote problem={problem} />
      {!loading && nodes.length === 0 && <Text size="sm" c="dimmed">No VM is on this host.</Text>}
      {shown.map(({ id, name, status, phase, observedPower, workspace, vcpus, size }) => (
        <div key={id} className={classes.vm}>
          <span><Link className="quiet-link" to="/w/$workspaceId/vms/$vmId" params={{ workspaceId: workspace.id, vmId: id }}>{name}</Link><Text span inherit c="dimmed">{`  ${workspace.name}`}</Text></span>
          <VmStatusLabel status={status} />
          <Text span inherit c="dimmed" ta="right">{count(vcpus, 'vCPU')} · {bytes(size)}</Text>
          <WhyNot allowed={mayMove(host, { phase, observedPower })}><Button size="compact-xs" variant="subtle" aria-label={`Move ${name} elsewhere`} onClick={() => { setMoving({ id, name }) }}>Move</Button></WhyNot>
        </div>
      ))}
      {nodes.length > shown.length && <Group p="sm" justify="center"><Button variant="subtle" size="compact-sm" onClick={() => { setAll(true) }}>All {nodes.length} VMs</Button></Group>}
      <PlanDialog opened={moving !== undefined} onClose={() => { setMoving(undefined) }} title={`Move ${moving?.name ?? ''} elsewhere`} text="A guest that runs goes on running." verb="Move it" act={(how) => migrate({ vmId: moving!.id, ...how })} />
    </Card>
  )
}
