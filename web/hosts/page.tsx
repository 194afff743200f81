import { Button, Group, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { useQuery } from 'urql'
import type { HostDetailFragment, HostLiveFragment } from '../gql/graphql.ts'
import { bytes, count, words } from '../lib/format.ts'
import { problemOf } from '../lib/problem.ts'
import { usePages } from '../lib/use-pages.ts'
import { Card, Facts } from '../ui/card.tsx'
import { Copy } from '../ui/copy.tsx'
import { Empty } from '../ui/empty.tsx'
import { HostIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { HostStateLabel } from '../ui/status.tsx'
import { TaskRow } from '../ui/task-row.tsx'
import { Ago } from '../ui/time.tsx'
import { HostActions } from './actions.tsx'
import { Checklist } from './checklist.tsx'
import { Drain } from './drain.tsx'
import { HostDriftList } from './drifts.tsx'
import { Outage } from './failover.tsx'
import { FenceDevices } from './fence-devices.tsx'
import { FileSystems } from './file-systems.tsx'
import { FrozenNotes } from './frozen.tsx'
import { Hardware } from './hardware.tsx'
import { HostTasks, OneHost } from './operations.ts'
import classes from './page.module.css'
import { ReviewHostDialog } from './review.tsx'
import { HostUsage } from './usage.tsx'
import { HostVmList } from './vms.tsx'
import { WayIn } from './way-in.tsx'

const route = getRouteApi('/installation/hosts/$hostId')
const kinds = { LOCAL: 'This machine', SIMULATED: 'Simulated', SSH: 'Over ssh' } as const

/** One host: what it is, what runs on it, and what was done to it. */
export function HostPage() {
  const { hostId } = route.useParams()
  const [{ data, error }, reread] = useQuery({ query: OneHost, variables: { id: hostId } })
  const [reviewed, setReviewed] = useState<HostLiveFragment>()
  const onChange = useCallback(() => { reread({ requestPolicy: 'network-only' }) }, [reread])
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const { host } = data
  if (!host) {
    return (
      <Page title="Host">
        <Empty icon={<HostIcon size={26} />} title="There is no such host" action={<Button renderRoot={(props) => <Link to="/hosts" {...props} />}>All hosts</Button>}>It was never enrolled here, or its entry is gone.</Empty>
      </Page>
    )
  }
  const isIn = host.hostState !== 'ENROLLING'
  return (
    <Page
      title={host.name}
      above={<Text size="sm" mb={4} c="dimmed"><Link className="quiet-link" to="/hosts">Hosts</Link></Text>}
      subtitle={<Group gap="md" mt={4}><span role="status" aria-live="polite"><HostStateLabel state={host.hostState} /></span>{host.stateReason && <span>{host.stateReason}</span>}</Group>}
      actions={<HostActions host={host} />}
    >
      <FrozenNotes hosts={[host]} onReview={setReviewed} />
      <WayIn host={host} />
      <Outage host={host} />
      <div className={classes.columns}>
        <Stack gap="lg" miw={0}>
          <Drain host={host} />
          {isIn && <HostUsage host={host} />}
          {!isIn && <Checklist host={host} />}
          <HostDriftList host={host} />
          {isIn && <HostVmList host={host} />}
          <LastTasks host={host} />
        </Stack>
        <Stack gap="lg" miw={0}>
          <About host={host} />
          {isIn && <FileSystems host={host} />}
          {isIn && <FenceDevices host={host} onChange={onChange} />}
          {isIn && <Checklist host={host} />}
          <Hardware host={host} />
        </Stack>
      </div>
      <ReviewHostDialog host={reviewed} onClose={() => { setReviewed(undefined) }} />
    </Page>
  )
}

const About = ({ host }: { host: HostDetailFragment }) => (
  <Card title="About">
    <Facts facts={{
      'Area': <Link className="quiet-link" to="/areas/$areaId" params={{ areaId: host.area.id }}>{host.area.name}</Link>,
      'Full name': host.fqdn,
      'Place': [host.location, host.rack].filter(Boolean).join(', ') || undefined,
      'Labels': host.labels.join(', ') || undefined,
      'Reached': kinds[host.kind],
      'Address': host.address ? <Copy text={host.address} /> : undefined,
      ...Object.fromEntries(host.addresses.map(({ address, purpose }) => [`${words(purpose)} address`, <Copy key={address} text={address} />])),
      'Key': host.hostKeyFingerprint ? <span className="mono">{host.hostKeyFingerprint}</span> : undefined,
      'Processors': host.cpus === null ? 'not known yet' : host.reservedVcpus > 0 ? `${host.cpus}, ${host.reservedVcpus} of them its own` : host.cpus,
      'Memory': host.memoryBytes === null ? 'not known yet' : `${bytes(host.memoryBytes)}, ${bytes(host.reservedMemoryBytes)} of it its own`,
      'Promised': `${bytes(host.promised.memoryBytes)} and ${count(host.promised.vcpus, 'vCPU')} to ${count(host.promised.vms, 'VM')}`,
      'If it died': host.survivesLoss && host.survivesLoss.vms > 0 ? host.survivesLoss.ok ? `all ${count(host.survivesLoss.vms, 'VM')} could start elsewhere` : <Text span inherit c="orange">{host.survivesLoss.reason}</Text> : undefined,
      'Guests run': host.accelerated === null ? undefined : host.accelerated ? 'on the processor (KVM)' : 'emulated',
      'System': [host.os, host.kernel].filter(Boolean).join(', ') || undefined,
      'QEMU': host.qemuVersion,
      'libvirt': host.libvirtVersion,
      'Open vSwitch': host.openVswitchVersion,
      'Silent': host.silentSince ? <>since <Ago at={host.silentSince} /></> : undefined,
    }} />
  </Card>
)

function LastTasks({ host }: { host: HostLiveFragment }) {
  const { nodes, loading, problem, more, loadMore } = usePages(HostTasks, { hostId: host.id }, { whole: false })
  return (
    <Card title="Last tasks" flush={nodes.length > 0}>
      <ProblemNote problem={problem} />
      {!loading && nodes.length === 0 && <Text size="sm" c="dimmed">Nothing was done to this host yet.</Text>}
      {nodes.map((task) => <TaskRow key={task.id} task={task} />)}
      {more && <Group p="sm" justify="center"><Button variant="subtle" size="compact-sm" onClick={loadMore}>Older tasks</Button></Group>}
    </Card>
  )
}
