import { ActionIcon, Badge, Group, Menu, Progress, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { PoolLiveFragment } from '../gql/graphql.ts'
import { useAct } from '../lib/act.ts'
import { bytes } from '../lib/format.ts'
import { Card } from '../ui/card.tsx'
import { MoreIcon } from '../ui/icons.tsx'
import { tellRefusal } from '../ui/problem-note.tsx'
import { Dot, PoolStateLabel } from '../ui/status.tsx'
import { RestorePool, RetirePool, SetPoolMaintenance } from './operations.ts'
import classes from './pool.module.css'

const tones = { READY: 'green', FAILED: 'red', UNKNOWN: 'gray' } as const

/** Where the storage comes from, in a line. */
function sourceOf({ poolKind: kind, source, path }: PoolLiveFragment): string {
  if (kind === 'RBD' && source) return `Ceph pool ${source.cephPool ?? ''} as ${source.cephUser ?? ''}, monitors ${source.servers.join(', ')}`
  if (kind === 'NETFS' && source) return `${source.format === 'NFS' ? 'NFS' : 'GlusterFS'} ${source.servers.join(', ')}:${source.path ?? ''}, mounted at ${path}`
  return `The folder ${path} on every host`
}

/** One pool: how full it is, and how each host has it. */
export function PoolCard({ pool, onDelete }: { pool: PoolLiveFragment; onDelete: () => void }) {
  const { name, area, capacityBytes, availableBytes, promisedBytes, poolFailure: failure, hosts, poolState } = pool
  const wrong = hosts.filter(({ hasIt }) => hasIt !== 'READY')
  const right = hosts.filter(({ hasIt }) => hasIt === 'READY')
  return (
    <Card title={<Group gap="sm">{name}<PoolStateLabel state={poolState} /></Group>} aside={<Group gap="xs"><Badge size="sm" variant="light" color="gray" renderRoot={(props) => <Link to="/areas/$areaId" params={{ areaId: area.id }} {...props} />} style={{ cursor: 'pointer' }}>{area.name}</Badge><Actions pool={pool} onDelete={onDelete} /></Group>}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>{sourceOf(pool)}</Text>
      {failure && <Text size="sm" c="red" mt={6}>{failure}</Text>}
      {capacityBytes !== null && availableBytes !== null && (
        <div className={classes.room}>
          <Progress size="sm" value={((capacityBytes - availableBytes) / capacityBytes) * 100} aria-label="In use" />
          <Text size="xs" c="dimmed" mt={4}>{bytes(capacityBytes - availableBytes)} in use of {bytes(capacityBytes)} · {bytes(promisedBytes)} promised to disks, at most {bytes(Math.floor(capacityBytes * pool.diskOvercommit))}</Text>
        </div>
      )}
      <ul className={classes.hosts} aria-label={`Hosts of ${name}`}>
        {wrong.map(({ host, hasIt, message, remedy }) => <li key={host.id}><Dot tone={tones[hasIt]} /><span><b>{host.name}</b> {message ?? 'Nobody has looked yet.'}{remedy && <Text size="xs" c="dimmed">{remedy}</Text>}</span></li>)}
        {right.length > 0 && <li><Dot tone="green" /><span>{right.map(({ host }) => host.name).join(', ')} {right.length === 1 ? 'has it' : 'have the same storage'}</span></li>}
      </ul>
    </Card>
  )
}

function Actions({ pool, onDelete }: { pool: PoolLiveFragment; onDelete: () => void }) {
  const [setMaintenance] = useAct(SetPoolMaintenance)
  const [retire] = useAct(RetirePool)
  const [restore] = useAct(RestorePool)
  const inMaintenance = pool.maintenanceSince !== null
  return (
    <Menu position="bottom-end" shadow="md" width={220}>
      <Menu.Target><ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions of ${pool.name}`}><MoreIcon /></ActionIcon></Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => { void setMaintenance({ poolId: pool.id, maintenance: !inMaintenance }).then(tellRefusal) }}>{inMaintenance ? 'End the maintenance' : 'Begin a maintenance'}</Menu.Item>
        {pool.retiredAt === null
          ? <Menu.Item onClick={() => { void retire({ poolId: pool.id }).then(tellRefusal) }}>Take no new disks</Menu.Item>
          : <Menu.Item onClick={() => { void restore({ poolId: pool.id }).then(tellRefusal) }}>Take new disks again</Menu.Item>}
        <Menu.Divider />
        <Menu.Item color="red" onClick={onDelete}>Delete</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
