import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import type { AreaLiveFragment } from '../gql/graphql.ts'
import { bytes, count } from '../lib/format.ts'
import { problemOf } from '../lib/problem.ts'
import { usePages } from '../lib/use-pages.ts'
import { Card, Facts } from '../ui/card.tsx'
import { Empty } from '../ui/empty.tsx'
import { AreaIcon } from '../ui/icons.tsx'
import { Page, PageSkeleton } from '../ui/page.tsx'
import { ProblemNote } from '../ui/problem-note.tsx'
import { Ago } from '../ui/time.tsx'
import { AreaActions } from './actions.tsx'
import { vlanText } from './draft.ts'
import { AreaHostList } from './hosts.tsx'
import { AreaHosts, OneArea, Policies } from './operations.ts'
import classes from './page.module.css'
import { AreaPoolList } from './pools.tsx'
import { roomOf } from './room.ts'
import type { Room } from './room.ts'
import { Survival } from './survival.tsx'

const route = getRouteApi('/installation/areas/$areaId')

/** One area: how it chooses hosts, what its hosts promise, and what it survives. */
export function AreaPage() {
  const { areaId } = route.useParams()
  const [{ data, error }, reread] = useQuery({ query: OneArea, variables: { id: areaId } })
  const { nodes: hosts, loading, problem } = usePages(AreaHosts, { areaId })
  if (!data) return error ? <ProblemNote problem={problemOf(error)} onRetry={() => { reread({ requestPolicy: 'network-only' }) }} /> : <PageSkeleton />
  const area = data.node?.__typename === 'Area' ? data.node : undefined
  if (!area) {
    return (
      <Page title="Area">
        <Empty icon={<AreaIcon size={26} />} title="There is no such area" action={<Button renderRoot={(props) => <Link to="/areas" {...props} />}>All areas</Button>}>It was never made here, or it was deleted.</Empty>
      </Page>
    )
  }
  const room = roomOf(area, hosts)
  return (
    <Page
      title={area.name}
      above={<Text size="sm" mb={4} c="dimmed"><Link className="quiet-link" to="/areas">Areas</Link></Text>}
      subtitle={<Group gap="sm" mt={4}><span>{room.hosts === 0 ? 'No hosts' : `${count(room.hosts, 'host')}, ${room.up} up · ${count(room.vms, 'VM')}`}</span>{area.retiredAt !== null && <Badge size="sm" variant="light" color="gray">Takes nothing new</Badge>}</Group>}
      actions={<AreaActions area={area} framed />}
    >
      <div className={classes.columns}>
        <Stack gap="lg" miw={0}>
          <Survival area={area} hosts={room.hosts} />
          <AreaHostList hosts={hosts} loading={loading} problem={problem} />
          <AreaPoolList areaId={area.id} />
        </Stack>
        <Stack gap="lg" miw={0}>
          <PlacementFacts area={area} room={room} />
          <NetworkFacts area={area} />
        </Stack>
      </div>
    </Page>
  )
}

const times = (ratio: number): string => (ratio === 1 ? 'once' : `${ratio} times`)

function PlacementFacts({ area, room }: { area: AreaLiveFragment; room: Room }) {
  const [{ data }] = useQuery({ query: Policies })
  const policy = data?.placementPolicies.find(({ name }) => name === area.placementPolicy)
  return (
    <Card title="Placement">
      <Facts facts={{
        'Policy': <>{area.placementPolicy}{policy?.isOwn && <Badge size="xs" variant="light" ml={8}>own module</Badge>}{policy && <Text size="xs" c="dimmed" mt={2}>{policy.description}</Text>}</>,
        'Memory': `promised ${times(area.memoryOvercommit)}`,
        'Processors': `promised ${times(area.vcpuOvercommit)}`,
        'Hosts keep': room.hosts > 0 ? `${bytes(room.reservedMemoryBytes)}${room.reservedVcpus > 0 ? ` and ${count(room.reservedVcpus, 'processor')}` : ''} for themselves` : undefined,
        'Promised': room.hosts > 0 ? <>{bytes(room.promisedMemoryBytes)} of {bytes(room.mayPromiseMemoryBytes)}<br />{room.promisedVcpus.toLocaleString('en')} of {count(room.mayPromiseVcpus, 'vCPU')}</> : undefined,
        'Made': <Ago at={area.createdAt} />,
        'Nothing new': area.retiredAt !== null ? <>since <Ago at={area.retiredAt} /></> : undefined,
      }} />
    </Card>
  )
}

const NetworkFacts = ({ area: { vlanRanges, reservedVlans, vlanUsage: usage, dns } }: { area: AreaLiveFragment }) => (
  <Card title="Networks">
    <Facts facts={{
      'VLANs': vlanText(vlanRanges),
      'Left alone': vlanText(reservedVlans) || undefined,
      'Given': usage && `${usage.used.toLocaleString('en')} of ${usage.total.toLocaleString('en')}`,
      'Outside': usage && usage.outside > 0 ? <>{count(usage.outside, 'network')}<Text size="xs" c="dimmed" mt={2}>They have VLANs from before the ranges were changed, and keep them.</Text></> : undefined,
      'DNS servers': dns.join(', ') || 'none of its own',
    }} />
  </Card>
)
