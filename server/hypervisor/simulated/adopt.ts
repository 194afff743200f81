import { KloudakError } from '../../model/errors.ts'
import type { PowerState } from '../../model/vm.ts'
import type { PoolRef, VmSpec } from '../driver.ts'
import { openSimulatedHost } from './driver.ts'
import type { SimulatedHost } from './host.ts'

/** What stands on a host, told by those who remember it: a simulated host itself ends with its process. */
export interface Remembered {
  pools: { ref: PoolRef; volumes: { name: string; format: 'qcow2' | 'raw'; sizeBytes: number; backingPath: string | undefined }[] }[]
  vms: { spec: VmSpec; power: PowerState }[]
}

/**
 * Puts on a host that is empty what is remembered of it. The contents of volumes are not: they hold nothing. A guest that
 * cannot start, for want of memory, stays stopped.
 */
export async function adopt(host: SimulatedHost, { pools, vms }: Remembered): Promise<void> {
  const driver = openSimulatedHost(host).bind({ beforeCall() { /* nobody else has it yet */ }, timeoutMs: 60_000 })
  for (const { ref, volumes } of pools) {
    await driver.ensurePool(ref, ref.source?.kind === 'rbd' ? { secret: 'remembered' } : {})
    const folder = host.folder(ref.path)
    for (const { name, format, sizeBytes, backingPath } of volumes) {
      if (!folder.volumes.has(name)) folder.volumes.set(name, { name, format, capacityBytes: sizeBytes, allocationBytes: format === 'raw' ? sizeBytes : 196_624, backingPath, sha256: undefined, contentBytes: 0 })
    }
  }
  for (const { spec, power } of vms) {
    await driver.defineVm(spec)
    if (power === 'stopped') continue
    try { await driver.startVm(spec.domainUuid, { paused: false }) } catch (error) { if (error instanceof KloudakError) continue; throw error }
    if (power === 'paused') await driver.suspendVm(spec.domainUuid)
    if (power === 'crashed') host.guestStops(spec.domainUuid, 'crashed')
  }
}
