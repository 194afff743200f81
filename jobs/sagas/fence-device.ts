import type { DeviceRow } from '../../server/db/queries/outage.ts'
import type { FenceTarget } from '../fencing/agents.ts'
import type { Deps } from './deps.ts'

/** What a person calls each kind. */
export const deviceName = { ipmi: 'IPMI', redfish: 'Redfish', libvirt: 'libvirt', manual: 'manual', simulated: 'simulated' } as const

/** The device with its password opened: never kept, never logged. */
export function targetOf({ unseal }: Pick<Deps, 'unseal'>, { id, hostId, hostName, areaId, kind, address, port, username, passwordSealed, options }: DeviceRow): FenceTarget {
  const password = passwordSealed && unseal({ table: 'fence_device', id }, passwordSealed).toString()
  return { kind, host: { id: hostId, areaId, name: hostName }, address, port, username, password, options }
}
