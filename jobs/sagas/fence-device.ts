import type { DeviceRow } from '../../server/db/queries/outage.ts'
import { standingPools } from '../../server/db/queries/pool-ref.ts'
import type { FenceTarget } from '../fencing/agents.ts'
import type { CephCluster } from '../fencing/ceph.ts'
import type { StepContext } from '../saga/step.ts'
import type { Deps } from './deps.ts'
import { secretOf } from './pool-hosts.ts'

type Context = StepContext<unknown, Deps>

/** What a person calls each kind. */
export const deviceName = { ipmi: 'IPMI', redfish: 'Redfish', libvirt: 'libvirt', ceph: 'Ceph', manual: 'manual', simulated: 'simulated' } as const

/** The device with its password opened: never kept, never logged. */
export async function targetOf(context: Context, { id, hostId, hostName, areaId, kind, address, port, username, passwordSealed, options }: DeviceRow): Promise<FenceTarget> {
  const password = passwordSealed && context.deps.unseal({ table: 'fence_device', id }, passwordSealed).toString()
  return { kind, host: { id: hostId, areaId, name: hostName }, address, port, username, password, options, clusters: kind === 'ceph' ? await clustersOf(context, hostId) : [] }
}

/** The Ceph clusters in which the host's area has pools. */
async function clustersOf(context: Context, hostId: string): Promise<CephCluster[]> {
  return (await standingPools(context.em(), hostId)).flatMap((pool) => {
    const { ref: { source } } = pool
    const secret = secretOf(context, pool)
    return source?.kind === 'rbd' && secret !== undefined ? [{ monitors: source.monitors, user: source.user, secret }] : []
  })
}
